"""A copy of everything, taken while the desk runs: first the database, then the bytes that its rows point at."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from copydesk.errors import StorageError
from storage.database import Database
from storage.rewriting import alone
from storage.upkeep_records import BackupReport


def back_up(database: Database, *, archive: Path, to_database: Path, to_archive: Path) -> BackupReport:
    """Copy the database and the archive files that its rows point at; what is there already is not copied again.

    The database is copied first: whatever its rows point at was on disk before them. Archive files are never changed,
    only written anew under another name, so what was copied once is good; those that no row points at any more are
    deleted from the copy. No retention and no takedown moves bytes meanwhile.

    Raises:
        StorageError: it cannot be written, or bytes are missing.
    """
    try:
        to_database.parent.mkdir(parents=True, exist_ok=True)
        to_archive.mkdir(parents=True, exist_ok=True)
        with alone(archive):
            database.copy_to(to_database)
            with contextlib.closing(sqlite3.connect(f"{to_database.absolute().as_uri()}?mode=ro", uri=True)) as copy:
                return _copy_archive(copy, archive, to_archive, to_database)
    except OSError as error:
        raise StorageError(str(to_database.parent), f"cannot be written: {error.strerror or error}") from error


def _copy_archive(copy: sqlite3.Connection, archive: Path, to: Path, to_database: Path) -> BackupReport:
    needed = dict(copy.execute("SELECT file, MAX(offset + length) FROM snapshots WHERE file != '' GROUP BY file"))
    copied = copied_bytes = 0
    for name, end in needed.items():
        source, target = archive / name, to / name
        if target.exists() and target.stat().st_size >= end and target.stat().st_size == _size(source):
            continue
        if _size(source) < end:
            raise StorageError(str(source), f"rows point at {end} bytes, and it has {_size(source)}")
        partial = to / f"{name}.new"
        shutil.copyfile(source, partial)
        partial.replace(target)
        copied, copied_bytes = copied + 1, copied_bytes + target.stat().st_size
    for left in to.glob("*.warc.gz"):
        if left.name not in needed:
            left.unlink()
    return BackupReport(
        database_bytes=to_database.stat().st_size,
        articles=int(copy.execute("SELECT COUNT(*) FROM articles").fetchone()[0]),
        archive_files=len(needed),
        copied_files=copied,
        copied_bytes=copied_bytes,
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
