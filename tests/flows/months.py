"""Months of a publication's life, lived in seconds: polled, fetched and stored, by a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from copydesk.model import Article, Entry, Reason, Refusal, Source
from copydesk.text import body_hash, content_hash, count_words
from storage.records import (
    ArchivePointer,
    CrawlCounts,
    EntryState,
    Extraction,
    FetchOutcome,
    FetchRecord,
    PollOutcome,
    PollRecord,
    SeenEntry,
    SnapshotRecord,
)
from storage.store import Store

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
NUMBERS = count(1)


def daily(at: datetime) -> int:
    """A newspaper: on weekdays from seven to eighteen, one article an hour; nothing at night, nothing at weekends."""
    return int(at.weekday() < 5 and 7 <= at.hour <= 18)


def weekly(at: datetime) -> int:
    """A magazine: six articles every Thursday at nine."""
    return 6 * (at.weekday() == 3 and at.hour == 9)


def never(at: datetime) -> int:
    return 0


def with_holiday(plan: Callable[[datetime], int], *days: datetime) -> Callable[[datetime], int]:
    """A plan, but for some days."""
    dates = {day.date() for day in days}
    return lambda at: 0 if at.date() in dates else plan(at)


@dataclass(kw_only=True)
class Publication:
    """One source, and how it behaves at the moment; change the fields between two stretches of time."""

    name: str
    plan: Callable[[datetime], int]
    dated: bool = True
    """Whether its feed dates the entries."""
    feed_failure: tuple[PollOutcome, int | None, str] | None = None
    """What a look at the feed brings; None: it answers."""
    page_failure: tuple[int | None, str] | None = None
    """(status, detail) of a look at a page; None: it answers."""
    refusal: Refusal | None = None
    """What its pages are taken for; None: articles."""
    words: int = 120
    authors: tuple[str, ...] = ("Ada Byron",)
    moved_to: str | None = None
    waiting: list[Entry] = field(default_factory=list)
    """Listed by the feed since the last look."""

    @property
    def source(self) -> Source:
        return Source(name=self.name, homepage=f"https://{self.name}.example/", feeds=(self.feed,))

    @property
    def feed(self) -> str:
        return f"https://{self.name}.example/rss"

    def publish(self, at: datetime) -> None:
        for _ in range(self.plan(at)):
            url = f"https://{self.name}.example/{next(NUMBERS)}"
            self.waiting.append(Entry(url=url, title="Copper", published_at=at if self.dated else None))


class Desk:
    """A desk that looks at each publication every so many hours."""

    def __init__(self, store: Store, publications: Sequence[Publication], *, start: datetime = START) -> None:
        self.store = store
        self.publications = publications
        self.now = start
        store.sources.sync([each.source for each in publications], now=start)

    def live(self, length: timedelta, *, every: timedelta = 3 * HOUR) -> datetime:
        """Let time pass, with looks; returns the instant."""
        end, next_look = self.now + length, self.now
        while self.now < end:
            for publication in self.publications:
                publication.publish(self.now)
            self.now += HOUR
            if self.now >= next_look + every:
                self.look()
                next_look = self.now
        return self.now

    def look(self) -> None:
        names = [each.name for each in self.publications]
        crawl_id = self.store.crawls.begin(trigger="test", sources=names, at=self.now)
        endpoints = {row.source: row for row in reversed(self.store.endpoints.of(names))}
        for publication in self.publications:
            record = PollRecord(
                endpoint_id=endpoints[publication.name].id, crawl_id=crawl_id, at=self.now, outcome=PollOutcome.READ
            )
            self._look_at(publication, record)
        self.store.crawls.finish(crawl_id, at=self.now, finish_reason="finished", counts=CrawlCounts())

    def _look_at(self, publication: Publication, record: PollRecord) -> None:
        if publication.feed_failure is not None:
            outcome, status, detail = publication.feed_failure
            self.store.polls.record(replace(record, outcome=outcome, status=status, detail=detail), now=self.now)
            return
        seen = tuple(SeenEntry(entry=each, key=each.url, wanted=True) for each in publication.waiting)
        outcome = PollOutcome.READ if seen else PollOutcome.UNCHANGED
        poll = replace(record, outcome=outcome, status=200, moved_to=publication.moved_to, entries=seen)
        publication.waiting.clear()
        rows = self.store.polls.record(poll, now=self.now)
        looks = [self._fetch(publication, row.id, row.entry.url, record.crawl_id) for row in rows]
        ids = [each for each in self.store.fetches.record(looks) if each is not None]
        self.store.articles.store([self._extract(publication, each) for each in ids], now=self.now)

    def _fetch(self, publication: Publication, entry_id: int, url: str, crawl_id: int) -> FetchRecord:
        fetch = FetchRecord(
            entry_id=entry_id,
            crawl_id=crawl_id,
            source=publication.name,
            url=url,
            at=self.now,
            outcome=FetchOutcome.KEPT,
            state=EntryState.FETCHED,
            next_look_at=None,
            status=200,
        )
        if publication.page_failure is not None:
            status, detail = publication.page_failure
            failed = {"outcome": FetchOutcome.FAILED, "state": EntryState.FAILED, "status": status, "detail": detail}
            return replace(fetch, **failed)
        pointer = ArchivePointer(file="none.warc.gz", offset=0, length=10)
        snapshot = SnapshotRecord(
            pointer=pointer, final_url=url, status=200, content_type="text/html", digest=url, body_bytes=10
        )
        return replace(fetch, snapshot=snapshot)

    def _extract(self, publication: Publication, snapshot_id: int) -> Extraction:
        snapshot = self.store.snapshots.get(snapshot_id)
        assert snapshot is not None
        if publication.refusal is not None:
            return Extraction(snapshot=snapshot, refusal=publication.refusal)
        text = " ".join(f"{snapshot_id}w{number}" for number in range(publication.words))
        article = Article(
            canonical_url=snapshot.final_url,
            url=snapshot.final_url,
            headline=f"Copper {snapshot_id}",
            body_text=text,
            standfirst="In short.",
            authors=publication.authors,
            publisher="Ledger",
            section="Metals",
            published_at=snapshot.entry.published_at,
            word_count=count_words(text),
            content_hash=content_hash("Copper", text),
            body_hash=body_hash(text),
        )
        return Extraction(snapshot=snapshot, article=article)


def wall(reason: Reason) -> Refusal:
    return Refusal(reason=reason, detail="seen")
