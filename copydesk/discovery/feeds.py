"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed. Bytes in, entries out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from lxml import etree

from copydesk.dates import parse_utc
from copydesk.discovery.xml import ILLEGAL, decode, drop_tags, gunzip, parse_xml, text_of
from copydesk.errors import ParseError
from copydesk.model import Entry
from copydesk.urls import resolve_url

NAMESPACES = {
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns#": "atom:",
    "http://purl.org/dc/elements/1.0": "dc:",
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/dc/terms": "dcterms:",
    "http://purl.org/rss/1.0/modules/syndication": "sy:",
    "http://search.yahoo.com/mrss": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
"""Namespace, lower-case, without `/` at its end -> the prefix it has below. Documents choose their own prefixes."""

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

LONGEST_TITLE = 20_000
"""Characters of a title with its tags; what follows is no title."""
RELS = frozenset({"", "alternate", "http://www.iana.org/assignments/relation/alternate"})
"""Of links that lead to the page itself (RFC 4287, section 4.2.7.2)."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[_-]\w{2,8})*")
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
    """Return an element's name, lower-case, with the prefix of `NAMESPACES`.

    Unknown namespaces give `?:name`, but just `name` where the document uses them without a prefix: publishers invent
    addresses for RSS, which has none.
    """
    tag = element.tag
    return _name(tag, element.prefix is None) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _name(tag: str, is_default: bool) -> str:
    if not tag.startswith("{"):
        return tag.lower()
    namespace, _, local = tag[1:].partition("}")
    namespace = namespace.strip().lower().rstrip("/").replace("https://", "http://")
    return NAMESPACES.get(namespace, "" if is_default else "?:") + local.lower()


def clean_title(raw: str, *, is_html: bool) -> str | None:
    """Return a title as plain text. RSS does not say whether a title is HTML, so it is read as such: most are."""
    raw = raw[:LONGEST_TITLE]
    if is_html:
        raw = drop_tags(raw)
        if "&" in raw:
            raw = drop_tags(html.unescape(raw))
    return " ".join(raw.split())[:1000] or None


def _read_feed(feed: etree._Element, feed_url: str) -> Feed:
    format_ = ROOTS[name_of(feed)]
    if format_ == "RSS" and (version := _attribute(feed, "version")):
        format_ = f"RSS {version.strip()[:10]}"
    head = _fields(feed, into=("channel",))
    language = _language(feed, head)
    elements = [element for element in feed.iter(etree.Element) if name_of(element) in ENTRIES]
    entries = (_read_entry(element, feed_url, language) for element in elements)
    return Feed(format=format_, entries=tuple(entry for entry in entries if entry), ttl_s=_ttl_s(head))


def _read_entry(element: etree._Element, feed_url: str, language: str | None) -> Entry | None:
    fields = _fields(element)
    url = _link(fields, feed_url)
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


def _link(fields: Fields, feed_url: str) -> str | None:
    for name in LINKS:
        for element in fields.get(name, ()):
            href = _href(name, element)
            if href and (url := resolve_url(_base(element, feed_url), href)):
                return url
    return None


def _href(name: str, element: etree._Element) -> str:
    text = text_of(element)
    if name in ("guid", "atom:id", "id"):
        is_link = _attribute(element, "isPermaLink").lower() != "false"
        return text if is_link and _PERMALINK.fullmatch(text) else ""
    return (_attribute(element, "href") or text) if _attribute(element, "rel").lower() in RELS else ""


def _title(element: etree._Element) -> str | None:
    is_atom = name_of(element).startswith("atom:")
    stated = (_attribute(element, "type") or "text").lower(), _attribute(element, "mode").lower()
    is_html = not is_atom or stated[0] in ("html", "text/html") or stated[1] == "escaped"
    return clean_title(text_of(element), is_html=is_html)


def _attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute, whatever its case; empty where it is not there."""
    exact = element.get(name)
    if exact is not None:
        return exact.strip()
    return next((str(value).strip() for key, value in element.items() if str(key).lower() == name.lower()), "")


def _instant(fields: Fields, names: tuple[str, ...]) -> datetime | None:
    texts = (text_of(element) for name in names for element in fields.get(name, ()))
    return next((instant for text in texts if (instant := parse_utc(text))), None)


def _language(element: etree._Element, fields: Fields) -> str | None:
    stated = [element.get(LANG) or ""]
    stated += [text_of(each) for name in LANGUAGES for each in fields.get(name, ())]
    return next((text for text in stated if _LANGUAGE.fullmatch(text)), None)


def _base(element: etree._Element, feed_url: str) -> str:
    bases = [each.get(BASE) for each in (element, *element.iterancestors())]
    base = feed_url
    for each in reversed([each for each in bases if each]):
        base = resolve_url(base, each) or base
    return base


def _ttl_s(head: Fields) -> float | None:
    for element in head.get("ttl", ()):
        if minutes := _count(text_of(element)):
            return minutes * 60.0
    for element in head.get("sy:updateperiod", ()):
        period = PERIODS_S.get(text_of(element).lower())
        times = next((_count(text_of(each)) for each in head.get("sy:updatefrequency", ())), 1)
        if period and times:
            return period / times
    return None


def _count(text: str) -> int:
    """A small whole number; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _parse_json(body: bytes, feed_url: str) -> Feed:
    try:
        raw = json.loads(decode(body, "").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ParseError(feed_url, f"broken JSON ({error})") from error
    items = raw.get("items") if isinstance(raw, dict) else None
    if not isinstance(items, list):
        raise ParseError(feed_url, "JSON, but no JSON Feed: it has no list `items`")
    language = _member(raw, "language")
    entries = (_read_item(item, feed_url, language) for item in items if isinstance(item, dict))
    return Feed(format="JSON Feed", entries=tuple(entry for entry in entries if entry))


def _member(item: Mapping[str, Any], name: str) -> str:
    """A text of a JSON object, without what no XML could hold; empty where there is none."""
    value = item.get(name)
    return ILLEGAL.sub("", value) if isinstance(value, str) else ""


def _read_item(item: Mapping[str, Any], feed_url: str, feed_language: str) -> Entry | None:
    links: Iterator[str] = (_member(item, name).strip() for name in ("url", "external_url"))
    name = _member(item, "id").strip()
    href = next(filter(None, links), "") or (name if _PERMALINK.fullmatch(name) else "")
    url = resolve_url(feed_url, href) if href else None
    if url is None:
        return None
    return Entry(
        url=url,
        title=clean_title(_member(item, "title"), is_html=False),
        published_at=parse_utc(_member(item, "date_published")),
        modified_at=parse_utc(_member(item, "date_modified")),
        language=next(filter(_LANGUAGE.fullmatch, (_member(item, "language"), feed_language)), None),
    )
