"""Processes are killed at random moments; nothing may be lost, nothing may be there twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from storage.archive import read_body
from storage.records import ArticleQuery
from storage.store import open_store
from tests.prose import make_headline, make_page
from tests.static_web import StaticWeb

PAGES = 300
KILLS = 20
SETTINGS = """
[crawl]
delay_s = 0.25
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


@pytest.mark.faults
@pytest.mark.timeout(280)
def test_a_crawl_killed_20_times_ends_with_every_article_once(tmp_path: Path) -> None:
    rnd = random.Random(7)
    with StaticWeb([make_page(number) for number in range(PAGES)], hosts=6) as web:
        write_home(tmp_path, web)
        killed = 0
        for number in range(KILLS):
            crawl = start_crawl(tmp_path)
            time.sleep(rnd.uniform(0.4, 3.0))
            killed += crawl.poll() is None
            (kill_group if number % 2 else kill_everything)(crawl)
        last = start_crawl(tmp_path)
        assert last.wait(timeout=180) == 0, (tmp_path / "output.log").read_text()[-3000:]
    assert killed == KILLS
    check_store(tmp_path / "data")


def write_home(home: Path, web: StaticWeb) -> None:
    (home / "news.toml").write_text(SETTINGS, encoding="utf-8")
    tables = (
        f'[[source]]\nname = "{source.name}"\nhomepage = "{source.homepage}"\nfeeds = ["{source.feeds[0]}"]\n'
        for source in web.sources()
    )
    (home / "sources.toml").write_text("\n".join(tables), encoding="utf-8")


def check_store(data: Path) -> None:
    with open_store(data / "copydesk.db") as store:
        articles = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))
        assert sorted(str(article["headline"]) for article in articles) == sorted(map(make_headline, range(PAGES)))
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
