"""Rules, one by one, at their thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copydesk.duplicates.measures import Measures
from copydesk.duplicates.verdict import Thresholds, judge
from copydesk.model import Relation

NOTHING = Measures(
    words=400,
    length_ratio=0.9,
    told=0.2,
    covered=0.0,
    covered_longer=0.0,
    verbatim=0.0,
    names=1.0,
    name_count=0,
    numbers=1.0,
    number_count=0,
    numbers_changed=0.0,
    lead=False,
    leads_meet=False,
    spread=0.0,
    headline=0.0,
    headline_words=0,
    other_subjects=False,
)
REWORDED = replace(
    NOTHING,
    told=0.75,
    covered=0.9,
    covered_longer=0.85,
    verbatim=0.2,
    name_count=20,
    number_count=9,
    lead=True,
    spread=0.9,
)
NEAR = replace(REWORDED, told=0.85, verbatim=0.8)
UPDATED = replace(NEAR, told=0.6, covered=0.5, verbatim=0.5, lead=False, headline=0.8, headline_words=4)
SERIES = replace(NEAR, covered_longer=0.9, numbers=0.2, numbers_changed=0.05)

VERDICTS = [
    (replace(NEAR, verbatim=0.97, told=0.98), Relation.NEAR, "same text"),
    (SERIES, Relation.RELATED, "same sentences, other numbers"),
    (NEAR, Relation.NEAR, "shared passages"),
    (replace(NEAR, length_ratio=0.4), Relation.CONTAINS, "shared passages"),
    (replace(NEAR, other_subjects=True), Relation.RELATED, "same sentences, other subject"),
    (UPDATED, Relation.NEAR, "updated"),
    (REWORDED, Relation.DERIVED, "re-worded"),
    (replace(REWORDED, length_ratio=0.5), Relation.CONTAINS, "re-worded"),
    (replace(REWORDED, length_ratio=0.5, leads_meet=True), Relation.DERIVED, "re-worded"),
    (replace(REWORDED, length_ratio=0.3, leads_meet=True), Relation.CONTAINS, "re-worded"),
]
NEEDED = [  # a field, the last value that will do, and one that will not
    (NEAR, "told", 0.60, 0.59),
    (NEAR, "names", 0.50, 0.49),
    (replace(NEAR, words=50), "told", 0.70, 0.69),
    (NEAR, "lead", True, False),
    (UPDATED, "told", 0.56, 0.55),
    (UPDATED, "headline", 0.60, 0.59),
    (UPDATED, "headline_words", 2, 1),
    (UPDATED, "spread", 0.53, 0.52),
    (UPDATED, "verbatim", 0.25, 0.24),
    (REWORDED, "words", 60, 59),
    (REWORDED, "told", 0.60, 0.59),
    (REWORDED, "covered", 0.60, 0.59),
    (REWORDED, "names", 0.85, 0.84),
    (REWORDED, "numbers", 0.75, 0.70),
    (REWORDED, "lead", True, False),
]


def test_pairs_with_nothing_in_common_get_no_verdict() -> None:
    assert judge(NOTHING) is None


@pytest.mark.parametrize(("pair", "relation", "rule"), VERDICTS, ids=lambda value: str(value)[:20])
def test_a_verdict_names_its_relation_and_its_rule(pair: Measures, relation: Relation, rule: str) -> None:
    verdict = judge(pair)
    assert verdict is not None
    assert (verdict.relation, verdict.rule.partition(":")[0]) == (relation, rule)
    assert 0 < verdict.score <= 1


@pytest.mark.parametrize(("pair", "name", "enough", "too_little"), NEEDED)
def test_a_copy_needs_each_of_its_signs(pair: Measures, name: str, enough: float, too_little: float) -> None:
    assert judge(replace(pair, **{name: enough})) is not None
    assert judge(replace(pair, **{name: too_little})) is None


def test_a_headline_that_was_kept_stands_in_for_names_that_were_not() -> None:
    fewer = replace(REWORDED, names=0.7)
    assert judge(fewer) is None
    assert judge(replace(fewer, headline=0.6, headline_words=3)) is not None


def test_what_a_publisher_brings_the_next_day_is_held_to_its_numbers() -> None:
    pair = replace(NEAR, numbers=0.7, numbers_changed=0.02)
    today, tomorrow = judge(pair), judge(pair, Thresholds().for_the_next())
    assert today is not None
    assert tomorrow is not None
    assert (today.relation, tomorrow.relation) == (Relation.NEAR, Relation.RELATED)


def test_a_text_full_of_numbers_is_a_series_though_some_agree_by_chance() -> None:
    verdict = judge(replace(NEAR, numbers=0.6, number_count=60, numbers_changed=0.1))
    assert verdict is not None
    assert verdict.relation is Relation.RELATED


def test_other_thresholds_give_other_verdicts() -> None:
    assert judge(REWORDED, Thresholds(derived_told=0.8)) is None


def test_a_verdict_says_what_it_looked_at() -> None:
    verdict = judge(REWORDED)
    assert verdict is not None
    assert verdict.rule == (
        "re-worded: 75% of the shorter text, 20% word for word, 100% of 20 names, 100% of 9 numbers"
    )
