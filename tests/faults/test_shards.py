"""Three workers crawl three shards, and one is killed with all that it started: as if its machine were gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.config import load_settings
from flows.surroundings import prefect_environment
from storage.store import open_store
from tests.desk import LOADED_S, Desk, source_toml, wait_for
from tests.prose import make_page
from tests.static_web import StaticWeb

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.timeout(600)]

SHARDS, HOSTS, PAGES, DELAY_S = 3, 9, 180, 1.0
WITHIN_S = 120.0
SHARD_NAMES = [f"every-15-minutes {shard} of {SHARDS}" for shard in range(1, SHARDS + 1)]


@contextmanager
def a_worker(desk: Desk) -> Iterator[psutil.Popen]:
    """One more worker of the same desk."""
    settings = load_settings(desk.home, environ=desk.environment())
    with (desk.home / "worker.out").open("ab") as output:
        worker = psutil.Popen(
            [sys.executable, "-P", "-m", "flows.runner"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=prefect_environment(settings, desk.environment()),
        )
    try:
        yield worker
    finally:
        if worker.is_running() and worker.poll() is None:
            worker.terminate()
            worker.wait(30)
        worker.stdin.close()


def crawling(worker: psutil.Process) -> list[psutil.Process]:
    """The crawl processes under a worker."""
    return [each for each in worker.children(recursive=True) if "spiders" in each.cmdline()]


def run_of(worker: psutil.Process, desk: Desk) -> dict[str, Any]:
    """The run whose mark a process of this worker holds."""
    family = {each.pid for each in worker.children(recursive=True)}
    for mark in (desk.home / "data" / "runs").glob("*.running"):
        if int(mark.read_text() or 0) in family:
            found: dict[str, Any] = desk.ask("GET", f"/flow_runs/{mark.stem}")
            return found
    raise AssertionError("no run under this worker")


def test_a_shard_goes_on_when_its_worker_is_killed_and_no_host_is_asked_too_fast(tmp_path: Path) -> None:
    web = StaticWeb([make_page(number) for number in range(PAGES)], hosts=HOSTS)
    shards = f"relook_hours = []\ndelay_s = {DELAY_S}"
    options: dict[str, Any] = {"news": shards, "environ": {"COPYDESK_SCHEDULE_SHARDS": str(SHARDS)}}
    with web, Desk(tmp_path / "desk", **options) as desk, ExitStack() as stack:
        desk.write_sources([source_toml(source) for source in web.sources()])
        desk.up()
        workers = [stack.enter_context(a_worker(desk)) for _ in range(SHARDS - 1)]

        victim = wait_for(
            lambda: next((each for each in workers if crawling(each)), None), within_s=LOADED_S, what="a crawl to kill"
        )
        wait_for(lambda: len({each.host for each in web.log if each.path != "/feed.xml"}) >= HOSTS, within_s=LOADED_S)
        assert victim is not None
        killed = run_of(victim, desk)
        for process in [victim, *victim.children(recursive=True)]:
            process.kill()
        (name,) = (each for each in SHARD_NAMES if desk.deployment(each)["id"] == killed["deployment_id"])

        def later() -> list[dict[str, Any]]:
            return [run for run in desk.runs(name, "RUNNING", "COMPLETED") if run["id"] != killed["id"]]

        (again, *_) = wait_for(later, within_s=WITHIN_S, what="another run of the shard")
        desk.wait_for_run(again["id"], "COMPLETED")
        assert desk.ask("GET", f"/flow_runs/{killed['id']}")["state_type"] == "CRASHED"
        wait_for(lambda: not any(desk.runs(each, "RUNNING") for each in SHARD_NAMES), within_s=LOADED_S)

    with open_store(desk.home / "data" / "copydesk.db", read_only=True) as store:
        assert store.stats()["articles"] == PAGES
    asked: dict[str, list[float]] = {}
    for request in web.log:
        if request.path not in ("/robots.txt", "/favicon.ico"):
            asked.setdefault(request.host, []).append(request.at)
    assert len(asked) == HOSTS
    soonest = {host: min(after - before for before, after in pairwise(times)) for host, times in asked.items()}
    assert min(soonest.values()) > DELAY_S * 0.8, soonest
    assert datetime.fromisoformat(again["start_time"]) > datetime.fromisoformat(killed["start_time"])
