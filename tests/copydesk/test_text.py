from __future__ import annotations

import pytest

from copydesk.text import body_hash, content_hash, count_words, letters_only, unify

SAME_BODY = [
    ("“Rain,” he said — again", '"rain," he said - again'),
    ("Rain\n\nagain", "rain again"),
    ("so\u00adft hy\u200bphen", "soft hyphen"),
    ("ＡＢＣ…", "abc..."),
]
COUNTS = [
    ("", 0),
    ("Rates rise 0.5 points", 4),
    ("Halden's twelve-year lease", 3),
    ("日本銀行", 2),
    ("日本銀行 rate", 3),
    ("— … !", 0),
]


@pytest.mark.parametrize(("one", "other"), SAME_BODY)
def test_bodies_that_differ_in_case_quotes_dashes_and_blanks_have_one_hash(one: str, other: str) -> None:
    assert body_hash(one) == body_hash(other)


def test_a_changed_word_changes_both_hashes() -> None:
    assert body_hash("rates rise") != body_hash("rates fall")
    assert content_hash("A", "rates rise") != content_hash("A", "rates fall")


def test_the_content_hash_keeps_case_and_knows_headline_from_body() -> None:
    assert content_hash("Rain", "again") != content_hash("rain", "again")
    assert content_hash("Rain", "again") != content_hash("", "Rain again")
    assert content_hash("Rain", "so  it\n\ngoes") == content_hash("Rain ", "so it goes")


@pytest.mark.parametrize(("text", "words"), COUNTS)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_keys_of_lines_leave_only_letters_and_digits() -> None:
    assert letters_only("“Rain” – again, 2") == "rainagain2"
    assert unify(" A  B ") == "a b"
