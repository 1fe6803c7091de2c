"""What two texts have in common, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from copydesk.duplicates.fingerprint import unpack
from copydesk.duplicates.words import Kind

SHINGLE = 5
LEAD_STEMS = 30
LEAD_WINDOW = 48
LEAD_STEP = 9
KIND = 3
"""The bits of a packed word that say its kind."""


class Text:
    """An article's signature, and what pairs are measured by, made when it is first asked for."""

    def __init__(self, signature: bytes) -> None:
        self.headline, self.body = unpack(signature)

    @property
    def length(self) -> int:
        """Words of the body, function words too."""
        return len(self.body)

    @cached_property
    def shingles(self) -> set[tuple[int, ...]]:
        """Every SHINGLE words in a row; one shorter tuple for a text that has fewer."""
        words = self.body
        return {tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}

    @cached_property
    def content(self) -> list[int]:
        """Stems without function words, in order; a name counts as the word it is."""
        return [word | KIND for word in self.body if word & KIND != Kind.FUNCTION]

    @cached_property
    def stems(self) -> set[int]:
        return set(self.content)

    @cached_property
    def numbers(self) -> set[int]:
        return {word for word in self.body if word & KIND == Kind.NUMBER}

    @cached_property
    def names(self) -> set[int]:
        return {word for word in self.body if word & KIND == Kind.NAME}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """A pair's likeness; shares are 0 to 1, of the shorter or smaller side where nothing else is said."""

    words: int
    """Of the shorter body."""
    length_ratio: float
    """Shorter body by longer."""
    shingles: float
    """Shingles of five words that the other has."""
    stems: float
    """Different content stems that the other has."""
    ordered: float
    """Longest common subsequence of content stems."""
    numbers: float | None
    """None where one side has no number; so the others."""
    numbers_of_both: float | None
    """Jaccard: of the numbers of both together."""
    names: float | None
    anchors: int
    """Names and numbers that both have."""
    lead: float
    """How much of one's first words stands together in the other, in order; the better way round."""


def measure(one: Text, other: Text) -> Measures:
    """Compare two texts; the order does not matter. Costs about .2 ms."""
    shorter, longer = sorted((one, other), key=lambda text: (len(text.content), text.content))
    return Measures(
        words=min(one.length, other.length),
        length_ratio=_ratio(min(one.length, other.length), max(one.length, other.length)),
        shingles=contained(one.shingles, other.shingles) or 0.0,
        stems=contained(one.stems, other.stems) or 0.0,
        ordered=_ratio(common_subsequence(longer.content, shorter.content), len(shorter.content)),
        numbers=contained(one.numbers, other.numbers),
        numbers_of_both=_jaccard(one.numbers, other.numbers),
        names=contained(one.names, other.names),
        anchors=len(one.numbers & other.numbers) + len(one.names & other.names),
        lead=max(_lead(one, other), _lead(other, one)),
    )


def common_subsequence(one: Sequence[int], other: Sequence[int]) -> int:
    """Return the length of the longest common subsequence.

    Reference: Hyyrö, Bit-parallel LCS-length computation revisited (2004): one addition of long integers a word.
    """
    places: dict[int, int] = {}
    bit = 1
    for word in one:
        places[word] = places.get(word, 0) | bit
        bit <<= 1
    full = bit - 1
    row = full
    for word in other:
        if here := places.get(word):
            common = row & here
            row = ((row + common) | (row - common)) & full
    return len(one) - row.bit_count()


def contained(one: set[int] | set[tuple[int, ...]], other: set[int] | set[tuple[int, ...]]) -> float | None:
    """Return how much of the smaller set the other has; None where one is empty."""
    if not one or not other:
        return None
    return len(one & other) / min(len(one), len(other))


def _lead(one: Text, other: Text) -> float:
    lead = one.content[:LEAD_STEMS]
    if not lead:
        return 0.0
    best = 0
    there = other.content
    for at in range(0, max(1, len(there) - LEAD_WINDOW + LEAD_STEP), LEAD_STEP):
        best = max(best, common_subsequence(lead, there[at : at + LEAD_WINDOW]))
    return best / len(lead)


def _jaccard(one: set[int], other: set[int]) -> float | None:
    if not one or not other:
        return None
    return len(one & other) / len(one | other)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
