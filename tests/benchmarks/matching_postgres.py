"""The stores of the matching benchmark on PostgreSQL: rows as they are in the file, through COPY."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from storage.copying import FLAGS
from tests.postgres import keep_safe, make_database, server, write_fast

ROWS_AT_ONCE = 20_000
KEY = "ALTER TABLE postings ADD PRIMARY KEY (key, article)"
TABLES = ("crawls", "entries", "snapshots", "articles", "fingerprints", "listings", "duplicates")


def load(path: Path) -> str:
    """The address of a database with the rows of a file, on a server whose data outlive a power cut."""
    write_fast(server())
    database = make_database()
    with closing(sqlite3.connect(path)) as file, psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers: their rows are in the file
        connection.execute("ALTER TABLE postings DROP CONSTRAINT postings_pkey")
        for table in TABLES:
            _copy(file, connection, table)
        with connection.cursor().copy("COPY postings (key, article) FROM STDIN") as copy:
            rows = file.execute("SELECT key, article FROM postings")
            while batch := rows.fetchmany(ROWS_AT_ONCE):
                copy.write("".join(f"{key}\t{article}\n" for key, article in batch))
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute(KEY)
        connection.execute("VACUUM (ANALYZE)")
    keep_safe()
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return database


def index_bytes(database: str) -> int:
    """What postings, fingerprints and their indexes take."""
    with psycopg.connect(database) as connection:
        asked = "SELECT pg_total_relation_size('postings') + pg_total_relation_size('fingerprints')"
        found = connection.execute(asked).fetchone()
        assert found
        return int(found[0])


def _copy(file: sqlite3.Connection, connection: psycopg.Connection[Any], table: str) -> None:
    names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    flags = [place for place, name in enumerate(names) if name in FLAGS]
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    rows = file.execute(f"SELECT {', '.join(names)} FROM {table}")
    with connection.cursor().copy(into) as copy:
        for row in rows:
            values = list(row)
            for place in flags:
                values[place] = None if row[place] is None else bool(row[place])
            copy.write_row(values)
    if "id" in names:
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT COALESCE(MAX(id), 1) FROM {table}))"
        )
