"""Bodies that stand in a page's JSON: as a filter of what was found in its markup, or in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape

from copydesk.extraction.body import Block
from copydesk.text import collapse_space, count_words, split_words, unify

BREAKS = re.compile(r"</?(?:p|div|br|h\d|li|ul|ol|blockquote)\b[^<>]{0,300}>|\n+|\r+", re.I)
ANY_TAG = re.compile(r"<[^<>]{0,1000}>")
RESCUE_RATIO = 0.5
"""A body in JSON replaces one in markup that is less than this part of it."""
MIN_RESCUE_WORDS = 60
DOUBTFUL_WORDS = 250
"""Below, the page's JSON is looked at; from `MIN_RESCUE_WORDS` on, only where it holds the text as well."""
COVERED = 0.85
"""Share of a body's shingles that the JSON must know before it may tell what does not belong."""
SAME_SHARE = 0.5
"""Of the shingles in the markup that the page's JSON must hold, to be the same text."""
OTHER_SHARE = 0.2
"""Markup and articleBody that share less are different texts: on an endless page, the teasers of other articles."""
PROSE_CHARS = 60
PARAGRAPH_TYPES = frozenset(["paragraph", "p", "heading", "list-item", "listitem", "blockquote", "quote"])
"""`type` of the nodes of rich text, whose words stand in pieces: before, in and after links."""
CODE = re.compile(r"[{};]{2}|function\(")
MAX_STRINGS = 20_000
MAX_PIECES = 500
"""Of one paragraph."""
PIECE_KEYS = frozenset(["text", "value"])
PROSE_KEYS = frozenset(
    [
        "text",
        "content",
        "body",
        "html",
        "value",
        "articlebody",
        "paragraph",
        "paragraphs",
        "children",
        "data",
        "bodytext",
    ]
)


def split_body(raw: str) -> list[Block]:
    """Return the paragraphs of a body as publishers write it into JSON: HTML, or text with line ends."""
    text = raw
    if "&lt;" in text or "&#60;" in text:
        text = unescape(text)
    pieces = (collapse_space(unescape(ANY_TAG.sub("", piece))) for piece in BREAKS.split(text))
    return [Block(kind="p", text=piece) for piece in pieces if piece]


def shingles(text: str, size: int = 3) -> set[tuple[str, ...]]:
    """Return the runs of `size` words of a text."""
    words = split_words(unify(text))
    return {tuple(words[place : place + size]) for place in range(max(1, len(words) - size + 1))} if words else set()


def rescue_body(blocks: Sequence[Block], json_body: str, json_scripts: Sequence[str]) -> tuple[list[Block], str]:
    """Return (blocks, note): those from JSON where the markup held less than half of them, else those given."""
    if not json_body and sum(block.text.count(" ") for block in blocks) > 2 * DOUBTFUL_WORDS:
        return list(blocks), ""
    words = count_words("\n".join(block.text for block in blocks))
    stated = split_body(json_body) if json_body else []
    stated_words = count_words("\n".join(block.text for block in stated))
    if stated_words >= MIN_RESCUE_WORDS and words < RESCUE_RATIO * stated_words:
        return stated, f"body taken from JSON-LD: {stated_words} words, {words} in the markup"
    if stated_words >= 2 * MIN_RESCUE_WORDS and _is_other(blocks, stated):
        return stated, f"body taken from JSON-LD: the markup has another text of {words} words"
    if len(stated) >= 3 and len(blocks) == 1 and stated_words >= 0.4 * words:
        return stated, "paragraphs taken from JSON-LD: the markup has them in one"
    if words < DOUBTFUL_WORDS:
        prose = [block for block in blocks if len(block.text) > PROSE_CHARS]
        mine: set[tuple[str, ...]] = set().union(*(shingles(block.text) for block in prose))
        for script in json_scripts:
            found = _prose(script)
            found_words = sum(count_words(block.text) for block in found)
            theirs: set[tuple[str, ...]] = set().union(*(shingles(block.text) for block in found))
            is_same = words < MIN_RESCUE_WORDS or len(mine & theirs) > SAME_SHARE * len(mine)
            if is_same and found_words >= 2 * MIN_RESCUE_WORDS and found_words > 2 * words:
                return found, f"body taken from the page's JSON: {found_words} words, {words} in the markup"
    return list(blocks), ""


def _is_other(blocks: Sequence[Block], stated: Sequence[Block]) -> bool:
    """Whether hardly anything of a stated body was found in the markup."""
    mine: set[tuple[str, ...]] = set().union(*(shingles(block.text) for block in blocks))
    theirs: set[tuple[str, ...]] = set().union(*(shingles(block.text) for block in stated))
    return len(mine & theirs) < OTHER_SHARE * len(theirs)


def filter_by_json(blocks: Sequence[Block], json_body: str) -> list[Block]:
    """Drop paragraphs that a complete body in JSON does not know; headings, quotes and lists stay."""
    if not json_body or len(blocks) < 3:
        return list(blocks)
    known = shingles(ANY_TAG.sub(" ", unescape(json_body)))
    mine = [shingles(block.text) for block in blocks]
    everything: set[tuple[str, ...]] = set().union(*mine)
    if not everything or len(everything & known) < COVERED * len(known) or len(known) < 60:
        return list(blocks)
    if len(everything & known) < 0.6 * len(everything):
        return list(blocks)
    return [
        block
        for block, grams in zip(blocks, mine, strict=True)
        if block.kind in ("head", "row", "quote") or not grams or len(grams & known) >= 0.2 * len(grams)
    ]


def _prose(script: str) -> list[Block]:
    """The paragraphs of that list of the document which holds most prose."""
    try:
        document = json.loads(script, strict=False)
    except (ValueError, RecursionError):
        return []
    lists: dict[int, dict[str, None]] = {}
    for key, text, home in _strings(document):
        if len(text) < PROSE_CHARS or key not in PROSE_KEYS or text.startswith(("http", "{", "[", "data:")):
            continue
        for block in split_body(text):
            if " " in block.text and not CODE.search(block.text):
                lists.setdefault(home, {})[block.text] = None
    best = max(lists.values(), key=lambda texts: sum(map(len, texts)), default={})
    return [Block(kind="p", text=text) for text in best]


def _strings(document: object) -> Iterator[tuple[str, str, int]]:
    """(key, string, number of its outermost list) of a document, in order; iterative: nesting costs no stack.

    A paragraph of rich text is one string.
    """
    stack: list[tuple[str, object, int]] = [("", document, 0)]
    seen = lists = 0
    while stack and seen < MAX_STRINGS:
        key, value, home = stack.pop()
        if isinstance(value, str):
            seen += 1
            yield key, value, home
        elif isinstance(value, list):
            if not home:
                lists += 1
                home = lists
            stack.extend((key, item, home) for item in reversed(value))
        elif isinstance(value, dict):
            if value.get("type") in PARAGRAPH_TYPES and (text := _rich_text(value)):
                seen += 1
                yield "text", text, home
                continue
            stack.extend((str(name).lower(), item, home) for name, item in reversed(value.items()))


def _rich_text(node: dict[str, object]) -> str:
    """The words of a paragraph in pieces; empty where it has none, or holds paragraphs of its own."""
    stack: list[tuple[str, object]] = [("", value) for value in reversed(node.values())]
    pieces: list[str] = []
    for _ in range(MAX_PIECES):
        if not stack:
            return "".join(pieces)
        key, value = stack.pop()
        if isinstance(value, str) and key in PIECE_KEYS:
            pieces.append(value)
        elif isinstance(value, list):
            stack.extend((key, item) for item in reversed(value))
        elif isinstance(value, dict):
            if value.get("type") in PARAGRAPH_TYPES:
                return ""
            stack.extend((str(name).lower(), item) for name, item in reversed(value.items()))
    return ""
