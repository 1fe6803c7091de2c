"""When sources are crawled, and whether a late run is of use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from copydesk.model import Source
from flows.schedules import Schedule, by_schedule, decide_start, longest_run_s, schedule_of

DEFAULT = "every 15 minutes"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

NAMES = {
    "every 15 minutes": "every-15-minutes",
    "every 60 Minutes": "every-hour",
    "every hour": "every-hour",
    "every 90 minutes": "every-90-minutes",
    "every 24 hours": "every-day",
    "every 2 days": "every-2-days",
}


@pytest.mark.parametrize(("text", "name"), NAMES.items())
def test_a_schedule_is_named_by_what_it_means(text: str, name: str) -> None:
    assert schedule_of(Source(name="a", schedule=text), DEFAULT).name == name


def test_a_cron_line_is_its_own_name_without_the_slash_that_prefect_refuses() -> None:
    assert schedule_of(Source(name="a", cron=" */15  6-22 * * MON-fri"), DEFAULT).name == "cron *:15 6-22 * * mon-fri"


def test_sources_are_grouped_by_what_their_schedules_mean_and_paused_ones_are_left_out() -> None:
    sources = [
        Source(name="a"),
        Source(name="b", schedule="every 1 hour"),
        Source(name="c", schedule="every 60 minutes"),
        Source(name="d", enabled=False),
        Source(name="e", cron="0 6 * * *"),
        Source(name="f", schedule="every 15 minutes"),
    ]

    found = by_schedule(sources, DEFAULT)
    groups = {schedule.name: [source.name for source in group] for schedule, group in found.items()}

    assert groups == {"every-15-minutes": ["a", "f"], "every-hour": ["b", "c"], "cron 0 6 * * *": ["e"]}


@pytest.mark.parametrize(
    ("late", "last_began", "is_wanted", "why"),
    [
        (timedelta(seconds=5), None, True, "on time"),
        (timedelta(seconds=119), timedelta(seconds=60), True, "on time"),
        (timedelta(hours=3), None, True, "catches up"),
        (timedelta(hours=3), timedelta(hours=4), True, "catches up"),
        (timedelta(hours=3), timedelta(minutes=1), False, "another run has begun"),
        (timedelta(hours=3), timedelta(hours=3), False, "another run has begun"),
    ],
)
def test_a_late_run_makes_up_for_all_that_were_missed_unless_another_has(
    late: timedelta, last_began: timedelta | None, is_wanted: bool, why: str
) -> None:
    last_began_at = NOON - last_began if last_began else None

    start = decide_start(due_at=NOON - late, now=NOON, last_began_at=last_began_at)

    assert (start.is_wanted, why in start.why) == (is_wanted, True)


def test_of_twelve_missed_runs_offered_one_after_the_other_one_is_wanted() -> None:
    began: list[datetime] = []
    for number in range(12):
        now = NOON + timedelta(seconds=20 * number)
        due_at = NOON - timedelta(minutes=15 * (12 - number))
        if decide_start(due_at=due_at, now=now, last_began_at=max(began, default=None)).is_wanted:
            began.append(now)

    assert began == [NOON]


def test_a_scheduled_crawl_may_take_four_fifths_of_its_interval_or_what_the_settings_say() -> None:
    assert longest_run_s(0, timedelta(minutes=15)) == 720
    assert longest_run_s(60, timedelta(minutes=15)) == 60


def test_equal_schedules_are_one_key() -> None:
    assert len({Schedule(every=timedelta(hours=1)), schedule_of(Source(name="a", schedule="every hour"), DEFAULT)}) == 1
