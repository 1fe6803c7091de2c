"""One pass over a parsed page: everything that meta tags, links, titles and schema.org scripts say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.etree import XPath
from lxml.html import HtmlElement

from copydesk.extraction.headings import Heading, read_heading
from copydesk.extraction.jsonld import Node, find_article, load_nodes
from copydesk.text import collapse_space

MAX_VALUE_CHARS = 5_000
MAX_VALUES = 60
"""Of one name: a page with a million meta tags is cut here."""
MAX_TAGS = 20_000
MAX_HEADINGS = 20
WITH_ITEMPROP = XPath("descendant::*/@itemprop/parent::*")


@dataclass(slots=True)
class Tags:
    """What a page's tags say, raw."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    """name, property, itemprop or http-equiv in lower case -> contents, in order."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """rel in lower case -> hrefs."""
    title: str = ""
    headings: list[Heading] = field(default_factory=list)
    """Those of the first rank (h1), in order."""
    times: list[tuple[str, str]] = field(default_factory=list)
    """(value of datetime, class and itemprop) of time elements, in order."""
    itemprops: list[HtmlElement] = field(default_factory=list)
    """Elements with an itemprop (microdata), in order; `meta` is among them."""
    nodes: list[Node] = field(default_factory=list)
    """Objects of JSON-LD."""
    article: Node | None = None
    """The JSON-LD node of the article."""
    html_language: str = ""
    base_url: str = ""
    json_scripts: list[str] = field(default_factory=list)
    """Other JSON that the page carries (`__NEXT_DATA__` and the like)."""

    @property
    def h1(self) -> list[str]:
        """Texts of the headings."""
        return [heading.text for heading in self.headings]

    def first(self, *names: str) -> tuple[str, str]:
        """(name, value) of the first meta tag that is there, else two empty strings."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return name, value
        return "", ""

    def all(self, name: str) -> list[str]:
        """Contents of a meta tag, in order."""
        return self.meta.get(name, [])


def read_tags(root: HtmlElement, *, url: str) -> Tags:
    """Return what the tags of a page say. One pass; linear in the size of the page."""
    tags = Tags(html_language=(root.get("lang") or root.get("xml:lang") or "").strip())
    scripts: list[str] = []
    for seen, element in enumerate(root.iter("meta", "link", "script", "title", "h1", "time", "base")):
        if seen > MAX_TAGS:
            break
        _read(element, tags, scripts)
    tags.itemprops = find_elements(WITH_ITEMPROP, root)[:MAX_VALUES]
    tags.nodes = load_nodes(scripts)
    og_title = tags.first("og:title")[1]
    urls = [url, *tags.links.get("canonical", [])[:1], tags.first("og:url")[1]]
    tags.article = find_article(tags.nodes, titles=[og_title, tags.title, *tags.h1[:2]], urls=urls)
    return tags


def line_of(element: HtmlElement) -> str:
    """Return the text of an element on one line. Ten times faster than joining `itertext()`."""
    if not len(element):
        return collapse_space(element.text or "")
    return collapse_space(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


class Lines(dict[HtmlElement, str]):
    """Texts of elements on one line, each read once: for a tree that nobody changes meanwhile."""

    def __missing__(self, element: HtmlElement) -> str:
        line = self[element] = line_of(element)
        return line


def find_elements(path: XPath, root: HtmlElement) -> list[HtmlElement]:
    """Return the elements that a compiled XPath finds."""
    found: Any = path(root)
    return list(found)


def _read(element: HtmlElement, tags: Tags, scripts: list[str]) -> None:
    tag = element.tag
    if tag == "meta":
        content = element.get("content")
        if content is None:
            return
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(key)
            if name:
                _add(tags.meta, name.strip().lower(), content)
    elif tag == "link":
        href = element.get("href")
        for rel in (element.get("rel") or "").lower().split():
            _add(tags.links, rel, href or "")
    elif tag == "script":
        _read_script(element, tags, scripts)
    elif tag == "title":
        if not tags.title and element.getparent() is not None and element.getparent().tag != "svg":
            tags.title = collapse_space(element.text_content())[:MAX_VALUE_CHARS]
    elif tag == "h1":
        if len(tags.headings) < MAX_HEADINGS and (heading := read_heading(element)).text:
            tags.headings.append(heading)
    elif tag == "time":
        if len(tags.times) < MAX_VALUES:
            value = element.get("datetime") or collapse_space(element.text_content())[:80]
            tags.times.append((value.strip(), f"{element.get('class') or ''} {element.get('itemprop') or ''}"))
    elif tag == "base" and not tags.base_url:
        tags.base_url = element.get("href") or ""


def _read_script(element: HtmlElement, tags: Tags, scripts: list[str]) -> None:
    kind = (element.get("type") or "").lower()
    text = element.text
    if not text:
        return
    if "ld+json" in kind:
        scripts.append(text)
    elif element.get("id") == "__NEXT_DATA__" or ("application/json" in kind and len(text) > 1_000):
        tags.json_scripts.append(text)


def _add(values: dict[str, list[str]], name: str, value: str) -> None:
    known = values.setdefault(name, [])
    text = collapse_space(value[:MAX_VALUE_CHARS])
    if text and len(known) < MAX_VALUES and text not in known:
        known.append(text)
