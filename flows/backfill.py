"""The past of a source, through the same way as its present: from WARC files of anybody."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from copydesk.errors import CopydeskError, StorageError
from copydesk.extraction.hosts import host_of, site_of
from copydesk.model import Change, Source
from copydesk.rights import read_rights
from copydesk.urls import canonical_url
from flows.config import Settings
from flows.ingest import Ingest
from flows.matching import matching_of
from spiders.fetches import payload_digest
from spiders.graves import CrawlMark, bury_the_dead
from spiders.plan import CrawlPlan
from storage.archive import ArchiveWriter, recover
from storage.records import CrawlCounts, EntryState, FetchOutcome, FetchRecord, SnapshotRecord, Stored
from storage.store import Store, open_store
from storage.warcs import WarcPage, WarcRecord, read_warc

BATCH = 64
"""Pages that are stored in one transaction, after one fsync."""
AHEAD = 512
"""Pages that may wait for extraction; then reading waits for it."""
RENEW_S = 20.0
HEAD_BYTES = 1 << 20
"""Of a file, which with its size tell it from others, wherever it lies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which pages to take."""

    host: str = ""
    """This host and those below it; empty: any."""
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    """That all are booked on; empty: the followed source of the same site, else one named after the host."""

    def takes(self, url: str, at: datetime | None) -> bool:
        host = host_of(url)
        is_host = not self.host or host == self.host or host.endswith(f".{self.host}")
        if at is None:
            return is_host and self.since is None
        return is_host and (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(slots=True)
class Backfilled:
    """What came of it so far."""

    file: str = ""
    position: int = 0
    size: int = 0
    """Bytes of the file."""
    kept: int = 0
    known: int = 0
    """Pages whose very bytes are stored already."""
    passed: int = 0
    """Records that are no page, or that the filters leave out."""
    too_large: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """new, revised, unchanged, quarantined."""
    is_stopped: bool = False

    def add(self, stored: Sequence[Stored]) -> None:
        for each in stored:
            name = "quarantined" if each.change is None else each.change.value
            self.counts[name] = self.counts.get(name, 0) + 1
            if each.change is Change.NEW and each.duplicate_of is not None:
                self.counts["duplicates"] = self.counts.get("duplicates", 0) + 1


Show = Callable[[Backfilled], None]


def backfill_files(
    files: Sequence[Path],
    settings: Settings,
    followed: Sequence[Source],
    wanted: Wanted,
    *,
    on_progress: Show = lambda done: None,
    stop: Event | None = None,
) -> Backfilled:
    """Take the pages of WARC files into the archive and the store, and extract them.

    Bytes first, then rows and position in one transaction: what was killed goes on where it was, with nothing twice.

    Raises:
        StorageError: a file cannot be read, or the store cannot be written.
    """
    stop = stop or Event()
    with open_store(settings.desk.database, matching=matching_of(settings)) as store:
        now = datetime.now(UTC)
        if followed:
            store.sources.sync(followed, now=now)
        crawl_id = store.crawls.begin(trigger="backfill", sources=[wanted.source] if wanted.source else [], at=now)
        plan = CrawlPlan(crawl_id=crawl_id, database=str(settings.desk.database), archive=str(settings.desk.archive))
        done, reason = Backfilled(), "crashed"
        try:
            with CrawlMark(plan), ArchiveWriter(settings.desk.archive, crawl_id=crawl_id) as writer:
                bury_the_dead(plan, store, now=now)
                recover(settings.desk.archive)
                with _ingest(store, settings, followed, crawl_id) as ingest:
                    work = _Files(store, writer, ingest, settings, followed, wanted, crawl_id, done, on_progress, stop)
                    for file in files:
                        work.read(file)
                    for batch in ingest.drain(until=stop.is_set):
                        done.add(batch)
                        on_progress(done)
            done.is_stopped = stop.is_set()
            reason = "cancelled" if done.is_stopped else "finished"
        finally:
            store.leases.release(crawl_id)
            counts = CrawlCounts(fetched=done.kept, **done.counts)
            store.crawls.finish(crawl_id, at=datetime.now(UTC), finish_reason=reason, counts=counts)
    return done


def _ingest(store: Store, settings: Settings, followed: Sequence[Source], crawl_id: int) -> Ingest:
    return Ingest(
        store,
        archive=settings.desk.archive,
        sources=followed,
        crawl_id=crawl_id,
        now=lambda: datetime.now(UTC),
        workers=settings.extract.workers,
        timeout_s=settings.extract.timeout_s,
    )


@dataclass(slots=True)
class _Files:
    """WARC files on their way into the store."""

    store: Store
    writer: ArchiveWriter
    ingest: Ingest
    settings: Settings
    followed: Sequence[Source]
    wanted: Wanted
    crawl_id: int
    done: Backfilled
    on_progress: Show
    stop: Event
    renew_at: float = 0.0
    seen: set[tuple[str, str]] = field(default_factory=set)
    """URL and digest of pages in the batch."""

    def read(self, file: Path) -> None:
        key = _key(file, self.wanted)
        if not self.store.leases.acquire(f"file {key}", crawl_id=self.crawl_id, now=datetime.now(UTC)):
            raise CopydeskError(str(file), "another backfill is reading this file")
        position, is_done = self.store.backfills.position(key)
        self.done.file, self.done.size, self.done.position = str(file), file.stat().st_size, position
        if is_done:
            self.done.position = self.done.size
            return
        batch: list[WarcPage] = []
        for record in read_warc(file, start=position, most_bytes=self.settings.crawl.max_body_bytes):
            if len(batch) >= BATCH or (self.stop.is_set() and batch):
                self.keep(batch, key, file, record.position, is_done=False)
                batch = []
            if self.stop.is_set():
                return
            self.done.position = record.position
            if self.is_taken(record):
                assert record.page is not None
                batch.append(record.page)
        self.keep(batch, key, file, self.done.size, is_done=True)

    def is_taken(self, record: WarcRecord) -> bool:
        page = record.page
        if page is None or not self.wanted.takes(page.url, page.fetched_at):
            self.done.too_large += record.too_large
            self.done.passed += not record.too_large
            return False
        mark = (canonical_url(page.url), payload_digest(page.body))
        if mark in self.seen or self.store.backfills.is_known(page.url, mark[1]):
            self.done.known += 1
            return False
        self.seen.add(mark)
        return True

    def keep(self, pages: Sequence[WarcPage], key: str, file: Path, position: int, *, is_done: bool) -> None:
        fetches = [self.archive(page, file) for page in pages]
        self.writer.sync()
        now = datetime.now(UTC)
        self.done.kept += self.store.backfills.record(
            key, file=str(file), position=position, is_done=is_done, fetches=fetches, now=now
        )
        self.seen.clear()
        if time.monotonic() >= self.renew_at:
            self.store.leases.renew(self.crawl_id, now=now)
            self.renew_at = time.monotonic() + RENEW_S
        self.ingest.tell()
        self.done.add(self.ingest.step(0))
        while self.store.snapshots.count_pending() > AHEAD and not self.stop.is_set():
            self.done.add(self.ingest.step(0.2))
            self.on_progress(self.done)
        self.on_progress(self.done)

    def archive(self, page: WarcPage, file: Path) -> FetchRecord:
        digest = payload_digest(page.body)
        pointer = self.writer.write_response(
            url=page.url,
            at=page.fetched_at,
            status=page.status,
            reason=page.reason,
            headers=page.headers,
            body=page.body,
            digest=digest,
        )
        snapshot = SnapshotRecord(
            pointer=pointer,
            final_url=page.url,
            status=page.status,
            content_type=page.content_type,
            digest=digest,
            body_bytes=len(page.body),
            rights=read_rights(page.headers, page.body, url=page.url),
            headers={name.lower(): value for name, value in page.headers if "cookie" not in name.lower()},
        )
        return FetchRecord(
            entry_id=0,
            crawl_id=self.crawl_id,
            source=self.wanted.source or source_for(page.url, self.followed),
            url=page.url,
            at=page.fetched_at,
            outcome=FetchOutcome.KEPT,
            state=EntryState.FETCHED,
            next_look_at=None,
            status=page.status,
            detail=f"from {file.name}",
            snapshot=snapshot,
        )


def source_for(url: str, followed: Sequence[Source]) -> str:
    """The followed source of a URL's site, else a name made of its host: `news-example`."""
    site = site_of(url)
    for source in followed:
        if site in [site_of(each) for each in (source.homepage, *(address for _, address in source.endpoints()))]:
            return source.name
    return re.sub(r"[^a-z0-9]+", "-", host_of(url)).strip("-") or "backfill"


def _key(file: Path, wanted: Wanted) -> str:
    """What tells this file, read with these filters, from others, wherever it lies."""
    try:
        with file.open("rb") as stream:
            head = hashlib.sha256(stream.read(HEAD_BYTES))
        size = file.stat().st_size
    except OSError as error:
        raise StorageError(str(file), f"cannot be read ({error.strerror or error})") from error
    head.update(f"{size} {wanted}".encode())
    return head.hexdigest()[:32]
