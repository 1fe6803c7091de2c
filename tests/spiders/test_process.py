"""The crawl process as its parent sees it: how it starts, stops, and dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from spiders.plan import CrawlEvent, CrawlPlan
from spiders.process import CrawlProcess
from tests.servers import Server, hang
from tests.spiders.crawls import Desk, Ran, source_of

HANGING = {"timeout_s": 120.0, "concurrency_per_host": 4}


def run_until(desk: Desk, plan: CrawlPlan, *, kept: int, then: str) -> tuple[Ran, CrawlProcess]:
    """Listen until so many pages are kept, then call the method named, and listen to the end."""
    events: list[CrawlEvent] = []
    with CrawlProcess(plan) as process:
        for event in process.events():
            events.append(event)
            if event.kept >= kept and event.event == "progress" and then:
                getattr(process, then)() if then == "stop" else os.kill(process.pid, getattr(signal, then))
                then = ""
    return desk.ran(plan.crawl_id, events), process


@pytest.mark.timeout(60)
@pytest.mark.parametrize("how", ["stop", "SIGTERM"])
def test_a_crawl_that_is_stopped_keeps_what_it_has_while_servers_hang(tmp_path: Path, how: str) -> None:
    desk = Desk(tmp_path, HANGING)
    with Server() as web, Server() as hanging:
        sources = (source_of(web, ["/a", "/b"]), source_of(hanging, ["/c", "/d"]))
        hanging.script("/c", hang)
        hanging.script("/d", hang)
        ran, process = run_until(desk, desk.plan(sources), kept=2, then=how)
        assert process.finish_reason == "cancelled"
        assert ran.outcomes() == {"/a": "kept", "/b": "kept"}
        assert len(desk.pending()) == 2

        hanging.serve("/c", "awake"), hanging.serve("/d", "awake")
        assert desk.crawl(*sources).outcomes() == {"/c": "kept", "/d": "kept"}


@pytest.mark.timeout(60)
def test_a_crawl_ends_by_itself_when_its_time_is_over(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {**HANGING, "max_run_s": 6})
    with Server() as web:
        source = source_of(web, ["/a", "/c"])
        web.script("/c", hang)
        ran = desk.crawl(source)

    assert (ran.end.finish_reason, ran.end.waiting) == ("max_run_s", 1)
    assert ran.outcomes() == {"/a": "kept"}


@pytest.mark.timeout(60)
def test_a_crawl_that_is_killed_counts_as_crashed_and_lost_nothing_that_was_stored(tmp_path: Path) -> None:
    desk = Desk(tmp_path, HANGING)
    with Server() as web:
        source = source_of(web, ["/a", "/c"])
        web.script("/c", hang)
        ran, process = run_until(desk, desk.plan([source]), kept=1, then="SIGKILL")
        assert process.finish_reason == "crashed"
        assert ran.end.what == "the crawl process ended unexpectedly (signal 9)"
        assert ran.end.kept == 1

        web.serve("/c", "awake")
        again = desk.crawl(source)  # the hosts of the dead crawl are free at once
        assert again.outcomes() == {"/c": "kept"}
        assert sorted(desk.pending()) == [web.url("/a"), web.url("/c")]


def test_a_crawl_whose_parent_dies_ends_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path, HANGING)
    with Server() as web:
        source = source_of(web, ["/c"])
        web.script("/c", hang)
        plan = desk.plan([source])
        code = (
            "import sys, os, time\nfrom spiders.plan import CrawlPlan\nfrom spiders.process import CrawlProcess\n"
            "process = CrawlProcess(CrawlPlan.from_json(sys.argv[1])).__enter__()\n"
            "print(process.pid, flush=True)\n"
            "while process.poll_event(9).reached < 2: pass\n"
            "os._exit(1)\n"
        )
        parent = subprocess.run(
            [sys.executable, "-c", code, plan.to_json()], capture_output=True, text=True, timeout=30, check=False
        )
        pid = int(parent.stdout)
        for _ in range(100):
            if not _is_alive(pid):
                break
            web.closing.wait(0.1)
    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.sqlite_file("a file that is no database")
def test_a_database_that_refuses_ends_the_crawl_with_a_clear_line(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    plan = desk.plan()
    desk.database.write_bytes(b"this is no database, whatever its name says" * 100)
    for suffix in ("-wal", "-shm"):
        desk.database.with_name(desk.database.name + suffix).unlink(missing_ok=True)
    with CrawlProcess(plan) as process:
        events = list(process.events())

    assert process.finish_reason == "storage_error"
    assert str(desk.database) in events[-1].what
    assert events[-1].what in [event.what for event in events if event.event == "trouble"]


def test_an_archive_that_cannot_be_written_ends_the_crawl_with_a_clear_line(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "file").write_text("in the way")
    with Server() as web:
        plan = replace(desk.plan([source_of(web, ["/a"])]), archive=str(tmp_path / "file" / "archive"))
        with CrawlProcess(plan) as process:
            events = list(process.events())

    assert process.finish_reason == "storage_error"
    assert str(tmp_path / "file") in events[-1].what


def test_the_last_line_of_a_crashed_process_is_told(tmp_path: Path) -> None:
    class Broken(CrawlProcess):
        MODULE = "tests.spiders.no_such_module"

    with Broken(CrawlPlan(crawl_id=1, database=str(tmp_path / "x"), archive=str(tmp_path))) as process:
        event = process.poll_event(30)

    assert event is not None
    assert (event.event, event.finish_reason) == ("finished", "crashed")
    assert "exit code 1" in event.what
    assert "No module named tests.spiders.no_such_module" in event.what


def test_the_parent_imports_no_framework() -> None:
    code = "import sys, spiders.process; print([name for name in ('scrapy', 'twisted', 'lxml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
