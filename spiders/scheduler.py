"""Which request goes next: hosts in turn, none faster than it allows, polls before pages.

Scrapy's own scheduler hands a request on as soon as there is room in the downloader, where it then waits out its host's
delay: a few slow hosts soon hold all the room, and the others wait for them. Here a request waits outside, until its
host may be asked. There is no filter of duplicates either: entries are rows, and one row is asked for once.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.httpobj import urlparse_cached

from spiders.hosts import Host

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from spiders.crawl import Crawl


def host_name(request: Request) -> str:
    """The key of a request's host, here and in Scrapy's downloader."""
    return urlparse_cached(request).hostname or ""


class PoliteScheduler(BaseScheduler):
    """Queues by host, in memory: the frontier itself is in the store."""

    def __init__(self, crawler: Crawler, crawl: Crawl) -> None:
        self.crawler = crawler
        self.crawl = crawl
        self._turns: deque[str] = deque()
        """Hosts with something to ask, the next one first."""
        self._waiting = 0
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PoliteScheduler:
        return cls(crawler, crawler.spider.crawl)  # type: ignore[union-attr]

    def has_pending_requests(self) -> bool:
        return self._waiting > 0

    def enqueue_request(self, request: Request) -> bool:
        name = host_name(request)
        delay_s, concurrency = self.crawl.manners(request)
        host = self.crawl.hosts.meet(name, delay_s=delay_s, concurrency=concurrency)
        if host.resting:
            self.crawl.leave(request)
            return False
        if not len(host):
            self._turns.append(name)
        if request.meta.get("redirect_times"):
            host.urgent.append(request)
        elif request.meta.get("rows"):
            host.polls.append(request)
        else:
            host.pages.append(request)
        self._waiting += 1
        return True

    def next_request(self) -> Request | None:
        """The next request whose host may be asked now; None where there is none, or where the writer is behind."""
        if self.crawl.is_pausing():
            return None
        now, busy = monotonic(), Counter(map(host_name, self.crawler.engine.downloader.active))
        soonest = float("inf")
        for _ in range(len(self._turns)):
            name = self._turns[0]
            host = self.crawl.hosts[name]
            if busy[name] < host.concurrency and host.ready_at <= now and (request := self._take(host)):
                self._turns.popleft()
                if len(host):
                    self._turns.append(name)
                host.ready_at = now + host.pace_s
                self._set_pace(name, host)
                return request
            if busy[name] < host.concurrency and host.ready_at > now:
                soonest = min(soonest, host.ready_at)
            self._turns.rotate(-1)
        self._wake_at(soonest)
        return None

    def drop_host(self, name: str) -> list[Request]:
        """Take out all that waits for a host."""
        dropped = self.crawl.hosts[name].clear()
        if dropped:
            self._turns.remove(name)
            self._waiting -= len(dropped)
        return dropped

    def _take(self, host: Host) -> Request | None:
        if host.urgent:
            queue = host.urgent
        elif host.polls:
            queue = host.polls
        elif host.pages and self.crawl.may_start_page():
            queue = host.pages
        else:
            return None
        self._waiting -= 1
        request = queue.popleft()
        if queue is host.pages:
            self.crawl.pages_under_way += 1
        return request

    def _set_pace(self, name: str, host: Host) -> None:
        """Tell Scrapy's downloader too: robots.txt does not come through here, and its delay counts as well."""
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[name] = {"delay": host.pace_s, "concurrency": host.concurrency, "jitter": 0.0}
        if slot := downloader.slots.get(name):
            slot.delay, slot.concurrency = host.pace_s, host.concurrency

    def _wake_at(self, instant: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if instant != float("inf"):
            self._alarm = asyncio.get_running_loop().call_later(max(instant - monotonic(), 0.001), self._wake)

    def _wake(self) -> None:
        self._alarm = None
        self.wake()

    def wake(self) -> None:
        """Let the next request be asked for."""
        slot = self.crawler.engine._slot  # Scrapy has no public way to say "ask the scheduler again"
        if slot is not None:
            slot.nextcall.schedule()
