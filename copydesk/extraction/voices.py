"""Which of a source's articles speak for themselves: copies and updates of one text count once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from copydesk.extraction.memory import PROSE_BYTES, split_lines

SAME_SHARE = 0.9
"""Of the shorter text: two articles that share so much are one voice."""
UPDATE_SHARE = 0.75
"""The same where what they share is a long text: an article with a new beginning."""
UPDATE_CHARS = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownArticle:
    """A stored article, as far as its lines are concerned."""

    id: int
    headline: str
    body_text: str
    """Before anything was cut by what is learned here."""
    at: datetime
    """Published; first seen where that is not known."""
    group: int
    """The canonical article of its group of copies; its own id where it is none."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Voice:
    """An article that is no copy of another one here."""

    article: KnownArticle
    lines: list[str]


def independent(articles: Sequence[KnownArticle]) -> list[Voice]:
    """The first article of each text, oldest first."""
    firsts: dict[int, KnownArticle] = {}
    for article in sorted(articles, key=lambda each: (each.at, each.id)):
        firsts.setdefault(article.group, article)
    voices = [Voice(article=article, lines=split_lines(article.body_text)) for article in firsts.values()]
    voices = [voice for voice in voices if voice.lines]
    holders = _holders(voices)
    copies = _of_one_opening(voices, holders) | _of_one_text(voices, holders)
    return [voice for place, voice in enumerate(voices) if place not in copies]


def _holders(voices: Sequence[Voice]) -> dict[str, list[int]]:
    """Line -> places of the voices that have it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, voice in enumerate(voices):
        for line in set(voice.lines):
            holders[line].append(place)
    return holders


def _of_one_opening(voices: Sequence[Voice], holders: dict[str, list[int]]) -> set[int]:
    """Places of articles that begin with the prose of an earlier one. What many begin with is no copy's sign."""
    most = max(3, len(voices) // 3)
    seen: set[str] = set()
    copies = set()
    for place, voice in enumerate(voices):
        opening = [line for line in voice.lines[:8] if _bytes(line) >= PROSE_BYTES][:2]
        opening = [line for line in opening if len(holders[line]) <= most]
        if any(line in seen for line in opening):
            copies.add(place)
        seen.update(opening)
    return copies


def _of_one_text(voices: Sequence[Voice], holders: dict[str, list[int]]) -> set[int]:
    """Places of articles most of whose text stands in an earlier one, or that hold most of an earlier one's."""
    copies: set[int] = set()
    chars = [sum(len(line) for line in set(voice.lines)) for voice in voices]
    for place, voice in enumerate(voices):
        lines = set(voice.lines)
        own_chars = sum(len(line) for line in lines if len(holders[line]) == 1)
        if chars[place] - own_chars < UPDATE_SHARE * chars[place]:
            continue
        shared: Counter[int] = Counter()
        for line in lines:
            for other in holders[line]:
                shared[other] += len(line)
        copies.update(
            max(place, other)
            for other, common in shared.items()
            if other != place and _is_copy(common, min(chars[place], chars[other]))
        )
    return copies


def _is_copy(common: int, shorter: int) -> bool:
    return common >= SAME_SHARE * shorter or (common >= UPDATE_CHARS and common >= UPDATE_SHARE * shorter)


def _bytes(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8", "replace"))
