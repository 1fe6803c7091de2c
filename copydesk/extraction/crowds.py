"""Text that stands in thousands of pieces in one element -> paragraphs.

Whoever takes an element out of a tree joins the text before and after it. Where text stands between thousands of
elements that go (libxml2 copies it anew for each), that takes time by their square: 18,000 `<b>` in one paragraph of
3 MB take half a minute. No text that a person wrote looks like this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree
from lxml.html import Element, HtmlElement

BLOCKS = (
    *("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "td", "th", "dd", "dt", "pre"),
    *("div", "section", "article", "ul", "ol", "dl", "table", "thead", "tbody", "tr", "figure", "main", "form"),
    *("header", "fieldset", "center", "details"),
)
UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea", "video"]
)
WORK = 2e9
"""Elements of a page times its bytes, from which it is looked at: a second or so is at stake."""
MAX_MIXED = 500
"""Elements among which the text of one block may stand."""
MAX_MIXED_CHARS = 30_000
"""Of that text."""


def loosen(root: HtmlElement, utf8: bytes) -> list[str]:
    """Make paragraphs of text that stands among too many elements, in place; returns notes. `utf8`: the page."""
    if len(utf8) * utf8.count(b"<") < WORK or len(utf8) * float(root.xpath("count(//*)")) < WORK:
        return []
    crowded = [element for element, count in _count(root).items() if count > MAX_MIXED and _mixes(element)]
    for element in crowded:
        _rebuild(element)
    return [f"{len(crowded)} elements with text in thousands of pieces"] if crowded else []


def _count(root: HtmlElement) -> Counter[HtmlElement]:
    """For each block, how many elements stand in it and in no block within it, with the blocks directly in it."""
    containers = {root}
    for block in root.iter(*BLOCKS):
        element: HtmlElement | None = block
        while element is not None and element not in containers:
            containers.add(element)
            element = element.getparent()
    homes: dict[HtmlElement, HtmlElement] = {}
    counts: Counter[HtmlElement] = Counter()
    for element in root.iterdescendants(etree.Element):
        parent = element.getparent()
        home = parent if parent in containers else homes[parent]
        if element not in containers:
            homes[element] = home
        counts[home] += 1
    return counts


def _mixes(element: HtmlElement) -> bool:
    """Whether much text stands directly in an element: not so in tables and lists, however long."""
    size = len(element.text or "")
    for child in element:
        size += len((child.tail or "").strip())
        if not _holds_block(child):
            size += sum(map(len, _texts(child)))
    return size > MAX_MIXED_CHARS


def _rebuild(element: HtmlElement) -> None:
    """Put each run of text and inline elements into a paragraph of its own; blocks stay, without text after them."""
    children = list(element)
    run = [element.text or ""]
    made: list[HtmlElement] = []
    for child in children:
        if _holds_block(child):
            made += [*_paragraphs(run), child]
            run = [child.tail or ""]
            child.tail = None
        else:
            run += [*_texts(child), child.tail or ""]
    made += _paragraphs(run)
    if element.tag not in ("body", "html", "main", "article", "section", "td", "li", "blockquote", "ul", "ol"):
        element.tag = "div"
    element.text = None
    element[:] = made


def _holds_block(element: HtmlElement) -> bool:
    return element.tag in BLOCKS or next(element.iterdescendants(*BLOCKS), None) is not None


def _texts(element: HtmlElement) -> Iterator[str]:
    """The visible text of an inline element, a line break as one."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "start":
            if each.tag in UNSEEN:
                walk.skip_subtree()
                continue
            yield "\n\n" if each.tag in ("br", "hr") else each.text or ""
        elif each is not element:
            yield each.tail or ""


def _paragraphs(run: list[str]) -> Iterator[HtmlElement]:
    for text in "".join(run).split("\n\n"):
        if text.strip():
            paragraph = Element("p")
            paragraph.text = text
            yield paragraph
