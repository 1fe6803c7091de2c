"""Two articles side by side, with the passages that they share."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass

from copydesk.duplicates.evidence import word_spans
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
    is_matched: bool
    """True: these are the passages that matching found, re-worded ones among them; False: runs of the same words."""


def read_beside(database: Database, first_id: int, second_id: int) -> Beside | None:
    """Two articles with their shared passages; None where one of them is not there."""
    rows = {
        row["id"]: make_row(row)
        for row in database.rows("SELECT * FROM articles WHERE id IN (?, ?)", (first_id, second_id))
    }
    if first_id not in rows or second_id not in rows:
        return None
    first, second = rows[first_id], rows[second_id]
    texts = str(first["body_text"]), str(second["body_text"])
    passages = _read_passages(database, first_id, second_id)
    left, right, shared = cut_passages(*texts, passages) if passages else share_passages(*texts)
    return Beside(
        first=first,
        second=second,
        first_text=left,
        second_text=right,
        shared_words=shared,
        is_matched=bool(passages),
    )


def _read_passages(database: Database, first_id: int, second_id: int) -> list[tuple[int, int, int, int]]:
    """Those that the edge between two articles names, as words of the first and of the second."""
    row = database.row(
        "SELECT article_id, evidence FROM duplicates WHERE (article_id, of_id) IN (VALUES (?1, ?2), (?2, ?1))",
        (first_id, second_id),
    )
    found = json.loads(row["evidence"]).get("passages", []) if row is not None else []
    is_turned = row is not None and row["article_id"] == second_id
    return [(c, d, a, b) if is_turned else (a, b, c, d) for a, b, c, d in found]


def cut_passages(
    first: str, second: str, passages: list[tuple[int, int, int, int]]
) -> tuple[list[Piece], list[Piece], int]:
    """The two texts in pieces, by passages that matching found; some of them are worded otherwise on the other side."""
    left = _pieces(first, word_spans(first), [(a, b - a) for a, b, _, _ in passages])
    right = _pieces(second, word_spans(second), [(c, d - c) for _, _, c, d in passages])
    return left, right, sum(b - a for a, b, _, _ in passages)


def share_passages(first: str, second: str) -> tuple[list[Piece], list[Piece], int]:
    """The two texts in pieces, and how many words they share in runs of `RUN` or more.

    >>> share_passages("a b c d e f", "x b c d e f")[2]
    5
    """
    left, right = ([token.span() for token in TOKEN.finditer(text)][:WORDS] for text in (first, second))
    keys = [[_key(text[start:end]) for start, end in spans] for text, spans in ((first, left), (second, right))]
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


def _pieces(text: str, spans: list[tuple[int, int]], runs: list[tuple[int, int]]) -> list[Piece]:
    """Runs are first word and number of words; where they overlap, the later one begins later."""
    pieces, at = [], 0
    for start, size in sorted(runs):
        within = spans[start : start + size]
        if not within or within[-1][1] <= at:
            continue
        begin, end = max(at, within[0][0]), within[-1][1]
        pieces += [Piece(text[at:begin], False), Piece(text[begin:end], True)]
        at = end
    return [piece for piece in [*pieces, Piece(text[at:], False)] if piece.text]
