"""What shows that two articles are alike: the passages that both have, and where they stand in the texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from copydesk.duplicates.matching import Match
from copydesk.duplicates.measures import Comparison
from copydesk.duplicates.words import TOKEN, count_pieces, normalise

SHOWN = ("told", "covered", "covered_longer", "verbatim", "names", "numbers", "headline")
"""Measures that an edge keeps; shares."""
BLUR = 6
"""Passages are located to a few words."""
Passage = tuple[int, int, int, int]
"""First word and the one after the last, in the one text and in the other."""


def make_evidence(match: Match, *, is_turned: bool) -> dict[str, Any]:
    """Return what an edge keeps as its evidence; `is_turned`: the other article is named first."""
    return describe_comparison(match.comparison, is_turned=is_turned)


def describe_comparison(comparison: Comparison | None, *, is_turned: bool = False) -> dict[str, Any]:
    """Shares of what two texts have in common, and where it stands; empty where that is too little to be measured."""
    if comparison is None:
        return {}
    shares = {name: round(getattr(comparison.measures, name), 3) for name in SHOWN}
    return shares | {"passages": [list(passage) for passage in shared_passages(comparison, is_turned=is_turned)]}


def turn(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The same evidence as the other article has it: passages name the other text first."""
    passages = sorted([*passage[2:], *passage[:2]] for passage in evidence.get("passages", ()))
    return dict(evidence) | ({"passages": passages} if "passages" in evidence else {})


def shared_passages(comparison: Comparison, *, is_turned: bool = False) -> list[Passage]:
    """Where the shared passages stand, in the order of the first text; what is one stretch in both texts is one."""
    found = sorted(
        (there.start, there.stop, here.start, here.stop)
        if is_turned
        else (here.start, here.stop, there.start, there.stop)
        for here, there in comparison.passages()
    )
    joined: list[Passage] = []
    for passage in found:
        if joined and _goes_on(joined[-1], passage):
            joined[-1] = (joined[-1][0], passage[1], joined[-1][2], max(joined[-1][3], passage[3]))
        else:
            joined.append(passage)
    return joined


def quote(text: str, other: str, passages: Iterable[Sequence[int]]) -> list[Mapping[str, str]]:
    """The passages themselves: `text`, and `of_text` beside it."""
    spans, others = word_spans(text), word_spans(other)
    return [
        {"text": _cut(text, spans, start, end), "of_text": _cut(other, others, of_start, of_end)}
        for start, end, of_start, of_end in passages
    ]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each word stands that `read_words` reads, in characters of the text as it is.

    Where typography is unified to another number of characters, a word's span is all that stands between blanks.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for chunk in text.split():
        at = text.index(chunk, at)
        plain = normalise(chunk)
        for token in TOKEN.finditer(plain):
            for piece in range(count_pieces(token[0])):
                if len(plain) != len(chunk):
                    spans.append((at, at + len(chunk)))
                elif count_pieces(token[0]) == 1:
                    spans.append((at + token.start(), at + token.end()))
                else:
                    spans.append((at + token.start() + piece, at + token.start() + piece + 2))
        at += len(chunk)
    return spans


def _goes_on(passage: Passage, following: Passage) -> bool:
    """Whether two passages follow upon one another in both texts, but for a word or two that was put between."""
    gap = following[2] - passage[3]
    return following[0] <= passage[1] and -BLUR <= gap <= BLUR and following[2] >= passage[2]


def _cut(text: str, spans: Sequence[tuple[int, int]], start: int, end: int) -> str:
    within = spans[start:end]
    return text[within[0][0] : within[-1][1]] if within else ""
