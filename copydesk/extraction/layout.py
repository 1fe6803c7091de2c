"""Where the blocks of a text stand on the page: captions, boxes and teasers have other containers than the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from copydesk.extraction.body import Block
from copydesk.extraction.tags import Lines

LEAVES = ("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "td", "th", "dd", "dt", "pre", "h1")
"""Elements that hold one block; `div` and `span` do where no block stands in them."""
LOOSE = ("div", "span", "section")
BLOCKS = frozenset(
    {*LEAVES, "div", "section", "article", "ul", "ol", "dl", "table", "tbody", "tr", "figure", "main", "form", "hr"}
)
PROSE_CHARS = 60
"""Shorter blocks do not say where the text stands."""
MOST_STEPS = 12
"""Ancestors that are looked at between a block and the text's container."""
BOX_MARK = re.compile(
    r"box|aside|sidebar|info|fact|promo|teaser|card|widget|module|embed|callout|sponsor|advert|banner|subscri|"
    r"newsletter|signup"
)
"""Pieces of class and id names between a block and the text's container."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one block stands, compared with the text's container: the element that holds most of the prose."""

    tag: str = ""
    steps: int = -1
    """Elements between the block and an ancestor of the container; -1: the block was not found on the page."""
    parent_share: float = 0.0
    """Of the text's prose that stands in the same parent, 0..1."""
    grandparent_share: float = 0.0
    class_share: float = 0.0
    """Of the text that stands in elements of the same tag and class."""
    in_box: bool = False
    """By its name or that of what holds it."""
    emphasis: float = 0.0
    """Share of its characters in `em` or `i`."""


def find_places(blocks: Sequence[Block], root: HtmlElement, lines: Lines) -> list[Place]:
    """Return the places of blocks, in their order. Linear in the size of the page."""
    found = _find_elements({block.text for block in blocks}, root, lines)
    elements = [found.get(block.text) for block in blocks]
    parents: Counter[HtmlElement] = Counter()
    grandparents: Counter[HtmlElement] = Counter()
    classes: Counter[tuple[object, ...]] = Counter()
    total = sum(len(block.text) for block in blocks) or 1
    for block, element in zip(blocks, elements, strict=True):
        if element is None:
            continue
        classes[_kind(element)] += len(block.text)
        parent = element.getparent()
        if parent is None or len(block.text) <= PROSE_CHARS:
            continue
        parents[parent] += len(block.text)
        if (grandparent := parent.getparent()) is not None:
            grandparents[grandparent] += len(block.text)
    container = parents.most_common(1)[0][0] if parents else None
    above = {container, *container.iterancestors()} if container is not None else set()
    return [
        Place() if element is None else _place(element, above, (parents, grandparents, classes, total), lines)
        for element in elements
    ]


_Shares = tuple[Counter[HtmlElement], Counter[HtmlElement], Counter[tuple[object, ...]], int]


def _place(element: HtmlElement, above: set[HtmlElement], shares: _Shares, lines: Lines) -> Place:
    parents, grandparents, classes, total = shares
    between = list(_steps_up(element, above))
    marks = " ".join(f"{each.get('class') or ''} {each.get('id') or ''}" for each in (element, *between)).lower()
    parent = element.getparent()
    grandparent = parent.getparent() if parent is not None else None
    emphasised = sum(len(lines[each]) for each in element.iter("em", "i"))
    return Place(
        tag=str(element.tag),
        steps=len(between),
        parent_share=parents[parent] / total if parent is not None else 0.0,
        grandparent_share=grandparents[grandparent] / total if grandparent is not None else 0.0,
        class_share=classes[_kind(element)] / total,
        in_box=bool(BOX_MARK.search(marks)),
        emphasis=min(1.0, emphasised / max(1, len(lines[element]))) if emphasised else 0.0,
    )


def _steps_up(element: HtmlElement, above: set[HtmlElement]) -> Iterator[HtmlElement]:
    for steps, each in enumerate(element.iterancestors()):
        if each in above or steps >= MOST_STEPS:
            return
        yield each


def _kind(element: HtmlElement) -> tuple[object, ...]:
    return element.tag, element.get("class")


def _find_elements(texts: set[str], root: HtmlElement, lines: Lines) -> dict[str, HtmlElement]:
    """The element of each text: the first paragraph, heading or item that holds it, else the first loose container."""
    found: dict[str, HtmlElement] = {}
    missing = set(texts)
    for tags in (LEAVES, LOOSE):
        for element in root.iter(*tags):
            if not missing:
                return found
            if tags is LOOSE and any(child.tag in BLOCKS for child in element):
                continue
            text = lines[element]
            if text in missing:
                found[text] = element
                missing.remove(text)
    return found
