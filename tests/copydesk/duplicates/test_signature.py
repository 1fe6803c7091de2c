"""Signatures come back as what they were made of."""

from __future__ import annotations

from copydesk.duplicates.signature import MOST_WORDS, Text, pack
from copydesk.duplicates.words import Kind, Words, read_words
from tests.copydesk.duplicates.texts import FERRY

NO_WORDS = Words([], [])


def test_words_come_back_with_their_kinds() -> None:
    body = read_words(FERRY)
    text = Text(pack(read_words("Halden buys 4 ferries"), body))
    assert list(text.kinds) == list(body.kinds)
    assert [word >> 2 for word in text.words] == [(word & 0xFFFF) >> 2 for word in body.ids]
    assert len(text.headline) == 4


def test_a_signature_costs_two_bytes_a_word() -> None:
    body = read_words(FERRY)
    assert len(pack(NO_WORDS, body)) == 4 + 2 * len(body.ids)


def test_a_word_is_the_same_as_a_name_and_without_a_capital() -> None:
    one, other = (Text(pack(NO_WORDS, read_words(text))) for text in ("Reserve rates", "Rates of a reserve"))
    assert {*one.words} == {*other.places}
    assert Kind.NAME in one.kinds


def subjects(headline: str, body: str) -> int:
    return len(Text(pack(read_words(headline), read_words(body))).subjects)


def test_the_subjects_of_a_headline_are_those_that_the_body_names() -> None:
    body = "Orrin Bank said it will follow Tverfjell Bank. Its rates rise by half a point, as rates did elsewhere."
    assert subjects("ORRIN FOLLOWS TVERFJELL, RAISES RATES", body) == 2


def test_a_headline_that_the_body_begins_with_has_no_subjects_by_that() -> None:
    headline = "Strong Quake Recorded Near Orrin"
    assert subjects(headline, f"{headline} The ground shook for ten seconds near Orrin, observers said.") == 1


def test_what_is_longer_than_most_articles_is_cut() -> None:
    endless = Words([7] * (MOST_WORDS + 9), [Kind.WORD] * (MOST_WORDS + 9))
    assert len(Text(pack(NO_WORDS, endless)).words) == MOST_WORDS


def test_a_text_of_a_few_words_has_one_shingle() -> None:
    assert len(Text(pack(NO_WORDS, read_words("Nothing new"))).shingles) == 1
    assert len(Text(pack(NO_WORDS, NO_WORDS)).shingles) == 1
