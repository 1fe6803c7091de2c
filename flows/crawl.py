"""One crawl, from sources to stored articles: the plain function that the command line and the flows call."""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event

from copydesk.errors import CopydeskError, StorageError
from copydesk.model import Change, Source
from copydesk.nearest import nearest_name
from flows.config import Settings
from flows.equipment import equip
from flows.ingest import Ingest
from flows.intervals import fastest_s
from flows.matching import matching_of
from spiders.plan import CrawlEvent, CrawlPlan
from spiders.process import CrawlProcess
from storage.places import RemoteArchive, folder_of
from storage.records import CrawlCounts, FetchOutcome, PollOutcome, Stored
from storage.store import Row, Store, open_store
from storage.uploading import Upload, Uploads

log = logging.getLogger(__name__)

WORK_WAIT_S = 0.05
"""How long workers are waited for before the crawl's report is looked at again."""
IDLE_POLL_S = 0.5
"""How long the crawl's report is waited for where workers have nothing to do."""
STOP_S = 5.0
"""After a stop is asked for, what was fetched is ingested for this long; the rest waits for the next crawl."""
FAILURES = frozenset({PollOutcome.FAILED, PollOutcome.REFUSED, PollOutcome.NOT_A_FEED, FetchOutcome.FAILED})
"""Outcomes of looks that count as failed. A page that is gone is none."""
HEADLINES = 50
"""Newest articles kept for the summary."""
OVERTIME = 0.1
"""Of `max_run_s`: for reading what was fetched, once a crawl ended because of it; the rest waits for the next one."""
TROUBLES = 200
"""Lines of trouble kept for the summary; all of them are passed on as they happen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlJob:
    """What one crawl is to do."""

    sources: tuple[Source, ...] = ()
    """Those to crawl."""
    followed: tuple[Source, ...] = ()
    """All that sources.toml names; the store is brought in line with them. Empty: leave it as it is."""
    urls: tuple[str, ...] = ()
    """Pages asked for by hand; with them, no endpoint is polled."""
    limit: int | None = None
    due_only: bool = False
    trigger: str = "by hand"
    clock_offset_s: float = 0.0
    """Added to the real clock, everywhere: rehearsals and tests move time with it."""
    log_level: str = "WARNING"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where a crawl stands."""

    event: CrawlEvent
    """The last report of the crawl process."""
    counts: CrawlCounts
    """Of articles: what ingest stored so far."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlReport:
    """What a crawl brought, and how it ended."""

    crawl_id: int
    finish_reason: str
    """As in `CrawlEvent.finish_reason`."""
    what: str
    """How a crawl crashed, one line; empty otherwise."""
    counts: CrawlCounts
    by_source: dict[str, CrawlCounts]
    """Of the sources crawled, in their order, then of others whose snapshots an earlier crawl left."""
    took_s: dict[str, float]
    """By source, from the beginning of the crawl to the last answer; without those that were not asked."""
    newest: tuple[Stored, ...]
    """New and revised articles, the last stored first; at most `HEADLINES`."""
    troubles: tuple[CrawlEvent, ...]
    reached: int
    """Responses of any status; 0: nothing on the network answered."""
    pending: int
    """Snapshots that wait for the next crawl."""
    articles: int
    """In the store now."""


@dataclass(slots=True)
class _Tally:
    """Counts what ingest stored, as a whole and by source."""

    of: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    newest: list[Stored] = field(default_factory=list)

    def add(self, batch: Iterable[Stored]) -> None:
        for stored in batch:
            counts = self.of[stored.source]
            counts["quarantined" if stored.change is None else stored.change.value] += 1
            if stored.duplicate_of is not None and stored.change is Change.NEW:
                counts["duplicates"] += 1
            if stored.change in (Change.NEW, Change.REVISED):
                self.newest = [stored, *self.newest[: HEADLINES - 1]]

    def total(self, event: CrawlEvent) -> CrawlCounts:
        sums: dict[str, int] = defaultdict(int)
        for counts in self.of.values():
            for name, count in counts.items():
                sums[name] += count
        return CrawlCounts(**sums, polled=event.polled, fetched=event.fetched, failed=event.failed)


def choose_sources(followed: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    """Return the named sources, paused ones too, in the order of the names; without names, all that are enabled.

    Raises:
        CopydeskError: a name is not followed; the message names the nearest one that is.
    """
    if not names:
        return tuple(source for source in followed if source.enabled)
    by_name = {source.name: source for source in followed}
    for name in names:
        if name not in by_name:
            raise CopydeskError(name, f"no such source in sources.toml{nearest_name(name, by_name)}")
    return tuple(by_name[name] for name in dict.fromkeys(names))


def crawl(
    job: CrawlJob,
    settings: Settings,
    *,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_trouble: Callable[[CrawlEvent], None] = lambda event: None,
    stop: Event | None = None,
) -> CrawlReport:
    """Crawl, ingest what comes while it comes, and store both. Costs no workers where nothing is new.

    `stop` ends the crawl cleanly when it is set: what was fetched is kept.

    Raises:
        CopydeskError: one of `urls` was taken down.
        StorageError: the database or the archive cannot be opened or written.
        ConfigError: what none of the sources can do without is missing: a browser, a spider of the user's own.
    """
    job = replace(job, sources=equip(job.sources, settings.home, on_trouble))
    with open_store(settings.desk.database, matching=matching_of(settings)) as store:
        if job.followed:
            store.sources.sync(job.followed, now=_now(job))
        _refuse_removed(store, job.urls)
        names = [source.name for source in job.sources]
        crawl_id = store.crawls.begin(trigger=job.trigger, sources=names, at=_now(job))
        log.info("crawl begins crawl=%d sources=%d urls=%d", crawl_id, len(names), len(job.urls))
        try:
            return _Crawl(job, settings, store, crawl_id, on_progress, on_trouble, stop or Event()).run()
        except Exception:
            with suppress(StorageError):
                store.crawls.finish(crawl_id, at=_now(job), finish_reason="crashed", counts=CrawlCounts())
            raise


def _refuse_removed(store: Store, urls: Iterable[str]) -> None:
    """
    Raises:
        CopydeskError: a page was taken down.
    """
    for url in urls:
        if (at := store.removals.removed_at(url)) is not None:
            what = f"was taken down on {at[:10]} and is not fetched; `copydesk takedown --lift URL` would let it be"
            raise CopydeskError(url, what)


def extract_pending(store: Store, settings: Settings, followed: Sequence[Source]) -> list[Stored]:
    """Extract every pending snapshot from its stored bytes, without a crawl; costs no network."""
    with Ingest(
        store,
        archive=settings.desk.archive,
        sources=followed,
        crawl_id=0,
        now=lambda: datetime.now(UTC),
        workers=settings.extract.workers,
        timeout_s=settings.extract.timeout_s,
    ) as ingest:
        return [stored for batch in ingest.drain() for stored in batch]


@dataclass(slots=True)
class _Crawl:
    """A crawl under way."""

    job: CrawlJob
    settings: Settings
    store: Store
    crawl_id: int
    on_progress: Callable[[Progress], None]
    on_trouble: Callable[[CrawlEvent], None]
    stop: Event
    tally: _Tally = field(default_factory=_Tally)
    event: CrawlEvent = field(default_factory=lambda: CrawlEvent(event="progress"))
    troubles: list[CrawlEvent] = field(default_factory=list)

    def run(self) -> CrawlReport:
        with (
            Ingest(
                self.store,
                archive=self.settings.desk.archive,
                sources=self.job.followed,
                crawl_id=self.crawl_id,
                now=lambda: _now(self.job),
                workers=self.settings.extract.workers,
                timeout_s=self.settings.extract.timeout_s,
            ) as ingest,
            Uploads(self.settings.desk.archive, self.settings.desk.database) as uploads,
        ):
            with CrawlProcess(self.plan()) as process:
                self.follow(process, ingest)
            for batch in ingest.drain(until=self.patience()):
                self.count(batch)
            self.tell_of(uploads.finish())
        return self.finish()

    def tell_of(self, upload: Upload) -> None:
        """Say that archive files wait here, where they do."""
        if upload.why:
            what = f"{upload.waiting} archive file(s) wait here for the next crawl: {upload.why}"
            event = CrawlEvent(event="trouble", what=what)
            self.on_trouble(event)
            self.troubles.append(event)

    def plan(self) -> CrawlPlan:
        job, desk = self.job, self.settings.desk
        plan = CrawlPlan(
            crawl_id=self.crawl_id,
            database=str(desk.database),
            archive=str(folder_of(desk.archive)),
            sources=job.sources,
            urls=job.urls,
            settings=self.settings.crawl,
            limit=job.limit,
            due_only=job.due_only,
            fastest_s={source.name: fastest_s(source, self.settings.schedule.default) for source in job.sources},
            clock_offset_s=job.clock_offset_s,
            log_level=job.log_level,
        )
        if isinstance(desk.archive, RemoteArchive):
            place = desk.archive
            plan = replace(plan, archive_url=place.url, segment_bytes=place.segment_bytes)
            plan = replace(plan, most_waiting_bytes=place.most_waiting_bytes)
        return replace(plan, urls_source=job.sources[0].name) if job.urls and job.sources else plan

    def follow(self, process: CrawlProcess, ingest: Ingest) -> None:
        """Listen to the crawl process until it is finished, and ingest meanwhile."""
        asked_to_stop = False
        while self.event.event != "finished":
            event = process.poll_event(IDLE_POLL_S if ingest.is_idle else 0)
            if event is not None:
                self.hear(event, ingest)
            self.count(ingest.step(WORK_WAIT_S if event is None else 0))
            if self.stop.is_set() and not asked_to_stop:
                process.stop()
                asked_to_stop = True

    def hear(self, event: CrawlEvent, ingest: Ingest) -> None:
        if event.event == "stored":
            ingest.tell()
        if event.unseen:
            ingest.expect()
        if event.event == "trouble":
            self.on_trouble(event)
            if len(self.troubles) < TROUBLES:
                self.troubles.append(event)
            return
        self.event = event
        self.on_progress(Progress(event=event, counts=self.tally.total(event)))

    def count(self, batch: Sequence[Stored]) -> None:
        if batch:
            self.tally.add(batch)
            self.on_progress(Progress(event=self.event, counts=self.tally.total(self.event)))

    def patience(self) -> Callable[[], bool]:
        """True once it is `STOP_S` since a stop was first seen, or a crawl out of time has had its overtime."""
        seen_at: list[float] = []
        overtime_s = max(STOP_S, self.settings.crawl.max_run_s * OVERTIME)
        until = time.monotonic() + overtime_s if self.event.finish_reason == "max_run_s" else math.inf

        def is_over() -> bool:
            if self.stop.is_set() and not seen_at:
                seen_at.append(time.monotonic())
            return time.monotonic() > until or (bool(seen_at) and time.monotonic() - seen_at[0] > STOP_S)

        return is_over

    def finish(self) -> CrawlReport:
        counts = self.tally.total(self.event)
        reason = self.event.finish_reason
        crawl = self.store.crawls.get(self.crawl_id) or {"polls": [], "fetches": []}
        self.store.crawls.finish(self.crawl_id, at=_now(self.job), finish_reason=reason, counts=counts)
        log.info("crawl ended crawl=%d finish_reason=%s counts=%s", self.crawl_id, reason, counts)
        return CrawlReport(
            crawl_id=self.crawl_id,
            finish_reason=reason,
            what=self.event.what,
            counts=counts,
            by_source=self.by_source(crawl),
            took_s=_took_s(crawl),
            newest=tuple(self.tally.newest),
            troubles=tuple(self.troubles),
            reached=self.event.reached,
            pending=self.store.snapshots.count_pending(),
            articles=int(self.store.stats()["articles"]),
        )

    def by_source(self, crawl: Row) -> dict[str, CrawlCounts]:
        """Looks at endpoints and pages as the store has them, articles as ingest counted them."""
        looks: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for kind, rows in (("polled", crawl["polls"]), ("fetched", crawl["fetches"])):
            for row in rows:
                is_failure = row["outcome"] in FAILURES
                looks[row["source"]]["failed"] += is_failure
                if kind == "polled" or not is_failure:
                    looks[row["source"]][kind] += 1
        names = dict.fromkeys([*(source.name for source in self.job.sources), *looks, *self.tally.of])
        return {name: CrawlCounts(**(looks.get(name, {}) | self.tally.of.get(name, {}))) for name in names}


def _took_s(crawl: Row) -> dict[str, float]:
    last_at: dict[str, str] = {}
    for row in (*crawl["polls"], *crawl["fetches"]):
        last_at[row["source"]] = max(row["at"], last_at.get(row["source"], ""))
    return {
        source: (datetime.fromisoformat(at) - datetime.fromisoformat(crawl["started_at"])).total_seconds()
        for source, at in last_at.items()
    }


def _now(job: CrawlJob) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=job.clock_offset_s)
