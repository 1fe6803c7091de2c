"""Builders: a store that has fetched pages, and articles whose bodies are told by a word."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from copydesk.model import Article, Source
from copydesk.rights import Rights
from copydesk.text import body_hash, content_hash, count_words
from storage.archive import ArchiveWriter
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
NOWHERE = ArchivePointer(file="none.warc.gz", offset=0, length=10)
"""Of bytes that nobody asks for."""
SOURCES = [
    Source(name=name, homepage=f"https://{name}.example/", feeds=(f"https://{name}.example/rss",))
    for name in ("ledger", "courier")
]


def begin(store: Store, *, at: datetime = NOON) -> int:
    """A crawl of both sources."""
    store.sources.sync(SOURCES, now=at)
    return store.crawls.begin(trigger="test", sources=[source.name for source in SOURCES], at=at)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as a crawl found it."""

    url: str
    source: str = "ledger"
    at: datetime = NOON
    body: bytes = b""
    digest: str = ""
    """Empty: one of this URL at this time."""
    headers: Mapping[str, str] = field(default_factory=dict)
    rights: Rights = field(default_factory=Rights)


def keep(
    store: Store, crawl_id: int, path: str, *, source: str = "ledger", at: datetime = NOON, digest: str = ""
) -> SnapshotRow:
    """One page, fetched and kept, without its bytes."""
    page = Page(url=f"https://{source}.example/{path}", source=source, at=at, digest=digest or f"sha1:{path}")
    return keep_pages(store, crawl_id, [page])[0]


def keep_pages(
    store: Store, crawl_id: int, pages: Sequence[Page], *, writer: ArchiveWriter | None = None
) -> list[SnapshotRow]:
    """Pages, fetched and kept; their bytes are in the archive where there is a writer."""
    fetches = []
    for page in pages:
        (row,) = store.entries.add(page.source, [page.url], crawl_id=crawl_id, now=page.at)
        fetches.append(fetch_of(page, crawl_id=crawl_id, entry_id=row.id, writer=writer))
    if writer is not None:
        writer.sync()
    kept = [store.snapshots.get(number) for number in store.fetches.record(fetches) if number is not None]
    assert None not in kept
    assert len(kept) == len(pages)
    return [row for row in kept if row is not None]


def fetch_of(page: Page, *, crawl_id: int, entry_id: int = 0, writer: ArchiveWriter | None = None) -> FetchRecord:
    """What a crawl has to say of a page, before it is stored."""
    digest = page.digest or f"sha1:{page.url}{page.at}"
    pointer = NOWHERE
    if writer is not None:
        headers = [("Content-Type", "text/html; charset=utf-8"), *page.headers.items()]
        pointer = writer.write_response(
            url=page.url, at=page.at, status=200, reason="OK", headers=headers, body=page.body, digest=digest
        )
    return FetchRecord(
        entry_id=entry_id,
        crawl_id=crawl_id,
        source=page.source,
        url=page.url,
        at=page.at,
        outcome=FetchOutcome.KEPT,
        state=EntryState.FETCHED,
        next_look_at=None,
        status=200,
        snapshot=SnapshotRecord(
            pointer=pointer,
            final_url=page.url,
            status=200,
            content_type="text/html; charset=utf-8",
            digest=digest,
            body_bytes=len(page.body),
            headers={name.lower(): value for name, value in page.headers.items()},
            rights=page.rights,
        ),
    )


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
    article = make_article(snapshot.final_url, headline, text, published_at=published_at, based_on_url=based_on_url)
    return Extraction(snapshot=snapshot, article=article)


def make_article(address: str, headline: str, body_text: str, **more: object) -> Article:
    """An article with the hashes and counts of its text; `more`: other fields."""
    made = Article(
        canonical_url=address,
        url=address,
        headline=headline,
        body_text=body_text,
        word_count=count_words(body_text),
        content_hash=content_hash(headline, body_text),
        body_hash=body_hash(body_text),
    )
    return replace(made, **more)  # type: ignore[arg-type]
