"""Parts of WARC files, read and extracted by tasks of bulk work: what a task is given, and what it hands back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from copydesk.errors import StorageError
from copydesk.model import Entry
from flows.bulk import Batch, run_batch
from flows.ingest import Result, SnapshotTask, extract_and_read, refusal_of
from flows.warcpages import Rules, SourceBook, Wanted, archive_page
from storage.archive import ArchiveWriter
from storage.records import ArchivePointer, FetchRecord, SnapshotRow
from storage.warcs import WarcRecord, read_warc, survey_warc

SPAN_BYTES = 8 << 20
"""Of a file, at most (about) in one task: bounds what a task holds and hands back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a file that is to be divided into spans."""

    file: str
    start: int
    spans: int
    """How many, at most."""
    pages: int
    """A span, at most (about)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """Where the spans of a piece begin."""

    starts: tuple[int, ...]
    next_start: int | None
    """Where the next piece begins; None: the last span goes to the end of the file, or to where it is damaged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A part of a file, for one task."""

    file: str
    """As every worker can open it."""
    start: int
    until: int | None
    """Position of the record behind it; None: to the end of the file."""
    records: tuple[WarcRecord, ...] | None = None
    """What it holds, where reading the file from a position on would mean reading all of it."""
    damage: str = ""
    """What the reader of `records` met behind them."""
    crawl_id: int
    wanted: Wanted
    book: SourceBook
    most_bytes: int
    timeout_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPage:
    """A page as a task hands it back."""

    fetch: FetchRecord
    """Its pointer: into `SpanRead.members`."""
    value: Result
    rules: Rules
    """That it was extracted by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpanRead:
    """What a span holds."""

    pages: tuple[ReadPage, ...] = ()
    members: bytes = b""
    """An archive file of ours, with those pages."""
    passed: int = 0
    too_large: int = 0
    position: int
    """Where to go on, had all before it been taken in."""
    damage: str = ""
    """Why it ended before its end."""


def survey_piece(piece: Piece) -> Survey:
    """Where the spans of a piece of a file begin. Runs as a task."""
    starts = [piece.start]
    count = 0
    try:
        for position in survey_warc(Path(piece.file), start=piece.start):
            if count >= 2 * piece.pages or position - starts[-1] >= SPAN_BYTES:  # a request stands beside each response
                if len(starts) == piece.spans:
                    return Survey(starts=tuple(starts), next_start=position)
                starts.append(position)
                count = 0
            count += 1
    except StorageError:
        pass  # the task that reads the last span meets the same, and says so
    return Survey(starts=tuple(starts), next_start=None)


def read_span(span: Span) -> SpanRead:
    """The pages of a span, written as our archive has them, and what they are. Runs as a task."""
    file, passed, too_large, position, damage = Path(span.file), 0, 0, span.start, span.damage
    fetches: list[FetchRecord] = []
    with tempfile.TemporaryDirectory(prefix="copydesk-span-") as folder:
        with ArchiveWriter(folder, crawl_id=span.crawl_id) as writer:
            try:
                for record in _records(span, file):
                    position = record.position
                    page = record.page
                    if page is None or not span.wanted.takes(page.url, page.fetched_at):
                        too_large += record.too_large
                        passed += not record.too_large
                        continue
                    source = span.wanted.source or span.book.source_of(page.url)
                    fetches.append(archive_page(page, writer, file=file, crawl_id=span.crawl_id, source=source))
                else:
                    if not damage and span.until is not None:
                        position = span.until
            except StorageError as error:
                damage = str(error)
        values = _extract(fetches, Path(folder), span)
        members = (Path(folder) / writer.name).read_bytes() if fetches else b""
    rules = (span.book.rules_of(fetch.source) for fetch in fetches)
    return SpanRead(
        pages=tuple(
            ReadPage(fetch=fetch, value=value, rules=by)
            for fetch, value, by in zip(fetches, values, rules, strict=True)
        ),
        members=members,
        passed=passed,
        too_large=too_large,
        position=position,
        damage=damage,
    )


def _records(span: Span, file: Path) -> Iterator[WarcRecord]:
    if span.records is not None:
        yield from span.records
        return
    for record in read_warc(file, start=span.start, most_bytes=span.most_bytes):
        if span.until is not None and record.position >= span.until:
            return
        yield record


def _extract(fetches: list[FetchRecord], folder: Path, span: Span) -> list[Result]:
    tasks = tuple(_task(fetch, folder, span, number) for number, fetch in enumerate(fetches))
    outcomes = run_batch(Batch(function=extract_and_read, arguments=tasks, timeout_s=span.timeout_s)) if tasks else []
    return [each.value or refusal_of(each, timeout_s=span.timeout_s) for each in outcomes]


def _task(fetch: FetchRecord, folder: Path, span: Span, number: int) -> SnapshotTask:
    snapshot = fetch.snapshot
    assert snapshot is not None
    rules = span.book.rules_of(fetch.source)
    return SnapshotTask(
        snapshot=SnapshotRow(
            id=number,
            entry_id=0,
            crawl_id=fetch.crawl_id,
            source=fetch.source,
            url=fetch.url,
            final_url=snapshot.final_url,
            content_type=snapshot.content_type,
            fetched_at=fetch.at,
            pointer=snapshot.pointer,
            body_bytes=snapshot.body_bytes,
            entry=Entry(url=fetch.url),
        ),
        archive=folder,
        prune=rules.prune,
        language_hint=rules.language,
    )


def member_of(read: SpanRead, page: ReadPage) -> bytes:
    """A page's record, as it stands in an archive file."""
    assert page.fetch.snapshot is not None
    pointer = page.fetch.snapshot.pointer
    return read.members[pointer.offset : pointer.offset + pointer.length]


def moved(page: ReadPage, pointer: ArchivePointer) -> FetchRecord:
    """A page's fetch, its bytes being elsewhere now."""
    assert page.fetch.snapshot is not None
    return replace(page.fetch, snapshot=replace(page.fetch.snapshot, pointer=pointer))
