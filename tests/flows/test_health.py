"""Sources judged by months of their own history, in a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.health.history import Cause, State, Verdict
from copydesk.model import Reason, Source
from flows.config import Settings, load_settings
from flows.health import HealthReport, check_health
from storage.records import PollOutcome
from storage.store import Store, open_store
from tests.flows.months import (
    DAY,
    HOUR,
    START,
    WEEK,
    Desk,
    Publication,
    daily,
    never,
    wall,
    weekly,
    with_holiday,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data" / "copydesk.db") as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


class Checked:
    """A desk with its checks."""

    def __init__(self, store: Store, settings: Settings, *publications: Publication, start: datetime = START) -> None:
        self.desk = Desk(store, publications, start=start)
        self.store, self.settings = store, settings

    def check(self) -> HealthReport:
        return check_health(self.store, self.settings, self.desk.now, ask_certificate=lambda url: None)

    def verdict(self, name: str = "ledger") -> Verdict:
        return next(each for each in self.check().verdicts if each.source == name)

    def states_while(self, length: timedelta, name: str = "ledger", *, step: timedelta = 6 * HOUR) -> set[str]:
        """What a source was called in some stretch of time, checked again and again."""
        states, end = set(), self.desk.now + length
        while self.desk.now < end:
            self.desk.live(step)
            found = self.verdict(name)
            states.add(f"{found.state} {found.cause}".strip())
        return states


def ledger(**changes: Any) -> Publication:
    return Publication(**{"name": "ledger", "plan": daily, **changes})


# No false alarm.


def test_nights_and_weekends_of_a_newspaper_are_no_silence(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    checked.desk.live(5 * WEEK)

    assert checked.states_while(2 * WEEK) <= {"healthy", "quiet"}


def test_a_weekly_publication_is_well_between_its_issues(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(plan=weekly))
    checked.desk.live(9 * WEEK, every=6 * HOUR)

    assert checked.states_while(2 * WEEK, step=DAY) == {"healthy"}


def test_an_issue_left_out_is_quiet_and_no_alarm(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(plan=weekly))
    checked.desk.live(9 * WEEK, every=6 * HOUR)
    checked.desk.publications[0].plan = never

    assert "sick silent" not in checked.states_while(10 * DAY, step=DAY)


def test_one_public_holiday_is_no_alarm(store: Store, settings: Settings) -> None:
    monday = START + 7 * WEEK
    checked = Checked(store, settings, ledger(plan=with_holiday(daily, monday)))
    checked.desk.live(7 * WEEK)

    assert checked.states_while(2 * DAY, step=3 * HOUR) <= {"healthy", "quiet"}


def test_holidays_on_which_the_whole_desk_rests_are_no_alarm(store: Store, settings: Settings) -> None:
    rest = with_holiday(daily, *(START + 7 * WEEK + day * DAY for day in range(4)))
    papers = [ledger(name=name, plan=rest) for name in ("ledger", "courier", "herald", "post", "times")]
    checked = Checked(store, settings, *papers)
    checked.desk.live(7 * WEEK + 3 * DAY, every=6 * HOUR)

    found = checked.verdict()
    assert found.state is State.QUIET
    assert "a holiday?" in found.evidence


def test_one_that_is_silent_while_the_others_go_on_is_told(store: Store, settings: Settings) -> None:
    rest = with_holiday(daily, *(START + 7 * WEEK + day * DAY for day in range(4)))
    papers = [ledger(name=name) for name in ("courier", "herald", "post", "times")]
    checked = Checked(store, settings, ledger(plan=rest), *papers)
    checked.desk.live(7 * WEEK + 3 * DAY, every=6 * HOUR)

    assert [(each.source, each.cause) for each in checked.check().verdicts if each.is_sick] == [
        ("ledger", Cause.SILENT)
    ]


def test_a_young_source_is_new_until_it_has_weeks_behind_it(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    assert checked.verdict().state is State.NEW
    checked.desk.live(3 * DAY)
    assert checked.verdict().state is State.NEW


def test_a_paused_source_is_paused_and_one_that_is_not_looked_at_is_unwatched(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    checked.desk.live(5 * WEEK)
    checked.desk.now += 3 * DAY

    assert checked.verdict().state is State.UNWATCHED
    store.sources.sync([replace(checked.desk.publications[0].source, enabled=False)], now=checked.desk.now)
    assert checked.verdict().state is State.PAUSED


def test_a_server_that_rests_every_night_is_well(store: Store, settings: Settings) -> None:
    down = (PollOutcome.FAILED, 503, "HTTP 503 Service Unavailable")
    checked = Checked(store, settings, ledger())
    for _ in range(35):
        checked.desk.publications[0].feed_failure = down
        checked.desk.live(5 * HOUR, every=HOUR)
        checked.desk.publications[0].feed_failure = None
        checked.desk.live(19 * HOUR, every=HOUR)

    checked.desk.publications[0].feed_failure = down
    checked.desk.live(4 * HOUR, every=HOUR)
    assert checked.verdict().state is not State.SICK
    checked.desk.live(6 * HOUR, every=HOUR)
    assert checked.verdict().cause is Cause.SERVER_ERROR


# Silence.


def test_a_newspaper_that_falls_silent_is_told_within_two_working_days_and_stays_so(
    store: Store, settings: Settings
) -> None:
    checked = Checked(store, settings, ledger())
    checked.desk.live(6 * WEEK + DAY)
    checked.desk.publications[0].plan = never
    checked.desk.live(2 * DAY)

    found = checked.verdict()
    assert (found.state, found.cause) == (State.SICK, Cause.SILENT)
    assert found.since == START + 6 * WEEK + 18 * HOUR
    assert "nothing new since 2026-04-13 18:00 UTC" in found.evidence
    checked.desk.live(20 * WEEK, every=DAY)
    later = checked.verdict()
    assert (later.cause, later.since) == (Cause.SILENT, found.since)


def test_a_weekly_that_leaves_out_four_issues_is_told(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(plan=weekly))
    checked.desk.live(9 * WEEK, every=6 * HOUR)
    checked.desk.publications[0].plan = never
    checked.desk.live(4 * WEEK, every=6 * HOUR)

    assert checked.verdict().cause is Cause.SILENT


def test_a_feed_silent_for_nine_months_is_noticed_on_the_first_day(store: Store, settings: Settings) -> None:
    """Its entries say when they were published: weekly, until nine months ago."""
    publication = ledger(plan=weekly)
    for day in range(120):
        publication.publish(START + day * DAY + 9 * HOUR)
    publication.plan = never
    checked = Checked(store, settings, publication, start=START + 120 * DAY + 274 * DAY)
    checked.desk.live(DAY)

    found = checked.verdict()
    assert (found.state, found.cause) == (State.SICK, Cause.SILENT)
    assert "(27" in found.evidence


def test_a_feed_that_was_followed_all_the_while_and_silent_for_nine_months_is_noticed(
    store: Store, settings: Settings
) -> None:
    checked = Checked(store, settings, ledger(dated=False))
    checked.desk.live(5 * WEEK, every=6 * HOUR)
    checked.desk.publications[0].plan = never
    checked.desk.live(270 * DAY, every=DAY)

    assert checked.verdict().cause is Cause.SILENT


def test_one_dead_feed_of_a_source_that_goes_on_is_noticed(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    source = checked.desk.publications[0].source
    both = Source(name="ledger", homepage=source.homepage, feeds=(source.feeds[0], "https://ledger.example/old.rss"))
    checked.desk.live(DAY)
    store.sources.sync([both], now=checked.desk.now)
    old = ledger(plan=weekly)
    for day in range(120):
        old.publish(START - 400 * DAY + day * DAY + 9 * HOUR)
    dead = next(row for row in store.endpoints.of(["ledger"]) if row.url.endswith("old.rss"))
    record_old(store, dead.id, old, checked.desk.now)
    checked.desk.live(2 * DAY)
    record_old(store, dead.id, old, checked.desk.now)

    found = checked.verdict()
    assert (found.state, found.cause) == (State.SICK, Cause.SILENT)
    assert "https://ledger.example/old.rss" in found.evidence


def record_old(store: Store, endpoint_id: int, old: Publication, now: datetime) -> None:
    from storage.records import PollRecord, SeenEntry

    seen = tuple(SeenEntry(entry=each, key=each.url, wanted=False) for each in old.waiting)
    crawl_id = store.crawls.begin(trigger="test", sources=["ledger"], at=now)
    poll = PollRecord(endpoint_id=endpoint_id, crawl_id=crawl_id, at=now, outcome=PollOutcome.READ, entries=seen)
    store.polls.record(poll, now=now)


def test_a_feed_that_never_listed_anything_is_told_after_two_days(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(plan=never))
    checked.desk.live(3 * DAY)

    found = checked.verdict()
    assert found.cause is Cause.SILENT
    assert "none of its endpoints ever listed an entry" in found.evidence


# What a source met: (what changes, the cause it has, what the evidence says)

TROUBLES = {
    "pages behind a 403 wall": (
        {"page_failure": (403, "HTTP 403 Forbidden")},
        Cause.FORBIDDEN,
        "of the last 20 pages could not be had (the last: HTTP 403 Forbidden); in the 6 weeks before at most 0%",
    ),
    "pages that ask for less": ({"page_failure": (429, "HTTP 429")}, Cause.RATE_LIMITED, "HTTP 429"),
    "a consent wall": ({"refusal": wall(Reason.CONSENT_WALL)}, Cause.CONSENT_WALL, "gave no article (consent_wall"),
    "a bot check": ({"refusal": wall(Reason.BOT_CHECK)}, Cause.BOT_CHECK, "bot_check"),
    "a paywall": ({"refusal": wall(Reason.PAYWALL)}, Cause.PAYWALL, "paywall"),
    "pages that are no articles any more": ({"refusal": wall(Reason.TOO_SHORT)}, Cause.REDESIGN, "too_short"),
    "authors that are not found any more": ({"authors": ()}, Cause.REDESIGN, "authors found in 0% of the last 20"),
    "texts cut short": ({"words": 30}, Cause.REDESIGN, "a median of 30 words; in the 6 weeks before at least 120"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_befalls_pages_is_told_with_evidence_and_lasts(name: str, store: Store, settings: Settings) -> None:
    changes, cause, said = TROUBLES[name]
    checked = Checked(store, settings, ledger())
    checked.desk.live(6 * WEEK + DAY)
    assert checked.verdict().state is State.HEALTHY
    began = checked.desk.now
    publication = checked.desk.publications[0]
    for key, value in changes.items():
        setattr(publication, key, value)
    checked.desk.live(3 * DAY)

    found = checked.verdict()
    assert (found.state, found.cause) == (State.SICK, cause)
    assert said in found.evidence
    assert found.since is not None
    assert began <= found.since <= began + 2 * DAY
    checked.desk.live(4 * WEEK, every=6 * HOUR)
    later = checked.verdict()
    assert (later.cause, later.since) == (cause, found.since), "the trouble became its own baseline"


@pytest.mark.parametrize("name", TROUBLES)
def test_a_source_whose_pages_are_good_again_is_well(name: str, store: Store, settings: Settings) -> None:
    changes, _, _ = TROUBLES[name]
    checked = Checked(store, settings, ledger())
    checked.desk.live(6 * WEEK + DAY)
    publication = checked.desk.publications[0]
    usual = {key: getattr(publication, key) for key in changes}
    vars(publication).update(changes)
    checked.desk.live(3 * DAY)
    assert checked.verdict().is_sick
    vars(publication).update(usual)
    checked.desk.live(DAY)

    assert checked.verdict().state is State.HEALTHY


def test_what_is_meant_to_be_so_is_accepted(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    checked.desk.live(6 * WEEK + DAY)
    checked.desk.publications[0].authors = ()
    checked.desk.live(3 * DAY)
    assert checked.verdict().cause is Cause.REDESIGN

    assert store.health.accept("ledger", now=checked.desk.now)
    assert not checked.verdict().is_sick
    assert "sick redesign" not in checked.states_while(2 * WEEK, step=DAY)


def test_a_source_that_only_ever_gave_walls_is_sick_without_a_history(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(refusal=wall(Reason.PAYWALL)))
    checked.desk.live(3 * DAY)

    assert checked.verdict().cause is Cause.PAYWALL


def test_a_paper_that_always_had_many_paywalls_is_well(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    publication = checked.desk.publications[0]
    for week in range(42):
        publication.refusal = wall(Reason.PAYWALL) if week % 5 < 3 else None
        checked.desk.live(DAY)

    publication.refusal = wall(Reason.PAYWALL)
    checked.desk.live(6 * HOUR)
    assert not checked.verdict().is_sick


FEED_TROUBLES = {
    "forbidden": ((PollOutcome.FAILED, 403, "HTTP 403 Forbidden"), Cause.FORBIDDEN),
    "gone": ((PollOutcome.FAILED, 404, "HTTP 404 Not Found"), Cause.FEED_MOVED),
    "a page in its place": ((PollOutcome.NOT_A_FEED, 200, "this is HTML"), Cause.FEED_MOVED),
    "no such host": ((PollOutcome.FAILED, None, "no such host: the name does not resolve (DNS)"), Cause.UNREACHABLE),
    "certificate": ((PollOutcome.FAILED, None, "TLS: certificate verify failed"), Cause.TLS),
    "robots.txt": ((PollOutcome.REFUSED, None, "robots.txt disallows it"), Cause.REFUSED),
    "broken": ((PollOutcome.FAILED, 500, "HTTP 500 Internal Server Error"), Cause.SERVER_ERROR),
}


@pytest.mark.parametrize("name", FEED_TROUBLES)
def test_a_feed_that_does_not_answer_is_told_after_three_looks(name: str, store: Store, settings: Settings) -> None:
    failure, cause = FEED_TROUBLES[name]
    checked = Checked(store, settings, ledger())
    checked.desk.live(2 * DAY)
    checked.desk.publications[0].feed_failure = failure
    checked.desk.live(2 * HOUR, every=HOUR)
    assert not checked.verdict().is_sick
    checked.desk.live(HOUR, every=HOUR)

    found = checked.verdict()
    assert (found.state, found.cause, found.since) == (State.SICK, cause, START + 2 * DAY + HOUR)
    assert found.evidence == f"https://ledger.example/rss: {failure[2]}, 3 looks in a row"
    checked.desk.publications[0].feed_failure = None
    checked.desk.live(HOUR, every=HOUR)
    assert not checked.verdict().is_sick


def test_a_feed_that_says_it_is_gone_for_good_is_told_though_nobody_asks_again(
    store: Store, settings: Settings
) -> None:
    publication = ledger()
    checked = Checked(store, settings, publication)
    checked.desk.live(2 * DAY)
    publication.feed_failure = (PollOutcome.GONE, 410, "HTTP 410 Gone")
    checked.desk.live(HOUR, every=HOUR)
    for later in (HOUR, 3 * DAY):
        checked.desk.now += later
        found = checked.verdict()
        assert (found.state, found.cause, found.since) == (State.SICK, Cause.FEED_MOVED, START + 2 * DAY + HOUR)
        assert found.evidence == "https://ledger.example/rss: HTTP 410 Gone, it is not asked again"


def test_a_certificate_that_ran_out_is_told_with_its_date(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger())
    checked.desk.publications[0].feed_failure = FEED_TROUBLES["certificate"][0]
    checked.desk.live(4 * HOUR, every=HOUR)

    def ask(url: str) -> datetime:
        return datetime(2026, 3, 1, 23, 59, tzinfo=UTC)

    (found,) = check_health(store, settings, checked.desk.now, ask_certificate=ask).verdicts
    assert found.cause is Cause.TLS_EXPIRED
    assert "the certificate ran out on 2026-03-01 23:59 UTC" in found.evidence


def test_a_feed_that_moved_for_good_is_well_and_its_new_address_is_told(store: Store, settings: Settings) -> None:
    checked = Checked(store, settings, ledger(moved_to="https://ledger.example/feed"))
    checked.desk.live(5 * WEEK)

    found = checked.verdict()
    assert (found.state, found.cause) == (State.HEALTHY, Cause.FEED_MOVED)
    assert found.evidence.endswith("answers from https://ledger.example/feed for good: name that in sources.toml")
