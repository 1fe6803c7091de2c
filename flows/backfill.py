"""The past of a source, through the same way as its present: from WARC files of anybody."""

from __future__ import annotations

import glob
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from copydesk.errors import CopydeskError, StorageError
from copydesk.model import Change, Source
from copydesk.urls import canonical_url
from flows.bulk import Engine
from flows.config import Settings
from flows.ingest import PRELOAD, Ingest, Result, SnapshotTask, extract_and_read, worker_count
from flows.matching import matching_of
from flows.prepared import PreparedPool
from flows.spans import SpanRead, member_of, moved
from flows.warcpages import SourceBook, Wanted, archive_page
from flows.workers import WorkerPool
from spiders.fetches import payload_digest
from spiders.graves import bury_the_dead, crawl_mark
from spiders.plan import CrawlPlan
from storage.archive import ArchiveWriter, recover
from storage.places import folder_of
from storage.records import CrawlCounts, FetchRecord, Stored
from storage.store import Store, open_store
from storage.uploading import Uploads, open_archive
from storage.warcs import WarcPage, read_warc

BATCH = 64
"""Pages that are stored in one transaction, after one fsync."""
AHEAD = 512
"""Pages that may wait for extraction; then reading waits for it."""
RENEW_S = 20.0
HEAD_BYTES = 1 << 20
"""Of a file, which with its size tell it from others, wherever it lies."""
SUFFIXES = (".warc", ".warc.gz", ".warc.zst")
"""Of the files of a folder that are read."""


@dataclass(slots=True)
class Backfilled:
    """What came of it so far."""

    file: str = ""
    number: int = 0
    """Of the file, from 1."""
    files: int = 0
    position: int = 0
    size: int = 0
    """Bytes of the file."""
    kept: int = 0
    known: int = 0
    """Pages whose very bytes are stored already."""
    passed: int = 0
    """Records that are no page, or that the filters leave out."""
    too_large: int = 0
    """Or cut off when they were fetched."""
    damaged: list[str] = field(default_factory=list)
    """A line for each file that was not read to its end, with the reason; what came before is kept."""
    counts: dict[str, int] = field(default_factory=dict)
    """new, revised, unchanged, quarantined."""
    is_stopped: bool = False

    def add(self, stored: Sequence[Stored]) -> None:
        for each in stored:
            name = "quarantined" if each.change is None else each.change.value
            self.counts[name] = self.counts.get(name, 0) + 1
            if each.change is Change.NEW and each.duplicate_of is not None:
                self.counts["duplicates"] = self.counts.get("duplicates", 0) + 1

    def row(self) -> dict[str, int]:
        """The counts that people and programs are shown."""
        names = ("new", "revised", "unchanged", "quarantined")
        return {
            "kept": self.kept,
            "known": self.known,
            "passed": self.passed,
            "too_large": self.too_large,
            "damaged": len(self.damaged),
        } | {name: self.counts.get(name, 0) for name in names}


Show = Callable[[Backfilled], None]


def find_files(names: Sequence[Path]) -> list[Path]:
    """The files that are meant: each as it stands, those of a folder, or those that a pattern with `*` matches.

    Raises:
        CopydeskError: a name means no file.
    """
    found: dict[Path, None] = {}
    for name in names:
        if name.is_dir():
            meant = sorted(path for path in name.rglob("*") if path.name.endswith(SUFFIXES) and path.is_file())
            if not meant:
                raise CopydeskError(str(name), f"this folder holds no WARC files ({', '.join(SUFFIXES)})")
        elif name.exists():
            meant = [name]
        else:
            matches = glob.glob(str(name), recursive=True)  # noqa: PTH207 - a pattern may be absolute
            meant = sorted(path for path in map(Path, matches) if path.is_file())
            if not meant:
                raise CopydeskError(str(name), "there is no such file, and none that matches it")
        found.update(dict.fromkeys(meant))
    return list(found)


def backfill_files(
    files: Sequence[Path],
    settings: Settings,
    followed: Sequence[Source],
    wanted: Wanted,
    *,
    engine: Engine | None = None,
    on_progress: Show = lambda done: None,
    stop: Event | None = None,
) -> Backfilled:
    """Take the pages of WARC files into the archive and the store, and extract them, here or on an engine.

    Bytes first, then rows and position in one transaction: what was killed goes on where it was, with nothing twice.
    A file that cannot be read, or is damaged, costs what stands behind the damage.

    Raises:
        StorageError: the store or the archive cannot be written.
    """
    stop = stop or Event()
    with open_store(settings.desk.database, matching=matching_of(settings)) as store:
        now = datetime.now(UTC)
        if followed:
            store.sources.sync(followed, now=now)
        crawl_id = store.crawls.begin(trigger="backfill", sources=[wanted.source] if wanted.source else [], at=now)
        archive = settings.desk.archive
        plan = CrawlPlan(crawl_id=crawl_id, database=str(settings.desk.database), archive=str(folder_of(archive)))
        done, reason = Backfilled(files=len(files)), "crashed"
        try:
            with (
                crawl_mark(plan),
                Uploads(archive, settings.desk.database),
                open_archive(archive, crawl_id=crawl_id, store=store) as writer,
            ):
                bury_the_dead(plan, store, now=now)
                recover(folder_of(archive))
                pool = PreparedPool(_workers(settings))
                with _ingest(store, settings, followed, crawl_id, pool) as ingest:
                    book = SourceBook.of(followed)
                    intake = Intake(
                        store, writer, ingest, pool, settings, book, wanted, crawl_id, done, on_progress, stop
                    )
                    _read_all(intake, files, engine)
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


def _read_all(intake: Intake, files: Sequence[Path], engine: Engine | None) -> None:
    if engine is not None:
        from flows.backfill_bulk import read_files

        read_files(intake, engine, files)
        return
    for file in files:
        intake.read(file)


def _workers(settings: Settings) -> WorkerPool[SnapshotTask, Result]:
    limits = settings.extract
    return WorkerPool(
        extract_and_read, workers=worker_count(limits.workers), timeout_s=limits.timeout_s, preload=PRELOAD
    )


def _ingest(store: Store, settings: Settings, followed: Sequence[Source], crawl_id: int, pool: PreparedPool) -> Ingest:
    return Ingest(
        store,
        archive=settings.desk.archive,
        sources=followed,
        crawl_id=crawl_id,
        now=lambda: datetime.now(UTC),
        timeout_s=settings.extract.timeout_s,
        pool=pool,
    )


@dataclass(slots=True)
class Reading:
    """A file that is being read."""

    file: Path
    key: str
    position: int
    """Where reading it begins."""
    size: int
    is_given_up: bool = False


@dataclass(slots=True)
class Intake:
    """The store and the archive, as pages of WARC files come into them: by one process, one batch after another."""

    store: Store
    writer: ArchiveWriter
    ingest: Ingest
    prepared: PreparedPool
    settings: Settings
    book: SourceBook
    wanted: Wanted
    crawl_id: int
    done: Backfilled
    on_progress: Show
    stop: Event
    renew_at: float = 0.0
    seen: set[tuple[str, str]] = field(default_factory=set)
    """URL and digest of pages in the batch."""

    def begin(self, file: Path) -> Reading | None:
        """Where to read a file from; None: not at all, because all of it was read, or cannot be."""
        self.done.number += 1
        try:
            key, size = _key(file, self.wanted), file.stat().st_size
        except (StorageError, OSError) as error:
            self.done.damaged.append(str(error))
            return None
        if not self.store.leases.acquire(f"file {key}", crawl_id=self.crawl_id, now=datetime.now(UTC)):
            self.done.damaged.append(f"{file}: another backfill is reading this file")
            return None
        position, is_done = self.store.backfills.position(key)
        return None if is_done else Reading(file, key, position, size)

    def read(self, file: Path) -> None:
        """Take in a file, read here."""
        reading = self.begin(file)
        if reading is None:
            return
        batch: list[WarcPage] = []
        position, damage = reading.position, ""
        records = read_warc(file, start=position, most_bytes=self.settings.crawl.max_body_bytes)
        while True:
            try:
                record = next(records, None)
            except StorageError as error:
                damage = str(error)
                break
            if record is None:
                position = reading.size
                break
            if len(batch) >= BATCH or (self.stop.is_set() and batch):
                self.keep_pages(batch, reading, record.position)
                batch = []
            if self.stop.is_set():
                return
            position = record.position
            page = record.page
            if page is None or not self.wanted.takes(page.url, page.fetched_at):
                self.done.too_large += record.too_large
                self.done.passed += not record.too_large
            elif self.is_new(page.url, payload_digest(page.body)):
                batch.append(page)
        self.keep_pages(batch, reading, position, is_done=not damage, damage=damage)

    def is_new(self, url: str, digest: str) -> bool:
        """Whether a page's very bytes are not stored yet, nor in the batch."""
        mark = (canonical_url(url), digest)
        if mark in self.seen or self.store.backfills.is_known(url, digest):
            self.done.known += 1
            return False
        self.seen.add(mark)
        return True

    def keep_pages(
        self, pages: Sequence[WarcPage], reading: Reading, position: int, *, is_done: bool = False, damage: str = ""
    ) -> None:
        """Store a batch of pages that were read here."""
        fetches = [
            archive_page(
                page,
                self.writer,
                file=reading.file,
                crawl_id=self.crawl_id,
                source=self.wanted.source or self.book.source_of(page.url),
            )
            for page in pages
        ]
        self.keep(fetches, reading, position, is_done=is_done, damage=damage)
        self.wait_for_extraction()

    def keep_read(self, read: SpanRead, reading: Reading, *, is_last: bool) -> None:
        """Store what a task read and extracted."""
        self.done.passed += read.passed
        self.done.too_large += read.too_large
        fetches = []
        for page in read.pages:
            assert page.fetch.snapshot is not None
            if self.is_new(page.fetch.url, page.fetch.snapshot.digest):
                pointer = self.writer.append_member(member_of(read, page))
                self.prepared.offer(pointer, page.value, page.rules)
                fetches.append(moved(page, pointer))
        is_done = is_last and not read.damage
        self.keep(fetches, reading, reading.size if is_done else read.position, is_done=is_done, damage=read.damage)
        self.prepared.forget()

    def keep(
        self, fetches: Sequence[FetchRecord], reading: Reading, position: int, *, is_done: bool, damage: str
    ) -> None:
        """Store looks at pages, whose bytes are written, and how far the file was read."""
        self.writer.sync()
        now = datetime.now(UTC)
        self.done.kept += self.store.backfills.record(
            reading.key,
            file=str(reading.file),
            position=position,
            is_done=is_done,
            damage=damage,
            fetches=fetches,
            now=now,
        )
        self.seen.clear()
        self.done.file, self.done.size, self.done.position = str(reading.file), reading.size, position
        if damage:
            self.done.damaged.append(damage)
            reading.is_given_up = True
        self.ingest.tell()
        self.breathe()

    def breathe(self) -> None:
        """What is to be done every few seconds, whatever is waited for."""
        if time.monotonic() >= self.renew_at:
            self.store.leases.renew(self.crawl_id, now=datetime.now(UTC))
            self.renew_at = time.monotonic() + RENEW_S
        self.done.add(self.ingest.step(0))
        self.on_progress(self.done)

    def wait_for_extraction(self) -> None:
        """Return when few enough pages wait for it."""
        while self.store.snapshots.count_pending() > AHEAD and not self.stop.is_set():
            self.done.add(self.ingest.step(0.2))
            self.on_progress(self.done)


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
