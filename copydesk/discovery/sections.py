"""Section pages: links to articles, told from navigation by structure, not by a list of names.

Links that stand alike on the page (same ancestors) are judged together: a headline list has long texts, in headings or
with addresses that spell the headline or carry a number; a menu has short ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
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
SMALLEST_SPLIT = 3
"""Links of a group that lead into one folder of the site, from which on they are judged apart from the others."""
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
    root = read_html(body, url=section_url, content_type=content_type)
    chosen = _choose(list(_links(root, section_url)))
    if not chosen:
        raise ParseError(section_url, "a web page, but no link on it looks like a link to an article")
    cards = _Cards({link.element: link.key for links in chosen.values() for link in links})
    return tuple(_make_entry(links, cards) for links in chosen.values())


def read_html(body: bytes, *, url: str, content_type: str = "") -> HtmlElement:
    """Return the root element of a web page.

    Raises:
        ParseError: `body` is none.
    """
    decoded = decode_page(body, content_type)
    if isinstance(decoded, Refusal):
        raise ParseError(url, f"no web page ({decoded.detail})")
    try:
        # lxml gives no element for text without tags, and an error for what it takes to be empty.
        return document_fromstring(decoded.text.encode("utf-8"), parser=HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseError(url, f"no web page ({error})") from error


def menu_urls(root: HtmlElement, *, page_url: str) -> list[str]:
    """Return where the menus of a page lead on its own site, each once, in document order."""
    links: dict[str, str] = {}
    for link in _links(root, page_url):
        if link.is_framed and link.text:
            links.setdefault(link.key.rstrip("/"), link.url)
    return list(links.values())


def is_article_like(url: str) -> bool:
    """Whether an address spells a headline, or carries a number or a date as articles' addresses do.

    >>> is_article_like("https://a.example/business/rates-rise-again")
    True
    >>> is_article_like("https://a.example/business/")
    False
    """
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    slug = [word for word in re.split(r"[-_]", last) if len(word) > 1]
    return len(slug) >= SLUG_WORDS or _is_numbered(url)


def _is_numbered(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_NUMBER.search(f"{parts.path}?{parts.query}"))


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
    keys = {link.key for group in groups.values() for link in _headlines(group) if _may_be_headline(link)}
    chosen: dict[str, list[_Link]] = {}
    for link in links:
        if link.key in keys:
            chosen.setdefault(link.key, []).append(link)
    return chosen


def _headlines(group: list[_Link]) -> list[_Link]:
    """The links to articles among links that stand alike.

    Where nothing has a class, headlines and bylines stand alike: their folders tell them apart (`/news/`, `/person/`).
    """
    if _is_headline_list(group):
        return group
    folders: dict[str, list[_Link]] = defaultdict(list)
    for link in group:
        folders[urlsplit(link.url).path.split("/")[1]].append(link)
    if len(folders) == 1:
        return []
    parts = (part for part in folders.values() if len(part) >= SMALLEST_SPLIT and _is_headline_list(part))
    return [link for part in parts for link in part]


def _is_headline_list(group: list[_Link]) -> bool:
    """Whether links that stand alike lead to articles. Short texts do, too, in headings with a dated address."""
    least = len(group) * SHARE
    if sum(link.in_heading and _is_numbered(link.url) for link in group) > least:
        return True
    if median(link.words for link in group) < HEADLINE_WORDS:
        return False
    return sum(link.looks_like_article for link in group) >= least


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


def _make_entry(links: list[_Link], cards: _Cards) -> Entry:
    """An entry of the links to one article; a headline stands before teasers and `17 comments on this`."""
    titled = [link for link in links if link.in_heading] or links
    best = next((link for link in titled if link.words >= HEADLINE_WORDS), max(titled, key=lambda link: link.words))
    dates = (cards.date_near(link.element) for link in links)
    return Entry(
        url=links[0].url,
        title=best.text[:500] or None,
        published_at=next((instant for instant in dates if instant), None),
    )


class _Cards:
    """What stands around the links to articles. Looks at each element once, however many links stand in it."""

    def __init__(self, keys: Mapping[HtmlElement, str]) -> None:
        self._keys = keys
        self._is_card: dict[HtmlElement, bool] = {}
        self._stamps: dict[HtmlElement, datetime | None] = {}

    def date_near(self, element: HtmlElement) -> datetime | None:
        """The date in the largest ancestor that holds no link to another article."""
        found: datetime | None = None
        for depth, card in enumerate((element, *element.iterancestors())):
            if depth > CARD_DEPTH or not self._holds_one(card):
                break
            found = self._first_stamp(card) or found
        return found

    def _holds_one(self, element: HtmlElement) -> bool:
        if element not in self._is_card:
            keys = (self._keys[each] for each in element.iter("a") if each in self._keys)
            first = next(keys, None)
            self._is_card[element] = all(key == first for key in keys)
        return self._is_card[element]

    def _first_stamp(self, element: HtmlElement) -> datetime | None:
        if element not in self._stamps:
            texts = (each.get("datetime") or "".join(each.itertext()) for each in element.iter("time"))
            self._stamps[element] = next((stamp for text in texts if (stamp := parse_utc(text))), None)
        return self._stamps[element]
