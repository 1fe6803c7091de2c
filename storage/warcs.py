"""WARC files of anybody, read page by page: ours, Common Crawl's, wget's; gzip, zstd or plain."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from copydesk.errors import StorageError

PAGE_TYPES = ("html", "xml")
"""In the Content-Type of what may be an article; a page that states none may be one, too."""
BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class WarcPage:
    """A page as a WARC file holds it."""

    url: str
    fetched_at: datetime
    """WARC-Date."""
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    """Without its transfer and content encodings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WarcRecord:
    """One record, and where it begins."""

    position: int
    """Bytes from the beginning of the file; of the unpacked file where that is packed as a whole, or with zstd."""
    page: WarcPage | None = None
    """None: not the response to a request for a page."""
    too_large: bool = False


def read_warc(path: Path, *, start: int = 0, most_bytes: int) -> Iterator[WarcRecord]:
    """Yield the records of a file from a position on (that of a record), in their order and in constant memory.

    Redirects, errors, revisits, pictures and what is no HTTP have no page; neither have pages above `most_bytes`.

    Raises:
        StorageError: the file cannot be read, is no WARC, or is damaged from some point on.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with path.open("rb") as file:
            stream, offset = _open(file, start)
            records = ArchiveIterator(stream)
            for record in records:
                yield _read(record, offset + records.offset, most_bytes)  # get_record_offset() would read the body
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, ValueError) as error:
        words = " ".join(str(error).split())[:160] or type(error).__name__
        raise StorageError(str(path), f"is no WARC, or is damaged: {words}") from error


def _open(file: IO[bytes], start: int) -> tuple[Any, int]:
    """A stream that begins at a position, and what is to be added to the positions that it gives."""
    magic = file.read(4)
    file.seek(0)
    if magic == b"\x28\xb5\x2f\xfd":
        import zstandard

        stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return _skipped(stream, start), start
    if magic[:2] == b"\x1f\x8b" and _is_one_member(file):
        return _skipped(gzip.GzipFile(fileobj=file), start), start
    file.seek(start)
    return file, 0


def _is_one_member(file: IO[bytes]) -> bool:
    """Whether the whole file is one gzip member, with several records in it: gzip by hand, not by a crawler."""
    unpacker, unpacked = zlib.decompressobj(31), b""
    while not unpacker.eof and unpacked.count(b"WARC/1.") < 2 and len(unpacked) < BLOCK:
        block = file.read(65_536)
        if not block:
            break
        unpacked += unpacker.decompress(block, BLOCK)
    file.seek(0)
    starts = [part for part in unpacked.split(b"\r\n\r\n") if part.lstrip().startswith(b"WARC/1.")]
    return len(starts) > 1


class _skipped:  # noqa: N801 (used as a function; hides `tell` and `seek`, which unpacking streams answer in their own way)
    def __init__(self, stream: Any, skip: int) -> None:
        self._stream = stream
        while skip > 0:
            block = stream.read(min(skip, BLOCK))
            if not block:
                return
            skip -= len(block)

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._stream.read(size)
        return block


def _read(record: Any, position: int, most_bytes: int) -> WarcRecord:
    nothing = WarcRecord(position=position)
    if record.rec_type != "response" or record.http_headers is None:
        return nothing
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    status = str(record.http_headers.get_statuscode())
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    kind = next((value for name, value in reversed(headers) if name.lower() == "content-type"), "")
    if status != "200" or not url.startswith(("http://", "https://")):
        return nothing
    if kind and not any(word in kind.lower() for word in PAGE_TYPES):
        return nothing
    try:
        fetched_at = datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date")))
    except ValueError:
        return nothing
    body = _body(record, most_bytes)
    if len(body) > most_bytes:
        return WarcRecord(position=position, too_large=True)
    page = WarcPage(
        url=url,
        fetched_at=fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC),
        status=200,
        reason="OK",
        headers=headers,
        content_type=kind,
        body=body,
    )
    return WarcRecord(position=position, page=page)


def _body(record: Any, most_bytes: int) -> bytes:
    """At most one byte more than is allowed, so that it shows."""
    stream, body = record.content_stream(), b""
    while len(body) <= most_bytes:
        block = stream.read(min(65_536, most_bytes + 1 - len(body)))
        if not block:
            break
        body += block
    return body
