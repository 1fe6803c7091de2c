"""Archive files written anew without what is to go. Whatever happens meanwhile, rows point at bytes that are there.

A file is put in line in the transaction that takes its rows away; the rest is written under another name and synced;
one transaction moves the rows of the rest there; then the old file is deleted. Each step is known to the store, so that
what a crash left half done is done again, or undone.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from copydesk.errors import StorageError
from storage.archive import ArchiveWriter, is_being_written, recover
from storage.database import Connection, Database, StoredRow
from storage.instants import to_text

log = logging.getLogger(__name__)

LOCK = ".rewriting"


def let_go(connection: Connection, snapshot_ids: Sequence[int]) -> None:
    """Take the bytes of snapshots from their rows, and put their files in line to be written anew."""
    ids = json.dumps(list(snapshot_ids))
    connection.execute(
        """
        INSERT INTO rewrites (file)
        SELECT DISTINCT file FROM snapshots
         WHERE file != '' AND id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
            ON CONFLICT (file) DO NOTHING
        """,
        (ids,),
    )
    connection.execute(
        "UPDATE snapshots SET file = '', offset = 0, length = 0"
        " WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        (ids,),
    )


def rewrite_files(database: Database, archive: Path, *, now: datetime) -> tuple[int, int]:
    """Write anew what is in line: (bytes that are free now, files that wait: they are being written, or read).

    Raises:
        StorageError: the archive cannot be written, or somebody else is at it.
    """
    if not database.number("SELECT COUNT(*) FROM rewrites"):
        return 0, 0
    with alone(archive):
        recover(archive)
        freed = waiting = 0
        for row in database.rows("SELECT * FROM rewrites ORDER BY file"):
            if row["moved_at"] is None:
                if _is_busy(database, archive, row["file"]):
                    waiting += 1
                    continue
                if _exists(archive, row["new_file"]):
                    (archive / row["new_file"]).unlink()  # a crash left it half done
                _write_anew(database, archive, row["file"], now)
            freed += _delete_old(database, archive, row["file"])
    return freed, waiting


def _is_busy(database: Database, archive: Path, file: str) -> bool:
    """Whether a crawl writes it, or pages of it are still to be read: their readers know the old places."""
    pending = "SELECT COUNT(*) FROM snapshots WHERE state = 'pending' AND file = ?"
    return is_being_written(archive / file) or bool(database.number(pending, (file,)))


def _write_anew(database: Database, archive: Path, file: str, now: datetime) -> None:
    rows = database.rows("SELECT DISTINCT offset, length FROM snapshots WHERE file = ? ORDER BY offset", (file,))
    moved: dict[int, int] = {}
    name = ""
    if rows:
        with ArchiveWriter(archive, crawl_id=_crawl_of(file)) as writer, _open(archive / file) as old:
            name = writer.name
            with database.transaction() as connection:
                connection.execute("UPDATE rewrites SET new_file = ? WHERE file = ?", (name, file))
            for row in rows:
                moved[row["offset"]] = writer.append_member(_read_member(old, archive / file, row)).offset
        _sync_folder(archive)
    with database.transaction() as connection:
        connection.executemany(
            "UPDATE snapshots SET file = ?, offset = ? WHERE file = ? AND offset = ?",
            [(name, new, file, offset) for offset, new in moved.items()],
        )
        connection.execute("UPDATE rewrites SET moved_at = ? WHERE file = ?", (to_text(now), file))
    log.info("archive file written anew file=%s as=%s records=%d", file, name, len(rows))


def _delete_old(database: Database, archive: Path, file: str) -> int:
    """Bytes that are free now; those of the new file are not counted off twice."""
    row = database.row("SELECT new_file FROM rewrites WHERE file = ?", (file,))
    path, size = archive / file, 0
    if path.exists():
        size = path.stat().st_size
        path.unlink()
        _sync_folder(archive)
    if row is not None and _exists(archive, row["new_file"]):
        size -= (archive / row["new_file"]).stat().st_size
    with database.transaction() as connection:
        connection.execute("DELETE FROM rewrites WHERE file = ?", (file,))
    return size


def _exists(archive: Path, name: str) -> bool:
    return bool(name) and (archive / name).exists()


def _crawl_of(file: str) -> int:
    number = file.removeprefix("copydesk-crawl").partition("-")[0]
    return int(number) if number.isdigit() else 0


def _sync_folder(archive: Path) -> None:
    """A name outlives a power cut once its folder is synced."""
    descriptor = os.open(archive, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_member(file: BinaryIO, path: Path, row: StoredRow) -> bytes:
    file.seek(row["offset"])
    member = file.read(row["length"])
    if len(member) != row["length"]:
        raise StorageError(str(path), f"no whole record at byte {row['offset']}; nothing was changed")
    return member


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageError(str(path), f"cannot be read: {error.strerror}") from error


@contextmanager
def alone(archive: Path) -> Iterator[None]:
    """One process at a time moves bytes."""
    archive.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(archive / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StorageError(str(archive), "another retention, takedown or back-up is at it; try again later") from error
    finally:
        os.close(descriptor)
