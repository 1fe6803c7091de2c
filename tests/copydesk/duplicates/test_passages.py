"""Passages are found where they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copydesk.duplicates.fingerprint import fingerprint
from copydesk.duplicates.passages import align, common_subsequence
from copydesk.duplicates.signature import Text
from tests.copydesk.duplicates.texts import ELECTION, FERRY, HARBOUR, joined, paragraphs, reword


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


def test_every_block_of_a_text_stands_in_a_longer_one_at_its_place() -> None:
    before = len(text(ELECTION).words)
    blocks = align(text(FERRY), text(joined([*paragraphs(ELECTION), *paragraphs(FERRY)])))
    assert {block.share for block in blocks} == {1.0}
    assert all(before + block.start in block.place and before + block.end - 1 in block.place for block in blocks)


def test_blocks_follow_each_other_without_a_gap() -> None:
    blocks = align(text(FERRY), text(HARBOUR))
    assert [block.start for block in blocks] == [0, *(block.end for block in blocks[:-1])]
    assert blocks[-1].end == len(text(FERRY).words)


def test_passages_are_found_though_they_have_moved() -> None:
    blocks = align(text(FERRY), text(joined(paragraphs(FERRY)[::-1])))
    assert sum(block.share > 0.6 for block in blocks) >= 0.8 * len(blocks)


def test_reworded_passages_are_told_from_others() -> None:
    reworded = align(text(FERRY), text(reword(FERRY)))
    other = align(text(FERRY), text(HARBOUR))
    assert min(block.share for block in reworded) > 0.6
    assert max(block.share for block in other) < 0.5


def test_a_text_that_shares_no_word_has_no_place() -> None:
    (block,) = align(text("alpha beta gamma"), text("delta epsilon"))
    assert (block.share, block.place) == (0.0, range(0))
