"""A parsed page -> the blocks of its text, as trafilatura finds them, each with what the page's markup says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass

import trafilatura
from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError
from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura.baseline import baseline
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor

from copydesk.extraction.pruning import quick_discards
from copydesk.extraction.tags import Lines, find_elements
from copydesk.text import CJK_CHARACTER, EASTERN, collapse_space

CUT_TAGS = [
    "script",
    "style",
    "svg",
    "noscript",
    "iframe",
    "nav",
    "footer",
    "aside",
    "button",
    "select",
    "template",
    "video",
    "audio",
    "canvas",
    "map",
    "object",
    "embed",
    "dialog",
    "textarea",
    "menu",
    "picture",
    "source",
    "head",
]
"""Never part of a text. trafilatura drops them too, after having copied them three times."""
CUT_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:newsletter(?:[\s_-]?(?:signup|sign-up|form|box|promo|widget|module|cta|inline|embed))?|"
    r"related(?:[\s_-]?(?:articles?|posts?|stories|content|links?|news|coverage|items?|topics?))|"
    r"cookie[\s_-]?(?:banner|notice|consent)|consent[\s_-]?(?:banner|overlay)|"
    r"share[\s_-]?(?:bar|buttons?|tools?|links?)|social[\s_-]?(?:share|sharing|links|icons)|"
    r"author[\s_-]?(?:bio|box|card|info)|about[\s_-]?the[\s_-]?author|recirc\w*|"
    r"read[\s_-]?(?:more|next|also)|most[\s_-]?(?:read|popular)|inline[\s_-]?promo|"
    r"comments?[\s_-]?(?:section|area|list)|jp-relatedposts|outbrain|taboola|advertisement|ad[\s_-]?(?:slot|container|wrapper|unit))"
    r"(?:$|[\s_-])"
)
"""In names written small."""
OTHERS_CLASS = re.compile(
    r"^[Cc]omment(?!ary)|(?:article|post)-comments|mvp-post-add-(?:box|wrap)|elementor-share-buttons"
)
OTHERS_ID = re.compile(r"^(?:[Cc]omment(?!ary)|comol|disqus_thread|dsq-comments)|mvp-post-add-(?:box|wrap)")
"""Readers' comments and whole further articles, as trafilatura knows them; they go however long they are."""
ENDLESS = re.compile(r"infinite-?scroll")
"""The same, where the headline does not stand in it."""
CUT_CANDIDATES = ["div", "section", "ul", "ol", "p", "figure", "span", "h2", "h3", "h4", "details"]
"""Elements whose class and id are looked at."""
CUT_SHARE = 0.25
"""An element with a larger share of the page's paragraphs is content, whatever its class says."""
DIALOGS = XPath(
    "//@role[.='dialog' or .='alertdialog']/parent::*[not(.//h1)]|//@aria-modal[.='true']/parent::*[not(.//h1)]"
)
"""Boxes that open over a page: consent, newsletters, menus. By way of the attributes: few elements have them."""
BLOCK_TAGS = frozenset(["p", "head", "item", "list", "quote", "table", "row", "code", "div", "lb"])
LINK_BLOCKS = frozenset(
    [
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "td",
        "th",
        "section",
        "article",
        "blockquote",
        "dd",
        "dt",
        "figcaption",
    ]
)
MAX_LINKS = 3_000
MAX_CHILDREN = 200
"""Of a block: what holds more holds the page."""
LAYOUT_PARAGRAPHS = 3
"""In one cell: no table of data has so many."""
PROSE_CHARS = 60
PIECE = 30
"""Characters of a paragraph by which it is found again."""
SHORT_CHARS = 400
"""A text below this makes the slow, full extraction worth its cost."""


FAST = Extractor(fast=True, recall=True, comments=False, output_format="json")
"""How trafilatura is to work first."""


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item, quote or table row of the text."""

    kind: str
    """`p`, `head`, `item`, `quote`, `row` or `code`."""
    text: str
    """One line."""
    links: float = 0.0
    """Share of its characters that is link text, 0..1."""
    targets: tuple[str, ...] = ()
    """Where its links lead, as written."""


def clean_tree(root: HtmlElement, prune: Sequence[str] = ()) -> list[str]:
    """Cut what is never text, in place; returns a note for each selector of `prune` that is none."""
    notes = _prune(root, prune)
    etree.strip_elements(root, *CUT_TAGS, with_tail=False)
    for dialog in find_elements(DIALOGS, root):
        if dialog.getparent() is not None:
            dialog.drop_tree()
    _unfold_layout_tables(root)
    _cut_boxes(root)
    return notes


def _cut_boxes(root: HtmlElement) -> None:
    """Cut the elements whose class or id says that they are comments, further articles, or boxes of other things."""
    paragraphs = sum(1 for _ in root.iter("p"))
    known: dict[tuple[str, str], list[Cut]] = {}
    for element in list(root.iter(*CUT_CANDIDATES)):
        mark = (element.get("class") or "", element.get("id") or "")
        if mark not in known:
            known[mark] = _cuts(*mark)
        cuts = known[mark]
        if cuts and element.getparent() is not None and any(is_cut(element, paragraphs) for is_cut in cuts):
            element.drop_tree()


Cut = Callable[[HtmlElement, int], bool]
"""Whether an element goes whose name says so, on a page of so many paragraphs."""


def _cuts(class_name: str, identity: str) -> list[Cut]:
    """The cuts that an element's names call for. Asked once for each pair of names: pages repeat them."""
    names = f"{class_name} {identity}"[:500]
    cuts: list[Cut] = []
    if CUT_CLASSES.search(names.lower()):
        cuts.append(_is_box)
    if OTHERS_CLASS.search(class_name[:500]) or OTHERS_ID.search(identity[:500]):
        cuts.append(_is_container)
    if ENDLESS.search(names):
        cuts.append(_is_endless)
    return cuts


def _is_box(element: HtmlElement, paragraphs: int) -> bool:
    inside = sum(1 for _ in element.iter("p")) if element.tag in ("div", "section", "article") else 0
    return inside <= max(8, CUT_SHARE * paragraphs) and element.find(".//h1") is None


def _is_container(element: HtmlElement, paragraphs: int) -> bool:
    return element.tag in ("div", "section", "details", "ol", "ul")


def _is_endless(element: HtmlElement, paragraphs: int) -> bool:
    return element.tag in ("div", "section") and element.find(".//h1") is None


def _unfold_layout_tables(root: HtmlElement) -> None:
    """Make plain containers of tables that only place things: those that hold tables, or cells of paragraphs."""
    for table in list(root.iter("table")):
        is_layout = table.find(".//table") is not None or any(
            sum(1 for _ in cell.iter("p")) >= LAYOUT_PARAGRAPHS for cell in table.iter("td")
        )
        if is_layout:
            for part in (table, *table.iterchildren("tbody", "tr"), *table.xpath("./tbody/tr|./tr/td|./tbody/tr/td")):
                part.tag = "div"


def _prune(root: HtmlElement, selectors: Sequence[str]) -> list[str]:
    notes = []
    for selector in selectors:
        try:
            is_xpath = selector.startswith(("/", "./", "("))
            found = root.xpath(selector) if is_xpath else CSSSelector(selector, translator="html")(root)
        except (etree.XPathError, SelectorError) as error:
            notes.append(f"prune {selector!r} is no selector: {error}")
            continue
        for element in found if isinstance(found, list) else []:
            if isinstance(element, HtmlElement) and element.getparent() is not None:
                element.drop_tree()
    return notes


def find_blocks(root: HtmlElement, *, url: str, full: bool = False) -> list[Block]:
    """Return the blocks of a page's text in order; none where trafilatura finds no text.

    `full` compares with its fallback extractors, at several times the cost. `root` is left as it is.
    """
    found = _extract_fully(root, url) if full else _extract_fast(root)
    return [] if found is None else render_blocks(found)


def _extract_fast(root: HtmlElement) -> etree._Element | None:
    """What `bare_extraction(root, fast=True, favor_recall=True)` finds, in two thirds of its time.

    Its steps without those that cut what `clean_tree` has cut, and without a copy of the tree for each.
    """
    try:
        tree = convert_tags(tree_cleaning(copy(root), FAST), FAST)
        with quick_discards():
            found, text = extract_content(tree, FAST)
        if len(text) < FAST.min_extracted_size:
            plain, plain_text, chars = baseline(root)
            found, text = (plain, plain_text) if chars > len(text) else (found, text)
    except (TypeError, ValueError):  # as bare_extraction does: text that XML has no place for, say
        return None
    return found if text else None


def _extract_fully(root: HtmlElement, url: str) -> etree._Element | None:
    document = trafilatura.bare_extraction(
        root,
        url=url or None,
        include_comments=False,
        output_format="json",  # with "python" it writes the text out once more
    )
    return getattr(document, "body", None)


def complete_blocks(blocks: list[Block], root: HtmlElement, lines: Lines) -> tuple[list[Block], int]:
    """Return the blocks with paragraphs that trafilatura missed, and how many those are.

    It takes the first of several containers of one body. A paragraph of the page belongs to the text where it stands
    in an element of the same class as paragraphs that were found, inside the same `article`, and is prose.
    """
    known = {block.text for block in blocks}
    whole = "\n".join(known)
    places: dict[str, int] = {block.text: place for place, block in enumerate(blocks)}
    homes: dict[Home, int] = {}
    page: list[tuple[HtmlElement, str, Home]] = []
    for element in root.iter("p"):
        text = lines[element]
        home = _home(element)
        page.append((element, text, home))
        if text in known and len(text) > PROSE_CHARS:
            homes[home] = homes.get(home, 0) + 1
    result, missed = list(blocks), 0
    after, is_within = -1, False
    additions: dict[int, list[Block]] = {}
    for element, text, home in page:
        if text in places:
            after, is_within = places[text], True
        elif is_within and len(text) > PROSE_CHARS and homes.get(home, 0) >= 2 and not _is_known(text, whole):
            links = sum(len(lines[link]) for link in element.iter("a"))
            if links < 0.4 * len(text):
                additions.setdefault(after, []).append(Block(kind="p", text=text))
                whole += "\n" + text
                missed += 1
    for place in sorted(additions, reverse=True):
        result[place + 1 : place + 1] = additions[place]
    return result, missed


def _is_known(text: str, whole: str) -> bool:
    """Whether a paragraph is in a text already: whole, or in parts, as where it was split at line breaks."""
    middle = len(text) // 2
    return any(piece in whole for piece in (text[:PIECE], text[-PIECE:], text[middle : middle + PIECE]))


Home = tuple[str | HtmlElement | None, ...]


def _home(paragraph: HtmlElement) -> Home:
    """What paragraphs of one body have in common: classes of itself and what holds it, and the nearest article."""
    parent = paragraph.getparent()
    if parent is None:
        return ()
    outer = next((e for e in parent.iterancestors("article", "main", "body")), None)
    return (paragraph.get("class"), parent.tag, parent.get("class") or parent.get("data-testid"), outer)


def prose_chars(blocks: Sequence[Block]) -> int:
    """Return how much of a text is sentences rather than links and labels; Chinese and Japanese count double."""
    texts = [block.text for block in blocks if len(block.text) > PROSE_CHARS and block.links < 0.5]
    return sum(len(text) + (len(CJK_CHARACTER.findall(text)) if EASTERN.search(text) else 0) for text in texts)


def render_blocks(body: etree._Element) -> list[Block]:
    """Return the blocks of trafilatura's body element. Iterative: hostile nesting costs no stack."""
    blocks: list[Block] = []
    buffer: list[str] = []
    kinds: list[str] = ["p"]

    def flush() -> None:
        text = collapse_space("".join(buffer))
        buffer.clear()
        if text and any(char.isalnum() for char in text):
            blocks.append(Block(kind=kinds[-1], text=text))

    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if tag in BLOCK_TAGS:
                flush()
                kinds.append(_kind(tag, kinds[-1]))
            elif tag == "cell" and buffer:
                buffer.append(" | ")
            if element.text:
                buffer.append(element.text)
            continue
        if tag in BLOCK_TAGS:
            flush()
            kinds.pop()
        if element.tail:
            buffer.append(element.tail)
    flush()
    return blocks


def _kind(tag: str, outer: str) -> str:
    if tag in ("p", "div", "lb"):
        return outer if outer in ("item", "quote", "row", "head") else "p"
    return {"list": "item", "table": "row"}.get(tag, tag)


def mark_links(blocks: Sequence[Block], root: HtmlElement, lines: Lines) -> None:
    """Set `links` and `targets` of the blocks from the page's markup. Linear in the number of links."""
    by_text = {block.text: block for block in blocks}
    chars: dict[int, int] = {}
    for seen, link in enumerate(root.iter("a")):
        if seen > MAX_LINKS:
            break
        home = link.getparent()
        while home is not None and home.tag not in LINK_BLOCKS:
            home = home.getparent()
        if home is None:
            continue
        anchor = lines[link]
        block = by_text.get(lines[home] if len(home) < MAX_CHILDREN else "") or by_text.get(anchor)
        if block is None or not anchor:
            continue
        chars[id(block)] = chars.get(id(block), 0) + len(anchor)
        block.links = min(1.0, chars[id(block)] / max(1, len(block.text)))
        if (target := link.get("href")) and len(block.targets) < 10:
            block.targets = (*block.targets, target)


def join_blocks(blocks: Iterable[Block]) -> str:
    """Return blocks as text: a blank line between paragraphs, a line for each item of a list and row of a table."""
    parts: list[str] = []
    previous = ""
    for block in blocks:
        if parts:
            parts.append("\n" if block.kind == previous and block.kind in ("item", "row") else "\n\n")
        parts.append(block.text)
        previous = block.kind
    return "".join(parts)
