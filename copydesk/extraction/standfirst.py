"""The summary between headline and text: a field of its own, not a paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from copydesk.extraction.body import Block
from copydesk.extraction.phrases import ALWAYS
from copydesk.extraction.tags import line_of
from copydesk.text import collapse_space, letters_only

MARKED = re.compile(
    r"(?:^|[\s_-])(?:standfirst|sub-?titles?|sub-?head(?:line|ing)?|dek|deck|lede|lead|summary|intro(?:duction)?|teaser-?text|excerpt|chapeau|"
    r"abstract|kicker-?text|article-?(?:description|intro|lead|summary)|entradilla|sommario|ingress|vorspann|perex|headline__sub\w*)(?:$|[\s_-])",
    re.I,
)
TAGS = ["p", "div", "h2", "h3", "h4", "span", "strong", "section"]
MIN_CHARS, MAX_CHARS = 20, 600
STEM_CHARS = 60
"""Letters of a description, by which it is found in the text."""
LOOKED_AT = 400
"""Elements after the headline that are looked at."""


def find_standfirst(root: HtmlElement, blocks: Sequence[Block], descriptions: Sequence[str]) -> tuple[str, list[Block]]:
    """Return (standfirst, blocks without it); an empty string where the page has none.

    An element whose class says so, near the headline; else a description that is first line or nowhere in the text.
    """
    marked = _marked(root)
    told = {_key(text) for text in descriptions}
    first = blocks[0] if blocks else None
    if first is not None and len(blocks) > 2:
        key = _key(first.text)
        if marked and key == _key(marked):
            return first.text, list(blocks[1:])
        if first.kind == "head" and key in told and len(first.text) >= MIN_CHARS:
            return first.text, list(blocks[1:])
    whole = text = ""
    for candidate in (marked, *descriptions):
        candidate = collapse_space(candidate)
        if not MIN_CHARS <= len(candidate) <= MAX_CHARS or ALWAYS.match(candidate):
            continue
        if candidate.endswith(("…", "...", "[…]", "[...]")):
            return "", list(blocks)
        whole = whole or " ".join(block.text for block in blocks)
        if candidate[: 2 * STEM_CHARS] in whole:  # as written: cheap, and true as a rule
            return "", list(blocks)
        text = text or _key(whole)
        if _key(candidate.rstrip("."))[:STEM_CHARS] in text:
            return "", list(blocks)
        return candidate, list(blocks)
    return "", list(blocks)


def _marked(root: HtmlElement) -> str:
    title = next(root.iter("h1"), None)
    if title is None:
        return ""
    marks: dict[str, bool] = {}
    for seen, element in enumerate(title.itersiblings(*TAGS)):
        if seen > 6:
            break
        if found := _text_if_marked(element, marks):
            return found
    scope = title.getparent()
    for _ in range(3):
        if scope is None or scope.tag in ("body", "html"):
            break
        for seen, element in enumerate(scope.iter(*TAGS)):
            if seen > LOOKED_AT:
                break
            if found := _text_if_marked(element, marks):
                return found
        scope = scope.getparent()
    return ""


def _text_if_marked(element: HtmlElement, marks: dict[str, bool]) -> str:
    """`marks`: what was found of names before, which pages repeat."""
    mark = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('data-testid') or ''}"
    if mark not in marks:
        marks[mark] = bool(MARKED.search(mark))
    if not marks[mark] or element.find(".//h1") is not None:
        return ""
    text = line_of(element)
    return text if MIN_CHARS <= len(text) <= MAX_CHARS else ""


def _key(text: str) -> str:
    return letters_only(text)
