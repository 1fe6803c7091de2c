"""When it was published and last changed: the most trusted tag, in the zone that the page itself states or shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from copydesk.dates import parse_instant, plausible
from copydesk.extraction.jsonld import node_types, text_of
from copydesk.extraction.masthead import after_headline
from copydesk.extraction.tags import Tags
from copydesk.extraction.titles import SEPARATOR
from copydesk.model import Candidate, Page
from copydesk.text import collapse_space

PUBLISHED_META = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "rnews:datepublished",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "cxenseparse:recs:articlepublishtime",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "dc.date.created",
    "date.issued",
    "publish-date",
    "publish_date",
    "publishdate",
    "publication_date",
    "published_date",
    "pubdate",
    "ptime",
    "article_date_original",
    "article.published",
    "bt:pubdate",
    "citation_publication_date",
    "originalpublicationdate",
    "prism.publicationdate",
    "pdate",
    "publisheddate",
    "published_at",
    "content_create_date",
    "displaydate",
    "vr:published_time",
    "date",
]
"""Names of meta tags that hold the time of publication, most trusted first."""
MODIFIED_META = [
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "article:updated_time",
    "article:modified",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "bt:moddate",
    "revision_date",
]
DATE_PROPERTIES = ("datePublished", "dateCreated")
PUBLISHED_MARK = re.compile(r"publi|entry-date|posted|datePublished", re.I)
MODIFIED_MARK = re.compile(r"updat|modif", re.I)
SHOWN_MARK = re.compile(r"dat[eou]|fecha|publi|time|stamp|posted|byline", re.I)
"""Classes and ids of elements that show when a text was published."""
SHOWN_LABEL = re.compile(
    r"^(?:published|posted|publié|veröffentlicht|erstellt|stand)\b(?:\s+(?:on|le|am))?\s*:?\s*", re.I
)
MOMENT = re.compile(r"\b\d\d?(?::\d\d|h\d\d|[.]\d\d(?=\s*(?:uhr|[ap]\.?m))|(?=\s*(?:uhr|[ap]\.?m\b)))", re.I)
BETWEEN = re.compile(r"\s+[-–—|•·@]\s+|,\s+|\s+(?:at|à|um|kl\.?)\s+")
DAY_IN_URL = re.compile(
    r"/(19\d\d|20\d\d)[/-]?(\d\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[/-]?(\d\d)(?=[/_-]|$)", re.I
)
HALF_HOURS = frozenset([-210, -150, 210, 270, 330, 345, 390, 570, 630, 765])
"""Offsets from UTC that are no whole hours, in minutes: Newfoundland, Iran, Afghanistan, India, Nepal, Myanmar ..."""
WEST, EAST = timedelta(hours=-11), timedelta(hours=14)
CANDIDATES = 12
"""Kept of one field."""
TEMPLATE_YEARS = 1990
"""Dates before are templates' (0001, 1970) or those of scanned archives, which no feed announces."""
MAX_SHOWN_CHARS = 60
LOOKED_AT = 300
SHOWN = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When a page says that it was published and changed, with every value seen."""

    published_at: datetime | None
    """Aware; UTC where the page neither states nor shows a zone."""
    modified_at: datetime | None
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...]


def read_times(root: HtmlElement, tags: Tags, page: Page) -> Times:
    """Return when the article was published and changed. What is not plausible is refused, with a note."""
    candidates: list[Candidate] = []
    notes: list[str] = []
    now = page.fetched_at
    published = _choose("published_at", _published(tags, page), now, candidates, notes)
    modified = _choose("modified_at", _modified(tags), now, candidates, notes)
    if published is not None and not published.utcoffset() and not _is_bare(published):
        shown = _shown_zone(root, published)
        if shown:
            zone, text = shown
            published = published.astimezone(zone)
            notes.append(f"zone of published_at from the page: it shows {text}")
            if modified is not None and not modified.utcoffset():
                modified = modified.astimezone(zone)
    return Times(published_at=published, modified_at=modified, candidates=tuple(candidates), notes=tuple(notes))


def _published(tags: Tags, page: Page) -> Iterator[tuple[str, str]]:
    node = tags.article or {}
    yield "json-ld:datePublished", text_of(node.get("datePublished"))
    for name in PUBLISHED_META:
        for value in tags.all(name)[:2]:
            yield f"meta:{name}", value
    yield "json-ld:dateCreated", text_of(node.get("dateCreated"))
    for other in tags.nodes:
        if (
            other is not node
            and other.get("datePublished")
            and node_types(other) & {"webpage", "newsarticle", "article", "itempage"}
        ):
            yield "json-ld:WebPage.datePublished", text_of(other.get("datePublished"))
    dated = (
        element for element in tags.itemprops if any(name in element.get("itemprop", "") for name in DATE_PROPERTIES)
    )
    for element in islice(dated, 2):
        yield "html:itemprop", element.get("datetime") or element.get("content") or " ".join(element.itertext())[:60]
    marked = [value for value, mark in tags.times if PUBLISHED_MARK.search(mark)]
    for value in [*marked, *(value for value, mark in tags.times if not MODIFIED_MARK.search(mark))][:3]:
        yield "html:time", value
    for title in (tags.title, tags.first("og:title")[1]):
        last = SEPARATOR.split(title)[-1]
        if last != title and len(last) <= 24:
            yield "html:title", last
    if day := DAY_IN_URL.search(_path(page.url)):
        yield "url", " ".join(day.groups())


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _modified(tags: Tags) -> Iterator[tuple[str, str]]:
    yield "json-ld:dateModified", text_of((tags.article or {}).get("dateModified"))
    for name in MODIFIED_META:
        for value in tags.all(name)[:2]:
            yield f"meta:{name}", value
    for value, mark in tags.times:
        if MODIFIED_MARK.search(mark):
            yield "html:time", value


def _choose(
    name: str,
    values: Iterable[tuple[str, str]],
    now: datetime | None,
    candidates: list[Candidate],
    notes: list[str],
) -> datetime | None:
    """The first plausible instant; a later value that says the same more fully takes its place."""
    chosen: datetime | None = None
    has_zone = False
    found: list[Candidate] = []
    for origin, value in values:
        stated = parse_instant(value[:80]) if value else None
        if stated is None or len(found) >= CANDIDATES:
            continue
        instant = stated if stated.tzinfo is not None else stated.replace(tzinfo=UTC)
        candidate = Candidate(field=name, value=value[:80], origin=origin)
        if instant.year < TEMPLATE_YEARS or (now is not None and not plausible(instant, now=now)):
            notes.append(f"refused {name} {value[:40]} of {origin}: not plausible")
            found.append(candidate)
        elif chosen is None or _adds_time(chosen, instant) or (not has_zone and _adds_zone(chosen, instant)):
            chosen, has_zone = instant, stated.tzinfo is not None
            found.insert(0, candidate)
        else:
            chosen = chosen.astimezone(instant.tzinfo) if _adds_zone(chosen, instant, moment=True) else chosen
            found.append(candidate)
    candidates += found
    return chosen


def _is_bare(instant: datetime) -> bool:
    return (instant.hour, instant.minute, instant.second) == (0, 0, 0) and not instant.utcoffset()


def _adds_time(known: datetime, other: datetime) -> bool:
    """Whether `known` is a bare day and `other` a moment in it."""
    return _is_bare(known) and other.date() == known.date() and (other.hour, other.minute) != (0, 0)


def _adds_zone(known: datetime, other: datetime, *, moment: bool = False) -> bool:
    """Whether `other` has a zone of its own, and is the moment that `known` is in UTC, or its time of day in none."""
    if not other.utcoffset() or known.utcoffset():
        return False
    same = known if moment else known.replace(tzinfo=other.tzinfo)
    return abs(other - same) < timedelta(minutes=1)


def _shown_zone(root: HtmlElement, published: datetime) -> tuple[timezone, str] | None:
    """The offset at which the page shows the moment of publication: its readers' zone, where tags give UTC."""
    minute = published.replace(second=0, microsecond=0)
    for text in islice(_shown_moments(root), SHOWN):
        shown = parse_instant(BETWEEN.sub(" ", SHOWN_LABEL.sub("", text)))
        if shown is None:
            continue
        offset = shown.utcoffset() or shown.replace(tzinfo=UTC, second=0, microsecond=0) - minute
        if shown.tzinfo is not None and abs(shown - minute) > timedelta(minutes=1):
            continue
        minutes, rest = divmod(offset.total_seconds(), 60)
        if WEST <= offset <= EAST and not rest and (minutes % 60 == 0 or int(minutes) in HALF_HOURS):
            return (timezone(offset), text) if offset else None
    return None


def _shown_moments(root: HtmlElement) -> Iterator[str]:
    """Short texts with a time of day under the headline, in elements that are about dates; not those of updates."""
    for element in after_headline(root, LOOKED_AT):
        mark = f"{element.get('class', '')} {element.get('id', '')}"
        if element.tag != "time" and (len(mark) < 2 or not SHOWN_MARK.search(mark)):
            continue
        text = collapse_space("".join(islice(element.itertext(), 12))) if len(element) < 8 else ""
        if len(text) <= MAX_SHOWN_CHARS and MOMENT.search(text) and not MODIFIED_MARK.search(f"{mark} {text}"):
            yield text
