"""Where earlier articles are looked up: the protocol, and an index in memory for batches and tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from copydesk.duplicates.fingerprint import Fingerprint, facing

MOST_POSTINGS = 64
"""A key that more articles have is crowded: lines of a site, a formula of its genre, a report that all papers took."""
CROWDED_POSTINGS = 3
"""How many articles of a crowded key are looked at, the newest ones."""
FEWEST_SHARED_KEYS = 2
FEWEST_CROWDED_KEYS = 12
"""Keys that a candidate shares, if all of them are crowded."""
MOST_CANDIDATES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What an index tells of an article."""

    number: int
    """The index's own number of the article; grows with each one."""
    headline: str
    body_hash: str
    signature: bytes
    published_at: datetime | None
    publisher: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be a copy."""

    number: int
    shared: frozenset[int]
    """The keys that it has too."""


class Index(Protocol):
    """Articles by their keys."""

    def same_body(self, body_hash: str) -> Sequence[int]:
        """Numbers of the articles with this body, the first one first."""

    def candidates(self, keys: Sequence[int]) -> Sequence[Candidate]:
        """Articles that share FEWEST_SHARED_KEYS keys or more; most shared first, MOST_CANDIDATES at most."""

    def credited(self, marks: Sequence[int]) -> Sequence[int]:
        """Numbers of articles that one with these marks credits, and of those that credit it; the newest ones."""

    def get(self, number: int) -> Known: ...

    def add(self, known: Known, fingerprint: Fingerprint) -> None: ...


def choose(postings: Iterable[tuple[int, Sequence[int]]]) -> list[Candidate]:
    """Return candidates as `Index.candidates` wants them.

    `postings` are keys with the articles that have them, the newest first, MOST_POSTINGS + 1 at most.
    """
    shared: dict[int, list[int]] = {}
    crowded: dict[int, list[int]] = {}
    for key, numbers in postings:
        is_crowded = len(numbers) > MOST_POSTINGS
        found = crowded if is_crowded else shared
        for number in numbers[:CROWDED_POSTINGS] if is_crowded else numbers:
            found.setdefault(number, []).append(key)
    for number, keys in crowded.items():
        if number in shared or len(keys) >= FEWEST_CROWDED_KEYS:
            shared.setdefault(number, []).extend(keys)
    ranked = sorted((-len(keys), number) for number, keys in shared.items() if len(keys) >= FEWEST_SHARED_KEYS)
    return [Candidate(number, frozenset(shared[number])) for _, number in ranked[:MOST_CANDIDATES]]


class MemoryIndex:
    """An index that ends with the process."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._bodies: dict[str, list[int]] = {}
        self._postings: dict[int, list[int]] = {}

    def same_body(self, body_hash: str) -> Sequence[int]:
        return self._bodies.get(body_hash, ())

    def candidates(self, keys: Sequence[int]) -> Sequence[Candidate]:
        return choose((key, self._postings.get(key, [])[: -MOST_POSTINGS - 2 : -1]) for key in keys)

    def credited(self, marks: Sequence[int]) -> Sequence[int]:
        found = (self._postings.get(facing(mark), [])[: -MOST_POSTINGS - 1 : -1] for mark in marks)
        return list(dict.fromkeys(number for numbers in found for number in numbers))

    def get(self, number: int) -> Known:
        return self._known[number]

    def add(self, known: Known, fingerprint: Fingerprint) -> None:
        self._known[known.number] = known
        self._bodies.setdefault(known.body_hash, []).append(known.number)
        for key in (*fingerprint.keys, *fingerprint.marks):
            numbers = self._postings.setdefault(key, [])
            numbers.append(known.number)
            if len(numbers) > 2 * MOST_POSTINGS:  # what is older is never looked at
                del numbers[: -MOST_POSTINGS - 1]
