"""One SQLite file: opened, locked, and asked."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from copydesk.errors import StorageError
from storage import database, schema
from storage.database import Connection, Noun, StoredRow, Values
from storage.search import Fts5

log = logging.getLogger(__name__)

BUSY_S = 30.0
"""How long another process's transaction is waited for."""
OPCODES = 10_000
"""Of SQLite's machine, between two looks at the clock where time is limited: about a millisecond."""
PRAGMAS = (
    f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)
SEARCH_INDEXES = ("articles_fts", "articles_trigram")
"""Their deleted words stay in the file until they are merged."""
WRITER_PRAGMAS = (
    # In WAL mode NORMAL loses nothing that was committed when a process dies, by kill -9 too. When the power fails, the
    # last transactions may be gone, whole ones only: what they fetched is due once more, its bytes lie in the archive.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA journal_size_limit = 67108864",
)
TROUBLES = {
    sqlite3.SQLITE_BUSY: f"another process has been writing for {BUSY_S:g} s; try again when it is done",
    sqlite3.SQLITE_LOCKED: "another process has locked it; try again when it is done",
    sqlite3.SQLITE_READONLY: "it cannot be written: the file, its -wal or -shm, its folder or its disk is read-only",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_CORRUPT: "it is damaged; `sqlite3 FILE .recover` may save what is in it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened or made: is its folder there, and writable?",
    sqlite3.SQLITE_NOTADB: "it is no SQLite database; name another file",
    sqlite3.SQLITE_PERM: "it may not be opened by this user",
    sqlite3.SQLITE_AUTH: "it may not be opened by this user",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_INTERRUPT: "this took too long, and was given up; ask for less, or later",
}
"""What a user can act on, by SQLite's primary result code. Any other code is a bug of ours."""


class SqliteConnection(sqlite3.Connection):
    """See `storage.database.Connection`."""

    def every(self, sql: str, rows: Sequence[Values], /) -> list[list[Any]]:
        """The answers to one question with many values, in their order."""
        return [self.execute(sql, values).fetchall() for values in rows]


class SqliteDatabase:
    """See `storage.database.Database`.

    Raises:
        StorageError: the file cannot be opened, is no database of ours, or a newer Copydesk made it.
    """

    search = Fts5()
    bad_search: type[Exception] = sqlite3.OperationalError
    passing_locked = ""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.name = str(path)
        self.read_only = read_only
        self._lock = threading.RLock()
        self._is_closed = False
        with self.explained():
            self._connection = self._open()

    def _open(self) -> SqliteConnection:
        if not self.read_only:
            return self._open_writer()
        connection = self._open_reader()
        try:
            if schema.check(connection, self.path):
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        self._open_writer().close()  # brings an older database up to date
        return self._open_reader()

    def _open_writer(self) -> SqliteConnection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"its folder cannot be made ({error.strerror or error})"
            raise StorageError(str(self.path), message) from error
        connection = _connect(str(self.path), uri=False)
        try:
            # Before the first write: the file may be another program's.
            is_current = schema.check(connection, self.path)
            for pragma in (*PRAGMAS, *WRITER_PRAGMAS):
                connection.execute(pragma)
            _use_wal(connection)
            if not is_current:
                schema.migrate(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_reader(self) -> SqliteConnection:
        """A connection that writes nothing. Where not even SQLite's index of the log can be written, the file must
        be at rest, and is read as it lies."""
        address = self.path.absolute().as_uri()
        connection = _connect(f"{address}?mode=ro", uri=True)
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite3.OperationalError as error:
            connection.close()
            log = self.path.with_name(self.path.name + "-wal")
            at_rest = self.path.is_file() and not (log.exists() and log.stat().st_size)
            if not at_rest or primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            connection = _connect(f"{address}?mode=ro&immutable=1", uri=True)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                with self.explained():
                    self._connection.close()

    @contextlib.contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Connection]:
        """One domain act: all of it or nothing.

        It takes the write lock before its first read (BEGIN IMMEDIATE), so what it read is still true when it writes.
        """
        with self._lock, self.explained():
            if self.read_only:
                raise StorageError(str(self.path), "was opened read-only")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Several reads of one state of the database."""
        with self._lock, self.explained():
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")

    def rows(self, sql: str, values: Values = ()) -> list[StoredRow]:
        with self._lock, self.explained():
            found: list[StoredRow] = self._connection.execute(sql, values).fetchall()
            return found

    def row(self, sql: str, values: Values = ()) -> StoredRow | None:
        """The first row; None where there is none."""
        with self._lock, self.explained():
            found: StoredRow | None = self._connection.execute(sql, values).fetchone()
            return found

    def number(self, sql: str, values: Values = ()) -> int:
        """The first column of the first row; 0 where that is null or there is none."""
        row = self.row(sql, values)
        return int(row[0] or 0) if row is not None else 0

    def stream(self, sql: str, values: Mapping[str, Any]) -> Iterator[StoredRow]:
        """Rows of one state of the database, one after the other, while others go on writing: on a connection of its
        own, in constant memory."""
        with self.explained(), contextlib.closing(self._open_reader()) as connection:
            yield from connection.execute(sql, values)

    def stream_found(self, ids: str, values: Mapping[str, Any], rows: str) -> Iterator[tuple[Any, ...]]:
        """The same where rows are large and an order has to be made: only ids are sorted. `ids` selects them in the
        order of the rows; `rows` selects the rows of some (`?`: a JSON list of ids), each with its id first."""
        with self.explained(), contextlib.closing(self._open_reader()) as connection:
            connection.row_factory = None
            connection.execute("BEGIN")
            found = connection.execute(ids, values)
            while some := [each for (each,) in found.fetchmany(database.STREAMED)]:
                by_id = {row[0]: row for row in connection.execute(rows, (json.dumps(some),))}
                yield from (by_id[each] for each in some)

    @contextlib.contextmanager
    def limited(self, limit_s: float) -> Iterator[None]:
        """Give up reads that go on for longer, with a StorageError."""
        until = monotonic() + limit_s
        with self._lock:
            self._connection.set_progress_handler(lambda: monotonic() > until, OPCODES)
            try:
                yield
            finally:
                self._connection.set_progress_handler(None, 0)

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [row["name"] for row in self.rows("SELECT name FROM pragma_table_info(?)", (table,))]

    def renumber(self, tables: Sequence[str]) -> None:
        """Nothing to do: SQLite looks for the largest id by itself."""

    def size_bytes(self) -> int:
        """Of the file, without its log."""
        return self.number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")

    def tidy(self) -> int:
        """Merge the search indexes, renew what the planner knows of the tables, write the log back and empty it; how
        many pages of it were written. Waits for no reader: what one still needs stays in the log."""
        for index in SEARCH_INDEXES:  # a transaction each: writers wait for one index, not for both
            with self.transaction() as connection:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        with self.transaction() as connection:
            connection.execute("PRAGMA optimize")
        return self._write_log_back()

    def begin_erasing(self) -> None:
        """What is deleted from now on is overwritten."""
        self.row("PRAGMA secure_delete = ON")

    def erase_traces(self) -> None:
        """Leave nothing of what was deleted in free pages, indexes and the log. Writes the whole file anew.

        Raises:
            StorageError: somebody reads or writes for so long that it cannot be done now.
        """
        self.begin_erasing()
        with self.transaction() as connection:
            for index in SEARCH_INDEXES:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        self.row("PRAGMA temp_store = FILE")  # a copy of the whole file has no place in memory
        self.row("VACUUM")  # what was updated or deleted long ago lies in free pages and gaps
        self.row("PRAGMA temp_store = MEMORY")
        if self.number("PRAGMA wal_checkpoint(TRUNCATE)"):
            raise StorageError(self.name, "its log is being read; call `copydesk takedown` again")

    def _write_log_back(self) -> int:
        """Bring the log into the file, and empty it where nobody still needs it; how many pages were brought."""
        with self._lock, self.explained():
            row = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._connection.execute("PRAGMA busy_timeout = 0")  # while TRUNCATE waits, nobody else could write
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")
            return max(0, int(row["checkpointed"]))

    def copy_to(self, path: Path) -> None:
        """Copy one state of the whole database, while others go on writing: beside the old copy first, so that a copy
        that is interrupted leaves the one before.

        Raises:
            StorageError: the copy is damaged.
        """
        fresh = path.with_name(f"{path.name}.new")
        for suffix in ("", "-wal", "-shm", "-journal"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(fresh)) as copy:
            with self.explained(), contextlib.closing(self._open_reader()) as connection:
                connection.execute("BEGIN")
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise StorageError(str(fresh), "the copy is damaged; is the disk sound?")
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        fresh.replace(path)

    def patient(self, noun: Noun) -> Noun:
        """The noun itself: a file is not lost."""
        return noun

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Say what SQLite refused in words that a user can act on; bugs pass as they are."""
        try:
            yield
        except sqlite3.Error as error:
            trouble = TROUBLES.get(primary_code(error))
            if trouble is None:
                raise
            raise StorageError(str(self.path), trouble) from error


def _use_wal(connection: sqlite3.Connection) -> None:
    """Keep a log beside the file, so that readers and a writer do not wait for each other. Two processes that open a
    new file at the same time: SQLite refuses the switch at once, whatever the busy timeout, so we wait ourselves."""
    until = monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(0.02)


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its details; -1 where the error is not SQLite's own."""
    code: int = getattr(error, "sqlite_errorcode", -1)
    return code & 0xFF if code >= 0 else code


def _connect(address: str, *, uri: bool) -> SqliteConnection:
    connection = sqlite3.connect(
        address,
        uri=uri,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=SqliteConnection,
    )
    connection.row_factory = sqlite3.Row
    return connection
