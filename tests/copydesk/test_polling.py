from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.polling import (
    BACK_OFF_MINUTES,
    MOST_REMEMBERED,
    FailureKind,
    NextLook,
    Pace,
    Signs,
    next_look,
    next_look_after_failure,
    remember,
    spell,
)

NOON = datetime(2026, 11, 4, 12, 30, tzinfo=UTC)
PACE = Pace(fastest_s=900, slowest_s=3 * 3600)


def before(*hours: float) -> tuple[datetime, ...]:
    """Instants so many hours before noon, oldest first."""
    return tuple(NOON - timedelta(hours=each) for each in sorted(hours, reverse=True))


def look(published: Sequence[datetime] = (), **signs: object) -> tuple[float, str]:
    """Minutes to the next look, and why."""
    found = next_look(Signs(now=NOON, published=published, **{"pace": PACE, **signs}))  # type: ignore[arg-type]
    assert found.at is not None
    return (found.at - NOON).total_seconds() / 60, found.why


def test_a_busy_endpoint_is_looked_at_with_every_run_of_its_schedule() -> None:
    minutes, why = look(before(0.1, 0.3, 0.5, 0.7, 0.9))
    assert minutes == 15
    assert why == "publishes every 12 min of late: with every run of its schedule (15 min)"


def test_an_endpoint_is_looked_at_twice_in_the_time_from_one_entry_to_the_next() -> None:
    assert look(before(0.5, 2.5, 4.5, 6.5)) == (60, "publishes every 2 h of late")


def test_the_longer_an_endpoint_is_silent_the_longer_it_is_left_alone_within_the_bounds() -> None:
    assert look(before(8, 8.1, 8.2)) == (120, "silent for 8 h")
    assert look(before(100, 101)) == (180, "silent for 4 days, but never less often than 3 h")
    assert look(before(100, 101), pace=Pace(fastest_s=900, slowest_s=1800)) == (
        30,
        "silent for 4 days, but never less often than 30 min",
    )


def test_a_schedule_slower_than_the_slowest_look_is_the_users_word_and_counts() -> None:
    assert look(before(100, 101), pace=Pace(fastest_s=86_400, slowest_s=10_800))[0] == 1440


def test_an_endpoint_that_wakes_at_an_hour_is_looked_at_when_that_hour_begins() -> None:
    mornings = [NOON - timedelta(days=day, hours=-1, minutes=20) for day in range(1, 15)]  # 13:10 each day
    minutes, why = look(tuple(sorted(mornings)))
    assert (minutes, why) == (30, "it usually publishes from 13:00 UTC on")


def test_an_hour_that_was_met_twice_is_not_usual() -> None:
    rare = [NOON - timedelta(days=day, hours=-1) for day in (2, 9)]
    assert "usually" not in look(tuple(sorted((*rare, *before(20, 21, 22, 23)))))[1]


def test_a_feed_that_was_once_full_within_minutes_is_looked_at_as_often_as_that() -> None:
    burst = before(*(100 + number / 60 for number in range(20)), 30)
    minutes, why = look(burst, listed=10)
    assert minutes == 15
    assert why.startswith("it lists 10 entries, and 7 came within 7 min once")
    assert look(burst, listed=40)[0] > 60  # it was never near to full


def test_what_an_endpoint_asks_for_is_kept_up_to_an_hour() -> None:
    busy = before(0.1, 0.2, 0.3)
    assert look(busy, rest_s=1800.0) == (30, "it asks for 30 min of rest")
    assert look(busy, rest_s=86_400.0) == (60, "it asks for 24 h of rest")
    assert look(busy, rest_s=60.0)[0] == 15


def test_a_new_endpoint_is_looked_at_again_soon_and_an_empty_one_every_hour() -> None:
    assert look(before(0)) == (15, "silent for 0 min: with every run of its schedule (15 min)")
    assert look()[0] == 60


def test_jitter_makes_a_look_earlier_by_a_tenth_at_most_and_never_below_the_schedule() -> None:
    assert look(before(8, 8.1, 8.2), jitter=1.0)[0] == pytest.approx(108)
    assert look(before(8, 8.1, 8.2), jitter=0.5)[0] == pytest.approx(114)
    assert look(before(0.1, 0.2), jitter=1.0)[0] == 15
    assert look(before(1000, 1001), jitter=1.0)[0] == pytest.approx(162)


def failed(kind: FailureKind, failures: int, **how: float) -> NextLook:
    return next_look_after_failure(kind, failures, now=NOON, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind is not FailureKind.GONE])
def test_an_endpoint_that_fails_is_left_alone_for_longer_each_time_but_never_for_more_than_a_day(
    kind: FailureKind,
) -> None:
    waits = []
    for failures in (*range(1, 12), 10**9):
        at = failed(kind, failures).at
        assert at is not None
        waits.append(at - NOON)
    assert waits == sorted(waits)
    assert timedelta(minutes=5) <= waits[0]
    assert waits[-1] <= timedelta(days=1)


def test_every_kind_of_failure_has_its_waits_but_the_one_that_is_for_good() -> None:
    assert set(BACK_OFF_MINUTES) == set(FailureKind) - {FailureKind.GONE}
    assert failed(FailureKind.GONE, 1) == NextLook(at=None, why="gone for good (HTTP 410)")


def test_a_failure_of_the_server_is_over_sooner_than_a_refusal() -> None:
    server, forbidden = failed(FailureKind.SERVER, 1), failed(FailureKind.FORBIDDEN, 1)
    assert server == NextLook(at=NOON + timedelta(minutes=5), why="1 failure in a row (server)")
    assert forbidden == NextLook(at=NOON + timedelta(hours=1), why="1 failure in a row (forbidden)")


def test_a_server_that_says_when_to_come_back_is_believed_where_that_is_later() -> None:
    later = failed(FailureKind.LIMITED, 1, retry_after_s=7200)
    assert later == NextLook(at=NOON + timedelta(hours=2), why="it asks to be left alone for 2 h (Retry-After)")
    assert failed(FailureKind.LIMITED, 1, retry_after_s=10).at == NOON + timedelta(minutes=15)


def test_a_history_is_kept_in_order_each_instant_once_none_of_the_future_and_only_the_newest() -> None:
    assert remember(before(3, 1), before(2, 1, -5), now=NOON) == before(3, 2, 1)
    many = before(*range(500))
    assert remember(many, (), now=NOON) == many[-MOST_REMEMBERED:]


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 min"), (3599, "60 min"), (7200, "2 h"), (172_800, "2 days")])
def test_a_span_is_spelled_as_people_say_it(seconds: float, words: str) -> None:
    assert spell(seconds) == words
