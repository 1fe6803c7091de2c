"""Which request goes next."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request

from copydesk.model import Source
from spiders.crawl import Crawl
from spiders.events import Counts
from spiders.plan import CrawlPlan, CrawlSettings
from spiders.scheduler import PoliteScheduler, host_name


class Downloader:
    """As much of Scrapy's as the scheduler looks at."""

    def __init__(self) -> None:
        self.active: set[Request] = set()
        self.slots: dict[str, Any] = {}
        self.per_slot_settings: dict[str, dict[str, Any]] = {}


class Desk:
    def __init__(self, **plan: Any) -> None:
        self.told: list[str] = []
        reporter: Any = SimpleNamespace(counts=Counts(), stored=None, trouble=lambda what, **_: self.told.append(what))
        settings = CrawlSettings(delay_s=0, concurrency_per_host=2)
        self.crawl = Crawl(CrawlPlan(crawl_id=1, database="x", archive="x", settings=settings, **plan), reporter)
        self.downloader = Downloader()
        engine: Any = SimpleNamespace(downloader=self.downloader)
        crawler: Any = SimpleNamespace(engine=engine, spider=SimpleNamespace(crawl=self.crawl))
        self.crawl.engine = engine
        self.scheduler = engine.scheduler = PoliteScheduler.from_crawler(crawler)

    def add(self, url: str, **meta: Any) -> bool:
        return self.scheduler.enqueue_request(Request(url, meta=meta))

    def take(self) -> list[str]:
        """All that may go now, as if each stayed under way."""
        taken = []
        while request := self.scheduler.next_request():
            self.downloader.active.add(request)
            taken.append(request.url)
        return taken

    def finish(self, host: str) -> None:
        self.downloader.active = {request for request in self.downloader.active if host_name(request) != host}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_hosts_take_turns_and_none_gets_more_than_its_share(desk: Desk) -> None:
    for number in range(4):
        desk.add(f"http://slow.example/{number}", row=number)
    desk.add("http://other.example/0", row=9)

    assert desk.take() == ["http://slow.example/0", "http://other.example/0", "http://slow.example/1"]
    assert desk.take() == []
    assert desk.scheduler.has_pending_requests()
    desk.finish("slow.example")
    assert desk.take() == ["http://slow.example/2", "http://slow.example/3"]
    assert not desk.scheduler.has_pending_requests()


def test_redirects_go_before_polls_and_polls_before_pages(desk: Desk) -> None:
    desk.add("http://a.example/page", row=1)
    desk.add("http://a.example/feed", rows=[1])
    desk.add("http://a.example/moved", row=2, redirect_times=1)
    first = desk.take()
    desk.finish("a.example")

    assert first + desk.take() == ["http://a.example/moved", "http://a.example/feed", "http://a.example/page"]


def test_the_most_cautious_of_two_sources_counts_for_their_host() -> None:
    desk = Desk()
    desk.add("http://a.example/1", row=1, source=Source(name="hasty", concurrency_per_host=8))
    desk.add("http://a.example/2", row=2, source=Source(name="calm", delay_s=3.5, concurrency_per_host=1))

    assert len(desk.take()) == 1
    assert desk.downloader.per_slot_settings["a.example"] == {"delay": 3.5, "concurrency": 1, "jitter": 0.0}


def test_a_limit_counts_pages_under_way_and_lets_redirects_through() -> None:
    desk = Desk(limit=1)
    desk.add("http://a.example/1", row=1)
    desk.add("http://b.example/2", row=2)
    assert len(desk.take()) == 1
    desk.add("http://c.example/moved", row=1, redirect_times=1)
    assert desk.take() == ["http://c.example/moved"]


def test_a_host_that_rests_drops_what_waits_and_takes_nothing_more(desk: Desk) -> None:
    desk.crawl.counts.waiting = 3
    for number in range(3):
        desk.add(f"http://a.example/{number}", row=number)
    desk.crawl.rest("a.example", "did not answer")

    assert desk.told == ["a.example: did not answer; 3 of its pages wait for the next crawl"]
    assert desk.crawl.counts.waiting == 0
    assert not desk.scheduler.has_pending_requests()
    assert not desk.add("http://a.example/9", row=9)


def test_nothing_goes_once_the_end_has_come(desk: Desk) -> None:
    desk.add("http://a.example/1", row=1)
    desk.crawl.end("cancelled")
    assert desk.take() == []
