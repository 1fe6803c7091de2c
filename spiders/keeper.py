"""The one thread that writes: it owns the store and the archive. The reactor hands over and is told when it is done.

Pages are kept in batches: their bytes into the archive, one fsync, then their rows in one transaction. So a process
that dies leaves at worst bytes without a row.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, TypeVar

from copydesk.errors import StorageError
from copydesk.looks import furthest_look
from spiders.archiving import archive_answer
from spiders.clock import Clock
from spiders.fetches import Look, decide_look, payload_digest
from spiders.graves import bury_the_dead, crawl_mark
from spiders.plan import CrawlPlan
from storage.address import shown
from storage.archive import ArchiveWriter, recover
from storage.records import FetchOutcome, FetchRecord
from storage.store import Store, open_store
from storage.uploading import open_archive

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 64
BATCH_S = 0.25
MOST_WAITING = 256
MOST_WAITING_BYTES = 64_000_000
RENEW_S = 20.0
"""A lease lasts 60 s: two renewals may fail."""
TRUSTED_S = 50.0
"""After its last renewal, a lease may be another crawl's any moment."""


@dataclass(slots=True)
class _Ask:
    act: Callable[[Store], Any]
    done: asyncio.Future[Any]


@dataclass(slots=True)
class _Keep:
    look: Look
    done: asyncio.Future[FetchRecord]

    @property
    def bytes(self) -> int:
        return len(self.look.answer.body) if self.look.answer else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """Who is told what, on the reactor's thread."""

    on_stored: Callable[[], None]
    """Pages were stored."""
    on_failure: Callable[[Exception], None]
    """Once, when the store or the archive refused, or when the thread met a bug: nothing can be kept any more, and who
    waits for an answer waits for ever."""
    on_renewed: Callable[[frozenset[str]], None] = lambda held: None
    """Leases were renewed, of these hosts."""


class Keeper:
    """Call its methods from the reactor's thread only.

    What it tells, it tells there too.
    """

    def __init__(self, plan: CrawlPlan, clock: Clock, *, hear: Hearing) -> None:
        self.plan = plan
        self.clock = clock
        self._hear = hear
        self._renewed_at = monotonic()
        self._jobs: queue.SimpleQueue[_Ask | _Keep | None] = queue.SimpleQueue()
        self._waiting = 0
        self._waiting_bytes = 0
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def open(self) -> None:
        """Start the thread, which opens the store and the archive before all else."""
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be written that nothing more should be fetched."""
        return self._waiting >= MOST_WAITING or self._waiting_bytes >= MOST_WAITING_BYTES

    @property
    def holds_leases(self) -> bool:
        """Whether leases were renewed lately enough to be ours for sure."""
        return monotonic() - self._renewed_at < TRUSTED_S

    async def ask(self, act: Callable[[Store], T]) -> T:
        """Return what `act` makes of the store, on the writer's thread. Pages handed over before are stored first."""
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(_Ask(act, done))
        return await done

    async def keep(self, look: Look) -> FetchRecord:
        """Return the record of a look at a page, once it is stored."""
        job = _Keep(look, self._loop.create_future())
        self._waiting += 1
        self._waiting_bytes += job.bytes
        try:
            self._jobs.put(job)
            return await job.done
        finally:
            self._waiting -= 1
            self._waiting_bytes -= job.bytes

    async def close(self) -> None:
        """Write what was handed over, release the leases, close the store. Waits for all of it."""
        self._jobs.put(None)
        await self._closed

    # From here on: the writer's thread.

    def _run(self) -> None:
        try:
            # The mark goes first: recovery must not take our file for a dead crawl's.
            with crawl_mark(self.plan), open_store(self.plan.database) as store:
                now = self.clock.now()
                furthest = furthest_look(now, self.plan.settings.relook_hours)
                store.crawls.mend_clock(self.plan.crawl_id, now=now, furthest=furthest)
                bury_the_dead(self.plan, store, now=now)
                recover(self.plan.archive)
                writer = open_archive(self.plan.place, crawl_id=self.plan.crawl_id, store=store)
                try:
                    self._serve(store, writer)
                finally:
                    writer.close()
                store.leases.release(self.plan.crawl_id)
        except Exception as error:  # a bug in this thread must end the crawl, not hang it
            log.debug("the keeper gives up", exc_info=True)
            self._tell(
                self._hear.on_failure, _refusal(error, self.plan.database) if isinstance(error, OSError) else error
            )
        finally:
            self._tell(self._closed.set_result, None)

    def _serve(self, store: Store, writer: ArchiveWriter) -> None:
        batch: list[_Keep] = []
        flush_at, renew_at = float("inf"), monotonic() + RENEW_S
        while True:
            try:
                job = self._jobs.get(timeout=max(min(flush_at, renew_at) - monotonic(), 0.0))
            except queue.Empty:
                job = _TICK
            if isinstance(job, _Keep):
                flush_at = flush_at if batch else monotonic() + BATCH_S
                batch.append(job)
            if batch and (not isinstance(job, _Keep) or len(batch) >= BATCH or monotonic() >= flush_at):
                self._flush(batch, store, writer)
                batch, flush_at = [], float("inf")
            if isinstance(job, _Ask) and job is not _TICK:
                self._tell(_fulfil, job.done, job.act(store))
            if monotonic() >= renew_at:
                renew_at = monotonic() + RENEW_S
                asked_at = monotonic()
                held = store.leases.renew(self.plan.crawl_id, now=self.clock.now())
                self._tell(self._hand_on, held, asked_at)
            if job is None:
                return

    def _flush(self, batch: list[_Keep], store: Store, writer: ArchiveWriter) -> None:
        records = [self._archive(job.look, writer) for job in batch]
        if any(record.snapshot is not None for record in records):
            writer.sync()
        store.fetches.record(records)
        self._tell(self._hand_back, batch, records)

    def _archive(self, look: Look, writer: ArchiveWriter) -> FetchRecord:
        """The record of a look; where it brought something new, the bytes are in the archive already."""
        answer = look.answer
        digest = payload_digest(answer.body) if answer is not None and answer.body else None
        settings = self.plan.settings
        record = decide_look(look, crawl_id=self.plan.crawl_id, digest=digest, relook_hours=settings.relook_hours)
        if record.outcome is not FetchOutcome.KEPT:
            return record
        assert answer is not None
        return replace(record, snapshot=archive_answer(answer, writer, at=look.at, digest=digest))

    def _hand_on(self, held: frozenset[str], asked_at: float) -> None:
        self._renewed_at = asked_at
        self._hear.on_renewed(held)

    def _hand_back(self, batch: list[_Keep], records: list[FetchRecord]) -> None:
        for job, record in zip(batch, records, strict=True):
            _fulfil(job.done, record)
        if any(record.snapshot is not None for record in records):
            self._loop.call_soon(self._hear.on_stored)  # after those who wait have counted their pages

    def _tell(self, callback: Callable[..., Any], *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *args)
        except RuntimeError:
            log.debug("the reactor is gone; nobody is told")


def _refusal(error: OSError, database: str) -> StorageError:
    """What the disk refused beside the database and the archive."""
    return StorageError(str(error.filename or shown(database)), f"it cannot be written: {error.strerror or error}")


def _fulfil(done: asyncio.Future[T], result: T) -> None:
    if not done.done():
        done.set_result(result)


_TICK = _Ask(act=lambda store: None, done=None)  # type: ignore[arg-type]
"""Stands for "nothing came": time to look at the clock."""
