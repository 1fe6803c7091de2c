"""Where the passages of one text stand in another: blocks of words, each with the place that is most like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance.LCSseq import similarity as common_subsequence

from copydesk.duplicates.signature import Text

BLOCK = 24
"""Words a block: about a sentence."""
SLACK = 12
"""How many words a passage may be shifted and still be in its place."""
ROOM = SLACK + SLACK // 2
"""Words on either side of a place."""
FOLLOWED = 0.7
"""A block that has as much of its words where the last one goes on is there, and not sought anywhere else."""
ROUNDING = 1e-6
"""Words; shares are rounded."""
COMMON = 12
"""A word that stands in a text more often does not tell where a passage is."""


class Block(NamedTuple):
    """A stretch of one text, and what became of it in the other; positions count words. A tuple: they are many."""

    start: int
    end: int
    share: float
    """Of its words, function words too, that stand in the place in order: 1 word for word, .6 to .9 re-worded, .4 by
    chance in texts of one subject."""
    place: range
    """Where it stands in the other text, with some room; empty where nowhere."""


def align(text: Text, other: Text, *, least: float = 0.0) -> list[Block]:
    """Return the blocks of a text, in order, with their places in another; none where less than `least` is told.

    Each block is sought for itself, so passages may have moved, and others may stand between them. Costs about
    .02 ms a block, a tenth of that where it stands there word for word. No more blocks are sought once those that are
    left could not make up for what is missing, if each of their words that the other text has stood in its place.
    """
    length = len(text.words)
    count = max(1, round(length / BLOCK))
    is_there = bytes(map(set(other.words).__contains__, text.words))
    hope, needed = float(sum(is_there)), least * length - ROUNDING
    blocks: list[Block] = []
    for at in range(count):
        start, end = at * length // count, (at + 1) * length // count
        last = blocks[-1] if blocks and blocks[-1].share >= FOLLOWED else None
        block = _find_verbatim(text, start, end, other) or _find(text, start, end, other, last)
        hope -= sum(is_there[start:end]) - block.share * (end - start)
        if hope < needed:
            return []
        blocks.append(block)
    return blocks


def locate(block: Block, text: Text, other: Text) -> range:
    """Return where a block stands in the other text, without the room: right to a few words."""
    first, end = block.place.start, block.place.stop
    shifts = sorted(
        there - at
        for at, places in enumerate(map(other.places.get, text.words[block.start : block.end]), block.start)
        if places
        for there in places
        if first <= there < end
    )
    if not shifts:
        return block.place
    shift = shifts[len(shifts) // 2]
    return range(max(0, block.start + shift), min(len(other.words), block.end + shift))


def _find_verbatim(text: Text, start: int, end: int, other: Text) -> Block | None:
    """A block that stands in the other text word for word, found by a word that is there only once."""
    if not other.may_hold(text, start, end):
        return None
    words = text.words[start:end]
    for at, here in enumerate(map(other.places.get, words)):
        if here is not None and len(here) == 1:
            first = here[0] - at
            if first < 0 or other.words[first : first + len(words)] != words:
                return None
            return Block(start, end, 1.0, _place(start, end, (first - start) // SLACK, other))
    return None


def _find(text: Text, start: int, end: int, other: Text, last: Block | None) -> Block:
    """A block goes on where the last one stands, or each word that both have votes for a shift between the texts; what
    stands at the elected ones is compared."""
    words = text.words[start:end]
    if last is not None:
        place = range(last.place.stop - 2 * ROOM, min(len(other.words), last.place.stop + len(words)))
        common = common_subsequence(words, other.words[place.start : place.stop])
        if common >= FOLLOWED * len(words):
            return Block(start, end, common / len(words), place)
    best, place = 0, range(0)
    for shift in _elected(_votes(words, start, other)):
        there = _place(start, end, shift, other)
        common = common_subsequence(words, other.words[there.start : there.stop])
        if common > best:
            best, place = common, there
        if best == len(words):
            break  # no place is more alike
    return Block(start, end, best / max(1, len(words)), place)


def _place(start: int, end: int, shift: int, other: Text) -> range:
    """Where a block stands under a shift, with some room; empty where that is outside of the other text."""
    middle = (shift + 1) * SLACK
    low = max(0, start + middle - ROOM)
    return range(low, max(low, min(len(other.words), end + middle + ROOM)))


def _votes(words: Sequence[int], start: int, other: Text) -> dict[int, float]:
    """Shifts between the texts, in steps of SLACK words, with how many words speak for each."""
    votes: dict[int, float] = {}
    for at, here in enumerate(map(other.places.get, words), start):
        if here is None or len(here) > COMMON:
            continue
        if len(here) == 1:  # most are
            shift = (here[0] - at) // SLACK
            votes[shift] = votes.get(shift, 0.0) + 1.0
            continue
        weight = 1 / len(here)
        for there in here:
            shift = (there - at) // SLACK
            votes[shift] = votes.get(shift, 0.0) + weight
    return votes


def _elected(votes: Mapping[int, float]) -> list[int]:
    """The shift that has most votes together with the next one; another one too, where it may win."""
    if not votes:
        return []
    counted = {shift: count + votes.get(shift + 1, 0.0) for shift, count in votes.items()}
    most, first = max(zip(counted.values(), counted, strict=True))
    others = [(count, shift) for shift, count in counted.items() if count * 2 > most and abs(shift - first) > 1]
    return [first, max(others)[1]] if others else [first]
