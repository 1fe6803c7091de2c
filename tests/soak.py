"""`make soak`: a simulated week of a desk at work, compressed, with faults; then the books are checked.

Publications go on publishing all the time, the desk crawls every minute, and again and again some part of it is killed
or put to sleep. At the end every article must be there once, no run may be open, and no process may have grown.
`DURATION=7200 make soak` is the long way round.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import Desk, interleaved_hosts, source_toml, wait_for
from tests.prose import make_headline, make_page
from tests.static_web import StaticWeb

WEEK_ARTICLES = 1_000
"""A busy desk's week, whatever time it is given."""
HOSTS = 10
SAMPLE_S = 2.0
FAULT_EVERY_S = 25.0
SLEEP_S = 15.0
MOST_GROWTH = 0.20
"""Of the memory of a process between the second and the last quarter of its life."""
SLACK_BYTES = 25_000_000
LATEST_S = 120.0
"""For a run to begin after it was due, beside the time that the machine slept."""
LIFE_S = 100.0
"""Processes that lived shorter tell nothing about growth."""
PROGRAMS = ("flows.server", "flows.runner", "flows.page")


@dataclass
class Memory:
    """What each process that is looked at holds, over time."""

    samples: dict[tuple[str, int], list[tuple[float, int]]] = field(default_factory=dict)

    def sample(self, desk: Desk) -> None:
        assert desk.process is not None
        found = [(name, process) for name in PROGRAMS for process in desk.find(name)]
        found.append(("up", psutil.Process(desk.process.pid)))
        for name, process in found:
            with suppress(psutil.Error):
                self.samples.setdefault((name, process.pid), []).append((time.monotonic(), process.memory_info().rss))

    def report(self) -> list[str]:
        """Complaints about processes that grew; prints a line for each that lived long enough."""
        wrong = []
        for (name, pid), samples in self.samples.items():
            lived_s = samples[-1][0] - samples[0][0]
            if lived_s < LIFE_S:
                continue
            sizes = [size for _, size in samples]
            quarter = len(sizes) // 4
            early, late = statistics.median(sizes[quarter : 2 * quarter]), statistics.median(sizes[-quarter:])
            print(f"  {name} ({pid}): {early / 1e6:.0f} MB, {late / 1e6:.0f} MB after {lived_s:.0f} s")
            if late > early * (1 + MOST_GROWTH) + SLACK_BYTES:
                wrong.append(f"{name} grew from {early / 1e6:.0f} to {late / 1e6:.0f} MB")
        return wrong


def kill(module: str) -> Callable[[Desk], None]:
    def act(desk: Desk) -> None:
        for process in desk.find(module):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    return act


def sleep(desk: Desk) -> None:
    """The whole machine sleeps."""
    assert desk.process is not None
    top = psutil.Process(desk.process.pid)
    everyone = [top, *top.children(recursive=True)]
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for process in everyone:
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
        if number == signal.SIGSTOP:
            time.sleep(SLEEP_S)


EARLY_FAULTS = {"the server is killed": kill("flows.server"), "the worker is killed": kill("flows.runner")}
"""In the first third: these processes are watched for growth afterwards."""
FAULTS = {
    "a flow is killed": kill("flows.engine"),
    "a crawl process is killed": kill("spiders"),
    "the machine sleeps": sleep,
}


def publish(web: StaticWeb, seconds: float, stop: threading.Event) -> None:
    """One article after the other, evenly over the week."""
    for number in range(WEEK_ARTICLES):
        web.publish(make_page(number))
        if stop.wait(seconds / WEEK_ARTICLES):
            return


def soak(home: Path, seconds: float, seed: int) -> list[str]:
    """Complaints; none where the desk stood the week."""
    rnd = random.Random(seed)
    memory, stop = Memory(), threading.Event()
    with (
        StaticWeb([], hosts=HOSTS) as web,
        Desk(home, news="delay_s = 0.02\nrelook_hours = []\nlongest_rest_h = 0.01", schedule="every 1 minute") as desk,
    ):
        desk.write_sources(source_toml(source) for source in web.sources())
        desk.up()
        publisher = threading.Thread(target=publish, args=(web, seconds * 0.9, stop), daemon=True)
        publisher.start()
        began = time.monotonic()
        fault_at = began + FAULT_EVERY_S
        while time.monotonic() - began < seconds:
            memory.sample(desk)
            if time.monotonic() >= fault_at:
                faults = {**FAULTS, **(EARLY_FAULTS if time.monotonic() - began < seconds / 3 else {})}
                what = rnd.choice(sorted(faults))
                print(f"  {time.monotonic() - began:5.0f} s  {what}", flush=True)
                faults[what](desk)
                fault_at = time.monotonic() + FAULT_EVERY_S
            time.sleep(SAMPLE_S)
        publisher.join()
        wrong = memory.report() + _check_runs(desk)
        took_s = desk.down()
        if took_s > 10:
            wrong.append(f"the end took {took_s:.0f} s")
        last = desk.run("crawl", "--all")
        if last.returncode:
            wrong.append(f"the last crawl failed: {last.stderr[-500:]}")
    return wrong + _check_store(home)


def _check_runs(desk: Desk) -> list[str]:
    """No run may be open for longer than the crawl that is under way."""

    def settled() -> bool:
        try:
            return len(desk.runs("every-minute", "RUNNING", "PENDING")) <= 1
        except httpx.HTTPError:
            return False

    try:
        wait_for(settled, within_s=300, every_s=2)
    except AssertionError:
        return ["runs stayed open for five minutes"]
    runs = desk.runs("every-minute")
    ends = sorted({run["state_name"] for run in runs})
    print("  runs:", ", ".join(f"{sum(run['state_name'] == end for run in runs)} {end}" for end in ends))
    late = sorted(
        _late_s(run) for run in runs if run["start_time"] and run["state_name"] not in ("Skipped", "Cancelled")
    )
    print(f"  began after they were due: p50 {statistics.median(late):.0f} s, at most {late[-1]:.0f} s")
    return [f"a run began {late[-1]:.0f} s after it was due"] if late[-1] > LATEST_S + SLEEP_S else []


def _late_s(run: dict[str, Any]) -> float:
    due_at, began_at = (datetime.fromisoformat(run[key]) for key in ("expected_start_time", "start_time"))
    return (began_at - due_at).total_seconds()


def _check_store(home: Path) -> list[str]:
    wrong = []
    with open_store(home / "data" / "copydesk.db") as store:
        headlines = [str(row["headline"]) for row in store.articles.find(ArticleQuery(duplicates=True, limit=None))]
        twice = interleaved_hosts(store)
        pending = store.snapshots.count_pending()
        crawls = len(store.crawls.rows())
    expected = {make_headline(number) for number in range(WEEK_ARTICLES)}
    print(f"  {len(headlines)} articles of {WEEK_ARTICLES}, {crawls} crawls")
    if lost := expected - set(headlines):
        wrong.append(f"{len(lost)} articles are lost")
    if len(headlines) != len(set(headlines)):
        wrong.append(f"{len(headlines) - len(set(headlines))} articles are there twice")
    if twice:
        wrong.append(f"hosts were crawled twice at once: {sorted(twice)}")
    if pending:
        wrong.append(f"{pending} snapshots were never read")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="for the whole week (7200: two hours)")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-soak-") as folder:
        print(f"a week in {arguments.seconds:.0f} s, seed {arguments.seed}", flush=True)
        wrong = soak(Path(folder), arguments.seconds, arguments.seed)
    for complaint in wrong:
        print(f"WRONG: {complaint}")
    print("the desk stood the week" if not wrong else "the desk did not stand the week")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
