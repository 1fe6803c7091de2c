"""WARC files of anybody, read page by page: ours, Common Crawl's, wget's; gzip, zstd or plain."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, TypeVar

from copydesk.errors import StorageError

PAGE_TYPES = ("html", "xml")
"""In the Content-Type of what may be an article; a page that states none may be one, too."""
BLOCK = 1 << 20
PACKED_BLOCK = 32_768
LINE_BYTES = 65_536
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class WarcPage:
    """A page as a WARC file holds it."""

    url: str
    fetched_at: datetime
    """WARC-Date."""
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
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
    """Or cut off when it was fetched (WARC-Truncated)."""


def read_warc(path: Path, *, start: int = 0, most_bytes: int) -> Iterator[WarcRecord]:
    """Yield the records of a file from a position on (that of a record), in their order and in constant memory.

    Redirects, errors, revisits, pictures and what is no HTTP have no page; neither have pages above `most_bytes`, nor
    those that were cut off when they were fetched.

    Raises:
        StorageError: the file cannot be read, is no WARC, or is damaged from some point on.
    """
    return _each(path, start, lambda record, position: _read(record, position, most_bytes))


def survey_warc(path: Path, *, start: int = 0) -> Iterator[int]:
    """Yield the positions of the records from a position on; their bodies are unpacked and passed over.

    Raises:
        StorageError: as `read_warc`.
    """
    return _each(path, start, lambda record, position: position)


def starts_anywhere(path: Path) -> bool:
    """Whether reading from a position on costs nothing: what is packed as a whole is unpacked from its beginning.

    Raises:
        StorageError: the file cannot be read.
    """
    with _explained(path), path.open("rb") as file:
        return not _packed_whole(file)


def _each(path: Path, start: int, act: Callable[[Any, int], Found]) -> Iterator[Found]:
    """What `act` makes of each record (warcio's) and its position, yielded when the record is known to be whole."""
    from warcio.recordloader import ArcWarcRecordLoader

    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    held: list[Found] = []
    is_empty = not start
    with _explained(path), path.open("rb") as file:
        for stream, offset, step in _streams(file, start):
            while True:
                position, line = _next_line(stream)
                if step or not line:  # a packer's check sum stands at the end of what it packed
                    yield from held
                    held.clear()
                if not line:
                    break
                record = loader.parse_record_stream(stream, statusline=line, known_format="warc")
                if not hasattr(record.raw_stream, "limit"):
                    raise ValueError("a record does not say how long it is")
                held.append(act(record, offset + step * position))
                _pass_over(record)
                is_empty = False
        if is_empty and path.stat().st_size:
            raise EOFError("it holds no whole record")


def _streams(file: BufferedReader, start: int) -> Iterator[tuple[Any, int, int]]:
    """Streams of records; where they begin in the file; and 1 if positions in them count, 0 if only that does."""
    packed = _packed_whole(file)
    if packed:
        stream = BufferedReader(packed)
        _skip(stream, start)
        yield stream, 0, 1
    elif _magic(file)[:2] == GZIP_MAGIC:
        size = file.seek(0, 2)
        while start < size:
            file.seek(start)
            if file.peek(1)[:1] == b"\0":
                _check_padding(file)
                return
            member = _Unpacked(file, most_members=1)
            stream = BufferedReader(member)
            yield stream, start, 0
            start += member.packed_bytes
    else:
        file.seek(start)
        yield file, 0, 1


def _packed_whole(file: BufferedReader) -> RawIOBase | None:
    """What unpacks a file that is packed as a whole; None: records can be had one by one."""
    magic = _magic(file)
    if magic == ZSTD_MAGIC:
        import zstandard

        return _Read(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True).read)
    if magic[:2] == GZIP_MAGIC and _is_one_member(file):
        return _Unpacked(file)
    return None


def _magic(file: BufferedReader) -> bytes:
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    return magic


def _next_line(stream: BufferedReader) -> tuple[int, bytes]:
    """The next line that is not blank, and where it begins; empty at the end."""
    while True:
        position = stream.tell()
        line = stream.readline(LINE_BYTES)
        if not line or line.strip():
            return position, line


def _pass_over(record: Any) -> None:
    """Read a record to its end."""
    while record.raw_stream.read(BLOCK):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError("it ends in the middle of a record")


def _check_padding(file: BufferedReader) -> None:
    """Zeros to the end of the file are what some disks and tapes put there."""
    while block := file.read(BLOCK):
        if block.strip(b"\0"):
            raise ValueError("zeros stand where a record should")


def _skip(stream: Any, count: int) -> None:
    while count > 0 and (block := stream.read(min(count, BLOCK))):
        count -= len(block)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    from warcio.exceptions import ArchiveLoadFailed

    try:
        yield
    except (OSError, EOFError, zlib.error, ArchiveLoadFailed, ValueError) as error:
        words = " ".join(str(error).split())[:160] or type(error).__name__
        if isinstance(error, OSError) and error.strerror:
            raise StorageError(str(path), f"cannot be read ({error.strerror})") from error
        raise StorageError(str(path), f"is no WARC, or is damaged: {words}") from error


def _is_one_member(file: BufferedReader) -> bool:
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


class _Read(RawIOBase):
    """A stream for `BufferedReader`, which knows its position, made of a function that reads."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._position = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        block = self._read(len(buffer))
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)


class _Unpacked(_Read):
    """The gzip members of a file from where it stands, all or one. A torn one is an EOFError, not an end."""

    def __init__(self, file: BufferedReader, *, most_members: int = 0) -> None:
        super().__init__(self._unpack)
        self._file = file
        self._most_members = most_members
        self._members = 0
        self._unpacker = zlib.decompressobj(31)
        self._packed = b""
        self._is_between = False
        """Members: where a file may end."""
        self.packed_bytes = 0
        """That were read, and belong to it."""

    def _unpack(self, size: int) -> bytes:
        while not self._members or self._members != self._most_members:
            if not self._packed:
                self._packed = self._file.read(PACKED_BLOCK)
                self.packed_bytes += len(self._packed)
            if not self._packed:
                if self._is_between:
                    return b""
                raise EOFError("it ends in the middle of a packed record")
            block = self._unpacker.decompress(self._packed, size)
            self._packed, self._is_between = self._unpacker.unconsumed_tail, self._unpacker.eof
            if self._unpacker.eof:
                self._packed, self._unpacker = self._unpacker.unused_data, zlib.decompressobj(31)
                self._members += 1
            if block:
                return block
        self.packed_bytes -= len(self._packed)
        self._packed = b""
        return b""


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
    if len(body) > most_bytes or record.rec_headers.get_header("WARC-Truncated"):
        return WarcRecord(position=position, too_large=True)
    page = WarcPage(
        url=url,
        fetched_at=fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC),
        status=200,
        reason="OK",
        headers=headers,
        body=body,
    )
    return WarcRecord(position=position, page=page)


def _body(record: Any, most_bytes: int) -> bytes:
    """At most one byte more than is allowed, so that it shows."""
    stream, body = record.content_stream(), bytearray()
    while len(body) <= most_bytes:
        block = stream.read(min(65_536, most_bytes + 1 - len(body)))
        if not block:
            break
        body += block
    return bytes(body)
