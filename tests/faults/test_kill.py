"""Processes are killed at random moments; nothing may be lost, nothing may be there twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from storage.archive import read_body
from storage.records import ArticleQuery
from storage.store import open_store
from tests.prose import make_headline, make_page
from tests.static_web import StaticWeb

SEED = 7
EARLY_SHARE = 0.4
"""Of crawls that are killed while they start; the others after they stored some pages more, on a busy machine too."""
MOST_MORE = 8
SETTINGS = """
[crawl]
delay_s = {delay_s}
concurrency_per_host = 2
allow_private_addresses = true
relook_hours = []
"""


def start_crawl(home: Path) -> subprocess.Popen[bytes]:
    with (home / "output.log").open("ab") as log:
        command = [sys.executable, "-m", "flows.cli", "crawl", "--all", "--home", str(home)]
        return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)


def kill_group(crawl: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the process group: what it started in sessions of its own must end by itself."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(crawl.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(crawl.pid, signal.SIGKILL)
        _, left = psutil.wait_procs(family, timeout=20)
        assert not left, "a process outlives its parent"
    crawl.wait()


def kill_everything(crawl: subprocess.Popen[bytes]) -> None:
    """SIGKILL for all of it at once, as when the machine's memory is full."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(crawl.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(crawl.pid, signal.SIGKILL)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=5)
    crawl.wait()


@dataclass(frozen=True, kw_only=True)
class Siege:
    """How often a crawl is killed, and what it is to bring: so much that it is never done before the last kill."""

    kills: int
    pages: int
    delay_s: float


def besiege(home: Path, siege: Siege) -> int:
    """Kill crawl after crawl at random moments, then let one end; how many were at work when they were killed."""
    rnd, killed = random.Random(SEED), 0
    with StaticWeb([make_page(number) for number in range(siege.pages)], hosts=6) as web:
        write_home(home, web, siege.delay_s)
        start_s = time_to_first_page(home)
        for number in range(siege.kills):
            crawl = start_crawl(home)
            if rnd.random() < EARLY_SHARE:
                time.sleep(rnd.uniform(0.1, start_s))
            else:
                wait_for_pages(home, crawl, count_snapshots(home) + rnd.randint(1, MOST_MORE))
                time.sleep(rnd.uniform(0, 0.4))
            killed += crawl.poll() is None
            (kill_group if number % 2 else kill_everything)(crawl)
            if (number + 1) % 20 == 0:
                print(
                    f"  {killed} of {number + 1} crawls killed at work; {count_snapshots(home)} pages stored",
                    flush=True,
                )
        write_home(home, web, 0.02)
        last = start_crawl(home)
        assert last.wait(timeout=240) == 0, (home / "output.log").read_text()[-3000:]
        asked = [request.path for request in web.log if request.path.startswith("/page-")]
    print(f"  {len(asked)} requests for {siege.pages} pages, seed {SEED}", flush=True)
    return killed


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_crawl_killed_20_times_ends_with_every_article_once(tmp_path: Path) -> None:
    siege = Siege(kills=20, pages=300, delay_s=0.5)
    assert besiege(tmp_path, siege) == siege.kills
    check_store(tmp_path / "data", siege.pages)


@pytest.mark.faults
@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_crawl_killed_200_times_ends_with_every_article_once(tmp_path: Path) -> None:
    siege = Siege(kills=200, pages=3_000, delay_s=1.0)
    assert besiege(tmp_path, siege) == siege.kills
    check_store(tmp_path / "data", siege.pages)


def time_to_first_page(home: Path) -> float:
    """Seconds, with all that else goes on here."""
    began = time.monotonic()
    crawl = start_crawl(home)
    wait_for_pages(home, crawl, 1)
    took_s = time.monotonic() - began
    kill_everything(crawl)
    return took_s


def wait_for_pages(home: Path, crawl: subprocess.Popen[bytes], number: int) -> None:
    until = time.monotonic() + 60
    while count_snapshots(home) < number and crawl.poll() is None and time.monotonic() < until:
        time.sleep(0.05)


def count_snapshots(home: Path) -> int:
    if not (home / "data" / "copydesk.db").exists():
        return 0
    with open_store(home / "data" / "copydesk.db", read_only=True) as store:
        return int(store.stats()["snapshots"])


def write_home(home: Path, web: StaticWeb, delay_s: float) -> None:
    (home / "news.toml").write_text(SETTINGS.format(delay_s=delay_s), encoding="utf-8")
    tables = (
        f'[[source]]\nname = "{source.name}"\nhomepage = "{source.homepage}"\nfeeds = ["{source.feeds[0]}"]\n'
        for source in web.sources()
    )
    (home / "sources.toml").write_text("\n".join(tables), encoding="utf-8")


def check_store(data: Path, pages: int) -> None:
    with open_store(data / "copydesk.db") as store:
        articles = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))
        assert sorted(str(article["headline"]) for article in articles) == sorted(map(make_headline, range(pages)))
        assert all(article["revision"] == 1 for article in articles)
        assert store.quarantine.rows() == []
        assert store.snapshots.count_pending() == 0
        for number in range(1, int(store.stats()["snapshots"]) + 1):
            snapshot = store.snapshots.get(number)
            assert snapshot is not None
            assert len(read_body(data / "archive", snapshot.pointer)) == snapshot.body_bytes
    integrity = [
        sys.executable,
        "-c",
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone())",
    ]
    assert subprocess.run([*integrity, str(data / "copydesk.db")], capture_output=True, text=True).stdout == "ok\n"
