"""A copy of everything, taken while the desk runs: first the database, then the bytes that its rows point at."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from copydesk.errors import StorageError
from storage.database import Database
from storage.objects import objects_of
from storage.places import ArchivePlace, RemoteArchive, folder_of
from storage.rewriting import alone
from storage.upkeep_records import BackupReport


def back_up(database: Database, *, archive: ArchivePlace, to_database: Path, to_archive: Path) -> BackupReport:
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
        with alone(folder_of(archive)):
            database.copy_to(to_database)
            with contextlib.closing(sqlite3.connect(f"{to_database.absolute().as_uri()}?mode=ro", uri=True)) as copy:
                return _copy_archive(copy, archive, to_archive, to_database)
    except OSError as error:
        raise StorageError(str(to_database.parent), f"cannot be written: {error.strerror or error}") from error


def _copy_archive(copy: sqlite3.Connection, archive: ArchivePlace, to: Path, to_database: Path) -> BackupReport:
    needed = dict(copy.execute("SELECT file, MAX(offset + length) FROM snapshots WHERE file != '' GROUP BY file"))
    copied = copied_bytes = 0
    for name, end in needed.items():
        target = to / name
        if _is_whole(archive, name, target, end):
            continue
        partial = to / f"{name}.new"
        _fetch(archive, name, partial)
        if _size(partial) < end:
            found, source = _size(partial), folder_of(archive) / name
            partial.unlink()
            raise StorageError(str(source), f"rows point at {end} bytes, and it has {found}")
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


def _is_whole(archive: ArchivePlace, name: str, target: Path, end: int) -> bool:
    """Whether a file was copied before, and did not grow since; what is on an object store does not."""
    source = folder_of(archive) / name
    is_remote = isinstance(archive, RemoteArchive) and not source.exists()
    return target.exists() and _size(target) >= end and (is_remote or _size(target) == _size(source))


def _fetch(archive: ArchivePlace, name: str, to: Path) -> None:
    try:
        shutil.copyfile(folder_of(archive) / name, to)
    except FileNotFoundError:
        if isinstance(archive, RemoteArchive):
            objects_of(archive).download(name, to)
        else:
            to.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
