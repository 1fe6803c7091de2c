"""What two texts differ in, by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.worddiff import COMPARED_WORDS, Op, count_changes, mark, word_diff

LONG = " ".join(f"word{number}" for number in range(40))

DIFFS = [
    ("Rates fell again.", "Rates rose again.", "Rates [-fell-] {+rose+} again."),
    ("Rates fell.", "Rates fell sharply.", "Rates [-fell.-] {+fell sharply.+}"),
    ("Rates fell.\n\nRelated Articles", "Rates fell.", "Rates fell. [-Related Articles-]"),
    ("", "Rates fell.", "{+Rates fell.+}"),
    (f"{LONG} end", LONG, "… word34 word35 word36 word37 word38 word39 [-end-]"),
    (f"start {LONG}", LONG, "[-start-] word0 word1 word2 word3 word4 word5 …"),
    ("Rates fell.", "Rates fell.", ""),
    ("Rates\nfell.", "Rates  fell.", ""),
]


@pytest.mark.parametrize(("old", "new", "marked"), DIFFS)
def test_a_difference_is_shown_with_a_few_words_around_it(old: str, new: str, marked: str) -> None:
    assert mark(word_diff(old, new)) == marked


def test_a_stretch_too_long_to_compare_is_lost_and_won_as_a_whole() -> None:
    old = " ".join(f"a{number}" for number in range(COMPARED_WORDS + 1))

    assert [part.op for part in word_diff(old, f"{old} b")] == [Op.LOST, Op.WON]


TEXTS = st.lists(st.sampled_from(["rates", "fell", "again", "\n", "\n\n", "and", "rose"]), max_size=30).map(" ".join)


@given(old=TEXTS, new=TEXTS)
def test_a_difference_leads_from_the_old_words_to_the_new_ones(old: str, new: str) -> None:
    parts = word_diff(old, new, context=1_000)

    if parts:
        assert " ".join(part.text for part in parts if part.op is not Op.WON).split() == old.split()
        assert " ".join(part.text for part in parts if part.op is not Op.LOST).split() == new.split()
    else:
        assert old.split() == new.split()


@given(old=TEXTS, new=TEXTS)
def test_words_lost_one_way_are_won_the_other_way(old: str, new: str) -> None:
    lost, won = count_changes(old, new)

    assert count_changes(new, old) == (won, lost)
    assert len(old.split()) - lost == len(new.split()) - won
