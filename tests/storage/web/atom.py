"""What RFC 4287 says that a feed must be, and what the W3C's validator complains of beside that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
ANY, ONE, MAYBE, SOME = (0, 999), (1, 1), (0, 1), (1, 999)
FEED = {"id": ONE, "title": ONE, "updated": ONE, "author": ANY, "category": ANY, "generator": MAYBE, "icon": MAYBE,
        "link": SOME, "logo": MAYBE, "rights": MAYBE, "subtitle": MAYBE, "entry": ANY}  # fmt: skip
"""Section 4.1.1: how many of each child there may be."""
ENTRY = {"id": ONE, "title": ONE, "updated": ONE, "published": MAYBE, "author": ANY, "category": ANY, "link": ANY,
         "content": MAYBE, "summary": MAYBE, "rights": MAYBE, "source": MAYBE, "contributor": ANY}  # fmt: skip
"""Section 4.1.2."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""RFC 3339, with the capital letters that section 3.3 asks for."""
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
NOT_IN_IRIS = re.compile(r'[\s<>"{}|\\^`\x00-\x20]|%(?![0-9A-Fa-f]{2})')
TEXTS = ("title", "summary", "content", "subtitle", "rights")


def faults(document: bytes) -> list[str]:
    """What is wrong with a feed; nothing where it is valid."""
    feed = etree.fromstring(document)
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_children(feed, FEED), *_values(feed)]
    found += [fault for entry in entries for fault in (*_children(entry, ENTRY), *_values(entry))]
    if not feed.findall(f"{ATOM}author"):  # section 4.1.1
        found += [f"entry {place} has no author" for place, entry in enumerate(entries) if not _find(entry, "author")]
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    found += [f"two entries have the id {name}" for name, count in ids.items() if count > 1]
    if not [link for link in _find(feed, "link") if link.get("rel") == "self"]:
        found.append("no link to itself")  # a SHOULD that the validator insists on
    return found


def _find(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{ATOM}{name}")


def _children(parent: etree._Element, allowed: dict[str, tuple[int, int]]) -> Iterator[str]:
    counts = Counter(str(child.tag).removeprefix(ATOM) for child in parent)
    for name in counts.keys() - allowed.keys():
        yield f"{parent.tag} may have no {name}"
    for name, (least, most) in allowed.items():
        if not least <= counts[name] <= most:
            yield f"{parent.tag} has {counts[name]} of {name}"


def _values(parent: etree._Element) -> Iterator[str]:
    for child in parent:
        name, text = str(child.tag).removeprefix(ATOM), child.text or ""
        if name == "id":
            yield from _iri(text)
        elif name in ("updated", "published"):
            if not INSTANT.fullmatch(text):
                yield f"{name} is no instant: {text}"
        elif name == "link":
            yield from _iri(child.get("href") or "")
        elif name == "author":
            if not (child.findtext(f"{ATOM}name") or "").strip():
                yield "an author without a name"
        elif name == "category":
            if not (child.get("term") or "").strip():
                yield "a category without a term"
        elif name in TEXTS:
            yield from _text(child)
    language = parent.get("{http://www.w3.org/XML/1998/namespace}lang")
    if language is not None and not LANGUAGE.fullmatch(language):
        yield f"no language: {language}"
    links = Counter((link.get("type"), link.get("hreflang")) for link in _find(parent, "link")
                    if link.get("rel", "alternate") == "alternate")  # fmt: skip
    yield from (f"two alternate links of {kind}" for kind, count in links.items() if count > 1)
    is_without_content = parent.tag == f"{ATOM}entry" and not _find(parent, "content")
    if is_without_content and not links:  # section 4.1.2
        yield "an entry with neither content nor a link"


def _iri(text: str) -> Iterator[str]:
    if NOT_IN_IRIS.search(text) or not urlsplit(text).scheme:
        yield f"no absolute IRI: {text}"


def _text(element: etree._Element) -> Iterator[str]:
    kind = element.get("type", "text")
    if kind not in ("text", "html"):
        yield f"{element.tag} is of type {kind}, which these feeds do not use"
    if len(element):
        yield f"{element.tag} of type {kind} has children: its markup is not escaped"  # section 3.1.1.2
    if kind == "html" and (element.text or "").strip():
        for node in html.fragment_fromstring(element.text or "", create_parent=True).iter():
            if node.tag in ("script", "style", "iframe", "object", "embed", "form", "img", "link"):
                yield f"{element.tag} holds a {node.tag}"
