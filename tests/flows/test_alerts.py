"""Alerts: once per change, to a real webhook, and never lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.alerts import try_addresses
from flows.config import AlertSettings, Settings, load_settings
from flows.health import HealthReport, check_health
from storage.records import PollOutcome
from storage.store import Store, open_store
from tests.flows.hooks import Hook
from tests.flows.months import DAY, HOUR, Desk, Publication, daily

DOWN = (PollOutcome.FAILED, 403, "HTTP 403 Forbidden")
LOST = (PollOutcome.FAILED, None, "no such host: the name does not resolve (DNS)")


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


class Alerted:
    """Some publications, two days old, and the addresses that are told of them."""

    def __init__(self, store: Store, home: Path, *urls: str, papers: int = 1) -> None:
        self.store, self.home = store, home
        self.papers = [Publication(name=f"paper-{number}", plan=daily) for number in range(1, papers + 1)]
        self.desk = Desk(store, self.papers)
        self.desk.live(2 * DAY)
        self.urls: tuple[str, ...] = urls

    @property
    def settings(self) -> Settings:
        return replace(load_settings(self.home), alerts=AlertSettings(urls=self.urls))

    def check(self) -> HealthReport:
        return check_health(self.store, self.settings, self.desk.now)

    def fall_sick(self, failure: tuple[PollOutcome, int | None, str] | None = DOWN, *, papers: int = 1) -> None:
        for paper in self.papers[:papers]:
            paper.feed_failure = failure
        self.desk.live(4 * HOUR, every=HOUR)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "data" / "copydesk.db") as opened:
        yield opened


def test_a_change_is_told_once_and_so_is_the_recovery(store: Store, tmp_path: Path, hook: Hook) -> None:
    desk = Alerted(store, tmp_path, hook.url)
    desk.check()
    assert hook.posts == []
    desk.fall_sick()
    for _ in range(3):
        desk.check()
        desk.desk.live(HOUR, every=HOUR)
    assert hook.titles == ["Copydesk: paper-1 is sick: machines are turned away (403)"]
    assert hook.posts[0]["message"].startswith(
        "since 2026-03-04 01:00 UTC: https://paper-1.example/rss: HTTP 403 Forbidden, "
    )
    assert "What to do: the publisher turns machines away" in hook.posts[0]["message"]

    desk.papers[0].feed_failure = None
    desk.desk.live(9 * HOUR, every=HOUR)
    for _ in range(2):
        desk.check()
    assert hook.titles[1:] == []  # two days and a half are too short a history to be called well
    desk.desk.live(33 * DAY)
    for _ in range(2):
        desk.check()

    assert hook.titles[1:] == ["Copydesk: paper-1 is well again"]


def test_another_cause_is_another_alert(store: Store, tmp_path: Path, hook: Hook) -> None:
    desk = Alerted(store, tmp_path, hook.url)
    desk.fall_sick()
    desk.check()
    desk.fall_sick(LOST)
    desk.check()

    assert hook.titles[1:] == ["Copydesk: paper-1 is sick: unreachable"]


def test_what_happens_at_once_is_one_message(store: Store, tmp_path: Path, hook: Hook) -> None:
    desk = Alerted(store, tmp_path, hook.url, papers=5)
    desk.fall_sick(LOST, papers=5)
    desk.check()

    assert hook.titles == ["Copydesk: 5 sources: paper-1, paper-2, paper-3 and 2 more"]
    assert hook.posts[0]["message"].startswith("5 sources are unreachable at once: is this machine cut off")
    assert hook.posts[0]["message"].count("is sick: unreachable") == 5


def test_an_address_that_fails_is_told_in_a_line_and_tried_again(
    store: Store, tmp_path: Path, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    with Hook() as other:
        desk = Alerted(store, tmp_path, hook.url, other.url)
        hook.status = 500
        desk.fall_sick()
        with caplog.at_level(logging.WARNING, logger="flows.alerts"):
            (failed,) = [each for each in desk.check().deliveries if each.what]
        assert (failed.sent, failed.waiting) == (0, 1)
        assert "500" in failed.what
        assert "\n" not in failed.what
        assert "alert not delivered" in caplog.text
        assert "s3cret" not in caplog.text + failed.address + failed.what
        assert len(other.posts) == 1

        hook.status = 200
        (delivered,) = desk.check().deliveries
        assert (delivered.sent, delivered.what) == (1, "")

        assert hook.titles == other.titles == ["Copydesk: paper-1 is sick: machines are turned away (403)"]
        assert desk.check().deliveries == ()


def test_an_alert_outlives_a_restart_and_a_server_that_is_down(store: Store, tmp_path: Path) -> None:
    with Hook() as hook:
        url = hook.url
    desk = Alerted(store, tmp_path, url)
    desk.fall_sick()
    (failed,) = desk.check().deliveries
    assert failed.waiting == 1
    with open_store(tmp_path / "data" / "copydesk.db") as reopened:
        desk.store = reopened
        (again,) = desk.check().deliveries
    assert again.waiting == 1


def test_two_checks_at_once_tell_it_once(store: Store, tmp_path: Path, hook: Hook) -> None:
    from concurrent.futures import ThreadPoolExecutor

    desk = Alerted(store, tmp_path, hook.url, papers=3)
    desk.fall_sick(papers=3)

    def check() -> None:
        with open_store(tmp_path / "data" / "copydesk.db") as own:
            check_health(own, desk.settings, desk.desk.now)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(check) for _ in range(4)]:
            future.result()

    told = "".join(hook.titles) + "".join(post["message"] for post in hook.posts)
    assert [told.count(f"paper-{number} is sick") for number in (1, 2, 3)] == [1, 1, 1]


def test_what_was_sick_before_there_was_an_address_is_told_when_there_is_one(
    store: Store, tmp_path: Path, hook: Hook
) -> None:
    desk = Alerted(store, tmp_path)
    desk.fall_sick()
    assert desk.check().deliveries == ()
    desk.urls = (hook.url,)
    desk.check()

    assert len(hook.posts) == 1


def test_what_waits_for_an_address_that_is_gone_is_dropped(store: Store, tmp_path: Path, hook: Hook) -> None:
    desk = Alerted(store, tmp_path, hook.url)
    hook.status = 500
    desk.fall_sick()
    desk.check()
    desk.urls = ()
    desk.check()
    hook.status, desk.urls = 200, (hook.url,)

    assert desk.check().deliveries == ()
    assert hook.posts == []


def test_a_kind_of_address_that_nobody_knows_is_told(hook: Hook) -> None:
    good, bad = try_addresses([hook.url, "carrier-pigeon://coop"])

    assert (good.what, good.sent) == ("", 1)
    assert hook.titles == ["Copydesk: this is a test"]
    assert bad.what.startswith("apprise does not know this kind of address")
    assert bad.address == "carrier-pigeon://…"
