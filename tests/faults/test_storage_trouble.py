"""The disk is full, read-only or locked while a crawl writes: one clear line, and nothing is lost or there twice."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.model import Source
from spiders.plan import CrawlPlan
from spiders.process import CrawlProcess
from storage.archive import read_body
from storage.engines.sqlite import BUSY_S
from storage.store import open_store
from tests.prose import make_headline, make_page
from tests.servers import Exchange, Reply, Script, Server
from tests.spiders.crawls import Desk, Ran, source_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]
PAGES = 30


class Weaker(CrawlProcess):
    """Reads its limits from the environment."""

    MODULE = "tests.spiders.weaker"


def crawl_under(limits: str, desk: Desk, plan: CrawlPlan, monkeypatch: pytest.MonkeyPatch) -> Ran:
    monkeypatch.setenv("LIMITS", limits)
    with Weaker(plan) as process:
        events = list(process.events())
    return desk.ran(plan.crawl_id, events)


def serve_pages(web: Server, *, size: int) -> Source:
    """Pages that hardly compress."""
    rnd = random.Random(7)
    paths = [f"/{number}" for number in range(PAGES)]
    for path in paths:
        web.serve(path, b"<p>" + rnd.randbytes(size // 2).hex().encode())
    return source_of(web, paths)


def check_snapshots(desk: Desk, web: Server) -> None:
    """Each page is there once, whole."""
    with open_store(desk.database) as store:
        rows = store.snapshots.pending(limit=1000)
    served = {web.url(path): reply.body for path, reply in web.replies.items() if isinstance(reply, Reply)}
    assert len({row.final_url for row in rows}) == len(rows) == PAGES
    assert all(read_body(desk.home / "archive", row.pointer) == served[row.final_url] for row in rows)


def test_a_disk_that_fills_up_under_the_archive_ends_the_crawl_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, {"delay_s": 0.05})  # several batches
    with Server() as web:
        source = serve_pages(web, size=100_000)
        full = crawl_under("size=1000000", desk, desk.plan([source]), monkeypatch)
        again = desk.crawl(source)

    assert full.end.finish_reason == "storage_error"
    assert f"{tmp_path / 'archive'}" in full.end.what
    assert "the archive cannot be written: File too large" in full.end.what
    assert full.end.what in full.troubles
    assert 0 < len(full.fetches) < PAGES
    assert again.end.kept == PAGES - len(full.fetches)
    check_snapshots(desk, web)


def test_a_disk_that_fills_up_under_the_database_ends_the_crawl_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    with Server() as web:
        source = serve_pages(web, size=2_000)
        longer = [f"/{number}?{'long' * 99}" for number in range(3_000)]
        few = web.replies["/feed.xml"]
        web.feed("/feed.xml", longer)
        full = crawl_under("size=900000", desk, desk.plan([source]), monkeypatch)
        web.replies["/feed.xml"] = few
        again = desk.crawl(source)

    assert full.end.finish_reason == "storage_error"
    assert full.end.what.startswith(f"{desk.database}: the disk")
    assert full.fetches == []
    assert again.end.kept == PAGES
    check_snapshots(desk, web)


def copydesk(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """A command for which the modes of files hold."""
    command = [sys.executable, "-m", "tests.spiders.weaker", "--", "flows.cli", *args, "--home", str(home)]
    environment = {**os.environ, "LIMITS": "modes"}
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("read_only", ["copydesk.db*", "."])
def test_a_read_only_database_is_told_in_one_line_and_can_still_be_read(tmp_path: Path, read_only: str) -> None:
    data = tmp_path / "data"
    with Server() as web:
        web.serve("/page.html", make_page(1).body)
        feed = web.feed("/feed.xml", ["/page.html"])
        (tmp_path / "news.toml").write_text("[crawl]\ndelay_s = 0\nallow_private_addresses = true\n")
        (tmp_path / "sources.toml").write_text(f'[[source]]\nname = "a"\nfeeds = ["{feed}"]\n')
        assert copydesk(tmp_path, "crawl", "--all").returncode == 0
        asked = web.paths()
        for path in (data, *data.iterdir()) if read_only == "." else data.glob(read_only):
            path.chmod(path.stat().st_mode & ~0o222)
        refused, articles = copydesk(tmp_path, "crawl", "--all"), copydesk(tmp_path, "articles")
        for path in (data, *data.iterdir()):
            path.chmod(path.stat().st_mode | 0o200)
        assert web.paths() == asked
        again = copydesk(tmp_path, "crawl", "--all")

    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused.stderr
    assert f"{data / 'copydesk.db'}: it cannot be written" in refused.stderr
    assert make_headline(1) in articles.stdout
    assert again.returncode == 0, again.stderr


def locking(desk: Desk, locks: list[sqlite3.Connection], reply: Reply) -> Script:
    """Another program begins to write to the database when the page is asked for, and does not end."""

    def script(exchange: Exchange) -> None:
        locks.append(sqlite3.connect(desk.database, isolation_level=None, check_same_thread=False))
        locks[-1].execute("BEGIN IMMEDIATE")
        exchange.reply(reply, {})

    return script


def test_a_database_that_is_locked_for_too_long_ends_the_crawl_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, locks = Desk(tmp_path), list[sqlite3.Connection]()
    with Server() as web:
        source = serve_pages(web, size=2_000)
        page = web.replies["/7"]
        assert isinstance(page, Reply)
        web.script("/7", locking(desk, locks, page))
        locked = crawl_under("busy=0.7", desk, desk.plan([source]), monkeypatch)
        locks[0].close()
        web.replies["/7"] = page
        again = desk.crawl(source)

    assert locked.end.finish_reason == "storage_error"
    assert (
        locked.end.what
        == f"{desk.database}: another process has been writing for {BUSY_S:g} s; try again when it is done"
    )
    assert again.outcomes()["/7"] == "kept"
    check_snapshots(desk, web)


def test_a_database_that_is_locked_for_a_while_is_waited_for(tmp_path: Path) -> None:
    desk, locks = Desk(tmp_path), list[sqlite3.Connection]()
    with Server() as web:
        source = serve_pages(web, size=2_000)
        page = web.replies["/7"]
        assert isinstance(page, Reply)
        web.script("/7", locking(desk, locks, page))
        with CrawlProcess(desk.plan([source])) as process:
            while not locks:
                process.poll_event(0.1)
            web.closing.wait(1.5)
            locks[0].close()
            events = list(process.events())
        web.replies["/7"] = page

    assert events[-1].finish_reason == "finished"
    check_snapshots(desk, web)
