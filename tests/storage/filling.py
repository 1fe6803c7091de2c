"""A row or two in every table, whatever the tables are; and a store as SQL, frozen.

python -m tests.storage.filling 2 > tests/storage/schemas/2.sql      freezes a schema when it is released
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from storage import schema
from storage.copying import FLAGS
from storage.engines.sqlite import SqliteDatabase

ROWS = 2
Fill = Callable[[str, str, int], str]
"""(table, column, number of the row) -> the text that stands there."""


def strange_text(table: str, column: str, number: int) -> str:
    """What breaks careless copies: quotes, a semicolon at the end of a line, letters beyond the first plane."""
    return f'{table}.{column} {number}: O\'Brien said "so";\nKupfer fällt 🟠 \t{number}'


def make_store(path: Path, *, steps: int) -> None:
    """A store as the program made it when it knew so many migrations."""
    every = schema.STEPS
    schema.STEPS = every[:steps]
    try:
        SqliteDatabase(path, read_only=False).close()
    finally:
        schema.STEPS = every


@contextlib.contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        yield connection
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> list[str]:
    """Ordinary tables of ours, in the order in which they were made."""
    rows = connection.execute(
        """
        SELECT name FROM sqlite_schema AS made JOIN pragma_table_list USING (name)
         WHERE made.type = 'table' AND pragma_table_list.type = 'table' AND name NOT GLOB 'sqlite_*'
           AND name NOT GLOB '_sqlite_*' ORDER BY made.rowid
        """
    )
    return [row["name"] for row in rows]


def fill(connection: sqlite3.Connection, text: Fill = strange_text, *, rows: int = ROWS, nulls: bool = True) -> None:
    """Rows 1, 2, … in every table, each referring to rows of its own number; the last has null where that may be,
    unless `nulls` is False."""
    connection.execute("BEGIN")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for table in tables(connection):
        columns = connection.execute(f"SELECT * FROM pragma_table_info('{table}')").fetchall()
        targets = {row["from"]: row["table"] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
        for number in range(1, rows + 1):
            values = {
                column["name"]: _value(
                    table, column, targets.get(column["name"]), number, text, is_last=nulls and number == rows
                )
                for column in columns
            }
            marks = ", ".join("?" * len(values))
            # Or replace: triggers keep some rows beside those of other tables.
            connection.execute(
                f"INSERT OR REPLACE INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values())
            )
    connection.execute("COMMIT")


def _value(table: str, column: sqlite3.Row, target: str | None, number: int, text: Fill, *, is_last: bool) -> Any:
    if is_last and not column["notnull"] and not column["pk"]:
        return None
    if target is not None:
        return text("sources", "name", number) if column["type"] == "TEXT" else number
    if column["type"] == "INTEGER":
        return number % 2 if column["name"] in FLAGS else number
    if column["type"] == "REAL":
        return number + 0.25
    said = text(table, column["name"], number)
    return said if column["type"] == "TEXT" else said.encode()


def all_rows(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
        for table in tables(connection)
    }


def statements(connection: sqlite3.Connection) -> list[str]:
    """How every table, index and trigger is made; tables of tables (FTS, sqlite-utils) make their own."""
    rows = connection.execute(
        """
        SELECT sql FROM sqlite_schema AS made LEFT JOIN pragma_table_list USING (name)
         WHERE sql IS NOT NULL AND COALESCE(pragma_table_list.type, '') != 'shadow' AND tbl_name NOT GLOB '_sqlite_*'
         ORDER BY made.type = 'index', made.type = 'trigger', made.rowid
        """
    )
    return [row["sql"] for row in rows]


def dump(connection: sqlite3.Connection) -> str:
    """The whole store as SQL."""
    lines = [f"{sql};" for sql in statements(connection)]
    remembered = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = '_sqlite_migrations' ORDER BY rowid"
    )
    lines += [f"{row['sql']};" for row in remembered]
    names = [*tables(connection), "_sqlite_migrations"]
    for table in names:
        lines += [
            f"INSERT INTO {table} ({', '.join(row.keys())}) VALUES ({', '.join(map(_literal, row))});"
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]
    for pragma in ("application_id", "user_version"):
        lines.append(f"PRAGMA {pragma} = {connection.execute(f'PRAGMA {pragma}').fetchone()[0]};")
    return "\n".join(lines) + "\n"


def _literal(value: object) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else "NULL" if value is None else repr(value)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "copydesk.db"
        make_store(made, steps=int(sys.argv[1]))
        with connect(made) as opened:
            fill(opened)
            sys.stdout.write(dump(opened))
