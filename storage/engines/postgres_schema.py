"""How a PostgreSQL database gets its tables: the first time all of today's, later the same steps as SQLite's."""

from __future__ import annotations

from typing import Any

from copydesk.errors import StorageError
from storage import schema
from storage.engines.dialect import translate_tables
from storage.engines.postgres_search import make_functions
from storage.engines.postgres_tables import STEP, TABLES, TRIGGERS

OLDEST = 130_000
"""Of the server: PostgreSQL 13 is the first that takes the accents from letters."""
EACH = """
CREATE FUNCTION copydesk_each(list TEXT) RETURNS TABLE (key BIGINT, value TEXT) LANGUAGE SQL IMMUTABLE PARALLEL SAFE
ROWS 20 AS $$
    SELECT place - 1, element FROM jsonb_array_elements_text(list::jsonb) WITH ORDINALITY AS elements (element, place)
$$
"""
"""What `json_each` is to SQLite."""
VERSION = """
CREATE TABLE copydesk_schema (version BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now());
"""
OTHERS = """
SELECT count(*) FROM pg_class
 WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
   AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
"""
"""Tables that no extension made."""


def check(connection: Any, name: str) -> bool:
    """Whether the database has every migration; False: it is empty or older. Writes nothing.

    Raises:
        StorageError: it is another program's, a newer Copydesk made it, or the server is too old or not in UTF-8.
    """
    if connection.info.server_version < OLDEST:
        raise StorageError(name, f"needs PostgreSQL {OLDEST // 10_000} or newer")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise StorageError(name, "is not in UTF-8; make it with `createdb --encoding UTF8 --template template0 NAME`")
    if connection.execute("SELECT to_regclass('copydesk_schema')").fetchone()[0] is None:
        if connection.execute(OTHERS).fetchone()[0]:
            raise StorageError(name, "this is a database of another program; name another one")
        return False
    version = connection.execute("SELECT max(version) FROM copydesk_schema").fetchone()[0]
    if version > len(schema.STEPS):
        raise StorageError(
            name,
            f"a newer Copydesk made this database (its version is {version}, this program knows {len(schema.STEPS)}); "
            "upgrade Copydesk",
        )
    return bool(version == len(schema.STEPS))


def migrate(connection: Any, name: str) -> None:
    """Apply what is missing, inside a transaction that nobody else writes beside.

    Raises:
        StorageError: as `check`.
    """
    if check(connection, name):
        return
    made = connection.execute("SELECT to_regclass('copydesk_schema')").fetchone()[0] is not None
    at = connection.execute("SELECT max(version) FROM copydesk_schema").fetchone()[0] if made else STEP
    if not made:
        configurations = [row[0] for row in connection.execute("SELECT cfgname FROM pg_ts_config")]
        for statement in (*translate_tables(TABLES), EACH, make_functions(configurations), TRIGGERS, VERSION):
            connection.execute(statement)
    for _, script in schema.STEPS[at:]:
        for statement in translate_tables(script):
            connection.execute(statement)
    connection.execute(f"INSERT INTO copydesk_schema (version) VALUES ({len(schema.STEPS)})")
