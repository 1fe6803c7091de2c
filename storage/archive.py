"""Snapshots on disk: WARC 1.1 files (ISO 28500), one gzip member a record.

One file a crawl process, never reopened by another. Rows point at members (file, offset, length), so that reading one
snapshot reads nothing else. A crash leaves at worst bytes without a row: callers write, `sync`, then commit the row.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from isal import isal_zlib

from copydesk.errors import StorageError
from storage.objects import objects_of
from storage.places import ArchivePlace, RemoteArchive, folder_of
from storage.records import ArchivePointer

COMPRESSION_LEVEL = 2
"""Of ISA-L's three; files are as small as zlib makes them on its first, in a quarter of the time."""
SUFFIX = ".warc.gz"
WRITING = ".writing"
"""Added to the name of an empty file beside each one that is being written, locked while its writer lives."""
CRLF = b"\r\n"
GZIP = 31
"""zlib's window bits for a gzip member."""
DROPPED = frozenset({"set-cookie", "set-cookie2", "transfer-encoding", "content-encoding", "content-length"})
"""Response headers that are not kept: cookies are nobody's business, and the body is stored decoded and whole."""


class ArchiveWriter:
    """Writes one new file in `folder`. A context manager; to be used from one thread.

    Raises:
        StorageError: the folder or the file cannot be written (from any method).
    """

    def __init__(self, folder: Path | str, *, crawl_id: int, machine: str = "") -> None:
        self.folder = Path(folder)
        self._file: BinaryIO | None = None
        self.rename(crawl_id, machine)

    def rename(self, crawl_id: int, machine: str) -> None:
        """Let what is written next go into a new file; the one before is closed. `machine`: part of its name."""
        parts = [f"crawl{crawl_id:06}", machine, secrets.token_hex(4)]
        self.name = f"copydesk-{'-'.join(filter(None, parts))}{SUFFIX}"
        self._offset = 0

    @property
    def is_open(self) -> bool:
        return self._file is not None

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._offset

    def begin(self) -> None:
        """Called before each record: a subclass may go on in another file."""

    def write_response(
        self,
        *,
        url: str,
        at: datetime,
        status: int,
        reason: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        digest: str,
    ) -> ArchivePointer:
        """Append a response record, its body decoded; it is safe once `sync` returned. `digest`: of the body."""
        self.begin()
        head = [f"HTTP/1.1 {status} {_one_line(reason)}".rstrip()]
        head += [f"{_one_line(name)}: {_one_line(value)}" for name, value in headers if name.lower() not in DROPPED]
        head += [f"Content-Length: {len(body)}"]
        block = "\r\n".join(head).encode("utf-8", "replace") + CRLF + CRLF + body
        fields = {
            "WARC-Target-URI": _one_line(url),
            "WARC-Payload-Digest": digest,
            "Content-Type": "application/http; msgtype=response",
        }
        return self._append("response", at, fields, block)

    def append_member(self, member: bytes) -> ArchivePointer:
        """Append a whole record of another file, as it is; it is safe once `sync` returned."""
        self.begin()
        return self._write(self._open(), member)

    def sync(self) -> None:
        """Return when all that was written would outlive a power cut."""
        if self._file is not None:
            with _explained(self.folder / self.name):
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None
            _sidecar(self.folder / self.name).unlink(missing_ok=True)
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> BinaryIO:
        if self._file is None:
            path = self.folder / self.name
            with _explained(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lock = _lock_sidecar(path)
                self._file = path.open("xb")
            about = {"software": "Copydesk", "format": "WARC File Format 1.1", "hostname": socket.gethostname()}
            info = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in about.items()).encode()
            fields = {"WARC-Filename": self.name, "Content-Type": "application/warc-fields"}
            self._append("warcinfo", datetime.now(UTC), fields, info)
        return self._file

    def _append(self, kind: str, at: datetime, fields: Mapping[str, str], block: bytes) -> ArchivePointer:
        file = self._open()
        lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>"]
        lines += [f"WARC-Date: {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
        lines += [f"{name}: {value}" for name, value in fields.items()] + [f"Content-Length: {len(block)}"]
        record = "\r\n".join(lines).encode("utf-8", "replace") + CRLF + CRLF + block + CRLF + CRLF
        packer = isal_zlib.compressobj(COMPRESSION_LEVEL, isal_zlib.DEFLATED, GZIP)
        return self._write(file, packer.compress(record) + packer.flush())

    def _write(self, file: BinaryIO, member: bytes) -> ArchivePointer:
        with _explained(self.folder / self.name):
            file.write(member)
        pointer = ArchivePointer(file=self.name, offset=self._offset, length=len(member))
        self._offset += len(member)
        return pointer


def read_member(place: ArchivePlace | str, pointer: ArchivePointer) -> bytes:
    """The record that a pointer points at, packed, read by range: from the folder here, else from the object store.

    Raises:
        StorageError: the file is gone, or too short.
        ArchiveUnreachable: the object store does not answer.
    """
    if not pointer.file:
        raise StorageError("snapshot", "its bytes were removed, by retention or a takedown")
    path = folder_of(place) / pointer.file
    try:
        with path.open("rb") as file:
            file.seek(pointer.offset)
            member = file.read(pointer.length)
    except FileNotFoundError as error:
        if not isinstance(place, RemoteArchive):
            raise StorageError(str(path), f"no whole record at byte {pointer.offset}: {error}") from error
        member = objects_of(place).read(pointer.file, pointer.offset, pointer.length)
    except OSError as error:
        raise StorageError(str(path), f"no whole record at byte {pointer.offset}: {error}") from error
    if len(member) != pointer.length:
        raise StorageError(str(path), f"no whole record at byte {pointer.offset}")
    return member


def read_response(place: ArchivePlace | str, pointer: ArchivePointer) -> tuple[list[tuple[str, str]], bytes]:
    """The HTTP headers and the body that a pointer points at.

    Raises:
        StorageError: as `read_member`, or the bytes are no whole record.
    """
    path = folder_of(place) / pointer.file
    try:
        record = zlib.decompress(read_member(place, pointer), GZIP)
    except zlib.error as error:
        raise StorageError(str(path), f"no whole record at byte {pointer.offset}: {error}") from error
    _, _, block = record.partition(CRLF + CRLF)
    head, found, rest = block.partition(CRLF + CRLF)
    if not found or not record.startswith(b"WARC/1.1"):
        raise StorageError(str(path), f"no response record at byte {pointer.offset}")
    lines = head.decode("utf-8", "replace").split("\r\n")[1:]
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return headers, rest[: -2 * len(CRLF)]


def read_body(place: ArchivePlace | str, pointer: ArchivePointer) -> bytes:
    """The body alone; raises as `read_response`."""
    return read_response(place, pointer)[1]


def recover(folder: Path | str) -> list[str]:
    """Cut torn tails off the files of writers that died; a line for each file that was cut.

    Raises:
        StorageError: a file cannot be read or cut.
    """
    done = []
    for sidecar in sorted(Path(folder).glob(f"*{SUFFIX}{WRITING}")):
        path = sidecar.with_name(sidecar.name.removesuffix(WRITING))
        with _explained(path), sidecar.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if path.exists() and (torn_bytes := _cut_torn_tail(path)):
                done.append(f"{path.name}: cut a torn record of {torn_bytes} bytes")
            sidecar.unlink(missing_ok=True)
    return done


def is_being_written(path: Path) -> bool:
    """Whether a writer is at a file; one that died counts until `recover` was there."""
    return _sidecar(path).exists()


def _cut_torn_tail(path: Path) -> int:
    """Bytes that were cut."""
    with path.open("r+b") as file:
        whole, size = _whole_bytes(file), path.stat().st_size
        file.truncate(whole)
    return size - whole


def _whole_bytes(file: BinaryIO) -> int:
    """From the beginning of the file to the end of its last whole gzip member."""
    end, unpacker, read = 0, zlib.decompressobj(GZIP), 0
    while chunk := file.read(1 << 20):
        read += len(chunk)
        while chunk:
            try:
                unpacker.decompress(chunk)
            except zlib.error:
                return end
            if not unpacker.eof:
                break
            chunk = unpacker.unused_data
            end, unpacker = read - len(chunk), zlib.decompressobj(GZIP)
    return end


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + WRITING)


def _lock_sidecar(path: Path) -> int:
    """A descriptor that holds the lock. The file gets its name when it is locked: no `recover` sees it before."""
    hidden = path.with_name(f".{path.name}{WRITING}")
    descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o644)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    hidden.rename(_sidecar(path))
    return descriptor


def _one_line(text: str) -> str:
    """A header cannot hold line ends: what a server or a page puts there must not become a header of its own."""
    return " ".join(text.split())


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(str(path), f"the archive cannot be written: {error.strerror or error}") from error
