"""Tags of a page -> headline, authors, dates and the rest, each with every candidate and where it stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from urllib.parse import urljoin

from lxml.html import HtmlElement

from copydesk.extraction.authors import make_house, read_authors
from copydesk.extraction.headings import find_shown
from copydesk.extraction.hosts import brand_of, host_of
from copydesk.extraction.instants import read_times
from copydesk.extraction.jsonld import Node, node_types, text_of, texts_of, url_of
from copydesk.extraction.masthead import find_line, read_publisher
from copydesk.extraction.names import is_agency
from copydesk.extraction.tags import Tags
from copydesk.extraction.titles import SEPARATOR, choose_headline, strip_site
from copydesk.model import Candidate, Page
from copydesk.text import letters_only

SECTION_META = [
    "article:section",
    "og:article:section",
    "og:section",
    "parsely-section",
    "section",
    "cxenseparse:section",
    "cxenseparse:pka-section",
    "article.section",
    "category",
    "sailthru.section",
    "channel",
]
KEYWORD_META = ("news_keywords", "article:tag", "og:article:tag", "keywords", "parsely-tags", "sailthru.tags")
SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name", "publisher")
PLATFORMS = frozenset(
    [
        "blogger",
        "wordpress",
        "wordpress.com",
        "medium",
        "substack",
        "ghost",
        "wix.com",
        "squarespace",
        "tumblr",
        "facebook",
    ]
)
"""What some themes write where the publication's name belongs."""
CANDIDATES = 12
"""Kept of one field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What a page says about its article. Texts are empty where it says nothing."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    section: str = ""
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    lead_image_url: str = ""
    paywalled: bool | None = None
    descriptions: tuple[str, ...] = ()
    """Summaries in meta tags and JSON-LD: candidates for the standfirst."""
    titles: tuple[str, ...] = ()
    """Every spelling of the headline on the page."""
    kinds: frozenset[str] = field(default_factory=frozenset)
    """og:type and the types of JSON-LD nodes, lower-case."""
    json_body: str = ""
    """`articleBody`, as it stands."""
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


def read_metadata(root: HtmlElement, tags: Tags, page: Page) -> Metadata:
    """Return what a page says about its article, from its tags, and from the byline where they are silent."""
    node = tags.article or {}
    candidates: list[Candidate] = []
    publisher = _publisher(tags, node, page.url)
    headline = _headline(root, tags, page, publisher, candidates)
    publisher = publisher or read_publisher([tags.title, tags.first("og:title")[1]], headline, root)
    house = make_house(publisher, tags.first("og:site_name")[1], host_of(page.url), brand_of(page.url))
    authors = read_authors(root, tags, house, candidates)
    times = read_times(root, tags, page)
    candidates += times.candidates
    return Metadata(
        headline=headline,
        authors=authors,
        published_at=times.published_at,
        modified_at=times.modified_at,
        section=_section(tags, node),
        keywords=_keywords(tags, node),
        publisher=publisher,
        lead_image_url=_image(tags, node, page.url),
        paywalled=_paywalled(root, tags, node),
        descriptions=_descriptions(tags, node),
        titles=_titles(tags, node, headline),
        kinds=_kinds(tags),
        json_body=_json_body(node),
        candidates=tuple(candidates),
        notes=times.notes,
    )


def _publisher(tags: Tags, node: Node, url: str) -> str:
    """The organisation's name: not the wire service that the text came from, nor the platform that the page runs on."""
    names = [text_of(node.get("publisher")), tags.first("og:site_name")[1]]
    brand = brand_of(url)
    names.sort(key=lambda name: is_agency(name) and letters_only(name) != brand)
    for other in tags.nodes:
        if node_types(other) & {"newsmediaorganization", "organization", "website"}:
            names += [text_of(other.get("name"))]
    names += [tags.first("application-name", "apple-mobile-web-app-title")[1]]
    short = (_without_tagline(name.lstrip("@"), url) for name in names if name and not name.startswith("http"))
    return next((name for name in short if name and len(name) < 80 and name.lower() not in PLATFORMS - {brand}), "")


def _without_tagline(name: str, url: str) -> str:
    """`Courier` of `Courier | News from the quays`, where the host is the Courier's."""
    brand = letters_only(brand_of(url))
    parts = SEPARATOR.split(name)
    return next((part for part in parts if len(brand) > 2 and brand in letters_only(part)), name).strip(" -|–")


def _site_names(tags: Tags, publisher: str, url: str) -> list[str]:
    host = host_of(url)
    names = [publisher, host, brand_of(url), host.split(".")[0]]
    names += [value for name in SITE_META for value in tags.all(name)]
    return [name for name in names if len(name) > 1]


def _headline(root: HtmlElement, tags: Tags, page: Page, publisher: str, candidates: list[Candidate]) -> str:
    node, hint = tags.article or {}, (page.entry.title if page.entry else None) or ""
    values = [
        ("json-ld:headline", text_of(node.get("headline"))),
        ("meta:og:title", tags.first("og:title")[1]),
        ("meta:twitter:title", tags.first("twitter:title")[1]),
        ("json-ld:name", text_of(node.get("name"))),
        ("meta:title", tags.first("title", "dc.title", "parsely-title", "sailthru.title", "headline")[1]),
        ("html:title", tags.title),
        ("entry:title", hint),
    ]
    values = [(origin, unescape(value) if "&" in value else value) for origin, value in values if value]
    told = {letters_only(text) for text in (tags.title, text_of(node.get("headline"))) if text}
    names = [name for name in _site_names(tags, publisher, page.url) if letters_only(name) not in told]
    shared_first = dict.fromkeys([tags.first("og:title")[1], *(value for _, value in values)])
    values += find_shown(root, tags.headings, [strip_site(value, names) for value in shared_first])
    found = _candidates(values)
    asides = _candidates([("html:h1 aside", heading.text) for heading in tags.headings if heading.is_aside])
    headline, origin = choose_headline(found or asides, site_names=names)
    if not origin.startswith(("html:h", "json-ld")):
        headline = find_line(headline, root, hint=hint)
    found += asides
    found.sort(key=lambda candidate: candidate.origin != origin)
    candidates += found[:CANDIDATES]
    return headline[:500]


def _candidates(values: Iterable[tuple[str, str]]) -> list[Candidate]:
    return [Candidate(field="headline", value=value[:1_000], origin=origin) for origin, value in values]


def _titles(tags: Tags, node: Node, headline: str) -> tuple[str, ...]:
    values = [headline, text_of(node.get("headline")), text_of(node.get("alternativeHeadline"))]
    values += [tags.first("og:title")[1], tags.first("twitter:title")[1], tags.title, *tags.h1[:4]]
    return tuple(dict.fromkeys(value for value in values if value))


def _section(tags: Tags, node: Node) -> str:
    section = next(iter(texts_of(node.get("articleSection"))), "") or tags.first(*SECTION_META)[1]
    if not section:
        for other in tags.nodes:
            if "breadcrumblist" in node_types(other) and isinstance(other.get("itemListElement"), list):
                crumbs = [
                    text_of(item.get("name") or item.get("item"))
                    for item in other["itemListElement"]
                    if isinstance(item, dict)
                ]
                section = next((crumb for crumb in crumbs[1:-1] if crumb), "")
    return section if len(section) <= 80 and not section.startswith("http") else ""


def _keywords(tags: Tags, node: Node) -> tuple[str, ...]:
    values = texts_of(node.get("keywords"))
    if not values:
        for name in KEYWORD_META:
            values = [part for content in tags.all(name) for part in texts_of(content)]
            if values:
                break
    clean = (value.strip() for value in values)
    return tuple(dict.fromkeys(value for value in clean if 1 < len(value) <= 80))[:40]


def _image(tags: Tags, node: Node, url: str) -> str:
    raw = tags.first("og:image:secure_url", "og:image", "og:image:url")[1] or url_of(node.get("image"))
    raw = raw or tags.first("twitter:image", "twitter:image:src")[1]
    try:
        absolute = urljoin(url, raw) if raw else ""
    except ValueError:
        return ""
    return absolute if absolute.startswith(("http://", "https://")) else ""


def _paywalled(root: HtmlElement, tags: Tags, node: Node) -> bool | None:
    """schema.org isAccessibleForFree, of the article or its parts; then article:content_tier and the like."""
    parts = node.get("hasPart")
    values = [
        part.get("isAccessibleForFree")
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict)
    ]
    flags = [flag for value in [node.get("isAccessibleForFree"), *values] if (flag := _flag(value)) is not None]
    if flags:
        return not all(flags)
    tier = tags.first("article:content_tier", "content_tier", "cxenseparse:pka-content-tier")[1].lower()
    if tier:
        return tier in ("locked", "metered", "paid", "premium")
    access = tags.first("article:opinion_access", "is_premium", "premium", "cxenseparse:pka-paywall", "paywall")[
        1
    ].lower()
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(access)


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {
        "true": True,
        "http://schema.org/true": True,
        "1": True,
        "yes": True,
        "false": False,
        "0": False,
        "no": False,
        "http://schema.org/false": False,
    }.get(str(value).strip().lower())


def _descriptions(tags: Tags, node: Node) -> tuple[str, ...]:
    values = [text_of(node.get("description")), tags.first("og:description")[1], tags.first("description")[1]]
    values += [
        text_of(node.get("alternativeHeadline")),
        tags.first("twitter:description")[1],
        text_of(node.get("abstract")),
    ]
    return tuple(dict.fromkeys(value for value in values if value))


def _kinds(tags: Tags) -> frozenset[str]:
    kinds = {value.lower() for value in tags.all("og:type")}
    for node in tags.nodes:
        kinds |= node_types(node)
    return frozenset(kinds)


def _json_body(node: Node) -> str:
    body = node.get("articleBody")
    return body if isinstance(body, str) else ""
