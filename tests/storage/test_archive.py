"""The archive: WARC that others read, torn tails cut, living writers left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from copydesk.errors import StorageError
from storage.archive import ArchiveWriter, read_body, read_response, recover
from storage.records import ArchivePointer
from tests.storage.kept import NOON

BODY = "<p>Kupfer fällt</p>\r\n\r\n".encode()


def write(writer: ArchiveWriter, body: bytes = BODY, url: str = "https://ledger.example/a") -> ArchivePointer:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "id=7"), ("Content-Encoding", "gzip")]
    return writer.write_response(
        url=url, at=NOON, status=200, reason="OK", headers=headers, body=body, digest="sha1:TEST"
    )


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        pointers = [write(writer, body) for body in (BODY, b"", bytes(range(256)) * 999)]

    assert [read_body(tmp_path, pointer) for pointer in pointers] == [BODY, b"", bytes(range(256)) * 999]


def test_cookies_and_encodings_that_no_longer_hold_are_not_kept(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        headers, _ = read_response_after_sync(tmp_path, writer)

    assert dict(headers) == {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(BODY))}


def read_response_after_sync(folder: Path, writer: ArchiveWriter) -> tuple[list[tuple[str, str]], bytes]:
    pointer = write(writer)
    writer.sync()
    return read_response(folder, pointer)


def test_the_files_are_warc_as_the_fields_tools_read_it(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=7) as writer:
        write(writer)
        write(writer, b"second", "https://ledger.example/b")
    (path,) = tmp_path.glob("*.warc.gz")
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers["WARC-Target-URI"], record.content_stream().read())
            for record in ArchiveIterator(file)
        ]

    assert [record[:2] for record in records] == [
        ("warcinfo", None),
        ("response", "https://ledger.example/a"),
        ("response", "https://ledger.example/b"),
    ]
    assert [record[2] for record in records[1:]] == [BODY, b"second"]


def test_line_ends_in_an_address_or_a_header_make_no_header_of_their_own(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        pointer = writer.write_response(
            url="https://ledger.example/a\r\nWARC-Type: metadata",
            at=NOON,
            status=200,
            reason="OK\r\nX-Evil: 1",
            headers=[("X-Odd", "one\r\nX-Evil: 2")],
            body=BODY,
            digest="sha1:TEST",
        )
    headers, body = read_response(tmp_path, pointer)

    assert body == BODY
    assert "X-Evil" not in dict(headers)


def test_a_folder_without_pages_gets_no_file(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1):
        pass
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_no_record_are_a_storage_error(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        pointer = write(writer)
    wrong = [
        ArchivePointer(file=pointer.file, offset=pointer.offset + 1, length=pointer.length),
        ArchivePointer(file=pointer.file, offset=0, length=20),
        ArchivePointer(file="gone.warc.gz", offset=0, length=20),
    ]
    for each in wrong:
        with pytest.raises(StorageError):
            read_body(tmp_path, each)


def test_a_writer_that_lives_is_left_alone(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        pointer = write(writer)
        assert recover(tmp_path) == []
        writer.sync()
        assert read_body(tmp_path, pointer) == BODY


def test_a_file_that_was_closed_is_never_cut(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, crawl_id=1) as writer:
        write(writer)
    (path,) = tmp_path.glob("*.warc.gz")
    with path.open("ab") as file:
        file.write(b"what another program put there")
    before = path.read_bytes()

    assert recover(tmp_path) == []
    assert path.read_bytes() == before


DIES = """
import sys, os, signal
from pathlib import Path
from storage.archive import ArchiveWriter
from tests.storage.test_archive import write
writer = ArchiveWriter(Path(sys.argv[1]), crawl_id=1)
for number in range(3):
    pointer = write(writer, os.urandom(5000))
writer.sync()
print(pointer.file, pointer.offset, pointer.length, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_torn_tail_is_cut_to_the_last_whole_record_wherever_it_tore(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    name, offset, length = ran.stdout.split()
    path, last, whole = tmp_path / name, int(offset), int(offset) + int(length)
    original = path.read_bytes()
    sidecar = path.with_name(f"{name}.writing")
    assert len(original) == whole
    assert sidecar.exists()

    for size in (last, last + 1, last + 10, last + 700, whole - 1, whole):
        path.write_bytes(original[:size])
        sidecar.touch()
        said = recover(tmp_path)
        kept = whole if size == whole else last
        assert path.stat().st_size == kept
        assert said == ([] if size == kept else [f"{name}: cut a torn record of {size - kept} bytes"])
        assert not sidecar.exists()
        assert recover(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        write(ArchiveWriter(tmp_path / "file" / "archive", crawl_id=1))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
