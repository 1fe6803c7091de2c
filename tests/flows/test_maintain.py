"""The night shift: every step is done, and one that fails keeps no other from its work."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from copydesk.errors import StorageError
from flows.maintain import STEPS, Step, Upkeep, maintain
from storage.store import open_store
from tests.flows.test_crawl import crawl_all, settings_of
from tests.prose import make_page
from tests.static_web import StaticWeb


def test_every_step_tells_what_came_of_it_and_the_articles_stay_findable(tmp_path: Path) -> None:
    from storage.records import ArticleQuery

    with StaticWeb([make_page(number) for number in range(6)], hosts=1) as web:
        crawl_all(tmp_path, web.sources())
        settings = settings_of(tmp_path)
        with open_store(settings.desk.database) as store:
            upkeep = Upkeep(store=store, settings=settings, followed=tuple(web.sources()), now=datetime.now(UTC))
            reports = maintain(upkeep)
            again = maintain(upkeep)
            found = list(store.articles.find(ArticleQuery(search="report 3", limit=None)))

    assert [report.step for report in reports] == [step.name for step in STEPS]
    assert all(report.came and not report.has_failed for report in (*reports, *again))
    assert len(found) == 1


def test_the_log_is_emptied_unless_somebody_still_reads_what_is_in_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    log = settings.desk.database.with_name("copydesk.db-wal")
    with StaticWeb([make_page(number) for number in range(6)], hosts=1) as web:
        crawl_all(tmp_path, web.sources())
        with (
            open_store(settings.desk.database) as store,
            closing(sqlite3.connect(settings.desk.database, isolation_level=None)) as reader,
        ):
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM articles").fetchone()
            store.crawls.begin(trigger="test", sources=[], at=datetime.now(UTC))
            began = time.monotonic()
            store.tidy()
            assert time.monotonic() - began < 20  # it waits for nobody
            assert log.stat().st_size > 0
            reader.execute("COMMIT")
            store.tidy()
            assert log.stat().st_size == 0
            segments = [
                reader.execute(f"SELECT COUNT(DISTINCT segid) FROM {index}_idx").fetchone()[0]
                for index in ("articles_fts", "articles_trigram")
            ]
    assert max(segments) <= 1


def test_a_step_that_fails_is_told_and_the_next_ones_are_done(tmp_path: Path) -> None:
    def fail(upkeep: Upkeep) -> str:
        raise StorageError("the.db", "the disk is full")

    settings = settings_of(tmp_path)
    with open_store(settings.desk.database) as store:
        upkeep = Upkeep(store=store, settings=settings, followed=(), now=datetime.now(UTC))
        steps = (Step(name="broken", act=fail), Step(name="fine", act=lambda upkeep: "done"))
        broken, fine = maintain(upkeep, steps)
        stopped = maintain(upkeep, steps, is_stopped=lambda: True)

    assert (broken.has_failed, "the disk is full" in broken.came) == (True, True)
    assert (fine.has_failed, fine.came) == (False, "done")
    assert stopped == []
