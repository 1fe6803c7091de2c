"""Today's rules on stored snapshots: what would change, what it costs in words, and the change itself where wanted."""

from __future__ import annotations

import heapq
import logging
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import IO, Self

from copydesk.errors import CopydeskError
from copydesk.extraction.memory import Memory, cut_article
from copydesk.model import Article, Reason, Refusal, Source
from copydesk.worddiff import Part, count_changes, word_diff
from flows.bulk import BulkPool, Engine
from flows.config import Settings
from flows.ingest import PRELOAD, SnapshotTask, extract_snapshot, refusal_of, worker_count
from flows.workers import Outcome, WorkerPool
from storage.reextraction import changed_columns
from storage.reworking import Remake, StoredText
from storage.store import Store

log = logging.getLogger(__name__)

WORST = 20
"""Articles shown with a word diff."""
REFUSED = 20
"""Articles named that are none by today's rules."""
BATCH = 100
"""Revisions stored in one transaction."""
CHECKPOINT = 500
"""Articles after which what differs is stored, where it is stored as it is found."""
READ_AHEAD = 64
TEXT_FIELDS = ("headline", "standfirst", "body_text")


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One article that today's rules read differently."""

    article_id: int
    url: str
    source: str
    headline: str
    """As stored."""
    fields: tuple[str, ...]
    """That differ."""
    words: int
    """Of the stored text."""
    lost: int
    won: int
    diff: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One article that is none by today's rules. It stays as it is."""

    article_id: int
    url: str
    refusal: Refusal


@dataclass(slots=True)
class Report:
    """What today's rules make of stored articles. Words are those of headline, standfirst and body."""

    looked_at: int = 0
    changed: int = 0
    """Articles whose text differs."""
    metadata_changed: int = 0
    """Articles whose text is the same, and other fields differ."""
    refused: int = 0
    words: int = 0
    """Of all articles looked at, as stored; refused ones left out."""
    lost: int = 0
    won: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """How many articles differ in each."""
    extractors: Counter[str] = field(default_factory=Counter)
    """How many stored articles each version made."""
    worst: list[Changed] = field(default_factory=list)
    """Most words lost first."""
    refusals: list[Refused] = field(default_factory=list)
    """The first ones."""

    @property
    def loss(self) -> float:
        """Share of the words that would be lost."""
        return self.lost / self.words if self.words else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is looked at, and who is told."""

    source: str = ""
    """Empty: every one."""
    since: datetime | None = None
    """Articles published at or after."""
    on_progress: Callable[[int], None] = lambda done: None
    is_stopped: Callable[[], bool] = lambda: False


class Reextraction:
    """Extracts again, compares, and holds what differs, on disk, until it is applied or let go. A context manager."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        followed: Sequence[Source],
        *,
        extract: Callable[[SnapshotTask], Article | Refusal] = extract_snapshot,
        engine: Engine | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._settings = settings
        self._followed = {source.name: source for source in followed}
        self._extract = extract
        self._memories: dict[str, Memory] = {}
        self._held: IO[bytes] = tempfile.TemporaryFile(prefix="copydesk-reextract-")  # noqa: SIM115 - `__exit__` closes
        self.report = Report()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def compare(self, look: Look | None = None) -> Report:
        """Run today's rules over stored snapshots, in worker processes or on the engine. Stores nothing."""
        self._compare(look or Look(), 0)
        return self.report

    def compare_and_apply(self, look: Look, *, now: datetime) -> int:
        """Compare, and store what differs as it is found; how many revisions. How far it came is stored, too: what was
        stopped or killed goes on there, under the same rules, and only what was looked at since is in the report."""
        key = _key(look)
        after_id, _ = self._store.backfills.position(key)
        stored = 0

        def keep(position: int) -> None:
            nonlocal stored
            stored += self.apply(now=now)
            self._held.seek(0)
            self._held.truncate()
            self._record(key, position, now)

        self._compare(look, after_id, keep)
        if not look.is_stopped():
            self._record(key, 0, now)  # the next one begins anew: what the desk has learned may be more by then
        return stored

    def _compare(self, look: Look, after_id: int, on_checkpoint: Callable[[int], None] | None = None) -> None:
        """`on_checkpoint`: called now and then with an article's id, up to which all have been looked at."""
        waiting: dict[int, StoredText] = {}
        pool = self._pool()
        texts = self._texts(look.source, look.since, after_id)
        checked = 0

        def check(every: int) -> None:
            nonlocal checked
            if on_checkpoint is not None and self.report.looked_at - checked >= every:
                checked = self.report.looked_at
                on_checkpoint(min((each.article_id for each in waiting.values()), default=after_id + 1) - 1)

        worst: list[tuple[int, int, int, StoredText, Article]] = []
        with pool:
            is_more = True
            while (is_more or pool.in_flight) and not look.is_stopped():
                while is_more and pool.room:
                    text = next(texts, None)
                    is_more = text is not None
                    if text is not None:
                        after_id = text.article_id
                        waiting[text.snapshot.id] = text
                        pool.submit(self._task(text))
                for outcome in pool.collect(0.2):
                    self._take(waiting.pop(outcome.task.snapshot.id), outcome, worst)
                    look.on_progress(self.report.looked_at)
                check(CHECKPOINT)
            check(1)
        ranked = sorted(worst, key=lambda each: each[:3], reverse=True)
        self.report.worst = [describe(text, article) for _, _, _, text, article in ranked]

    def apply(self, *, now: datetime, is_stopped: Callable[[], bool] = lambda: False) -> int:
        """Store what differs, as revisions of the desk's own; how many. Interrupted, the rest stays as it was."""
        self._held.seek(0)
        stored = 0
        while not is_stopped() and (batch := list(self._read(BATCH))):
            stored += self._store.reextraction.store(batch, now=now)
        log.info("extracted again looked_at=%d revisions=%d", self.report.looked_at, stored)
        return stored

    def _record(self, key: str, position: int, now: datetime) -> None:
        self._store.backfills.record(key, file="reextract", position=position, is_done=False, fetches=(), now=now)

    def check_loss(self, limit: float) -> None:
        """
        Raises:
            CopydeskError: more than this share of the words would be lost.
        """
        report = self.report
        if report.loss > limit:
            raise CopydeskError(
                "reextract",
                f"{report.lost:,} of {report.words:,} words would be lost ({report.loss:.1%}), more than the limit of "
                f"{limit:.1%}; nothing was stored. Look at the worst; then --loss-limit {report.loss * 100 + 0.1:.1f} "
                "or --yes",
            )

    def _pool(self) -> WorkerPool[SnapshotTask, Article | Refusal] | BulkPool[SnapshotTask, Article | Refusal]:
        limits = self._settings.extract
        if self._engine is not None:
            return BulkPool(self._engine, self._extract, timeout_s=limits.timeout_s)
        return WorkerPool(
            self._extract, workers=worker_count(limits.workers), timeout_s=limits.timeout_s, preload=PRELOAD
        )

    def _texts(self, source: str, since: datetime | None, after_id: int) -> Iterator[StoredText]:
        while texts := self._store.reextraction.texts(source=source, since=since, after_id=after_id, limit=READ_AHEAD):
            yield from texts
            after_id = texts[-1].article_id

    def _task(self, text: StoredText) -> SnapshotTask:
        source = self._followed.get(text.snapshot.source)
        return SnapshotTask(
            snapshot=text.snapshot,
            archive=self._settings.desk.archive,
            prune=source.prune if source else (),
            language_hint=source.language if source else "",
        )

    def _take(
        self,
        text: StoredText,
        outcome: Outcome[SnapshotTask, Article | Refusal],
        worst: list[tuple[int, int, int, StoredText, Article]],
    ) -> None:
        report = self.report
        report.looked_at += 1
        report.extractors[text.extractor] += 1
        if not isinstance(outcome.value, Article):
            refusal = outcome.value or refusal_of(outcome, timeout_s=self._settings.extract.timeout_s)
            self._refuse(text, refusal)
            return
        article, _ = cut_article(outcome.value, self._memory(text.source))
        report.words += len(text_of(text).split())
        fields = differing(text, article)
        if not fields:
            return
        report.fields.update(fields)
        pickle.dump(Remake(article_id=text.article_id, revision=text.revision, article=outcome.value), self._held)
        if not set(fields) & set(TEXT_FIELDS):
            report.metadata_changed += 1
            return
        report.changed += 1
        lost, won = count_changes(text_of(text), text_of(article))
        report.lost += lost
        report.won += won
        heapq.heappush(worst, (lost, won, text.article_id, text, article))
        if len(worst) > WORST:
            heapq.heappop(worst)

    def _refuse(self, text: StoredText, refusal: Refusal) -> None:
        self.report.refused += 1
        if len(self.report.refusals) < REFUSED:
            self.report.refusals.append(Refused(article_id=text.article_id, url=text.canonical_url, refusal=refusal))
        if refusal.reason is Reason.EXTRACT_CRASH:
            log.error("extraction failed article=%d url=%s: %s", text.article_id, text.canonical_url, refusal.detail)

    def _memory(self, source: str) -> Memory:
        if source not in self._memories:
            self._memories[source] = self._store.memory.of(source)
        return self._memories[source]

    def _read(self, count: int) -> Iterator[Remake]:
        for _ in range(count):
            try:
                yield pickle.load(self._held)
            except EOFError:
                return


def differing(text: StoredText, article: Article) -> tuple[str, ...]:
    """The fields in which a stored article and a fresh extraction differ."""
    texts = [name for name in TEXT_FIELDS if (getattr(text, name) or "") != (getattr(article, name) or "")]
    return (*texts, *changed_columns(text.other, text.snapshot, article))


def describe(text: StoredText, article: Article) -> Changed:
    """How an article and what today's rules make of it differ."""
    old, new = text_of(text), text_of(article)
    lost, won = count_changes(old, new)
    return Changed(
        article_id=text.article_id,
        url=text.canonical_url,
        source=text.source,
        headline=text.headline,
        fields=differing(text, article),
        words=len(old.split()),
        lost=lost,
        won=won,
        diff=tuple(word_diff(old, new)),
    )


def text_of(article: StoredText | Article) -> str:
    """Headline, standfirst and body, as they are compared."""
    return "\n".join(part for part in (article.headline, article.standfirst, article.body_text) if part)


def _key(look: Look) -> str:
    """Names a re-extraction of these articles under these rules, among all that goes on where it was."""
    from copydesk.extraction.article import EXTRACTOR

    since = look.since.isoformat() if look.since else ""
    return f"reextract {EXTRACTOR} {look.source} {since}".rstrip()
