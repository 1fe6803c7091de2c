"""Two texts, word by word: how many words one has more than the other, and which stand where."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

COMPARED_WORDS = 1_500
"""Of a stretch of lines that differs; a longer one is shown as lost and won in whole: the comparison is quadratic."""
CONTEXT_WORDS = 6
"""Shown around a difference."""
ELLIPSIS = "…"


class Op(StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    LOST = "lost"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of words of one fate."""

    op: Op
    text: str


def count_changes(old: str, new: str) -> tuple[int, int]:
    """(words lost, words won); a word that only moved is neither.

    >>> count_changes("rates fell again", "again rates fell sharply")
    (0, 1)
    """
    before, after = Counter(old.split()), Counter(new.split())
    return (before - after).total(), (after - before).total()


def word_diff(old: str, new: str, *, context: int = CONTEXT_WORDS) -> list[Part]:
    """Return what was lost and won, in order, with a few words around each; equal texts give nothing.

    Lines are compared first, words within lines that differ.
    """
    parts: list[Part] = []
    for op, text in _join(_by_lines(old.split("\n"), new.split("\n"))):
        parts.append(Part(op, text))
    if all(part.op is Op.SAME for part in parts):
        return []
    return [_shorten(part, place, len(parts), context) for place, part in enumerate(parts)]


def mark(parts: Sequence[Part]) -> str:
    """The parts as wdiff writes them: `rates [-fell-] {+rose+} again`."""
    signs = {Op.SAME: "{}", Op.LOST: "[-{}-]", Op.WON: "{{+{}+}}"}
    return " ".join(signs[part.op].format(part.text) for part in parts)


def _by_lines(old: list[str], new: list[str]) -> Iterator[tuple[Op, list[str]]]:
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        before, after = " ".join(old[a:b]).split(), " ".join(new[c:d]).split()
        if tag == "equal":
            yield Op.SAME, before
        elif len(before) > COMPARED_WORDS or len(after) > COMPARED_WORDS:
            yield from ((Op.LOST, before), (Op.WON, after))
        else:
            yield from _by_words(before, after)


def _by_words(old: list[str], new: list[str]) -> Iterator[tuple[Op, list[str]]]:
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Op.SAME, old[a:b]
        else:
            yield from ((Op.LOST, old[a:b]), (Op.WON, new[c:d]))


def _join(pieces: Iterator[tuple[Op, list[str]]]) -> list[tuple[Op, str]]:
    """Neighbours of one fate as one; empty ones left out."""
    joined: list[tuple[Op, list[str]]] = []
    for op, words in pieces:
        if not words:
            continue
        if joined and joined[-1][0] is op:
            joined[-1][1].extend(words)
        else:
            joined.append((op, list(words)))
    return [(op, " ".join(words)) for op, words in joined]


def _shorten(part: Part, place: int, parts: int, context: int) -> Part:
    """What stays the same, only as far as it touches a difference."""
    words = part.text.split()
    head = context if place else 0
    tail = context if place < parts - 1 else 0
    if part.op is not Op.SAME or len(words) <= head + tail:
        return part
    shown = [*words[:head], ELLIPSIS, *(words[-tail:] if tail else [])]
    return Part(part.op, " ".join(shown))
