"""Where earlier articles are looked up: the protocol, and an index in memory for batches and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from copydesk.duplicates.fingerprint import Fingerprint

MOST_POSTINGS = 64
"""A key that more articles have says nothing: boilerplate, formulas of a genre."""
MOST_CANDIDATES = 20
FEWEST_SHARED_KEYS = 2


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


class Index(Protocol):
    """Articles by their keys."""

    def same_body(self, body_hash: str) -> Sequence[int]:
        """Numbers of the articles with this body, the first one first."""

    def candidates(self, keys: Sequence[int]) -> Sequence[int]:
        """Articles that share FEWEST_SHARED_KEYS keys or more; most shared first, MOST_CANDIDATES at most."""

    def get(self, number: int) -> Known: ...

    def add(self, known: Known, fingerprint: Fingerprint) -> None: ...


class MemoryIndex:
    """An index that ends with the process."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._bodies: dict[str, list[int]] = {}
        self._postings: dict[int, list[int]] = {}

    def same_body(self, body_hash: str) -> Sequence[int]:
        return self._bodies.get(body_hash, ())

    def candidates(self, keys: Sequence[int]) -> Sequence[int]:
        shared: Counter[int] = Counter()
        for key in keys:
            numbers = self._postings.get(key, ())
            if len(numbers) <= MOST_POSTINGS:
                shared.update(numbers)
        found = [(-count, number) for number, count in shared.items() if count >= FEWEST_SHARED_KEYS]
        return [number for _, number in sorted(found)[:MOST_CANDIDATES]]

    def get(self, number: int) -> Known:
        return self._known[number]

    def add(self, known: Known, fingerprint: Fingerprint) -> None:
        self._known[known.number] = known
        self._bodies.setdefault(known.body_hash, []).append(known.number)
        for key in fingerprint.keys:
            numbers = self._postings.setdefault(key, [])
            if len(numbers) <= MOST_POSTINGS:
                numbers.append(known.number)
