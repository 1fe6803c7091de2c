"""What is where: the files of an archive that is on an object store."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from storage.database import Connection, Database
from storage.instants import to_text

ARCHIVE_FILES = """
CREATE TABLE archive_files (                 -- of an archive on an object store; a folder's are not listed
    name            TEXT PRIMARY KEY,        -- as snapshots.file has it; of the object too
    place           TEXT NOT NULL,           -- local: in the archive folder of `machine`; remote: on the object store
    machine         TEXT NOT NULL,           -- that wrote or uploaded it
    bytes           INTEGER NOT NULL DEFAULT 0,  -- once uploaded
    digest          TEXT NOT NULL DEFAULT '',    -- sha256 of the file, once uploaded
    noted_at        TEXT NOT NULL,
    uploaded_at     TEXT
) STRICT, WITHOUT ROWID;

ALTER TABLE rewrites ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';  -- the machine and process that is at it
ALTER TABLE rewrites ADD COLUMN claimed_until TEXT;
"""


class SqlArchiveFiles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, name: str, *, machine: str, now: datetime) -> None:
        """Say that a file is begun, before any row points at it."""
        with self._database.transaction() as connection:
            note_local(connection, name, machine=machine, now=now)

    def note_uploaded(self, name: str, *, machine: str, size: int, digest: str, now: datetime) -> None:
        """Say that a file is on the object store, whole."""
        with self._database.transaction() as connection:
            connection.execute(
                """
                INSERT INTO archive_files (name, place, machine, bytes, digest, noted_at, uploaded_at)
                VALUES (?1, 'remote', ?2, ?3, ?4, ?5, ?5)
                ON CONFLICT (name) DO UPDATE
                   SET place = 'remote', bytes = ?3, digest = ?4, uploaded_at = ?5
                """,
                (name, machine, size, digest, to_text(now)),
            )

    def waiting(self) -> dict[str, str]:
        """Files that are not uploaded yet, and the machine that has each."""
        rows = self._database.rows("SELECT name, machine FROM archive_files WHERE place = 'local'")
        return {row["name"]: row["machine"] for row in rows}

    def is_remote(self, name: str) -> bool:
        """Whether a file is on the object store."""
        where = "SELECT COUNT(*) FROM archive_files WHERE name = ? AND place = 'remote'"
        return bool(self._database.number(where, (name,)))

    def wanted(self, names: Collection[str]) -> set[str]:
        """Those that rows point at, and that nobody is just writing anew."""
        half = {row["new_file"] for row in self._database.rows("SELECT new_file FROM rewrites WHERE moved_at IS NULL")}
        used = "SELECT 1 FROM snapshots WHERE file = ? LIMIT 1"
        return {name for name in names if name not in half and self._database.row(used, (name,)) is not None}


def note_local(connection: Connection, name: str, *, machine: str, now: datetime) -> None:
    connection.execute(
        """
        INSERT INTO archive_files (name, place, machine, noted_at) VALUES (?, 'local', ?, ?)
        ON CONFLICT (name) DO NOTHING
        """,
        (name, machine, to_text(now)),
    )
