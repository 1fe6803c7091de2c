"""OPML: lists of feeds, as feed readers exchange them. Bytes in, feeds out, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from copydesk.discovery.xml import ILLEGAL, parse_xml
from copydesk.errors import ParseError
from copydesk.model import Source
from copydesk.urls import resolve_url

DEEPEST = 20
"""Folders in folders that are read as tags."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """One feed of a list."""

    title: str
    feed_url: str
    homepage: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    """The folders it stands in, then its categories, as tags: `us-markets`."""


def parse_opml(body: bytes, *, path: str) -> tuple[list[Outline], list[str]]:
    """Return the feeds of an OPML file, in document order, and a line for each outline whose address is none.

    Entities are not expanded, and nothing outside of the file is read.

    Raises:
        ParseError: `body` is no OPML.

    Reference: OPML 2.0 (opml.org/spec2.opml), "Subscription lists".
    """
    root = parse_xml(body, url=path)
    if not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise ParseError(path, f"no OPML, but an XML document <{root.tag}>")
    found: list[Outline] = []
    broken: list[str] = []
    for element, folders in _outlines(root, (), 0):
        raw = _attribute(element, "xmlUrl")
        url = resolve_url(raw, raw) if raw else None
        title = _attribute(element, "title") or _attribute(element, "text") or raw
        if url is None:
            broken.append(f"{title}: no address that can be followed: {raw}")
            continue
        page = _attribute(element, "htmlUrl")
        categories = (part for each in _attribute(element, "category").split(",") for part in each.split("/"))
        tags = dict.fromkeys(filter(None, map(make_tag, [*folders, *categories])))
        homepage = resolve_url(page, page) if page else None
        language = _attribute(element, "language")
        found.append(
            Outline(
                title=title,
                feed_url=url,
                homepage=homepage or "",
                language=language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", language) else "",
                tags=tuple(tags),
            )
        )
    return found, broken


def write_opml(sources: Iterable[Source], *, at: datetime) -> bytes:
    """Return an OPML file of the sources' feeds, in folders by first tag."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of Copydesk"
    etree.SubElement(head, "dateCreated").text = format_datetime(at)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in sources:
        parent = body
        if source.tags:
            first = source.tags[0]
            if first not in folders:
                folders[first] = etree.SubElement(body, "outline", text=_legal(first), title=_legal(first))
            parent = folders[first]
        for url in source.feeds:
            values = {
                "text": source.name,
                "title": source.name,
                "type": "rss",
                "xmlUrl": url,
                "htmlUrl": source.homepage,
            }
            values |= {"language": source.language, "category": ",".join(source.tags)}
            etree.SubElement(parent, "outline", {key: _legal(value) for key, value in values.items() if value})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def make_tag(text: str) -> str:
    """Return a folder's name as a tag.

    >>> make_tag("US & Markets")
    'us-markets'
    """
    return re.sub(r"\W+", "-", text.lower()).strip("-")[:40]


def _outlines(
    element: etree._Element, folders: tuple[str, ...], depth: int
) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    for child in element.iterchildren(etree.Element):
        name = str(child.tag).lower()
        is_feed = name == "outline" and bool(_attribute(child, "xmlUrl"))
        if is_feed:
            yield child, folders
        if depth < DEEPEST and name in ("body", "outline"):
            label = _attribute(child, "text") or _attribute(child, "title")
            inner = (*folders, label) if name == "outline" and not is_feed else folders
            yield from _outlines(child, inner, depth + 1)


def _attribute(element: etree._Element, name: str) -> str:
    """The value of an attribute, whatever its case: writers disagree on `xmlUrl`."""
    return next((str(value).strip() for key, value in element.items() if str(key).lower() == name.lower()), "")


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)
