"""One crawl under way: what the spider, the scheduler and the middlewares share. Lives on the reactor's thread."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from copydesk.discovery.reading import Reading
from copydesk.errors import ConfigError, ParseError
from copydesk.model import Source
from spiders.clock import Clock
from spiders.events import Counts, Reporter
from spiders.hosts import LONGEST_CRAWL_DELAY_S, PATIENCE, Hosts
from spiders.keeper import Hearing, Keeper
from spiders.outcomes import Answer, Explainer, Failure, read_retry_after
from spiders.plan import CrawlPlan
from spiders.requests import Requests
from spiders.resolver import Guard
from spiders.scheduler import PoliteScheduler, host_name
from storage.records import EndpointRow
from storage.store import Store

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine

    from spiders.sites import SiteSpider

log = logging.getLogger(__name__)

REST_S = 900.0
"""For a host that asks for less and does not say for how long."""
TROUBLES_PER_SOURCE = 20
"""Lines; the store has all of them."""


DEEPEST_FOLLOWED = 10
"""Pages that a user's spider may follow one behind the other."""


class Crawl:
    """Counts, limits, hosts, and how the crawl ends."""

    engine: ExecutionEngine
    """Set once Scrapy has made it."""

    def __init__(self, plan: CrawlPlan, reporter: Reporter) -> None:
        self.plan = plan
        self.clock = Clock(plan.clock_offset_s)
        self.reporter = reporter
        self.counts: Counts = reporter.counts
        self.hosts = Hosts()
        self.guard = Guard(allow_private=plan.settings.allow_private_addresses)
        self.requests = Requests(plan.settings)
        self.explain = Explainer(self.guard, plan.settings.timeout_s, plan.settings.max_body_bytes)
        self.sources = {source.name: source for source in plan.sources}
        hearing = Hearing(on_stored=reporter.stored, on_failure=self.fail, on_renewed=self.leave_lost)
        self.keeper = Keeper(plan, self.clock, hear=hearing)
        self.pages_under_way = 0
        self.ended = asyncio.Event()
        self.finish_reason = ""
        self.error: Exception | None = None
        """Why the crawl could not go on; None where it ended by itself or was asked to."""
        self._leases: dict[str, asyncio.Future[bool]] = {}
        self._held_since: dict[str, float] = {}
        """Monotonic seconds, by host."""
        self._troubles: Counter[str] = Counter()
        self._spiders: dict[str, SiteSpider | ConfigError] = {}
        self._tasks: set[asyncio.Future[None]] = set()

    def end(self, finish_reason: str) -> None:
        """End the crawl; the first reason counts."""
        if not self.ended.is_set():
            self.finish_reason = finish_reason
            self.ended.set()

    def fail(self, error: Exception) -> None:
        """Nothing can be kept any more."""
        self.error = self.error or error
        self.end("storage_error")

    # What the scheduler asks.

    def manners(self, request: Request) -> tuple[float, int]:
        """The delay in seconds and the concurrency that a request's source asks for."""
        settings, source = self.plan.settings, request.meta.get("source")
        if not isinstance(source, Source):
            return settings.delay_s, settings.concurrency_per_host
        delay_s = settings.delay_s if source.delay_s is None else source.delay_s
        return delay_s, source.concurrency_per_host or settings.concurrency_per_host

    def is_pausing(self) -> bool:
        """Whether nothing new may be asked for: the end has come, the writer is behind, or leases may have run out."""
        return self.ended.is_set() or self.keeper.is_full or not self.keeper.holds_leases

    def may_start_page(self) -> bool:
        limit = self.plan.limit
        return limit is None or self.counts.fetched + self.pages_under_way < limit

    def leave(self, request: Request) -> None:
        """A request is not made after all; its entry stays due."""
        if "row" in request.meta:
            self.counts.waiting -= 1
            if request.meta.get("redirect_times"):
                self.pages_under_way -= 1

    # Spiders of the user's own.

    def own_reader(self, endpoint: EndpointRow) -> dict[str, Any]:
        """What a poll needs to read pages with the source's own spider; empty where it has none."""
        source = self.sources.get(endpoint.source)
        if source is None or not source.spider:
            return {}
        if source.spider not in self._spiders:
            from spiders.sites import load_spider

            try:
                self._spiders[source.spider] = load_spider(source.spider)
            except ConfigError as error:
                self._spiders[source.spider] = error
        return {"read": partial(_read_own, self._spiders[source.spider], source.spider), "deepest": DEEPEST_FOLLOWED}

    # Hosts.

    async def hold(self, host: str) -> bool:
        """Whether this crawl holds the lease of a host; asks for it once."""
        if host not in self._leases:
            lease = self._leases[host] = asyncio.get_running_loop().create_future()
            why = await self.keeper.ask(lambda store: self._refusal(store, host))
            self._held_since[host] = time.monotonic()
            lease.set_result(not why)
            if why:
                self.rest(host, why)
        return await self._leases[host]

    def _refusal(self, store: Store, host: str) -> str:
        """Why a host may not be asked for anything; empty where this crawl holds it now."""
        now = self.clock.now()
        if why := store.hosts.resting(host, now=now):
            return why
        if store.leases.acquire(host, crawl_id=self.plan.crawl_id, now=now):
            return ""
        return "host is being crawled by another crawl (lease); skipped"

    def leave_lost(self, held: frozenset[str]) -> None:
        """Leave those hosts alone that another crawl took when our lease on them had run out: this process was asleep,
        or the store away."""
        for host, lease in self._leases.items():
            if lease.done() and not lease.cancelled() and lease.result() and host not in held:
                lost = self._leases[host] = asyncio.get_running_loop().create_future()
                lost.set_result(False)
                self.rest(host, "another crawl took it over while our lease had run out")
        scheduler = self.engine.scheduler
        assert isinstance(scheduler, PoliteScheduler)
        scheduler.wake()

    async def is_still_due(self, request: Request) -> bool:
        """Whether a page may be asked for: one that was found due before its host was ours may have been fetched by
        the crawl that held the host. What a person names is fetched whoever else did."""
        row, found_at = request.meta.get("row"), request.meta.get("found_at", 0.0)
        if row is None or self.plan.urls or found_at > self._held_since[host_name(request)]:
            return True
        return await self.keeper.ask(lambda store: store.entries.is_due(row.id, now=self.clock.now()))

    def slow_down(self, host: str, delay_s: float) -> None:
        """robots.txt asks for a longer delay."""
        settings = self.plan.settings
        known = self.hosts.meet(host, delay_s=settings.delay_s, concurrency=settings.concurrency_per_host)
        known.slow_down(delay_s=min(delay_s, LONGEST_CRAWL_DELAY_S), concurrency=known.concurrency)

    def rest(self, host: str, why: str) -> None:
        """Ask a host for nothing more in this crawl; what waits for it stays due."""
        known = self.hosts.find(host)
        if known is None or known.resting:
            return
        known.resting = why
        scheduler = self.engine.scheduler
        assert isinstance(scheduler, PoliteScheduler)
        dropped = scheduler.drop_host(host)
        for request in dropped:
            self.leave(request)
        pages = sum("row" in request.meta for request in dropped)
        more = f"; {pages} of its pages wait for the next crawl" if pages else ""
        self.reporter.trouble(f"{host}: {why}{more}")

    def note_answer(self, request: Request, response: Response) -> None:
        """A host answered, whatever it said. One that asks for less is left alone before anything else goes to it, by
        this crawl and by those that follow, for as long as it says."""
        self.counts.reached += 1
        host, status = host_name(request), response.status
        if known := self.hosts.find(host):
            known.unanswered = 0
            known.note_latency(request.meta.get("download_latency", 0.0), is_well=status < 500 and status != 429)
        if status == 429:
            why = "asked for less (HTTP 429)"
            self.rest(host, why)
            value = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
            rest_s = read_retry_after(value, self.clock.now())
            until = self.clock.now() + timedelta(seconds=REST_S if rest_s is None else rest_s)
            self._later(self.keeper.ask(lambda store: store.hosts.rest(host, until=until, why=why)))

    def _later(self, act: Coroutine[Any, Any, None]) -> None:
        """Let something be stored that nobody waits for."""
        task = asyncio.ensure_future(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def note_failure(self, request: Request, failure: Failure) -> None:
        """Leave a host alone that does not answer at all."""
        host = host_name(request)
        known = self.hosts.find(host)
        if known is None or not failure.unreachable:
            return
        known.note_latency(0.0, is_well=False)
        known.unanswered += 1
        if known.unanswered >= PATIENCE:
            self.rest(host, f"did not answer {PATIENCE} times in a row ({failure.detail})")

    # What the user is told.

    def trouble(self, what: str, *, source: str, url: str) -> None:
        """One page or endpoint was given up; work goes on."""
        log.warning("given up url=%s what=%s", url, what)
        self._troubles[source] += 1
        if self._troubles[source] <= TROUBLES_PER_SOURCE:
            self.reporter.trouble(what, source=source, url=url)

    def sum_up_troubles(self) -> None:
        for source, number in self._troubles.items():
            if number > TROUBLES_PER_SOURCE:
                self.reporter.trouble(f"{number - TROUBLES_PER_SOURCE} more failed", source=source)


def _read_own(spider: SiteSpider | ConfigError, path: str, answer: Answer) -> Reading:
    from spiders.sites import read_with

    if isinstance(spider, ConfigError):
        raise ParseError(answer.final_url, str(spider))
    return read_with(spider, path, answer)
