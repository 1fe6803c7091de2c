"""Snapshots become articles or go to quarantine, while the crawl runs: drained, extracted in workers, stored."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from copydesk.duplicates.reading import TextRead
from copydesk.errors import StorageError
from copydesk.model import Article, Change, Page, Reason, Refusal, Source
from flows.claims import claim_mark, free_the_dead
from flows.matching import match_waiting
from flows.memory import learn_from
from flows.workers import Outcome, Pool, WorkerPool
from storage.places import ArchivePlace, RemoteArchive, folder_of
from storage.records import Extraction, SnapshotRow, Stored
from storage.store import Store

log = logging.getLogger(__name__)

BATCH = 32
"""Extractions stored in one transaction."""
BATCH_AGE_S = 0.5
"""The oldest extraction of a batch that is not full waits this long."""
READ_AHEAD = 64
"""Rows of snapshots claimed at once and held in memory, without their bytes."""
CLAIM_S = 120.0
"""After its last sign of life, what an ingest has claimed is free for others."""
PRELOAD = ("copydesk.extraction.article", "copydesk.duplicates.reading", "storage.archive", "flows.ingest")
"""What workers import; done once, in the process that they are forked from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotTask:
    """What a worker needs to extract a snapshot; it reads the bytes itself."""

    snapshot: SnapshotRow
    archive: ArchivePlace
    prune: tuple[str, ...] = ()
    language_hint: str = ""
    decides: Extraction | None = None
    """The extraction that waits for this one: the snapshot is that of the revision it is to be compared with."""


def extract_snapshot(task: SnapshotTask) -> Article | Refusal:
    """Return what the bytes of a snapshot are. Runs in a worker."""
    from copydesk.errors import ArchiveUnreachable
    from copydesk.extraction.article import extract_article
    from storage.archive import read_body

    snapshot = task.snapshot
    try:
        body = read_body(task.archive, snapshot.pointer)
    except ArchiveUnreachable as error:
        return Refusal(reason=Reason.UNREACHABLE, detail=f"{error}"[:500])
    except (StorageError, OSError) as error:
        return Refusal(reason=Reason.UNREADABLE, detail=f"{error}"[:500])
    return extract_article(
        Page(
            url=snapshot.final_url,
            body=body,
            content_type=snapshot.content_type,
            fetched_at=snapshot.fetched_at,
            entry=snapshot.entry,
            language_hint=task.language_hint,
            prune=task.prune,
        )
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadArticle:
    """An article whose words its worker has read: the store has little left to do but to look up."""

    article: Article
    read: TextRead


Result = Article | ReadArticle | Refusal


def extract_and_read(task: SnapshotTask) -> Result:
    """Return what the bytes of a snapshot are, an article with its words. Runs in a worker."""
    from copydesk.duplicates.reading import read_text

    value = extract_snapshot(task)
    if isinstance(value, Refusal) or task.decides is not None:
        return value
    return ReadArticle(article=value, read=read_text(value.headline, value.body_text, language=value.language or ""))


def refusal_of(outcome: Outcome[Any, Any], *, timeout_s: float) -> Refusal:
    """Why a worker gave no value."""
    if outcome.timed_out:
        return Refusal(reason=Reason.EXTRACT_TIMEOUT, detail=f"took longer than {timeout_s:g} s")
    if outcome.died:
        return Refusal(reason=Reason.EXTRACT_CRASH, detail=f"its worker died twice ({outcome.died})")
    return Refusal(reason=Reason.EXTRACT_CRASH, detail=outcome.error)


def worker_count(configured: int) -> int:
    """How many workers `[extract] workers` means; 0: one a core that this process may use."""
    if configured:
        return configured
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, cores or 1)


class Ingest:
    """Drains pending snapshots. A context manager; call `step` again and again, from one thread, then `drain`.

    Snapshots of the crawl itself and of crawls that ended are claimed at once; those of another crawl, which most
    likely drains them itself, only at the end. Should two extract one, because a claim was not kept for too long, the
    store keeps the first result and repeats it.
    """

    def __init__(
        self,
        store: Store,
        *,
        archive: ArchivePlace,
        sources: Iterable[Source],
        crawl_id: int,
        now: Callable[[], datetime],
        workers: int = 0,
        timeout_s: float = 20,
        extract: Callable[[SnapshotTask], Result] = extract_and_read,
        pool: Pool[SnapshotTask, Result] | None = None,
    ) -> None:
        self._store = store
        self._archive = archive
        self._sources: Mapping[str, Source] = {source.name: source for source in sources}
        self._by = crawl_id or -secrets.randbits(48)
        """Who claims: the crawl, or nobody's."""
        self._mark = claim_mark(folder_of(archive), self._by)
        self._claimed_at = time.monotonic()
        self._now = now
        self._timeout_s = timeout_s
        self._pool = pool or WorkerPool(extract, workers=worker_count(workers), timeout_s=timeout_s, preload=PRELOAD)
        self._rows: deque[SnapshotRow] = deque()
        self._is_news = True
        self._is_last = False
        self._in_work: dict[int, list[int]] = {}
        self._done: list[Extraction] = []
        self._oldest_done_at = 0.0
        self._left: set[str] = set()
        """Why some pages were left pending."""
        self._taught: set[str] = set()
        """Sources that have new articles, to learn from."""

    def __enter__(self) -> Ingest:
        self._mark.hold()
        free_the_dead(folder_of(self._archive), self._store)
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.close()
        if self._in_work or self._rows or self._left:
            with suppress(StorageError):  # then they are free once the claims ran out
                self._store.snapshots.drop_claims(self._by)
        self._mark.let_go()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is known to be waiting, in work, or to be stored."""
        return not (self._is_news or self._rows or self._pool.in_flight or self._done)

    def tell(self) -> None:
        """Say that new snapshots are in the store."""
        self._is_news = True

    def expect(self) -> None:
        """Say that new snapshots are on their way: workers take half a second to load."""
        if isinstance(self._pool, WorkerPool):
            self._pool.prepare()

    def step(self, wait_s: float) -> list[Stored]:
        """Do what can be done now, waiting up to `wait_s` for a worker; returns what was stored."""
        self._keep_claims()
        self._fill()
        for outcome in self._pool.collect(wait_s):
            self._take(outcome)
        self._fill()
        return self._store_batch(everything=False)

    def drain(self, until: Callable[[], bool] = lambda: False) -> Iterable[list[Stored]]:
        """Finish everything that is pending, or what can be finished before `until()`; yields what each step stored.

        What was extracted is stored in any case; the rest stays pending for the next crawl.
        """
        self._is_news = self._is_last = True
        while not self.is_idle and not until():
            yield self.step(0.2)
        yield self._store_batch(everything=True)
        if not until():
            learn_from(self._store, sorted(self._taught), now=self._now())
            match_waiting(self._store, now=self._now())

    def _fill(self) -> None:
        while self._pool.room:
            if not self._rows and not self._read_rows():
                return
            self._submit(self._rows.popleft())

    def _read_rows(self) -> bool:
        if self._is_news:
            claimed = self._store.snapshots.claim(
                by=self._by,
                limit=READ_AHEAD,
                now=self._now(),
                everything=self._is_last,
                but_in=self._out_of_reach(),
                ttl_s=CLAIM_S,
            )
            self._rows.extend(row for row in claimed if row.id not in self._in_work.get(row.entry_id, ()))
            self._is_news = bool(claimed)
        return bool(self._rows)

    def _out_of_reach(self) -> list[str]:
        """Archive files that are to be uploaded by other machines: their pages wait until then."""
        if not isinstance(self._archive, RemoteArchive):
            return []
        waiting = self._store.archive_files.waiting()
        away = [file for file in waiting if not (folder_of(self._archive) / file).exists()]
        for file in set(away) - self._left:
            log.warning("pages wait until they are uploaded file=%s machine=%s", file, waiting[file])
        self._left.update(away)
        return away

    def _keep_claims(self) -> None:
        if self._in_work and time.monotonic() - self._claimed_at > CLAIM_S / 3:
            self._claimed_at = time.monotonic()
            self._store.snapshots.keep_claims(self._by, now=self._now(), ttl_s=CLAIM_S)

    def _submit(self, row: SnapshotRow) -> None:
        self._in_work.setdefault(row.entry_id, []).append(row.id)
        self._pool.submit(self._task(row))

    def _task(self, row: SnapshotRow, *, decides: Extraction | None = None) -> SnapshotTask:
        source = self._sources.get(row.source)
        return SnapshotTask(
            snapshot=row,
            archive=self._archive,
            prune=source.prune if source else (),
            language_hint=source.language if source else "",
            decides=decides,
        )

    def _take(self, outcome: Outcome[SnapshotTask, Result]) -> None:
        snapshot, made = outcome.task.snapshot, outcome.value
        value, read = (made.article, made.read) if isinstance(made, ReadArticle) else (made, None)
        if isinstance(value, Refusal) and value.reason is Reason.UNREACHABLE:
            self._leave(outcome.task.decides.snapshot if outcome.task.decides else snapshot, value.detail)
            return
        if outcome.task.decides is not None:
            before = value if isinstance(value, Article) else None
            self._keep(replace(outcome.task.decides, before=before))
            return
        if outcome.error:
            log.error("extraction failed snapshot=%d url=%s\n%s", snapshot.id, snapshot.url, outcome.trace)
        if isinstance(value, Article):
            extraction = Extraction(snapshot=snapshot, article=value, read=read)
            earlier = self._store.articles.made_otherwise(value)
            if earlier is not None:
                self._pool.submit(self._task(earlier, decides=extraction))
                return
        else:
            refusal = value if isinstance(value, Refusal) else refusal_of(outcome, timeout_s=self._timeout_s)
            extraction = Extraction(snapshot=snapshot, refusal=refusal)
            log.debug("no article url=%s reason=%s detail=%s", snapshot.url, refusal.reason, refusal.detail)
        self._keep(extraction)

    def _leave(self, snapshot: SnapshotRow, why: str) -> None:
        """Let a snapshot stay pending, for the next crawl."""
        waiting = self._in_work[snapshot.entry_id]
        waiting.remove(snapshot.id)
        if not waiting:
            del self._in_work[snapshot.entry_id]
        if why not in self._left:
            log.warning("pages wait to be extracted why=%s", why)
        self._left.add(why)

    def _keep(self, extraction: Extraction) -> None:
        if not self._done:
            self._oldest_done_at = time.monotonic()
        self._done.append(extraction)

    def _store_batch(self, *, everything: bool) -> list[Stored]:
        """Store what is done, if it is a batch, or old, or all there is. Snapshots of one page keep their order."""
        is_due = len(self._done) >= BATCH or time.monotonic() - self._oldest_done_at > BATCH_AGE_S
        if not self._done or not (everything or is_due or not self._pool.in_flight):
            return []
        done = sorted(self._done, key=lambda each: each.snapshot.id)
        ready: list[Extraction] = []
        held: list[Extraction] = []
        for each in done:
            waiting = self._in_work[each.snapshot.entry_id]
            if each.snapshot.id == min(waiting):
                waiting.remove(each.snapshot.id)
                ready.append(each)
                if not waiting:
                    del self._in_work[each.snapshot.entry_id]
            else:
                held.append(each)
        self._done = held
        stored = self._store.articles.store(ready, now=self._now()) if ready else []
        self._taught.update(each.source for each in stored if each.change is Change.NEW)
        return stored
