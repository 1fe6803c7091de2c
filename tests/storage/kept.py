"""Builders: a store that has fetched pages, and articles whose bodies are told by a word."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from copydesk.model import Article, Source
from copydesk.text import body_hash, content_hash, count_words
from storage.records import (
    ArchivePointer,
    EntryState,
    Extraction,
    FetchOutcome,
    FetchRecord,
    SnapshotRecord,
    SnapshotRow,
)
from storage.store import Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SOURCES = [
    Source(name=name, homepage=f"https://{name}.example/", feeds=(f"https://{name}.example/rss",))
    for name in ("ledger", "courier")
]


def begin(store: Store, *, at: datetime = NOON) -> int:
    """A crawl of both sources."""
    store.sources.sync(SOURCES, now=at)
    return store.crawls.begin(trigger="test", sources=[source.name for source in SOURCES], at=at)


def keep(
    store: Store, crawl_id: int, path: str, *, source: str = "ledger", at: datetime = NOON, digest: str = ""
) -> SnapshotRow:
    """One page, fetched and kept."""
    url = f"https://{source}.example/{path}"
    (row,) = store.entries.add(source, [url], crawl_id=crawl_id, now=at)
    snapshot = SnapshotRecord(
        pointer=ArchivePointer(file="none.warc.gz", offset=0, length=10),
        final_url=url,
        status=200,
        content_type="text/html",
        digest=digest or f"sha1:{path}",
        body_bytes=10,
    )
    fetch = FetchRecord(
        entry_id=row.id,
        crawl_id=crawl_id,
        source=source,
        url=url,
        at=at,
        outcome=FetchOutcome.KEPT,
        state=EntryState.FETCHED,
        next_look_at=None,
        snapshot=snapshot,
    )
    (snapshot_id,) = store.fetches.record([fetch])
    assert snapshot_id is not None
    kept = store.snapshots.get(snapshot_id)
    assert kept is not None
    return kept


def make_body(word: str, *, sentences: int = 12) -> str:
    """A body long enough to be a copy on its own, and unlike that of any other word."""
    chance = random.Random(word)

    def invent() -> str:
        return "".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(2, 4)))

    return "\n\n".join(
        f"The {word} of {invent()} {invent()} by {chance.randint(2, 99)} per cent while {invent()} {invent()}."
        for _ in range(sentences)
    )


def make_extraction(
    snapshot: SnapshotRow,
    *,
    word: str = "copper",
    headline: str = "Copper rises",
    body_text: str | None = None,
    published_at: datetime | None = NOON,
    based_on_url: str | None = None,
) -> Extraction:
    text = make_body(word) if body_text is None else body_text
    article = Article(
        canonical_url=snapshot.final_url,
        url=snapshot.final_url,
        headline=headline,
        body_text=text,
        word_count=count_words(text),
        content_hash=content_hash(headline, text),
        body_hash=body_hash(text),
        published_at=published_at,
        based_on_url=based_on_url,
    )
    return Extraction(snapshot=snapshot, article=article)
