"""Rules, one by one, at their thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copydesk.duplicates.measures import Measures
from copydesk.duplicates.verdict import Thresholds, judge
from copydesk.model import Relation

NOTHING = Measures(
    words=400, length_ratio=1.0, shingles=0.0, stems=0.1, ordered=0.1, numbers=0.0, numbers_of_both=0.0, names=0.0,
    anchors=0, lead=0.0,
)  # fmt: skip
REWORDED = replace(
    NOTHING, shingles=0.1, stems=0.6, ordered=0.6, numbers=0.9, numbers_of_both=0.9, names=0.9, anchors=20, lead=0.7
)


def test_pairs_with_nothing_in_common_get_no_verdict() -> None:
    assert judge(NOTHING) is None


def test_a_verdict_says_its_rule_and_what_it_looked_at() -> None:
    verdict = judge(REWORDED)
    assert verdict is not None
    assert verdict.relation is Relation.DERIVED
    assert verdict.rule.startswith("re-worded: ")
    assert "order 0.60" in verdict.rule
    assert 0 < verdict.score <= 1


MUST_HOLD = ["stems", "ordered", "numbers", "names", "lead"]


@pytest.mark.parametrize("name", MUST_HOLD)
def test_a_reworded_copy_needs_each_of_its_signs(name: str) -> None:
    least = getattr(Thresholds(), f"derived_{name}")
    assert judge(replace(REWORDED, **{name: least})) is not None
    assert judge(replace(REWORDED, **{name: least - 0.01})) is None


def test_other_thresholds_give_other_verdicts() -> None:
    assert judge(REWORDED, Thresholds(derived_ordered=0.7)) is None
