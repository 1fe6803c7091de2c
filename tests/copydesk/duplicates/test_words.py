"""What counts as a word, a name, a number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates.words import BEYOND_LATIN, LATIN_TOKEN, TOKEN, Kind, normalise, read_words, word_id

SAME_WORDS = [
    # what typesetters and sites change without changing a word
    ("It's “fine”, he said – twice", "it's 'fine' he said - twice"),
    ("reports", "reported"),
    ("sold 1,250,000 shares", "sold 1250000 shares"),
    ("the ministry’s plan", "the ministry plan"),
    ("cafe\u0301 prices", "café prices"),
    ("ＡＢＣ", "ABC"),
]
OTHER_WORDS = [
    ("rose 4.2%", "rose 42%"),
    ("at 10:30", "at 1030"),
    ("in 2025", "in 2026"),
    ("bank", "tank"),
]


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_spellings_of_one_text_are_the_same_words(one: str, other: str) -> None:
    assert list(read_words(one).ids) == list(read_words(other).ids)


@pytest.mark.parametrize(("one", "other"), OTHER_WORDS)
def test_other_numbers_and_words_stay_apart(one: str, other: str) -> None:
    assert list(read_words(one).ids) != list(read_words(other).ids)


def test_a_name_is_a_capitalised_word_that_the_text_never_writes_small() -> None:
    words = read_words("Sales at Orrin fell. The Orrin board met; sales may fall in 2027.")
    names = {at for at, kind in enumerate(words.kinds) if kind is Kind.NAME}
    assert names == {2, 5}  # "Orrin" twice; "Sales" is written small further on, "The" is a function word
    assert words.kinds[-1] is Kind.NUMBER


@pytest.mark.parametrize("text", ["日本銀行は金利を据え置いた", "ธนาคารกลางคงอัตราดอกเบี้ย"])
def test_scripts_without_spaces_are_read_as_pairs_of_characters(text: str) -> None:
    assert len(read_words(text).ids) == len(text) - 1


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("aéñß'’1.,: ½²ªⁿ℃①")))
def test_the_fast_way_through_latin_text_reads_the_same_words(text: str) -> None:
    plain = BEYOND_LATIN.sub("", normalise(text))
    assert LATIN_TOKEN.findall(plain) == TOKEN.findall(plain)


def test_vowel_signs_stay_with_their_letters() -> None:
    assert len(read_words("हिन्दी में समाचार").ids) == 3


def test_ids_are_the_same_on_every_machine() -> None:
    assert word_id("rates") == 0x6C6EA4B217A29890


def test_a_text_without_words_has_none() -> None:
    assert list(read_words(" … — !").ids) == []
