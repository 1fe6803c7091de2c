"""Section pages: links to articles, told from navigation by structure, not by a list of names.

Links that stand alike on the page (same ancestors) are judged together: a headline list has long texts, in headings or
with addresses that spell the headline or carry a number; a menu has short ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from copydesk.dates import parse_utc
from copydesk.errors import ParseError
from copydesk.extraction.decoding import decode_page
from copydesk.extraction.hosts import site_of
from copydesk.model import Entry, Refusal
from copydesk.urls import canonical_url, resolve_url

HEADLINE_WORDS = 4
"""Half of the links of a headline list have as many words, or `HEADLINE_CHARACTERS` where words are not spaced."""
HEADLINE_CHARACTERS = 12
SLUG_WORDS = 3
"""Words of a headline in an address: `rates-rise-again`."""
SHARE = 0.5
"""Of a group's links that must look like links to articles."""
SIGNATURE_DEPTH = 4
"""Ancestors that say where a link stands."""
CARD_DEPTH = 5
"""Ancestors that are searched for a headline's date."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FRAMES = frozenset({"nav", "footer"})
"""What stands in them leads elsewhere on the site."""
FRAME_ROLES = frozenset({"navigation", "contentinfo", "menu", "menubar", "search"})

_NUMBER = re.compile(r"\d{5,}|/(?:19|20)\d\d/\d{1,2}(?:/|$)|(?:19|20)\d\d-\d\d-\d\d")
_VARIABLE = re.compile(r"\d+|(?<=[-_])[0-9a-f]{6,}")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
"""Japanese, Chinese, Thai."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Link:
    element: HtmlElement
    url: str
    key: str
    text: str
    in_heading: bool
    is_framed: bool

    @property
    def words(self) -> float:
        unspaced = len(_UNSPACED.findall(self.text))
        return len(_WORD.findall(self.text)) + unspaced * HEADLINE_WORDS / HEADLINE_CHARACTERS

    @property
    def looks_like_article(self) -> bool:
        return self.in_heading or is_article_like(self.url)


def parse_section(body: bytes, *, section_url: str, content_type: str = "") -> tuple[Entry, ...]:
    """Return the articles that a section page links to, each once, in document order, with their headlines and dates.

    Raises:
        ParseError: `body` is no web page, or no link on it looks like one to an article.
    """
    decoded = decode_page(body, content_type)
    if isinstance(decoded, Refusal):
        raise ParseError(section_url, f"no web page ({decoded.detail})")
    try:
        # lxml gives no element for text without tags, and an error for what it takes to be empty.
        root = document_fromstring(decoded.text.encode("utf-8"), parser=HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseError(section_url, f"no web page ({error})") from error
    chosen = _choose(list(_links(root, section_url)))
    if not chosen:
        raise ParseError(section_url, "a web page, but no link on it looks like a link to an article")
    keys = {link.key for links in chosen.values() for link in links}
    return tuple(_make_entry(links, keys, section_url) for links in chosen.values())


def is_article_like(url: str) -> bool:
    """Whether an address spells a headline, or carries a number or a date as articles' addresses do.

    >>> is_article_like("https://a.example/business/rates-rise-again")
    True
    >>> is_article_like("https://a.example/business/")
    False
    """
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    slug = [word for word in re.split(r"[-_]", last) if len(word) > 1]
    return len(slug) >= SLUG_WORDS or bool(_NUMBER.search(f"{parts.path}?{parts.query}"))


def _links(root: HtmlElement, section_url: str) -> Iterator[_Link]:
    base = next((href for href in root.xpath("//base/@href")[:1]), "")
    base_url = resolve_url(section_url, base) or section_url if base else section_url
    here, site = canonical_url(section_url), site_of(section_url)
    for element in root.iter("a"):
        url = resolve_url(base_url, element.get("href") or "")
        if url is None or site_of(url) != site or urlsplit(url).path in ("", "/"):
            continue
        key = canonical_url(url)
        if key == here:
            continue
        ancestors = list(element.iterancestors())
        heading = next(
            (each for each in (*element.iterdescendants(*HEADINGS), *ancestors) if each.tag in HEADINGS), None
        )
        inner = heading if heading is not None and heading in element.iterdescendants() else element
        yield _Link(
            element=element,
            url=url,
            key=key,
            text=" ".join("".join(inner.itertext()).split()),
            in_heading=heading is not None,
            is_framed=any(each.tag in FRAMES or (each.get("role") or "") in FRAME_ROLES for each in ancestors),
        )


def _choose(links: list[_Link]) -> dict[str, list[_Link]]:
    """The links to each article, by canonical URL, in document order of the first."""
    groups: dict[tuple[str, ...], list[_Link]] = defaultdict(list)
    for link in links:
        if not link.is_framed and link.text:
            groups[_signature(link.element)].append(link)
    keys = {
        link.key for group in groups.values() if _is_headline_list(group) for link in group if _may_be_headline(link)
    }
    chosen: dict[str, list[_Link]] = {}
    for link in links:
        if link.key in keys:
            chosen.setdefault(link.key, []).append(link)
    return chosen


def _is_headline_list(group: list[_Link]) -> bool:
    """Whether links that stand alike lead to articles."""
    if median(link.words for link in group) < HEADLINE_WORDS:
        return False
    return sum(link.looks_like_article for link in group) >= len(group) * SHARE


def _may_be_headline(link: _Link) -> bool:
    return link.words >= 2 or is_article_like(link.url)


def _signature(element: HtmlElement) -> tuple[str, ...]:
    """Where a link stands: its nearest ancestors, with their first class, numbers left out."""
    steps = []
    for depth, each in enumerate((element, *element.iterancestors())):
        if depth > SIGNATURE_DEPTH:
            break
        names = (each.get("class") or "").split()
        steps.append(f"{each.tag}.{_VARIABLE.sub('', names[0])}" if names else str(each.tag))
    return tuple(steps)


def _make_entry(links: list[_Link], keys: set[str], section_url: str) -> Entry:
    best = max(links, key=lambda link: (link.in_heading, link.words))
    dates = (_date_near(link.element, link.key, keys, section_url) for link in links)
    return Entry(
        url=links[0].url,
        title=best.text[:500] or None,
        published_at=next((instant for instant in dates if instant), None),
    )


def _date_near(element: HtmlElement, key: str, keys: set[str], section_url: str) -> datetime | None:
    """The date in the largest ancestor that holds no link to another article."""
    found: datetime | None = None
    for depth, card in enumerate((element, *element.iterancestors())):
        if depth > CARD_DEPTH or _holds_others(card, key, keys, section_url):
            break
        stamps = [parse_utc(each.get("datetime") or "") for each in card.iter("time")]
        found = next((stamp for stamp in stamps if stamp), found)
    return found


def _holds_others(card: HtmlElement, key: str, keys: set[str], section_url: str) -> bool:
    for each in card.iter("a"):
        url = resolve_url(section_url, each.get("href") or "")
        if url and (other := canonical_url(url)) != key and other in keys:
            return True
    return False
