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
from datetime import datetime, timedelta
from pathlib import Path

from copydesk.errors import ArchiveUnreachable, StorageError
from storage.archive import ArchiveWriter, is_being_written, read_member, recover
from storage.archive_files import SqlArchiveFiles, note_local
from storage.database import Connection, Database
from storage.instants import to_text
from storage.objects import objects_of
from storage.places import ArchivePlace, RemoteArchive, folder_of, machine
from storage.records import ArchivePointer
from storage.uploading import held, upload

log = logging.getLogger(__name__)

LOCK = ".rewriting"
CLAIM = timedelta(minutes=30)
"""How long a file of an object store is one machine's to write anew; then that machine is thought to be gone."""


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


def rewrite_files(database: Database, archive: ArchivePlace, *, now: datetime) -> tuple[int, int]:
    """Write anew what is in line: (bytes that are free now, files that wait: they are being written, or read, or the
    object store does not answer).

    Raises:
        StorageError: the archive cannot be written, or somebody else is at it.
    """
    if not database.number("SELECT COUNT(*) FROM rewrites"):
        return 0, 0
    folder, freed, waiting = folder_of(archive), 0, 0
    with alone(folder):
        recover(folder)
        for row in database.rows("SELECT file FROM rewrites ORDER BY file"):
            with _ours(database, archive, row["file"], now) as is_ours:
                bytes_free = _rewrite(database, archive, row["file"], now) if is_ours else None
            waiting += bytes_free is None
            freed += bytes_free or 0
    return freed, waiting


def _rewrite(database: Database, archive: ArchivePlace, file: str, now: datetime) -> int | None:
    """Bytes that are free now; None: it waits."""
    row = database.row("SELECT * FROM rewrites WHERE file = ?", (file,))
    if row is None:
        return 0
    folder = folder_of(archive)
    try:
        if row["moved_at"] is None:
            if _is_busy(database, archive, file):
                return None
            if _exists(folder, row["new_file"]):
                (folder / row["new_file"]).unlink()  # a crash left it half done
            _write_anew(database, archive, file, now)
        return _delete_old(database, archive, file)
    except ArchiveUnreachable as error:
        log.warning("archive file waits to be written anew file=%s why=%s", file, error)
        return None


@contextmanager
def _ours(database: Database, archive: ArchivePlace, file: str, now: datetime) -> Iterator[bool]:
    """Hold a file against uploads of this machine and, on an object store, against other machines that rewrite."""
    if not isinstance(archive, RemoteArchive):
        yield True
        return
    if (archive.folder / file).exists():
        with held(archive.folder / file) as is_ours:
            yield is_ours
        return
    holder = f"{machine()}:{archive.folder.absolute()}"
    with database.transaction() as connection:
        claimed = connection.execute(
            """
            UPDATE rewrites SET claimed_by = ?, claimed_until = ?
             WHERE file = ? AND (claimed_by IN ('', ?) OR claimed_until < ?)
            """,
            (holder, to_text(now + CLAIM), file, holder, to_text(now)),
        ).rowcount
    yield bool(claimed)


def _is_busy(database: Database, archive: ArchivePlace, file: str) -> bool:
    """Whether a crawl writes it, another machine still has it, or pages of it are still to be read: their readers know
    the old places."""
    pending = "SELECT COUNT(*) FROM snapshots WHERE state = 'pending' AND file = ?"
    path = folder_of(archive) / file
    if is_being_written(path) or database.number(pending, (file,)):
        return True
    is_elsewhere = "SELECT COUNT(*) FROM archive_files WHERE name = ? AND place = 'local'"
    return isinstance(archive, RemoteArchive) and not path.exists() and bool(database.number(is_elsewhere, (file,)))


def _write_anew(database: Database, archive: ArchivePlace, file: str, now: datetime) -> None:
    rows = database.rows("SELECT DISTINCT offset, length FROM snapshots WHERE file = ? ORDER BY offset", (file,))
    moved: dict[int, int] = {}
    name, where = "", machine() if isinstance(archive, RemoteArchive) else ""
    if rows:
        with ArchiveWriter(folder_of(archive), crawl_id=_crawl_of(file), machine=where) as writer:
            name = writer.name
            with database.transaction() as connection:
                connection.execute("UPDATE rewrites SET new_file = ? WHERE file = ?", (name, file))
            for row in rows:
                member = read_member(archive, ArchivePointer(file=file, offset=row["offset"], length=row["length"]))
                moved[row["offset"]] = writer.append_member(member).offset
        _sync_folder(folder_of(archive))
    with database.transaction() as connection:
        if where and name:
            note_local(connection, name, machine=where, now=now)
        connection.executemany(
            "UPDATE snapshots SET file = ?, offset = ? WHERE file = ? AND offset = ?",
            [(name, new, file, offset) for offset, new in moved.items()],
        )
        connection.execute("UPDATE rewrites SET moved_at = ? WHERE file = ?", (to_text(now), file))
    log.info("archive file written anew file=%s as=%s records=%d", file, name, len(rows))


def _delete_old(database: Database, archive: ArchivePlace, file: str) -> int | None:
    """Bytes that are free now; those of the new file are not counted off twice. None: the new file is not on the
    object store yet, and the old one stays until it is."""
    row = database.row("SELECT new_file FROM rewrites WHERE file = ?", (file,))
    path, name, size = folder_of(archive) / file, str(row["new_file"]) if row is not None else "", 0
    if _exists(folder_of(archive), name):
        size -= (folder_of(archive) / name).stat().st_size
    if isinstance(archive, RemoteArchive):
        files = SqlArchiveFiles(database)
        if _exists(folder_of(archive), name):
            upload(files, archive, folder_of(archive) / name)
        if name and not files.is_remote(name):
            return None
        size += objects_of(archive).size(file) or 0
        objects_of(archive).delete(file)
    if path.exists():
        size += path.stat().st_size
        path.unlink()
        _sync_folder(folder_of(archive))
    with database.transaction() as connection:
        connection.execute("DELETE FROM rewrites WHERE file = ?", (file,))
        connection.execute("DELETE FROM archive_files WHERE name = ?", (file,))
    return size


def _exists(folder: Path, name: str) -> bool:
    return bool(name) and (folder / name).exists()


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
