"""Parts of a desk at work are killed: the next run begins in time, nothing is crawled twice at once or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import LOADED_S, Desk, a_desk, interleaved_hosts, source_toml, wait_for
from tests.prose import make_headline, make_page
from tests.static_web import StaticWeb

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

PAGES = 240
SCHEDULE = "every-minute"
EARLY = timedelta(seconds=30)
"""A run may take 48 s: one that has begun so lately goes on while the test does what it does."""


@pytest.fixture(scope="module")
def web() -> Iterator[StaticWeb]:
    with StaticWeb([make_page(number) for number in range(PAGES)], hosts=2) as web:
        yield web


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, web: StaticWeb) -> Iterator[Desk]:
    """A desk whose crawls take long: a page a second and host, a run every minute."""
    tables = [source_toml(source) for source in web.sources()]
    news = "delay_s = 1.0\nrelook_hours = []"
    with a_desk(tmp_path_factory.mktemp("desk"), tables, news=news, schedule="every 1 minute") as desk:
        yield desk


def running(desk: Desk) -> dict[str, Any]:
    """A scheduled run that fetches pages right now, and will for a while."""

    def look() -> dict[str, Any] | None:
        for run in desk.runs(SCHEDULE, "RUNNING"):
            if desk.find("spiders") and datetime.now(UTC) - datetime.fromisoformat(run["start_time"]) < EARLY:
                return run
        return None

    found = wait_for(look, within_s=LOADED_S, what="a run that crawls")
    assert found is not None
    time.sleep(2)
    return found


def check_next_run(desk: Desk, killed: dict[str, Any], *, since: datetime) -> None:
    """The killed run is over within five minutes, and a run that is due later begins. (`make soak` sees how late.)"""
    ended = desk.wait_for_run(killed["id"], "CRASHED", "CANCELLED", "FAILED", "COMPLETED", within_s=300)
    assert ended["state_type"] != "COMPLETED"

    def begun() -> dict[str, Any] | None:
        for run in desk.runs(SCHEDULE, "RUNNING", "COMPLETED"):
            if datetime.fromisoformat(run["expected_start_time"]) > since and run["state_name"] != "Skipped":
                return run
        return None

    wait_for(begun, within_s=LOADED_S, what="the next run")


def kill(process: psutil.Process) -> datetime:
    at = datetime.now(UTC)
    process.kill()
    return at


def test_a_crawl_by_hand_leaves_hosts_alone_that_a_scheduled_run_crawls(desk: Desk, web: StaticWeb) -> None:
    running(desk)
    by_hand = desk.run("crawl", "static-1", "--format", "jsonl")

    assert "is being crawled by another crawl" in by_hand.stderr
    assert '"fetched": 0' in by_hand.stdout


def test_a_flow_is_killed(desk: Desk) -> None:
    run = running(desk)
    (engine,) = desk.find("flows.engine")
    children = engine.children(recursive=True)
    since = kill(engine)

    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    check_next_run(desk, run, since=since)


@pytest.mark.long
def test_the_crawl_process_is_killed(desk: Desk) -> None:
    run = running(desk)
    (crawl,) = desk.find("spiders")
    since = kill(crawl)

    check_next_run(desk, run, since=since)
    assert "signal 9" in desk.ask("GET", f"/flow_runs/{run['id']}")["state"]["message"]


@pytest.mark.long
def test_the_worker_is_killed(desk: Desk) -> None:
    run = running(desk)
    (worker,) = desk.find("flows.runner")
    children = worker.children(recursive=True)
    since = kill(worker)

    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    check_next_run(desk, run, since=since)


def test_worker_and_flow_are_killed_at_the_same_moment(desk: Desk) -> None:
    """Nobody is left that could tell the server."""
    run = running(desk)
    (worker,) = desk.find("flows.runner")
    children = worker.children(recursive=True)
    since = kill(worker)
    for child in children:
        child.kill()

    check_next_run(desk, run, since=since)


@pytest.mark.long
def test_the_server_is_killed(desk: Desk) -> None:
    running(desk)
    (server,) = desk.find("flows.server")
    since = kill(server)
    wait_for(lambda: desk.find("flows.server"), within_s=LOADED_S)

    def begun() -> bool:
        try:
            runs = desk.runs(SCHEDULE, "RUNNING", "COMPLETED")
        except Exception:  # noqa: BLE001 - it is not back yet
            return False
        return any(datetime.fromisoformat(run["start_time"]) > since for run in runs)

    wait_for(begun, within_s=LOADED_S, every_s=1, what="a run after the server came back")
    stuck = [run for run in desk.runs(SCHEDULE, "RUNNING") if datetime.fromisoformat(run["start_time"]) < since]
    assert len(stuck) <= 1  # the run that was under way may go on: it needs no server to crawl


def test_two_workers_for_one_schedule_start_each_run_once(desk: Desk) -> None:
    assert desk.process is not None
    (worker,) = desk.find("flows.runner")
    second = subprocess.Popen(
        worker.cmdline(),
        env=worker.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        run = running(desk)
        for _ in range(20):
            assert len(desk.runs(SCHEDULE, "RUNNING", "PENDING")) <= 1
            time.sleep(0.5)
        assert desk.ask("GET", f"/flow_runs/{run['id']}")["run_count"] == 1
    finally:
        assert second.stdin is not None
        second.stdin.close()
        assert second.wait(60) == 0


@pytest.mark.long
def test_everything_is_stopped_for_a_while_and_goes_on(desk: Desk) -> None:
    """As when a machine sleeps: no process runs, the clock goes on."""
    assert desk.process is not None
    everyone = [psutil.Process(desk.process.pid), *psutil.Process(desk.process.pid).children(recursive=True)]
    for process in everyone:
        os.kill(process.pid, signal.SIGSTOP)
    time.sleep(75)  # at least one due time passes
    woke_at = datetime.now(UTC)
    for process in reversed(everyone):
        os.kill(process.pid, signal.SIGCONT)

    def begun() -> bool:
        return any(
            datetime.fromisoformat(run["start_time"]) > woke_at for run in desk.runs(SCHEDULE, "RUNNING", "COMPLETED")
        )

    wait_for(begun, within_s=LOADED_S, every_s=1, what="a run after waking")
    assert len(desk.runs(SCHEDULE, "RUNNING")) <= 1


def test_at_last_every_article_is_there_once_and_no_host_was_crawled_twice_at_once(desk: Desk) -> None:
    assert desk.down() < 10
    desk.news = ""
    news = (desk.home / "news.toml").read_text().replace("delay_s = 1.0", "delay_s = 0.01")
    (desk.home / "news.toml").write_text(news)
    last = desk.run("crawl", "--all")
    assert last.returncode == 0, last.stderr

    with open_store(desk.home / "data" / "copydesk.db") as store:
        articles = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))
        assert not interleaved_hosts(store)
        assert store.snapshots.count_pending() == 0
    assert sorted(str(row["headline"]) for row in articles) == sorted(map(make_headline, range(PAGES)))
    assert all(row["revision"] == 1 for row in articles)
