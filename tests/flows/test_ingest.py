"""Ingest with real workers and a real store: nothing is lost, whatever a page does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.model import Change, Reason, Source
from flows.ingest import Ingest, SnapshotTask, extract_snapshot, worker_count
from storage.records import CrawlCounts, Stored
from storage.store import Store, open_store
from tests.flows.tasks import extract_by_url
from tests.storage.kept import Page, keep_pages

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCE = Source(name="a", feeds=("https://a.example/rss",), prune=("div.promo",), language="en-GB")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "copydesk.db") as opened:
        opened.sources.sync([SOURCE], now=NOW)
        yield opened


def begin(store: Store) -> int:
    return store.crawls.begin(trigger="test", sources=["a"], at=NOW)


def keep(store: Store, crawl_id: int, *names: str) -> list[int]:
    """Store a snapshot of each page, as a crawl does."""
    pages = [Page(url=f"https://a.example/{name}", source="a", at=NOW, digest=f"sha1:{name}") for name in names]
    return [row.id for row in keep_pages(store, crawl_id, pages)]


def ingest(store: Store, crawl_id: int, tmp_path: Path, *, timeout_s: float = 10, workers: int = 2) -> Ingest:
    return Ingest(
        store,
        archive=tmp_path,
        sources=[SOURCE],
        crawl_id=crawl_id,
        now=lambda: NOW,
        workers=workers,
        timeout_s=timeout_s,
        extract=extract_by_url,
    )


def drained(desk: Ingest, until: Callable[[], bool] = lambda: False) -> dict[int, Stored]:
    with desk:
        return {stored.snapshot_id: stored for batch in desk.drain(until) for stored in batch}


def test_every_pending_snapshot_becomes_an_article_or_goes_to_quarantine(store: Store, tmp_path: Path) -> None:
    crawl_id = begin(store)
    kept = keep(store, crawl_id, *(f"say-{number}" for number in range(150)), "refuse-it")

    done = drained(ingest(store, crawl_id, tmp_path))

    assert sorted(done) == kept
    assert store.snapshots.count_pending() == 0
    assert store.stats()["articles"] == 150
    assert [row["reason"] for row in store.quarantine.rows()] == ["paywall"]


def test_what_a_page_does_to_its_worker_is_its_reason_and_nobody_elses(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    crawl_id = begin(store)
    names = ["say-1", "spin", "say-2", "die", "say-3", "raise-odd", "say-4"]
    kept = dict(zip(names, keep(store, crawl_id, *names), strict=True))

    done = drained(ingest(store, crawl_id, tmp_path, timeout_s=0.5))

    reasons = {row["url"].rpartition("/")[2]: (row["reason"], row["detail"]) for row in store.quarantine.rows()}
    assert reasons == {
        "spin": ("extract_timeout", "took longer than 0.5 s"),
        "die": ("extract_crash", "its worker died twice (signal 9)"),
        "raise-odd": ("extract_crash", "ValueError: odd"),
    }
    assert [done[kept[name]].change for name in names if name.startswith("say")] == [Change.NEW] * 4
    assert any("in work" in record.message for record in caplog.records if record.levelno == logging.ERROR)


def test_a_page_gets_what_its_source_says_of_it(store: Store, tmp_path: Path) -> None:
    crawl_id = begin(store)
    keep(store, crawl_id, "say-1")

    drained(ingest(store, crawl_id, tmp_path))

    row = store.articles.get("https://a.example/say-1")
    assert row is not None
    assert "prune ('div.promo',), language en-GB" in row["body_text"]


def test_two_snapshots_of_a_page_become_revisions_in_the_order_fetched(store: Store, tmp_path: Path) -> None:
    crawl_id = begin(store)
    first, *_ = keep(store, crawl_id, "sleep-0.4", *(f"say-{number}" for number in range(40)))
    (last,) = keep(store, crawl_id, "sleep-0.4")

    done = drained(ingest(store, crawl_id, tmp_path, workers=2))

    row = store.articles.get("https://a.example/sleep-0.4")
    assert (done[first].change, done[last].change) == (Change.NEW, Change.REVISED)
    assert row is not None
    assert row["revision"] == 2
    assert f"snapshot {last}," in row["body_text"]


def test_what_an_earlier_crawl_left_is_taken_up(store: Store, tmp_path: Path) -> None:
    earlier = begin(store)
    keep(store, earlier, "say-1")
    store.crawls.finish(earlier, at=NOW, finish_reason="cancelled", counts=CrawlCounts())

    with ingest(store, begin(store), tmp_path) as desk:
        desk.tell()
        done = [stored for _ in range(20) for stored in desk.step(0.5)]

    assert [stored.url for stored in done] == ["https://a.example/say-1"]


def test_what_a_running_crawl_drains_itself_is_left_to_it_until_the_end(store: Store, tmp_path: Path) -> None:
    theirs, ours = begin(store), begin(store)
    keep(store, theirs, "say-theirs")
    keep(store, ours, "say-ours")

    with ingest(store, ours, tmp_path) as desk:
        early = [stored.url for _ in range(10) for stored in desk.step(0.2)]
        late = [stored.url for batch in desk.drain() for stored in batch]

    assert early == ["https://a.example/say-ours"]
    assert late == ["https://a.example/say-theirs"]


def test_a_drain_that_is_cut_short_leaves_the_rest_pending(store: Store, tmp_path: Path) -> None:
    crawl_id = begin(store)
    kept = keep(store, crawl_id, *(f"sleep-0.{number}" for number in range(10, 50)))

    done = drained(ingest(store, crawl_id, tmp_path), until=lambda: store.snapshots.count_pending() < len(kept))

    assert 0 < len(done) < len(kept)
    assert store.snapshots.count_pending() == len(kept) - len(done)


def test_where_nothing_is_pending_no_worker_starts(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*args: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr("flows.workers.WorkerPool._start", forbidden)

    assert drained(ingest(store, begin(store), tmp_path)) == {}


def test_bytes_that_cannot_be_read_are_a_reason(store: Store, tmp_path: Path) -> None:
    crawl_id = begin(store)
    keep(store, crawl_id, "say-1")
    (row,) = store.snapshots.pending(limit=1)

    found = extract_snapshot(SnapshotTask(snapshot=row, archive=tmp_path))

    assert getattr(found, "reason", None) is Reason.UNREADABLE


def test_workers_are_one_a_core_unless_said_otherwise() -> None:
    assert worker_count(3) == 3
    assert worker_count(0) >= 1
