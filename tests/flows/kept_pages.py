"""Pages in a real archive with their snapshots, as a crawl leaves them; and extractors of an older version."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path

from copydesk.model import Article, Reason, Refusal
from copydesk.text import body_hash, content_hash, count_words
from flows.ingest import Ingest, SnapshotTask, extract_snapshot
from storage.archive import ArchiveWriter
from storage.records import Stored
from storage.store import Store
from tests.copydesk.extraction.invented import Piece
from tests.storage.kept import Page, keep_pages

LEFT_BY_OLD_RULES = "An older version of the desk left sentence {} below the text, and every text had one of these."
"""Its number differs from text to text: otherwise the desk would learn to cut it."""
OLD = "trafilatura 2.0.0; copydesk 0"


def page_of(piece: Piece) -> bytes:
    """A plain article page of an invented piece, its junk in the same container as its text."""
    body = "".join(f"<p>{escape(line)}</p>" for line, _ in piece.lines)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(piece.headline)}</title>'
        '<meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{piece.at.isoformat()}"></head>'
        f"<body><main><article><h1>{escape(piece.headline)}</h1>{body}</article></main></body></html>"
    ).encode()


def keep_named(
    store: Store, archive: Path, pages: Mapping[str, bytes], *, source: str, at: datetime, crawl_id: int
) -> None:
    """Store a snapshot of each page (last part of its URL -> bytes), as a crawl does."""
    with ArchiveWriter(archive, crawl_id=crawl_id) as writer:
        made = [
            Page(
                url=f"https://{source}.example/{name}",
                source=source,
                at=at,
                body=body,
                digest=f"sha1:{name}{len(body)}{at:%H}",
            )
            for name, body in pages.items()
        ]
        keep_pages(store, crawl_id, made, writer=writer)


def ingest(
    store: Store, archive: Path, *, crawl_id: int, at: datetime, extract: object = extract_snapshot
) -> list[Stored]:
    """Extract and store what is pending, in one worker."""
    desk = Ingest(
        store,
        archive=archive,
        sources=[],
        crawl_id=crawl_id,
        now=lambda: at,
        workers=1,
        timeout_s=30,
        extract=extract,  # type: ignore[arg-type]
    )
    with desk:
        return [stored for batch in desk.drain() for stored in batch]


def extract_as_before(task: SnapshotTask) -> Article | Refusal:
    """Rules that left a sentence too much."""
    found = extract_snapshot(task)
    if isinstance(found, Refusal):
        return found
    return _with_text(found, f"{found.body_text}\n\n{LEFT_BY_OLD_RULES.format(task.snapshot.entry_id)}")


def extract_half(task: SnapshotTask) -> Article | Refusal:
    """Rules that lose half of every text."""
    found = extract_snapshot(task)
    if isinstance(found, Refusal):
        return found
    lines = found.body_text.split("\n\n")
    return _with_text(found, "\n\n".join(lines[: len(lines) // 2]))


def extract_other_authors(task: SnapshotTask) -> Article | Refusal:
    """Rules that find an author where there was none."""
    found = extract_snapshot(task)
    return replace(found, authors=("Ada Drell",)) if isinstance(found, Article) else found


def refuse(task: SnapshotTask) -> Article | Refusal:
    """Rules that take no page for an article."""
    return Refusal(reason=Reason.PAYWALL, detail="says so")


def _with_text(article: Article, body_text: str) -> Article:
    return replace(
        article,
        body_text=body_text,
        word_count=count_words(body_text),
        content_hash=content_hash(article.headline, body_text),
        body_hash=body_hash(body_text),
        extractor=OLD,
    )


def extract_with_poison(task: SnapshotTask) -> Article | Refusal:
    """Rules under which one page kills its worker, one takes for ever, and one raises."""
    if task.snapshot.url.endswith("/a1"):
        os.kill(os.getpid(), signal.SIGKILL)
    if task.snapshot.url.endswith("/a2"):
        signal.pause()
    if task.snapshot.url.endswith("/a3"):
        raise ValueError("poison")
    return extract_snapshot(task)
