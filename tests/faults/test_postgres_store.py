"""A store on a server that is killed while it is written to: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import wait_for
from tests.postgres import address, start
from tests.storage.kept import begin

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

STORING = """
import sys
from storage.store import open_store
from tests.storage.kept import NOON, keep, make_extraction

with open_store(sys.argv[1]) as store:
    for number in range(40):
        snapshot = keep(store, 1, f"{sys.argv[2]}{number}")
        store.articles.store([make_extraction(snapshot, word=f"tin{sys.argv[2]}{number}")], now=NOON)
        print(number, flush=True)
"""
EACH = 40


@pytest.fixture
def own_server() -> Iterator[tuple[Any, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="copydesk-pg-"))
    server = start(folder)
    yield server, folder
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_server_that_is_killed_costs_no_article_and_doubles_none(own_server: tuple[Any, Path]) -> None:
    server, folder = own_server
    url = address(server, "desk")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE desk")
    with open_store(url) as store:
        begin(store)
    storing = [
        subprocess.Popen([sys.executable, "-c", STORING, url, name], stdout=subprocess.PIPE, text=True) for name in "ab"
    ]
    try:
        for process in storing:
            assert process.stdout
            assert process.stdout.readline() == "0\n"
        for down_s in (0.0, 3.0):
            _kill(folder)
            time.sleep(down_s)
            wait_for(lambda: _is_started(server), within_s=60, what="the server to come back")
            time.sleep(0.5)
        for process in storing:
            told, _ = process.communicate(timeout=120)
            assert (process.returncode, told.splitlines()[-1]) == (0, str(EACH - 1))
    finally:
        for process in storing:
            process.kill()

    with open_store(url) as store:
        rows = list(store.articles.find(ArticleQuery(duplicates=True, limit=None)))
        assert len(rows) == len({row["canonical_url"] for row in rows}) == store.stats()["snapshots"] == 2 * EACH
        assert store.snapshots.count_pending() == 0
        assert all(row["revision"] == 1 for row in rows)


def _kill(folder: Path) -> None:
    """As a power cut ends it: the postmaster and all its processes at once."""
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    for each in (pid, *map(int, children.stdout.split())):
        os.kill(each, signal.SIGKILL)


def _is_started(server: Any) -> bool:
    try:
        server.start()
        with psycopg.connect(server.get_uri(), connect_timeout=2):
            return True
    except (psycopg.Error, subprocess.SubprocessError, AssertionError, OSError):
        return False
