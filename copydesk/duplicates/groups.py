"""Who belongs together: groups of copies, and which matches of an article say something new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from copydesk.duplicates.matching import Match
from copydesk.model import Relation

JOINING = frozenset({Relation.EXACT, Relation.NEAR, Relation.DERIVED})
"""Relations that make a group. What contains a text is no copy of it, nor is what it contains of what else does."""


def telling(
    matches: Iterable[Match],
    group_of: Callable[[int], int],
    *,
    told: Collection[int] = (),
    barred: Collection[int] = (),
) -> list[Match]:
    """Return of an article's matches, strongest first, the first with each group; those that are only related, once.

    An article that matches two groups is what joins them, so groups do not depend on who arrived when. A roundup
    matches the group of each article that it holds. `told` are groups that earlier matches of the article reached,
    `barred` those that a person keeps it apart from.
    """
    chosen: list[Match] = []
    reached = {*told, *barred}
    for each in matches:
        if each.verdict.relation is Relation.RELATED and (chosen or told):
            break
        group = group_of(each.of)
        if group not in reached:
            reached.add(group)
            chosen.append(each)
    return chosen


class Groups:
    """Groups of articles that are known by number, as matches join them."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}
        self._apart: dict[int, set[int]] = {}
        """Group -> groups that it must not be joined with; both ways."""

    def of(self, number: int) -> int:
        """Return the number that stands for the group of an article; its own where it is alone."""
        while (parent := self._parents.get(number, number)) != number:
            self._parents[number] = self._parents.get(parent, parent)
            number = parent
        return number

    def join(self, number: int, matches: Iterable[Match]) -> None:
        """Put an article together with those that it is a copy of."""
        for each in matches:
            if each.verdict.relation in JOINING:
                self.unite(number, each.of)

    def unite(self, number: int, other: int) -> bool:
        """Make two groups one. False: they are kept apart."""
        own, to = self.of(number), self.of(other)
        if to in self._apart.get(own, ()):
            return False
        if own != to:
            self._parents[own] = to
            for group in self._apart.pop(own, ()):
                self._apart[group].discard(own)
                self._apart[group].add(to)
                self._apart.setdefault(to, set()).add(group)
        return True

    def keep_apart(self, number: int, other: int) -> None:
        """Never join the groups of two articles, unless they are one already."""
        own, to = self.of(number), self.of(other)
        if own != to:
            self._apart.setdefault(own, set()).add(to)
            self._apart.setdefault(to, set()).add(own)

    def barred(self, number: int) -> Collection[int]:
        """Groups that an article's own must not be joined with."""
        return self._apart.get(self.of(number), ())
