from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from copydesk.gaps import TRY_AGAIN_H, Evidence, Gap, Listed, find_gap, next_try, overlap, reach
from copydesk.model import EndpointKind

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
HOURLY = [YESTERDAY - timedelta(hours=hours) for hours in range(48, 0, -1)]
"""An entry an hour until the last look, a day ago."""


def new(hours_ago: float | None = None) -> Listed:
    at = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    return Listed(published_at=at, since=None, was_in_last=False)


def known(hours_ago: float, *, since_hours: float) -> Listed:
    since = NOW - timedelta(hours=since_hours)
    return Listed(published_at=NOW - timedelta(hours=hours_ago), since=since, was_in_last=True)


def find(*entries: Listed, history: list[datetime] = HOURLY) -> Gap | None:
    return find_gap(entries, history, last_look_at=YESTERDAY, now=NOW)


def test_one_entry_of_the_document_before_is_an_overlap() -> None:
    assert find(new(1), new(2), known(25, since_hours=25)) is None


def test_a_document_of_nothing_but_later_entries_leaves_a_gap_back_to_the_last_look() -> None:
    gap = find(new(1), new(2), new(4))
    assert gap is not None
    assert (gap.from_at, gap.until_at, gap.may_miss) == (YESTERDAY, NOW - timedelta(hours=4), 20)
    assert gap.reason == (
        "none of its 3 entries was listed at the look before, 24 h ago; at its usual pace, about 20 may be missing"
    )


def test_a_document_without_dates_leaves_a_gap_until_now() -> None:
    gap = find(new(), new(), history=[])
    assert gap is not None
    assert (gap.until_at, gap.may_miss) == (NOW, None)
    assert gap.reason == "none of its 2 entries was listed at the look before, 24 h ago"


def test_a_feed_of_one_entry_is_told_in_the_singular() -> None:
    gap = find(new(3), history=[])
    assert gap is not None
    assert gap.reason == "its one entry was not listed at the look before, 24 h ago"


def test_a_document_that_reaches_back_to_the_last_look_by_its_dates_leaves_no_gap() -> None:
    """A publication changed all its addresses."""
    assert find(new(1), new(30), new(31)) is None


def test_an_empty_document_says_nothing() -> None:
    assert find() is None


def test_a_pinned_entry_is_no_overlap() -> None:
    pinned = known(2000, since_hours=200)
    assert find(new(1), new(2), pinned) is not None
    assert overlap([pinned, known(25, since_hours=25)], HOURLY, last_look_at=YESTERDAY) == 1


def test_an_entry_that_stays_long_in_a_slow_feed_is_not_pinned() -> None:
    monthly = [NOW - timedelta(days=30 * number) for number in range(12, 0, -1)]
    assert overlap([known(24 * 60, since_hours=24 * 60)], monthly, last_look_at=YESTERDAY) == 1


EVIDENCE = Evidence(kind=EndpointKind.SITEMAP, shared=5, of=5, oldest_at=YESTERDAY, known_before=0)


def test_a_dated_listing_fills_a_gap_as_far_as_it_reaches() -> None:
    assert reach(EVIDENCE, YESTERDAY, NOW) == YESTERDAY
    noon = NOW - timedelta(hours=12)
    assert reach(replace(EVIDENCE, oldest_at=noon), YESTERDAY, NOW) == noon
    assert reach(replace(EVIDENCE, oldest_at=NOW), YESTERDAY, NOW) is None


def test_a_listing_of_other_articles_says_nothing() -> None:
    assert reach(replace(EVIDENCE, shared=2), YESTERDAY, NOW) is None
    assert reach(replace(EVIDENCE, shared=0, of=0), YESTERDAY, NOW) is None


def test_an_undated_section_page_fills_a_gap_where_it_lists_several_entries_from_before() -> None:
    section = replace(EVIDENCE, kind=EndpointKind.SECTION, oldest_at=None)
    assert reach(replace(section, known_before=3), YESTERDAY, NOW) == YESTERDAY
    assert reach(replace(section, known_before=2), YESTERDAY, NOW) is None


def test_the_search_for_what_fills_a_gap_ends() -> None:
    tries = [next_try(number, NOW) for number in range(1, 6)]
    assert tries == [*(NOW + timedelta(hours=hours) for hours in TRY_AGAIN_H), None, None]
