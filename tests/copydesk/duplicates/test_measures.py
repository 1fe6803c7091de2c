"""Likeness in numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.duplicates.fingerprint import fingerprint
from copydesk.duplicates.measures import Text, common_subsequence, measure
from tests.copydesk.duplicates.texts import FERRY, HARBOUR, joined, paragraphs, reword


def text(body: str) -> Text:
    return Text(fingerprint("", body).signature)


def lcs_by_the_book(one: list[int], other: list[int]) -> int:
    """The table that every textbook fills."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = row
        row = [0]
        for at, b in enumerate(other):
            row.append(before[at] + 1 if a == b else max(row[at], before[at + 1]))
    return row[-1]


@given(st.lists(st.integers(0, 5), max_size=40), st.lists(st.integers(0, 5), max_size=40))
def test_the_common_subsequence_is_the_one_of_the_textbook(one: list[int], other: list[int]) -> None:
    assert common_subsequence(one, other) == lcs_by_the_book(one, other)


def test_a_text_is_all_of_itself() -> None:
    pair = measure(text(FERRY), text(FERRY))
    shares = (pair.shingles, pair.stems, pair.ordered, pair.numbers, pair.names, pair.lead, pair.length_ratio)
    assert shares == (1.0,) * 7


def test_a_pair_measures_the_same_both_ways() -> None:
    one, other = text(FERRY), text(reword(joined(paragraphs(FERRY)[:4])))
    assert measure(one, other) == measure(other, one)


def test_different_articles_share_no_passage_and_little_order() -> None:
    pair = measure(text(FERRY), text(HARBOUR))
    assert pair.shingles == 0
    assert pair.ordered < 0.2


def test_a_measure_that_has_nothing_to_look_at_is_none() -> None:
    plain = text("nothing but small words stands in here " * 6)
    pair = measure(plain, text(FERRY))
    assert (pair.numbers, pair.names, pair.numbers_of_both) == (None, None, None)
