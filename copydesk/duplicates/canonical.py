"""Which article of a group stands for it, and what the others are to that one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.duplicates.groups import JOINING, Groups
from copydesk.duplicates.matching import STRENGTH
from copydesk.model import Relation
from copydesk.urls import canonical_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """What is looked at of an article of a group."""

    id: int
    addresses: frozenset[str]
    """In any spelling."""
    at: str
    """When it was published, or first seen where no date is known; text whose order is that of time."""
    words: int
    based_on_url: str | None
    """The original that it credits."""

    @property
    def urls(self) -> set[str]:
        """Canonical forms of its addresses; asked for only where they decide, as they cost more than all the rest."""
        return set(map(canonical_url, self.addresses))


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An edge between two articles."""

    id: int
    article_id: int
    of_id: int
    relation: Relation
    score: float
    is_judged: bool
    """Whether a person confirmed it."""

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        """Links in this order: what persons say, then the strongest, then the oldest."""
        return (not self.is_judged, -STRENGTH[self.relation], -self.score, self.id)


def choose_canonical(members: Sequence[Member]) -> int:
    """The article that others credit, else the earliest, else the longest."""
    credited = {(canonical_url(each.based_on_url), each.id) for each in members if each.based_on_url}

    def rank(member: Member) -> tuple[bool, str, int]:
        urls = member.urls if credited else ()
        is_credited = any(url in urls and by != member.id for url, by in credited)
        return (not is_credited, member.at, -member.words)

    ranks = [rank(member) for member in members]
    best = min(ranks)
    first, *alike = (member for member, own in zip(members, ranks, strict=True) if own == best)
    return min((first, *alike), key=lambda member: (min(member.urls), member.id)).id if alike else first.id


def relations_to(canonical: int, links: Iterable[Link]) -> dict[int, Relation]:
    """What each other article of a group is: to its canonical one where they are linked, else to its next of kin."""
    chosen: dict[int, Link] = {}
    direct: dict[int, Link] = {}
    for link in sorted(links, key=lambda each: each.rank):
        if link.relation in JOINING:
            for own, other in ((link.article_id, link.of_id), (link.of_id, link.article_id)):
                (direct if other == canonical else chosen).setdefault(own, link)
    return {number: link.relation for number, link in {**chosen, **direct}.items() if number != canonical}


def unwanted(links: Sequence[Link], apart: Iterable[tuple[int, int]]) -> list[Link]:
    """Return the links of the rules that must go so that no group holds two articles which a person keeps apart.

    What persons confirmed stays; of the rest the strongest ones stay.
    """
    groups = Groups()
    joining = sorted((link for link in links if link.relation in JOINING), key=lambda each: each.rank)
    for link in joining:
        if link.is_judged:
            groups.unite(link.article_id, link.of_id)
    for one, other in apart:
        groups.keep_apart(one, other)
    return [link for link in joining if not link.is_judged and not groups.unite(link.article_id, link.of_id)]


def are_joined(links: Iterable[Link], one: int, other: int) -> bool:
    """Whether links lead from one article to another."""
    groups = Groups()
    for link in links:
        if link.relation in JOINING:
            groups.unite(link.article_id, link.of_id)
    return groups.of(one) == groups.of(other)
