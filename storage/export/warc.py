"""WARC: the pages that articles were made from, every revision's, as replay tools read them (ISO 28500).

Records are copied from the archive byte for byte; a name without `.gz` gets them unpacked.
"""

from __future__ import annotations

import socket
import uuid
import zlib
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.archive import read_member
from storage.export.writers import FileWriter
from storage.places import ArchivePlace
from storage.store import Row, Store

GZIP = 31


class WarcFile:
    def __init__(self, out: Path, store: Store, archive: ArchivePlace) -> None:
        self._store = store
        self._archive = archive
        self._is_packed = out.name.lower().endswith(".gz")
        self._file = FileWriter(out)
        self._written: set[int] = set()
        self._put(_info(out.name))

    def write(self, row: Row) -> None:
        for snapshot in self._store.snapshots.of_article(int(row["id"])):
            if snapshot.id not in self._written:
                self._written.add(snapshot.id)
                self._put(read_member(self._archive, snapshot.pointer))

    def _put(self, member: bytes) -> None:
        self._file.stream.write(member if self._is_packed else zlib.decompress(member, GZIP))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close(is_whole=error is None)


def _info(name: str) -> bytes:
    """The record that says what the file is, as a gzip member."""
    info = (
        "software: Copydesk\r\nformat: WARC File Format 1.1\r\n"
        f"hostname: {socket.gethostname()}\r\ndescription: pages of exported articles\r\n"
    ).encode()
    head = [
        "WARC/1.1",
        "WARC-Type: warcinfo",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>",
        f"WARC-Date: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"WARC-Filename: {' '.join(name.split())}",
        "Content-Type: application/warc-fields",
        f"Content-Length: {len(info)}",
    ]
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    record = "\r\n".join(head).encode() + b"\r\n\r\n" + info + b"\r\n\r\n"
    return packer.compress(record) + packer.flush()
