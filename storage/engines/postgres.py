"""One PostgreSQL database, through psycopg 3: opened, locked, asked, and opened anew when the server comes back."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar, cast

import psycopg
from psycopg.pq import TransactionStatus

from copydesk.errors import StorageError
from storage import database
from storage.address import shown
from storage.database import Connection, Cursor, StoredRow, Values
from storage.engines import postgres_schema
from storage.engines.dialect import translate, translate_values
from storage.engines.postgres_rows import adapt
from storage.engines.postgres_search import PostgresSearch

log = logging.getLogger(__name__)

BUSY_S = 30.0
"""How long another process's transaction is waited for."""
PATIENCE_S = 90.0
"""How long a server that was there is waited for."""
WRITING = 0x436F7079
"""The advisory lock of who writes: `Copy`. One at a time, so what a transaction reads is still true when it writes."""
BEGIN = f"""
BEGIN; SET LOCAL lock_timeout = {int(BUSY_S * 1000)}; SELECT pg_advisory_xact_lock({WRITING});
SET LOCAL lock_timeout = 0; SELECT pg_current_xact_id()::text
"""
BEGIN_BESIDE = "BEGIN; SELECT pg_current_xact_id()::text"
"""Without the lock."""
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
SETTINGS: dict[str, Any] = {
    "autocommit": True,  # transactions are begun and ended in words
    "connect_timeout": 10,
    "application_name": "copydesk",
    "keepalives_idle": 30,  # a server that is gone without a word is noticed within a minute
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
LOST = ("08", "57P")
"""SQLSTATEs that begin so: the connection or the server is gone."""
AGAIN = ("40001", "40P01")
"""Of two transactions one had to give way: it is begun anew."""
TROUBLES = {
    "55P03": f"another process has been writing for {BUSY_S:g} s; try again when it is done",
    "57014": "this took too long, and was given up; ask for less, or later",
    "53100": "the server's disk is full",
    "53200": "the server has not enough memory",
    "53300": "the server takes no more connections (max_connections)",
    "42501": "this user may not do that; it must own the tables, or may not make any in this schema",
    "25006": "it can only be read: is it a standby?",
    "XX001": "it is damaged; the server's log says where",
    "XX002": "an index is damaged; REINDEX may mend it",
}
"""What a user can act on, by SQLSTATE. Any other code is a bug of ours."""
REFUSALS = (
    ("password authentication failed", "the server refuses this user or this password"),
    ("no password supplied", "the server wants a password: postgresql://USER:PASSWORD@HOST/NAME, or ~/.pgpass"),
    ("no pg_hba.conf entry", "the server lets nobody in from here as this user (pg_hba.conf)"),
    ("does not exist", "there is no such database or user on this server; `createdb NAME` makes a database"),
    ("too many clients", TROUBLES["53300"]),
    ("remaining connection slots", TROUBLES["53300"]),
    ("could not translate host name", "there is no host of this name"),
    ("failed to resolve host", "there is no host of this name"),
    ('missing "="', "is no address; postgresql://USER@HOST:PORT/NAME is one"),
    ("invalid", "is no address; postgresql://USER@HOST:PORT/NAME is one"),
)
"""(what the server or its library says, what that means). Their own words may hold the password."""
UNREACHABLE = "no server answers there; is it running?"

Answer = TypeVar("Answer")


class ConnectionLost(StorageError):
    """The connection ended within an act, of which nothing is stored: it may be tried again as a whole."""


class PostgresDatabase:
    """See `storage.database.Database`.

    Raises:
        StorageError: there is no server, it refuses us, the database is not ours, or a newer Copydesk made it.
    """

    bad_search: type[Exception] = ValueError
    passing_locked = "FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, *, read_only: bool) -> None:
        self._url = url
        self.name = shown(url)
        self.read_only = read_only
        self.search = PostgresSearch()
        self._lock = threading.RLock()
        self._is_closed = False
        with self.explained():
            self._connection = self._connect()
            try:
                if not postgres_schema.check(self._connection, self.name):
                    self._migrate()
            except BaseException:
                self._connection.close()
                raise
            self._restrict(self._connection)

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = psycopg.connect(self._url, **SETTINGS)
        adapt(connection)
        return connection

    def _restrict(self, connection: psycopg.Connection[Any]) -> None:
        if self.read_only:
            connection.execute("SET default_transaction_read_only = on")

    def _migrate(self) -> None:
        """Two processes may do it at once: the second waits, and finds it done."""
        self._connection.execute(BEGIN)
        try:
            postgres_schema.migrate(self._connection, self.name)
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._connection.close()

    @contextlib.contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Connection]:
        """One domain act: all of it or nothing. It waits for its turn before its first read, but where it need not be
        `alone`.

        Raises:
            ConnectionLost: nothing of it is stored.
        """
        with self._lock, self.explained():
            if self.read_only:
                raise StorageError(self.name, "was opened read-only")
            begin = BEGIN if alone else BEGIN_BESIDE
            number = self._patiently(lambda connection: _last(connection.execute(begin)))
            try:
                yield _Translated(self._connection)
                self._commit(number)
            except BaseException:
                self._roll_back()
                raise

    def _commit(self, number: str) -> None:
        """A commit whose answer was lost is asked after: the server knows what became of each transaction."""
        if self._connection.info.transaction_status == TransactionStatus.INERROR:
            raise StorageError(self.name, "a transaction went on after an error")
        try:
            self._connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            if not is_lost(error):
                raise
            status = "SELECT pg_xact_status(%s::xid8)"
            if (
                self._patiently(lambda connection: connection.execute(status, (number,)).fetchall()[0][0])
                != "committed"
            ):
                raise

    def _roll_back(self) -> None:
        if not self._connection.closed and self._connection.info.transaction_status != TransactionStatus.IDLE:
            with contextlib.suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Several reads of one state of the database."""
        with self._lock, self.explained():
            if self._is_within():
                yield _Translated(self._connection)
                return
            self._patiently(lambda connection: connection.execute(BEGIN_READING))
            try:
                yield _Translated(self._connection)
            finally:
                self._roll_back()

    def rows(self, sql: str, values: Values = ()) -> list[StoredRow]:
        with self._lock, self.explained():
            if self._is_within():
                return _execute(self._connection, sql, values).fetchall()
            return self._patiently(lambda connection: _execute(connection, sql, values).fetchall())

    def row(self, sql: str, values: Values = ()) -> StoredRow | None:
        """The first row; None where there is none."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def number(self, sql: str, values: Values = ()) -> int:
        """The first column of the first row; 0 where that is null or there is none."""
        row = self.row(sql, values)
        return int(row[0] or 0) if row is not None else 0

    def stream(self, sql: str, values: Mapping[str, Any]) -> Iterator[StoredRow]:
        """Rows of one state of the database, one after the other, on a connection of its own, in constant memory."""
        with self.explained(), contextlib.closing(self._connect()) as connection:
            connection.execute(BEGIN_READING)
            with connection.cursor(name="stream") as cursor:
                cursor.itersize = database.STREAMED
                yield from cursor.execute(*_translated(sql, values))

    def stream_found(self, ids: str, values: Mapping[str, Any], rows: str) -> Iterator[tuple[Any, ...]]:
        """The same where rows are large and an order has to be made; see `storage.database.Database`."""
        with self.explained(), contextlib.closing(self._connect()) as connection:
            connection.execute(BEGIN_READING)
            with connection.cursor(name="found") as cursor:
                cursor.execute(*_translated(ids, values))
                while some := [row[0] for row in cursor.fetchmany(database.STREAMED)]:
                    by_id = {row[0]: row for row in _execute(connection, rows, (json.dumps(some),))}
                    yield from (by_id[each] for each in some)

    @contextlib.contextmanager
    def limited(self, limit_s: float) -> Iterator[None]:
        """Give up reads that go on for longer, with a StorageError."""
        with self._lock:
            self.rows(f"SET statement_timeout = {int(limit_s * 1000)}")
            try:
                yield
            finally:
                self.rows("SET statement_timeout = 0")

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        named = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped"
        return [row[0] for row in self.rows(f"{named} ORDER BY attnum", (table,))]

    def renumber(self, tables: Sequence[str]) -> None:
        """Let the next id of each table come after its largest."""
        with self.transaction() as connection:
            for table in tables:
                largest = f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {table})"
                if table == "duplicates":  # an edge that was undone keeps its number
                    largest = f"GREATEST({largest}, (SELECT COALESCE(MAX(edge_id), 0) + 1 FROM undone))"
                connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {largest}, FALSE)")

    def size_bytes(self) -> int:
        """Of the whole database, indexes too, without the server's log."""
        return self.number("SELECT pg_database_size(current_database())")

    def tidy(self) -> int:
        """Renew what the planner knows of the tables; the server's autovacuum does the rest. No page of a log."""
        self._act("ANALYZE")
        return 0

    def begin_erasing(self) -> None:
        """Nothing: rows are never overwritten in their place, only left behind, until `erase_traces`."""

    def erase_traces(self) -> None:
        """Write the tables anew, without what was deleted. What the server's log, standbys and dumps hold is theirs.

        Raises:
            StorageError: somebody reads or writes for so long that it cannot be done now.
        """
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        self._act(f"SET lock_timeout = {int(BUSY_S * 1000)}")
        try:
            for row in self.rows(tables):
                self._act(f"VACUUM (FULL, ANALYZE) {row['tablename']}")
        finally:
            self._act("RESET lock_timeout")

    def copy_to(self, path: Path) -> None:
        """Raises: StorageError: a server's database is no file."""
        raise StorageError(self.name, "is copied by PostgreSQL's own `pg_dump`; copy the archive's folder after that")

    def patient(self, noun: Answer) -> Answer:
        """A noun of the store whose acts are tried again, as a whole, where the connection was lost within one."""
        return cast("Answer", _Patient(noun))

    def _act(self, statement: str) -> None:
        with self._lock, self.explained():
            self._patiently(lambda connection: connection.execute(statement))

    def _is_within(self) -> bool:
        return self._connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    def _patiently(self, act: Callable[[psycopg.Connection[Any]], Answer]) -> Answer:
        """Do what changes nothing, or begins; where the connection is lost, on a new one, once the server is back."""
        until, pause_s = monotonic() + PATIENCE_S, 0.1
        while True:
            try:
                if self._connection.closed and not self._is_closed:
                    self._connection = self._connect()
                    self._restrict(self._connection)
                    log.info("connected again database=%s", self.name)
                return act(self._connection)
            except psycopg.OperationalError as error:
                if not is_lost(error) or self._is_closed or monotonic() > until:
                    raise
                log.warning("the connection is lost; it is opened anew database=%s", self.name)
                self._connection.close()
            sleep(pause_s)
            pause_s = min(2.0, pause_s * 2)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Say what the server refused in words that a user can act on; bugs pass as they are."""
        try:
            yield
        except psycopg.Error as error:
            if error.sqlstate in TROUBLES:
                raise StorageError(self.name, TROUBLES[error.sqlstate]) from error
            if error.sqlstate in AGAIN or is_lost(error):
                kind = ConnectionLost if hasattr(self, "_connection") else StorageError
                raise kind(self.name, _refusal(error)) from None  # its words may hold the password
            raise


class _Translated:
    """See `storage.database.Connection`."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Values = (), /) -> Cursor:
        return _execute(self._connection, sql, values)

    def executemany(self, sql: str, rows: Iterable[Values], /) -> Cursor:
        cursor = self._connection.cursor()
        cursor.executemany(translate(sql), [translate_values(sql, values) for values in rows])
        return cursor

    def every(self, sql: str, rows: Sequence[Values], /) -> list[list[Any]]:
        """The answers to one question with many values, in their order: asked all at once."""
        answers: list[list[Any]] = []
        with self._connection.cursor() as cursor:
            cursor.executemany(translate(sql), [translate_values(sql, values) for values in rows], returning=True)
            for _ in rows:
                answers.append(cursor.fetchall())
                cursor.nextset()
        return answers


class _Patient:
    """A noun of the store, all of whose methods may be called again when nothing of them was stored."""

    def __init__(self, noun: Any) -> None:
        self._noun = noun

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._noun, name)

        def act(*values: Any, **named: Any) -> Any:
            until = monotonic() + PATIENCE_S
            while True:
                try:
                    return method(*values, **named)
                except ConnectionLost:
                    if monotonic() > until:
                        raise
                    log.warning("lost within an act, which is done again act=%s", name)

        return act


def is_lost(error: psycopg.Error) -> bool:
    """Whether the connection, or the server, is gone; also where it was never there."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(LOST)


def _refusal(error: psycopg.Error) -> str:
    words = str(error)
    return next((meaning for said, meaning in REFUSALS if said in words), UNREACHABLE)


def _execute(connection: psycopg.Connection[Any], sql: str, values: Values) -> psycopg.Cursor[Any]:
    return connection.execute(*_translated(sql, values))


def _translated(sql: str, values: Values) -> tuple[Any, Any]:
    return translate(sql), translate_values(sql, values)


def _last(cursor: psycopg.Cursor[Any]) -> str:
    """The first column of the answer to the last of several statements."""
    while cursor.nextset():
        pass
    return str(cursor.fetchone()[0])  # type: ignore[index]
