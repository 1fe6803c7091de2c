"""Groups of copies, whoever arrived first."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates.groups import Groups, telling
from copydesk.duplicates.index import MemoryIndex
from copydesk.duplicates.matching import Match, match
from copydesk.duplicates.verdict import Verdict
from copydesk.model import Relation
from tests.copydesk.duplicates.texts import ELECTION, FERRY, FOREIGN, HARBOUR, joined, known, paragraphs, reword

CUT = joined(paragraphs(FERRY)[:4])
ROUNDUP = joined(paragraphs(ELECTION) + paragraphs(FERRY) + paragraphs(HARBOUR))


def arrive(bodies: Sequence[str]) -> tuple[Groups, list[Match]]:
    """The groups after some articles, numbered from 0, and what was told of the last one."""
    index, groups = MemoryIndex(), Groups()
    found: list[Match] = []
    for number, body in enumerate(bodies):
        article, made = known(number, body)
        found = telling(match(article, made, index), groups.of)
        groups.join(number, found)
        index.add(article, made)
    return groups, found


def edge(of: int, relation: Relation) -> Match:
    return Match(of=of, verdict=Verdict(relation=relation, score=0.9, rule="for a test"))


def test_a_further_copy_names_the_best_of_the_others() -> None:
    _, found = arrive([FERRY, CUT, FERRY.replace("Monday", "Tuesday")])
    assert [each.of for each in found] == [0]


def test_a_roundup_names_each_article_that_it_holds_and_not_their_copies() -> None:
    groups, found = arrive([HARBOUR, FERRY, ELECTION, reword(FERRY), ROUNDUP])
    assert {groups.of(each.of) for each in found} == {groups.of(number) for number in (0, 1, 2)}
    assert len(found) == 3
    assert {each.verdict.relation for each in found} == {Relation.CONTAINS}
    assert len({groups.of(number) for number in range(5)}) == 4


def test_what_matches_two_groups_joins_them() -> None:
    groups = Groups()
    groups.join(1, [edge(0, Relation.NEAR)])
    groups.join(3, [edge(2, Relation.DERIVED)])
    assert groups.of(1) != groups.of(3)
    matches = telling([edge(0, Relation.NEAR), edge(1, Relation.NEAR), edge(3, Relation.DERIVED)], groups.of)
    assert [each.of for each in matches] == [0, 3]
    groups.join(4, matches)
    assert {groups.of(number) for number in range(5)} == {groups.of(0)}


def test_related_articles_are_told_only_of_what_is_no_copy() -> None:
    groups = Groups()
    related = [edge(5, Relation.RELATED), edge(6, Relation.RELATED)]
    assert [each.of for each in telling(related, groups.of)] == [5]
    assert [each.of for each in telling([edge(0, Relation.CONTAINS), *related], groups.of)] == [0]


@settings(deadline=None)
@given(st.permutations([FERRY, HARBOUR, ELECTION, reword(FERRY), CUT, FOREIGN, ROUNDUP]))
def test_who_belongs_together_does_not_depend_on_the_order_of_arrival(bodies: list[str]) -> None:
    groups, _ = arrive(bodies)
    together: dict[int, set[str]] = {}
    for number, body in enumerate(bodies):
        together.setdefault(groups.of(number), set()).add(body)
    assert [group for group in together.values() if len(group) > 1] == [{FERRY, reword(FERRY), CUT}]
