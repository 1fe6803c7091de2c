"""Likeness in numbers."""

from __future__ import annotations

from copydesk.duplicates.fingerprint import fingerprint
from copydesk.duplicates.measures import Measures, compare
from copydesk.duplicates.signature import Text
from tests.copydesk.duplicates.texts import ELECTION, FERRY, HARBOUR, WRAP, WRAPS, joined, paragraphs, reword


def text(body: str, headline: str = "") -> Text:
    return Text(fingerprint(headline, body).signature)


def measure(one: str, other: str) -> Measures:
    comparison = compare(text(one), text(other))
    assert comparison is not None
    return comparison.measures


def test_a_text_is_all_of_itself() -> None:
    pair = measure(FERRY, FERRY)
    shares = (pair.told, pair.covered, pair.covered_longer, pair.verbatim, pair.names, pair.numbers, pair.length_ratio)
    assert shares == (1.0,) * 7
    assert pair.lead


def test_a_pair_measures_the_same_both_ways() -> None:
    cut = reword(joined(paragraphs(FERRY)[:4]))
    assert measure(FERRY, cut) == measure(cut, FERRY)


def test_different_articles_are_not_compared_at_length() -> None:
    assert compare(text(FERRY), text("Nothing of all that happened.")) is None


def test_other_numbers_in_the_same_sentences_are_counted() -> None:
    one, other = (WRAP.format(**values) for values in WRAPS)
    pair = measure(one, other)
    assert pair.told > 0.6
    assert pair.numbers < 0.3
    assert pair.number_count >= 10
    assert pair.numbers_changed > 0.05


def test_a_reworded_copy_keeps_names_and_numbers_but_not_passages() -> None:
    pair = measure(FERRY, reword(FERRY))
    assert (pair.names, pair.numbers) == (1.0, 1.0)
    assert pair.verbatim < pair.told


def test_a_part_covers_little_of_the_whole() -> None:
    pair = measure(joined([*paragraphs(ELECTION), *paragraphs(FERRY), *paragraphs(HARBOUR)]), ELECTION)
    assert (pair.told, pair.covered) == (1.0, 1.0)
    assert 0.1 < pair.covered_longer < 0.3
    assert pair.covered_longer == pair.length_ratio


def test_passages_are_told_as_places_in_both_texts() -> None:
    roundup, before = joined([*paragraphs(HARBOUR), *paragraphs(FERRY)]), len(text(HARBOUR).words)
    comparison = compare(text(roundup), text(FERRY))
    assert comparison is not None
    assert all(here.start == before + there.start for here, there in comparison.passages())
    assert {at for _, there in comparison.passages() for at in there} == {*range(len(text(FERRY).words))}
    other_way = compare(text(FERRY), text(roundup))
    assert other_way is not None
    assert other_way.passages() == [(there, here) for here, there in comparison.passages()]


def test_headlines_count_by_the_words_of_the_shorter_one() -> None:
    comparison = compare(text(FERRY, "Halden buys battery ferries"), text(FERRY, "Halden Lines buys ferries: a report"))
    assert comparison is not None
    assert (comparison.measures.headline, comparison.measures.headline_words) == (0.75, 3)
