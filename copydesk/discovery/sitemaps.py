"""Sitemaps, sitemap indexes and news sitemaps. Bytes in, entries out."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from copydesk.dates import parse_utc
from copydesk.discovery.feeds import clean_title, describe_root, find_feed, name_of, parse_feed
from copydesk.discovery.xml import decode, gunzip, parse_xml, stream, text_of
from copydesk.errors import ParseError
from copydesk.model import Entry
from copydesk.urls import resolve_url

_DATE_IN_NAME = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d{6})"
    r"(?:(?:[-_/.]|&\w{1,5}=)?(?:0[1-9]|1[0-2])(?:(?:[-_/.]|&\w{1,3}=)?(?:0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
"""`2026`, `2026-11`, `20261102`, `yyyy=2026&mm=11&dd=02`."""
LARGE_BYTES = 12_000_000
"""Above it, a sitemap is read element by element."""
MOST_ENTRIES = 100_000
"""Of a large sitemap: half from its beginning, half from its end. sitemaps.org allows 50,000."""
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitemap:
    """What a sitemap lists: pages or other sitemaps."""

    format: str
    entries: tuple[Entry, ...] = ()
    child_urls: tuple[str, ...] = ()
    """Sitemaps that an index names, those first that most likely hold today's news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Child:
    url: str
    modified_at: datetime | None


def parse_sitemap(body: bytes, *, sitemap_url: str, content_type: str = "") -> Sitemap:
    """Return what a sitemap lists, pages in document order. Feeds and plain lists of URLs are sitemaps, too.

    Raises:
        ParseError: `body` is none of them, even after repair.

    Reference: sitemaps.org/protocol.html; Google's news sitemaps (sitemap-news/0.9).
    """
    unpacked = gunzip(body, url=sitemap_url)
    if b"<" not in unpacked[:5000]:  # which stands in no URL, but soon in every XML
        return _parse_text(unpacked, sitemap_url)
    if len(unpacked) > LARGE_BYTES and (large := _parse_large(unpacked, sitemap_url)):
        return large
    root = parse_xml(unpacked, url=sitemap_url, content_type=content_type)
    name = _local(root)
    if name == "sitemapindex":
        children = [child for element in _children(root, "sitemap") if (child := _read_child(element, sitemap_url))]
        return Sitemap(format="sitemap index", child_urls=order_children(children))
    if name == "urlset":
        entries = tuple(entry for element in _children(root, "url") if (entry := _read_url(element, sitemap_url)))
        is_news = any(_find(element, "news") is not None for element in _children(root, "url"))
        return Sitemap(format="news sitemap" if is_news else "sitemap", entries=entries)
    if find_feed(root) is not None:
        feed = parse_feed(unpacked, feed_url=sitemap_url, content_type=content_type)
        return Sitemap(format=feed.format, entries=feed.entries)
    raise ParseError(sitemap_url, f"no sitemap, but {describe_root(root)}")


def _parse_large(body: bytes, sitemap_url: str) -> Sitemap | None:
    """A sitemap that would be too large as a tree; None: it has no URLs. Its news stand at one of its ends."""
    first: list[bytes] = []
    last: deque[bytes] = deque(maxlen=MOST_ENTRIES - MOST_ENTRIES // 2)
    for element in stream(body, "url"):
        kept = etree.tostring(element, with_tail=False)
        (first if len(first) < MOST_ENTRIES // 2 else last).append(kept)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)  # entities are declared no more
    found = [_read_url(etree.fromstring(kept, parser), sitemap_url) for kept in (*first, *last)]
    entries = tuple(entry for entry in found if entry is not None)
    is_news = any(entry.published_at for entry in entries)
    return Sitemap(format="news sitemap" if is_news else "sitemap", entries=entries) if entries else None


def order_children(children: Iterable[_Child]) -> tuple[str, ...]:
    """News first, then by last change, then by the date in the name, newest first; else as the index has them."""

    def rank(child: _Child) -> tuple[bool, float, str]:
        dated = _DATE_IN_NAME.search(child.url)
        changed_at = child.modified_at or _LONG_AGO
        return "news" in child.url.lower(), changed_at.timestamp(), re.sub(r"\D", "", dated[0]) if dated else ""

    return tuple(child.url for child in sorted(children, key=rank, reverse=True))


def _read_child(element: etree._Element, base: str) -> _Child | None:
    url = resolve_url(base, _text(element, "loc")) if _text(element, "loc") else None
    return _Child(url=url, modified_at=parse_utc(_text(element, "lastmod"))) if url else None


def _read_url(element: etree._Element, base: str) -> Entry | None:
    href = _text(element, "loc")
    url = resolve_url(base, href) if href else None
    if url is None:
        return None
    news = _find(element, "news")
    publication = _find(news, "publication") if news is not None else None
    return Entry(
        url=url,
        title=clean_title(_text(news, "title"), is_html=True) if news is not None else None,
        published_at=parse_utc(_text(news, "publication_date")) if news is not None else None,
        modified_at=parse_utc(_text(element, "lastmod")),
        language=(_text(publication, "language") or None) if publication is not None else None,
    )


def _parse_text(body: bytes, sitemap_url: str) -> Sitemap:
    """One URL a line."""
    lines = [line.strip() for line in decode(body, "").lstrip("\ufeff").splitlines()]
    urls = [resolve_url(sitemap_url, line) for line in lines if line.startswith(("http://", "https://"))]
    if not urls or len(urls) * 2 < sum(map(bool, lines)):
        raise ParseError(sitemap_url, "neither a sitemap nor a list of URLs" if any(lines) else "the document is empty")
    return Sitemap(format="list of URLs", entries=tuple(Entry(url=url) for url in urls if url))


def _local(element: etree._Element) -> str:
    """The name without any namespace: sitemaps state wrong ones as often as right ones."""
    return name_of(element).rpartition(":")[2]


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element.iterchildren(etree.Element) if _local(child) == name]


def _find(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None) if element is not None else None


def _text(element: etree._Element | None, name: str) -> str:
    found = _find(element, name)
    return text_of(found) if found is not None else ""
