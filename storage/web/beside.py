"""Two articles side by side, with the passages that they share."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from copydesk.text import CJK, merge_variants
from storage.articles import make_row
from storage.database import Database
from storage.store import Row

WORDS = 2_500
"""Of each text that are compared."""
RUN = 5
"""Words in a row that make a passage."""
TOKEN = re.compile(rf"[{CJK}]|[^\s{CJK}]+")
"""A word; of scripts without spaces, a character."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, shared with the other one or not."""

    text: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """Two articles, their texts in pieces."""

    first: Row
    second: Row
    first_text: list[Piece]
    second_text: list[Piece]
    shared_words: int


def read_beside(database: Database, first_id: int, second_id: int) -> Beside | None:
    """Two articles with their shared passages; None where one of them is not there."""
    rows = {
        row["id"]: make_row(row)
        for row in database.rows("SELECT * FROM articles WHERE id IN (?, ?)", (first_id, second_id))
    }
    if first_id not in rows or second_id not in rows:
        return None
    first, second = rows[first_id], rows[second_id]
    left, right, shared = share_passages(str(first["body_text"]), str(second["body_text"]))
    return Beside(first=first, second=second, first_text=left, second_text=right, shared_words=shared)


def share_passages(first: str, second: str) -> tuple[list[Piece], list[Piece], int]:
    """The two texts in pieces, and how many words they share in runs of `RUN` or more.

    >>> share_passages("a b c d e f", "x b c d e f")[2]
    5
    """
    left, right = (list(TOKEN.finditer(text))[:WORDS] for text in (first, second))
    keys = [[_key(token[0]) for token in tokens] for tokens in (left, right)]
    blocks = difflib.SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_matching_blocks()
    runs = [block for block in blocks if block.size >= RUN]
    return (
        _pieces(first, left, [(run.a, run.size) for run in runs]),
        _pieces(second, right, [(run.b, run.size) for run in runs]),
        sum(run.size for run in runs),
    )


def _key(word: str) -> str:
    """A word as it is compared: case, quotes and the marks around it aside."""
    return merge_variants(word).casefold().strip(".,;:!?'\"()[]-") or word


def _pieces(text: str, tokens: list[re.Match[str]], runs: list[tuple[int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, size in runs:
        begin, end = tokens[start].start(), tokens[start + size - 1].end()
        pieces += [Piece(text[at:begin], False), Piece(text[begin:end], True)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:], False)] if piece.text]
