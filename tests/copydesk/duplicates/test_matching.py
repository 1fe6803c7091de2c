"""One article after the other: what a desk's copies are recognised as."""

from __future__ import annotations

from datetime import timedelta

import pytest

from copydesk.duplicates.index import MemoryIndex
from copydesk.duplicates.matching import match
from copydesk.model import Relation
from tests.copydesk.duplicates.texts import (
    ELECTION,
    FERRY,
    FOREIGN,
    HARBOUR,
    NOON,
    WRAP,
    WRAPS,
    joined,
    known,
    match_last,
    paragraphs,
    reword,
)
from tests.prose import make_paragraphs

SITE_LINES = [
    "Source link",
    "Related Articles",
    "Your email address will not be published. Required fields are marked *",
]

COPIES = {  # what happens to a report on its way through other papers
    "typeset anew": (FERRY.replace('"', "“").replace("\n\n", "\n"), Relation.EXACT),
    "with an agency's dateline and lines of the site": (
        joined(["SKARVIK (NTB) — " + FERRY, *SITE_LINES]),
        Relation.NEAR,
    ),
    "with two other paragraphs in front": (joined(paragraphs(HARBOUR)[2:4] + paragraphs(FERRY)), Relation.NEAR),
    "cut to 60 %": (joined([*paragraphs(FERRY)[:4], *SITE_LINES]), Relation.NEAR),
    "cut to 30 %": (joined(paragraphs(FERRY)[:2]), Relation.CONTAINS),
    "inside a roundup": (joined(paragraphs(ELECTION) + paragraphs(FERRY) + paragraphs(HARBOUR)), Relation.CONTAINS),
    "brought up to date": (FERRY.replace("4.2%", "5.1%").replace("212", "214"), Relation.NEAR),
    "re-worded": (reword(FERRY), Relation.DERIVED),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_recognised(name: str) -> None:
    body, relation = COPIES[name]
    found = match_last(HARBOUR, FERRY, ELECTION, body)
    of_ferry = [each for each in found if each.of == 1]
    assert [each.verdict.relation for each in of_ferry] == [relation]


def test_a_copy_in_another_language_of_the_world_is_recognised() -> None:
    found = match_last(FOREIGN, joined([*paragraphs(FOREIGN)[:2], "Mehr zum Thema"]))
    assert [each.verdict.relation for each in found] == [Relation.NEAR]


def test_other_news_is_not_matched() -> None:
    assert match_last(FERRY, HARBOUR, FOREIGN, ELECTION) == []


def test_the_next_market_wrap_is_related_and_no_copy() -> None:
    found = match_last(*(WRAP.format(**values) for values in WRAPS))
    assert [each.verdict.relation for each in found] == [Relation.RELATED]


def test_the_next_wrap_of_the_same_publisher_is_no_copy_though_few_numbers_moved() -> None:
    quiet = {**WRAPS[0], "day": "Tuesday", "index": "1,413.10", "turnover": "3,915", "gainers": "90", "percent": "0.02"}
    index = MemoryIndex()
    index.add(*known(0, WRAP.format(**WRAPS[0])))
    next_day = NOON + timedelta(hours=24)
    (own,) = match(*known(1, WRAP.format(**quiet), published_at=next_day), index)
    (others,) = match(*known(2, WRAP.format(**quiet), published_at=next_day, publisher="Morning Sun"), index)
    assert (own.verdict.relation, others.verdict.relation) == (Relation.RELATED, Relation.NEAR)


def test_exact_copies_are_found_at_any_distance_and_others_inside_the_window() -> None:
    window, week = timedelta(hours=72), timedelta(days=7)
    assert [each.of for each in match_last(FERRY, FERRY, apart=week, window=window)] == [0]
    assert match_last(FERRY, reword(FERRY), apart=week, window=window) == []
    assert match_last(FERRY, reword(FERRY), apart=week, window=None) != []


def test_articles_without_a_date_are_in_every_window() -> None:
    index = MemoryIndex()
    index.add(*known(0, FERRY, published_at=None))
    assert match(*known(1, reword(FERRY)), index, window=timedelta(hours=1)) != []


def test_short_texts_are_copies_only_under_the_same_headline() -> None:
    closed = "Markets are closed today for a public holiday."
    index = MemoryIndex()
    index.add(*known(0, closed, headline="Oslo shares"))
    assert match(*known(1, closed, headline="Warsaw shares"), index) == []
    assert [each.of for each in match(*known(2, closed, headline="Oslo shares"), index)] == [0]


def test_one_that_a_hundred_papers_took_is_still_found_in_the_next() -> None:
    index = MemoryIndex()
    for number in range(100):
        index.add(*known(number, joined([*paragraphs(FERRY), f"Report number {number} of our partners in Skarvik."])))
    found = match(*known(999, joined(paragraphs(FERRY)[:5])), index)
    assert {each.verdict.relation for each in found} == {Relation.NEAR}
    assert min(each.of for each in found) > 90


def test_lines_that_every_article_of_a_site_repeats_make_no_candidates() -> None:
    lines = " ".join(f"Read the Evening Post on {way} wherever you are in Skarvik." for way in "ABCDEFG")
    index = MemoryIndex()
    for number in range(100):
        index.add(*known(number, joined([*make_paragraphs(number), lines])))
    assert index.candidates(known(999, joined([HARBOUR, lines]))[1].keys) == []
