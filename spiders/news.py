"""The news spider: many sources, one crawl. Polls endpoints, asks for the pages of entries that are due, keeps both."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any

import scrapy.signals
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from copydesk.model import Source
from spiders.crawl import Crawl
from spiders.fetches import Look
from spiders.outcomes import Failure, Skipped, read_answer, status_failure
from spiders.polling import (
    Poll,
    PollResult,
    is_due,
    listings_beside,
    lost_poll,
    needs_whole_body,
    read_poll,
    robots_beside,
)
from spiders.scheduler import host_name
from storage.records import EndpointRow, EntryRow, FetchOutcome, GapRow, PollRecord, Validators
from storage.store import Store

log = logging.getLogger(__name__)

BACKLOG = 5_000
"""Entries taken from the store at once; more are taken when these are done."""


class NewsSpider(Spider):
    """Which request follows which. What a feed is, `copydesk` knows; what became of a page, `spiders.fetches`."""

    name = "news"

    def __init__(self, crawl: Crawl, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.crawl = crawl
        self._asked: set[int] = set()
        """Ids of entries that were asked for, or are to be."""
        self._polled: set[tuple[str, GapRow | None]] = set()
        self._taken: Counter[str] = Counter()
        """Pages asked for, by source."""
        self._spent: set[str] = set()
        """Sources whose budget is used up."""
        self._backlog_is_full = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.take_more, scrapy.signals.spider_idle)
        crawler.signals.connect(spider.report_bug, scrapy.signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        self.crawl.engine = self.crawler.engine
        try:
            for request in await self._first():
                yield request
        except Exception as error:
            self.crawl.fail(error)  # Scrapy would log it, and call a crawl that did nothing finished
            raise
        if not self.crawl.counts.endpoints and not self.crawl.counts.waiting:
            self.crawl.end("nothing_to_do")

    async def _first(self) -> list[Request]:
        """What is known to be asked for when the crawl begins, polls first."""
        if self.crawl.plan.urls:
            return list(self.pages(await self._rows_by_hand(), found_at=time.monotonic()))
        polls = list(self.polls(await self._endpoints()))
        names = [source.name for source in self.crawl.plan.sources]
        gaps = await self.crawl.keeper.ask(lambda store: store.gaps.due(names, now=self.crawl.clock.now()))
        searches = [request for gap in gaps for request in await self.search(gap)]
        return [*polls, *searches, *await self._due_pages()]

    # Endpoints.

    def polls(self, endpoints: Iterable[EndpointRow]) -> Iterator[Request]:
        """One request a URL, also where several sources name it."""
        by_url: dict[str, list[EndpointRow]] = {}
        for endpoint in endpoints:
            by_url.setdefault(endpoint.ask_url, []).append(endpoint)
        self.crawl.counts.endpoints += len(by_url)
        for url, rows in by_url.items():
            same = all(row.validators == rows[0].validators for row in rows)
            trusted = same and not any(needs_whole_body(row, self.crawl.clock.now()) for row in rows)
            yield from self._poll(url, rows, rows[0].validators if trusted else Validators())

    async def search(self, gap: GapRow) -> list[Request]:
        """Look at the other listings of a gap's source, whatever they said before."""
        source = self.crawl.sources.get(gap.source, Source(name=gap.source))

        def find(store: Store) -> list[EndpointRow]:
            store.gaps.note_try(gap.id, now=self.crawl.clock.now())
            robots = [file for url in robots_beside(source) if (file := store.hosts.file(url)) is not None]
            return store.endpoints.beside(gap.endpoint_id, asides=listings_beside(source, robots))

        rows = [replace(row, validators=Validators()) for row in await self.crawl.keeper.ask(find)]
        self.crawl.counts.endpoints += len(rows)
        return [request for row in rows for request in self._poll(row.ask_url, [row], Validators(), gap=gap)]

    def _poll(
        self, url: str, rows: list[EndpointRow], validators: Validators, *, depth: int = 0, gap: GapRow | None = None
    ) -> Iterator[Request]:
        """At most one request a URL, and one more for each gap."""
        if (url, gap) in self._polled:
            return
        self._polled.add((url, gap))
        source = self.crawl.sources.get(rows[0].source)
        try:
            request = self.crawl.requests.poll(
                url, source=source, validators=validators, rows=rows, depth=depth, gap=gap
            )
        except ValueError as error:
            self.crawl.counts.polled += depth == 0
            self.crawl.trouble(f"no URL that can be asked for: {error}", source=rows[0].source, url=url)
            return
        yield request.replace(callback=self.read_endpoint, errback=self.lose_endpoint)

    async def read_endpoint(self, response: Response) -> AsyncIterator[Request]:
        request = response.request
        assert request is not None
        now, answer = self.crawl.clock.now(), read_answer(response)
        if failure := status_failure(answer, now):
            await self._lose_polls(request, failure)
            return
        depth: int = request.meta["depth"]
        gap: GapRow | None = request.meta["gap"]
        for endpoint in request.meta["rows"]:
            poll = Poll(
                endpoint=endpoint,
                source=self.crawl.sources.get(endpoint.source, Source(name=endpoint.source)),
                answer=answer,
                at=now,
                crawl_id=self.crawl.plan.crawl_id,
                depth=depth,
                asked_url="" if depth or endpoint.ask_url == endpoint.url else endpoint.ask_url,
                since=None if gap is None else gap.from_at,
                pace=self.crawl.plan.pace(endpoint.source),
                jitter=random.random(),
                **self.crawl.own_reader(endpoint),
            )
            result = await asyncio.to_thread(read_poll, poll)
            found_at = time.monotonic()
            for page in self.pages(await self._keep_poll(poll, result), found_at=found_at):
                yield page
            for url in result.child_urls:
                for child in self._poll(url, [endpoint], Validators(), depth=depth + 1, gap=gap):
                    yield child
            for search in await self._searches(result.record):
                yield search
        self.crawl.counts.polled += depth == 0

    async def _keep_poll(self, poll: Poll, result: PollResult) -> list[EntryRow]:
        if result.trouble:
            self.crawl.counts.failed += poll.depth == 0
            self.crawl.trouble(result.trouble, source=poll.endpoint.source, url=poll.answer.final_url)
            if poll.depth:
                return []  # a bad sitemap in a good index says nothing of the index
        return await self._record(result.record)

    async def _record(self, record: PollRecord) -> list[EntryRow]:
        return await self.crawl.keeper.ask(lambda store: store.polls.record(record, now=record.at))

    async def _searches(self, record: PollRecord) -> list[Request]:
        """Where a poll found a gap: what may tell of the time between."""
        if not record.entries:
            return []
        gaps = await self.crawl.keeper.ask(lambda store: store.gaps.opened(record.endpoint_id, at=record.at))
        return [request for gap in gaps for request in await self.search(gap)]

    async def lose_endpoint(self, twisted: TwistedFailure) -> None:
        request: Request = twisted.request  # type: ignore[attr-defined]
        error = _error(twisted)
        if isinstance(error, Skipped):
            return
        failure = self.crawl.explain.failure(error, host_name(request))
        await self._lose_polls(request, failure)

    async def _lose_polls(self, request: Request, failure: Failure) -> None:
        crawl, depth = self.crawl, request.meta["depth"]
        crawl.note_failure(request, failure)
        for endpoint in request.meta["rows"]:
            crawl.trouble(failure.detail, source=endpoint.source, url=_asked_url(request))
            if depth == 0:
                now, crawl_id = crawl.clock.now(), crawl.plan.crawl_id
                record = lost_poll(endpoint, failure, at=now, crawl_id=crawl_id, jitter=random.random())
                await self._record(record)
        crawl.counts.polled += depth == 0
        crawl.counts.failed += depth == 0

    # Pages.

    def pages(self, rows: Iterable[EntryRow], *, found_at: float) -> Iterator[Request]:
        """One request an entry a crawl, in the order of `rows`, which were due at `found_at` (monotonic seconds)."""
        for row in rows:
            if row.id in self._asked or not self._has_budget(row.source):
                continue
            self._asked.add(row.id)
            self._taken[row.source] += 1
            source = self.crawl.sources.get(row.source)
            try:
                request = self.crawl.requests.page(
                    row.entry.url, source=source, validators=row.validators, row=row, found_at=found_at
                )
            except ValueError as error:
                self.crawl.trouble(f"no URL that can be asked for: {error}", source=row.source, url=row.entry.url)
                continue
            self.crawl.counts.waiting += 1
            self.crawl.counts.unseen += row.validators == Validators()
            yield request.replace(callback=self.keep_page, errback=self.lose_page)

    async def keep_page(self, response: Response) -> None:
        request = response.request
        assert request is not None
        now, answer = self.crawl.clock.now(), read_answer(response)
        failure = status_failure(answer, now)
        await self._keep(Look(row=request.meta["row"], at=now, answer=None if failure else answer, failure=failure))

    async def lose_page(self, twisted: TwistedFailure) -> None:
        request: Request = twisted.request  # type: ignore[attr-defined]
        error = _error(twisted)
        if isinstance(error, Skipped):
            self.crawl.counts.waiting -= 1
            self.crawl.pages_under_way -= 1
            return
        failure = self.crawl.explain.failure(error, host_name(request))
        self.crawl.note_failure(request, failure)
        await self._keep(Look(row=request.meta["row"], at=self.crawl.clock.now(), failure=failure))

    async def _keep(self, look: Look) -> None:
        record, counts = await self.crawl.keeper.keep(look), self.crawl.counts
        self.crawl.pages_under_way -= 1
        counts.waiting -= 1
        if record.outcome in (FetchOutcome.FAILED, FetchOutcome.REFUSED):
            counts.failed += 1
            self.crawl.trouble(record.detail, source=record.source, url=record.url)
        else:
            counts.fetched += 1
            counts.kept += record.outcome is FetchOutcome.KEPT
        limit = self.crawl.plan.limit
        if limit is not None and counts.fetched >= limit:
            self.crawl.end("limit")

    # The frontier.

    async def _endpoints(self) -> list[EndpointRow]:
        plan, now = self.crawl.plan, self.crawl.clock.now()
        names = [source.name for source in plan.sources]
        endpoints = await self.crawl.keeper.ask(lambda store: store.endpoints.of(names))
        if not plan.due_only:
            return endpoints
        return [row for row in endpoints if is_due(row, now, plan.pace(row.source))]

    async def _due_pages(self) -> list[Request]:
        found_at = time.monotonic()
        names = [source.name for source in self.crawl.plan.sources if self._has_budget(source.name)]
        now, most = self.crawl.clock.now(), self._budget or None
        rows = await self.crawl.keeper.ask(
            lambda store: store.entries.due(names, now=now, limit=BACKLOG, most_of_one=most)
        )
        self._backlog_is_full = len(rows) == BACKLOG
        return list(self.pages(rows, found_at=found_at))

    @property
    def _budget(self) -> int:
        """Pages of one source in this crawl; 0: no limit. What a person names is not counted."""
        return 0 if self.crawl.plan.urls else self.crawl.plan.settings.max_pages_per_source

    def _has_budget(self, source: str) -> bool:
        """Whether more pages of a source may be asked for: calendars without end and feeds that flood end here."""
        if not self._budget or self._taken[source] < self._budget:
            return True
        if source not in self._spent:
            self._spent.add(source)
            what = f"{self._budget:,} pages in one crawl are enough (max_pages_per_source); more wait for the next"
            self.crawl.reporter.trouble(what, source=source)
        return False

    async def _rows_by_hand(self) -> list[EntryRow]:
        plan, now = self.crawl.plan, self.crawl.clock.now()
        return await self.crawl.keeper.ask(
            lambda store: store.entries.add(plan.urls_source, plan.urls, crawl_id=plan.crawl_id, now=now)
        )

    def take_more(self) -> None:
        """All that was taken from the store is done: there may be more."""
        if not self._backlog_is_full or self.crawl.plan.urls:
            return
        self._backlog_is_full = False
        self._refill = asyncio.ensure_future(self._take_more())
        raise DontCloseSpider

    async def _take_more(self) -> None:
        requests = await self._due_pages()
        self._backlog_is_full = self._backlog_is_full and bool(requests)
        for request in requests:
            self.crawl.engine.crawl(request)

    def report_bug(self, failure: TwistedFailure, response: Any) -> None:
        """A callback met a bug of ours: its page stays due, the rest goes on, and it is told."""
        url = getattr(response, "url", "")
        self.crawl.counts.failed += 1
        self.crawl.trouble(f"internal error, please report it: {failure.value!r}", source="", url=url)


def _error(twisted: TwistedFailure) -> BaseException:
    assert twisted.value is not None
    return twisted.value


def _asked_url(request: Request) -> str:
    """The URL before all redirects."""
    urls: list[str] = request.meta.get("redirect_urls", [])
    return urls[0] if urls else request.url
