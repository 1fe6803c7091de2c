"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed. Bytes in, entries out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from copydesk.dates import parse_utc
from copydesk.discovery.xml import decode, gunzip, parse_xml, text_of
from copydesk.errors import ParseError
from copydesk.model import Entry
from copydesk.urls import resolve_url

NAMESPACES = {
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
"""Namespace, lower-case -> the prefix it has below. Documents choose their own prefixes."""

LINKS = ("feedburner:origlink", "link", "atom:link", "guid", "atom:id", "id")
TITLES = ("title", "atom:title", "dc:title", "media:title")
PUBLISHED = ("pubdate", "atom:published", "published", "atom:issued", "dc:date", "dcterms:created", "dcterms:issued")
MODIFIED = ("atom:updated", "updated", "atom:modified", "dcterms:modified", "lastbuilddate")
"""Elements of an entry, the first that is there and readable counts."""
LANGUAGES = ("dc:language", "language", "atom:language")
ENTRIES = frozenset({"item", "entry", "atom:entry"})
ROOTS = {"rss": "RSS", "rdf:rdf": "RSS 1.0", "feed": "Atom", "atom:feed": "Atom", "channel": "RSS"}
PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
"""sy:updatePeriod."""
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"

_TAG = re.compile(r"<[^<>]{1,1000}>")
_PERMALINK = re.compile(r"https?://\S+", re.IGNORECASE)

Fields = Mapping[str, list[etree._Element]]
"""Elements by name, in document order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What a feed says."""

    format: str
    entries: tuple[Entry, ...]
    ttl_s: float | None = None
    """How long the publisher wants to be left alone; None where it does not say."""


def parse_feed(body: bytes, *, feed_url: str, content_type: str = "") -> Feed:
    """Return what a feed says; its entries in document order.

    Entries without a link are left out; relative links are resolved against `xml:base`, then `feed_url`.

    Raises:
        ParseError: `body` is no RSS, Atom or JSON Feed document, even after repair.

    Reference: RSS 2.0 (rssboard.org), RSS 1.0 (web.resource.org/rss/1.0), RFC 4287 section 4.1.2, JSON Feed 1.1.
    """
    body = gunzip(body, url=feed_url)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _parse_json(body, feed_url)
    root = parse_xml(body, url=feed_url, content_type=content_type)
    feed = find_feed(root)
    if feed is None:
        raise ParseError(feed_url, f"neither RSS nor Atom nor JSON Feed, but {describe_root(root)}")
    return _read_feed(feed, feed_url)


def find_feed(root: etree._Element) -> etree._Element | None:
    """Return the feed element: the root, or the first feed in it (pages that wrap a feed exist)."""
    return next((element for element in root.iter(etree.Element) if name_of(element) in ROOTS), None)


def describe_root(root: etree._Element) -> str:
    """What a document is, for a message."""
    name = name_of(root)
    return "a web page (HTML)" if name in ("html", "head", "body", "div", "p") else f"an XML document <{name}>"


def name_of(element: etree._Element) -> str:
    """Return an element's name, lower-case, with the prefix of `NAMESPACES`; unknown namespaces give `?:name`."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        return NAMESPACES.get(namespace.lower(), "?:" if namespace else "") + local.lower()
    return tag.lower()


def clean_title(raw: str, *, is_html: bool) -> str | None:
    """Return a title as plain text. RSS does not say whether a title is HTML, so it is read as such: most are."""
    if is_html and "<" in raw:
        raw = _TAG.sub(" ", raw)
    if is_html and "&" in raw:
        raw = html.unescape(raw)
        raw = _TAG.sub(" ", raw)
    return " ".join(raw.split())[:1000] or None


def _read_feed(feed: etree._Element, feed_url: str) -> Feed:
    format_ = ROOTS[name_of(feed)]
    if format_ == "RSS" and (version := feed.get("version")):
        format_ = f"RSS {version.strip()[:10]}"
    head = _fields(feed, into=("channel",))
    language = _language(feed, head)
    elements = [element for element in feed.iter(etree.Element) if name_of(element) in ENTRIES]
    entries = (_read_entry(element, feed_url, language) for element in elements)
    return Feed(format=format_, entries=tuple(entry for entry in entries if entry), ttl_s=_ttl_s(head))


def _read_entry(element: etree._Element, feed_url: str, language: str | None) -> Entry | None:
    fields = _fields(element)
    url = _link(fields, _base(element, feed_url))
    if url is None:
        return None
    title = next((text for name in TITLES for each in fields.get(name, ()) if (text := _title(each))), None)
    return Entry(
        url=url,
        title=title,
        published_at=_instant(fields, PUBLISHED),
        modified_at=_instant(fields, MODIFIED),
        language=_language(element, fields) or language,
    )


def _fields(element: etree._Element, into: tuple[str, ...] = ()) -> dict[str, list[etree._Element]]:
    fields: dict[str, list[etree._Element]] = {}
    for child in element.iterchildren(etree.Element):
        name = name_of(child)
        fields.setdefault(name, []).append(child)
        if name in into:
            for inner, elements in _fields(child).items():
                fields.setdefault(inner, []).extend(elements)
    return fields


def _link(fields: Fields, base: str) -> str | None:
    for name in LINKS:
        for element in fields.get(name, ()):
            href = _href(name, element)
            if href and (url := resolve_url(base, href)):
                return url
    return None


def _href(name: str, element: etree._Element) -> str:
    text = text_of(element)
    if name in ("guid", "atom:id", "id"):
        is_link = element.get("isPermaLink", "true").strip().lower() != "false"
        return text if is_link and _PERMALINK.fullmatch(text) else ""
    href = element.get("href")
    if href is None:
        return text
    return href if (element.get("rel") or "alternate").strip().lower() == "alternate" else ""


def _title(element: etree._Element) -> str | None:
    is_atom = name_of(element).startswith("atom:")
    is_html = not is_atom or (element.get("type") or element.get("mode") or "text").lower() in ("html", "text/html")
    return clean_title(text_of(element), is_html=is_html)


def _instant(fields: Fields, names: tuple[str, ...]) -> datetime | None:
    texts = (text_of(element) for name in names for element in fields.get(name, ()))
    return next((instant for text in texts if (instant := parse_utc(text))), None)


def _language(element: etree._Element, fields: Fields) -> str | None:
    stated = [element.get(LANG) or ""]
    stated += [text_of(each) for name in LANGUAGES for each in fields.get(name, ())]
    return next((text for text in stated if re.fullmatch(r"[A-Za-z]{2,3}([_-]\w{2,8})*", text)), None)


def _base(element: etree._Element, feed_url: str) -> str:
    bases = [each.get(BASE) for each in (element, *element.iterancestors())]
    base = feed_url
    for each in reversed([each for each in bases if each]):
        base = resolve_url(base, each) or base
    return base


def _ttl_s(head: Fields) -> float | None:
    for element in head.get("ttl", ()):
        text = text_of(element)
        if text.isascii() and text.isdigit() and int(text):
            return int(text) * 60.0
    for element in head.get("sy:updateperiod", ()):
        period = PERIODS_S.get(text_of(element).lower())
        times = next((text_of(each) for each in head.get("sy:updatefrequency", ())), "1")
        if period and times.isascii() and times.isdigit() and int(times):
            return period / int(times)
    return None


def _parse_json(body: bytes, feed_url: str) -> Feed:
    try:
        raw = json.loads(decode(body, "").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ParseError(feed_url, f"broken JSON ({error})") from error
    items = raw.get("items") if isinstance(raw, dict) else None
    if not isinstance(items, list):
        raise ParseError(feed_url, "JSON, but no JSON Feed: it has no list `items`")
    language = raw.get("language") if isinstance(raw.get("language"), str) else None
    entries = (_read_item(item, feed_url, language) for item in items if isinstance(item, dict))
    return Feed(format="JSON Feed", entries=tuple(entry for entry in entries if entry))


def _read_item(item: Mapping[str, Any], feed_url: str, language: str | None) -> Entry | None:
    def text(name: str) -> str:
        value = item.get(name)
        return value if isinstance(value, str) else ""

    links: Iterator[str] = (text(name) for name in ("url", "external_url"))
    href = next(filter(None, links), "") or (text("id") if _PERMALINK.fullmatch(text("id")) else "")
    url = resolve_url(feed_url, href) if href else None
    if url is None:
        return None
    return Entry(
        url=url,
        title=clean_title(text("title"), is_html=False),
        published_at=parse_utc(text("date_published")),
        modified_at=parse_utc(text("date_modified")),
        language=text("language") or language,
    )
