"""One crawl, end to end: a real crawl process, real workers, a real store, a web on loopback."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import CopydeskError
from copydesk.model import Source
from flows.config import Settings, load_settings
from flows.crawl import CrawlJob, CrawlReport, Progress, choose_sources, crawl
from spiders.plan import CrawlEvent
from storage.store import open_store
from tests.prose import make_page
from tests.static_web import StaticWeb

DAY_S = 86_400.0


def settings_of(home: Path, **crawl_settings: Any) -> Settings:
    settings = load_settings(home)
    quick = replace(settings.crawl, allow_private_addresses=True, delay_s=0, **crawl_settings)
    return replace(settings, crawl=quick)


def crawl_all(home: Path, sources: Sequence[Source], **options: Any) -> CrawlReport:
    hooks = {name: options.pop(name) for name in ("on_progress", "on_trouble", "stop") if name in options}
    job = CrawlJob(sources=tuple(sources), followed=tuple(sources), **options)
    return crawl(job, settings_of(home), **hooks)


def headlines(home: Path) -> list[str]:
    from storage.records import ArticleQuery

    with open_store(load_settings(home).desk.database, read_only=True) as store:
        return [str(row["headline"]) for row in store.articles.find(ArticleQuery(limit=None, duplicates=True))]


def test_a_crawl_brings_every_page_once_and_the_next_one_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StaticWeb([make_page(number) for number in range(24)], hosts=3) as web:
        first = crawl_all(tmp_path, web.sources())
        monkeypatch.setattr("flows.workers.WorkerPool._start", None)  # calling it would fail: no worker may start
        second = crawl_all(tmp_path, web.sources())

    assert (first.counts.new, first.counts.fetched, first.counts.polled, first.finish_reason) == (24, 24, 3, "finished")
    assert (second.counts.new, second.counts.fetched, second.counts.polled) == (0, 0, 3)
    assert len(set(headlines(tmp_path))) == 24
    assert second.pending == 0
    assert second.articles == 24


def test_the_report_counts_by_source_and_names_the_newest(tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(6)], hosts=2) as web:
        report = crawl_all(tmp_path, web.sources())

    assert {name: counts.new for name, counts in report.by_source.items()} == {"static-1": 3, "static-2": 3}
    assert {name: counts.fetched for name, counts in report.by_source.items()} == {"static-1": 3, "static-2": 3}
    assert len(report.newest) == 6
    assert all(stored.headline for stored in report.newest)


def test_the_crawl_is_written_down_with_what_it_brought(tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(3)], hosts=1) as web:
        report = crawl_all(tmp_path, web.sources(), trigger="test")

    with open_store(load_settings(tmp_path).desk.database, read_only=True) as store:
        (row,) = store.crawls.rows()
    assert (row["id"], row["trigger"], row["sources"]) == (report.crawl_id, "test", ["static-1"])
    assert (row["finish_reason"], row["polled"], row["fetched"], row["new"]) == ("finished", 1, 3, 3)
    assert row["ended_at"] >= row["started_at"]


def test_a_day_later_pages_are_looked_at_again_and_only_a_changed_one_is_revised(tmp_path: Path) -> None:
    pages = [make_page(number) for number in range(4)]
    with StaticWeb(pages, hosts=1) as web:
        crawl_all(tmp_path, web.sources())
        web.replace("page-2", pages[2].body.replace(b"crowns", b"marks"))
        web.log.clear()
        later = crawl_all(tmp_path, web.sources(), clock_offset_s=DAY_S + 60)

    asked = [request for request in web.log if request.path.startswith("/page-")]
    assert (later.counts.revised, later.counts.new, later.counts.unchanged) == (1, 0, 0)
    assert len(asked) == 4
    assert all(request.conditional for request in asked)


def test_a_stopped_crawl_keeps_what_it_fetched_and_the_next_goes_on(tmp_path: Path) -> None:
    stop = threading.Event()

    def stop_early(progress: Progress) -> None:
        if progress.event.kept >= 5:
            stop.set()

    with StaticWeb([make_page(number) for number in range(120)], hosts=2, delay_s=0.05) as web:
        first = crawl_all(tmp_path, web.sources(), on_progress=stop_early, stop=stop)
        asked = {request.path for request in web.log if request.status == 200}
        web.log.clear()
        second = crawl_all(tmp_path, web.sources())
        again = [request.path for request in web.log if request.path in asked and request.path.startswith("/page-")]

    assert first.finish_reason == "cancelled"
    assert 5 <= first.counts.new + first.pending < 120
    assert first.counts.new + first.pending + second.counts.new - first.pending == 120
    assert len(headlines(tmp_path)) == len(set(headlines(tmp_path))) == 120
    assert len(again) <= 8  # what was under way when the stop came


def test_a_limit_is_kept(tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(10)], hosts=1) as web:
        report = crawl_all(tmp_path, web.sources(), limit=4)

    assert (report.counts.fetched, report.counts.new) == (4, 4)


def test_a_page_by_hand_is_fetched_alone(tmp_path: Path) -> None:
    with StaticWeb([make_page(number) for number in range(5)], hosts=1) as web:
        url = next(iter(web.page_urls()))
        report = crawl(CrawlJob(urls=(url,)), settings_of(tmp_path))

    assert [request.path for request in web.log if "page" in request.path] == ["/page-0.html"]
    assert report.counts.new == 1


def test_where_nothing_answers_nothing_is_reached_and_the_user_is_told(tmp_path: Path) -> None:
    troubles: list[CrawlEvent] = []
    gone = Source(name="gone", feeds=("http://127.0.9.9:9/feed.xml",))

    report = crawl_all(tmp_path, [gone], on_trouble=troubles.append)

    assert report.reached == 0
    assert report.articles == 0
    assert troubles
    assert all(event.what for event in troubles)


def test_a_host_that_another_crawl_holds_is_skipped_and_the_report_says_so(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    with StaticWeb([make_page(1)], hosts=1) as web:
        database = load_settings(tmp_path).desk.database
        with open_store(database) as store:
            other = store.crawls.begin(trigger="other", sources=[], at=datetime.now(UTC))
            store.leases.acquire("127.0.1.1", crawl_id=other, now=datetime.now(UTC))
            report = crawl_all(tmp_path, web.sources())

    assert report.counts.fetched == 0
    assert any("another crawl" in event.what for event in report.troubles)


def test_sources_are_chosen_by_name_also_paused_ones() -> None:
    followed = (Source(name="a"), Source(name="b", enabled=False), Source(name="c"))

    assert [source.name for source in choose_sources(followed, ())] == ["a", "c"]
    assert [source.name for source in choose_sources(followed, ("b", "a", "b"))] == ["b", "a"]
    with pytest.raises(CopydeskError, match='did you mean "a"'):
        choose_sources((Source(name="a"),), ("aa",))
