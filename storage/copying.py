"""Makes one database what another is, whatever their engines: all rows, in batches, as often as it is asked for.

Rows are compared in the order of their keys, and only those that differ are written: a copy that was broken off goes on
where it was, and one that is made again brings what changed since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from copydesk.errors import StorageError
from storage.database import Connection, Database
from storage.upkeep_records import TableCopy

BATCH = 1000
"""Rows that are read, compared and written in one transaction."""
DIGEST_BYTES = 16
FLAGS = frozenset({"enabled", "paywalled", "is_done", "noindex", "noarchive", "tdm_reserved"})
"""Columns that are BOOLEAN where the engine has that type; they are read as 1 and 0 from all."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of rows: `key` names its columns of identity; `later` those that point at rows of the same table or of
    one further on, and are filled once all rows are there."""

    name: str
    key: tuple[str, ...] = ("id",)
    later: tuple[str, ...] = ()


TABLES = (
    Table("sources", ("name",)),
    Table("endpoints"),
    Table("crawls"),
    Table("polls"),
    Table("entries"),
    Table("sightings", ("endpoint_id", "entry_id")),
    Table("snapshots", later=("article_id",)),
    Table("articles", later=("duplicate_of",)),
    Table("fetches"),
    Table("revisions", ("article_id", "number")),
    Table("quarantine"),
    Table("learned_lines"),
    Table("lessons", ("source",)),
    Table("postings", ("key", "article")),
    Table("fingerprints", ("article",)),
    Table("duplicates"),
    Table("undone", ("edge_id",)),
    Table("stories", later=("merged_into",)),
    Table("story_texts", ("article_id",)),
    Table("story_postings", ("term", "day", "article_id")),
    Table("story_terms", ("term",)),
    Table("gaps"),
    Table("health", ("source",)),
    Table("alerts"),
    Table("backfills", ("key",)),
    Table("removals"),
    Table("rewrites", ("file",)),
    Table("archive_files", ("name",)),
    Table("site_files", ("url",)),
    Table("host_rests", ("host",)),
)
"""Each after those that it points at. `leases` are not among them: they are of processes that run now."""
BY_TRIGGERS = (Table("listings", ("article_id",)),)
"""What the database keeps by itself beside `articles`; compared last, once nothing changes in those any more."""


def copy(source: Database, target: Database, *, on_progress: Callable[[str, int], None]) -> list[TableCopy]:
    """Make `target` one state of `source`, while others go on writing to that. `on_progress`: a table, and how many of
    its rows were looked at.

    Raises:
        StorageError: the target is the source, another desk's, or worked since it was copied; or the two differ.
    """
    _check(source, target)
    every = (*TABLES, *BY_TRIGGERS)
    with source.reading():
        for table in TABLES:
            _clear_later(source, target, table)
        gone = {table.name: _delete_gone(source, target, table) for table in reversed(every)}
        written = {table.name: _write(source, target, table, on_progress) for table in TABLES}
        for table in TABLES:
            _fill_later(source, target, table)
        written |= {table.name: _write(source, target, table, on_progress) for table in BY_TRIGGERS}
        target.renumber([table.name for table in TABLES if table.key == ("id",)])
        return [_verified(source, target, table, written[table.name], gone[table.name]) for table in every]


def _check(source: Database, target: Database) -> None:
    if source.name == target.name:
        raise StorageError(target.name, "cannot be copied onto itself; name another database")
    ours, theirs = (_first_crawl(database) for database in (source, target))
    if theirs is None:
        if target.number("SELECT COUNT(*) FROM sources") and ours is not None:
            raise StorageError(target.name, "is another desk's; a copy needs an empty database, or an earlier copy")
        return
    if ours != theirs:
        raise StorageError(target.name, "is another desk's; a copy needs an empty database, or an earlier copy")
    last = "SELECT COALESCE(MAX(id), 0) FROM crawls"
    if target.number(last) > source.number(last):
        what = "has crawls of its own since it was copied, which another copy would undo; copy the other way round"
        raise StorageError(target.name, what)


def _first_crawl(database: Database) -> tuple[Any, ...] | None:
    row = database.row("SELECT id, started_at, trigger FROM crawls ORDER BY id LIMIT 1")
    return None if row is None else tuple(row)


def _delete_gone(source: Database, target: Database, table: Table) -> int:
    """Delete what the source has no longer; how many rows."""
    keys, gone = ", ".join(table.key), 0
    for batch in _batches(target, table, keys):
        there = {tuple(row) for row in _between(source, table, keys, batch)}
        missing = [key for key in batch if key not in there]
        if missing:
            with target.transaction() as connection:
                connection.executemany(f"DELETE FROM {table.name} WHERE {_is(table.key)}", missing)
            gone += len(missing)
    return gone


def _write(source: Database, target: Database, table: Table, on_progress: Callable[[str, int], None]) -> int:
    """Write rows that are missing or differ, without what is filled later; how many."""
    names = _columns(source, table, but=table.later)
    width, columns = len(table.key), ", ".join(names)
    written = seen = 0
    for batch in _batches(source, table, columns):
        there = {tuple(row)[:width]: tuple(row) for row in _between(target, table, columns, batch)}
        changed = [row for row in batch if there.get(row[:width]) != row]
        if changed:
            with target.transaction() as connection:
                _upsert(connection, table, names, changed)
        written, seen = written + len(changed), seen + len(batch)
        on_progress(table.name, seen)
    return written


def _upsert(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    others = names[len(table.key) :]
    flags = [place for place, name in enumerate(names) if name in FLAGS]
    new = ", ".join(f"{name} = excluded.{name}" for name in others)
    connection.executemany(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT ({', '.join(table.key)}) DO {f'UPDATE SET {new}' if new else 'NOTHING'}",
        [_typed(row, flags) for row in rows] if flags else rows,
    )


def _typed(row: tuple[Any, ...], flags: Sequence[int]) -> tuple[Any, ...]:
    return tuple(bool(value) if place in flags and value is not None else value for place, value in enumerate(row))


def _clear_later(source: Database, target: Database, table: Table) -> None:
    """Point nowhere where the source points elsewhere by now: what is pointed at may have to go."""
    columns, width = ", ".join((*table.key, *table.later)), len(table.key)
    for batch in _batches(target, table, columns) if table.later else ():
        there = {tuple(row) for row in _between(source, table, columns, batch)}
        nothing = (None,) * len(table.later)
        _set_later(target, table, [(*row[:width], *nothing) for row in batch if row not in there])


def _fill_later(source: Database, target: Database, table: Table) -> None:
    columns = ", ".join((*table.key, *table.later))
    for batch in _batches(source, table, columns) if table.later else ():
        there = {tuple(row) for row in _between(target, table, columns, batch)}
        _set_later(target, table, [row for row in batch if row not in there])


def _set_later(target: Database, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write columns that are filled later; rows begin with their keys."""
    if not rows:
        return
    width = len(table.key)
    new = ", ".join(f"{name} = ?" for name in table.later)
    with target.transaction() as connection:
        connection.executemany(
            f"UPDATE {table.name} SET {new} WHERE {_is(table.key)}", [(*row[width:], *row[:width]) for row in rows]
        )


def _verified(source: Database, target: Database, table: Table, written: int, gone: int) -> TableCopy:
    """
    Raises:
        StorageError: the table is not the same in both.
    """
    columns = ", ".join(_columns(source, table))
    ours, theirs = (_digest(database, table, columns) for database in (source, target))
    if ours != theirs:
        what = f"{table.name}: {theirs[0]} rows of digest {theirs[1]}, and {ours[0]} of {ours[1]} in {source.name}; "
        raise StorageError(target.name, what + "does another program write to it? Copy again")
    return TableCopy(table=table.name, rows=ours[0], written=written, deleted=gone, digest=ours[1])


def _digest(database: Database, table: Table, columns: str) -> tuple[int, str]:
    """How many rows there are, and a digest of all of them that does not depend on their order."""
    rows = total = 0
    for batch in _batches(database, table, columns):
        for row in batch:
            text = json.dumps(row, default=bytes.hex, ensure_ascii=False, separators=(",", ":"))
            digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
            total += int.from_bytes(digest, "big")
        rows += len(batch)
    return rows, f"{total % (1 << 8 * DIGEST_BYTES):0{2 * DIGEST_BYTES}x}"


def _batches(database: Database, table: Table, columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """All rows in order of their keys; `columns` begin with those of the key."""
    keys = ", ".join(table.key)
    after: tuple[Any, ...] = ()
    while True:
        where = f"WHERE ({keys}) > ({', '.join('?' * len(table.key))})" if after else ""
        sql = f"SELECT {columns} FROM {table.name} {where} ORDER BY {keys} LIMIT {BATCH}"
        batch = [tuple(row) for row in database.rows(sql, after)]
        if not batch:
            return
        yield batch
        after = batch[-1][: len(table.key)]


def _between(database: Database, table: Table, columns: str, batch: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The rows of a database whose keys lie between the first and the last one of a batch of another."""
    width = len(table.key)
    keys, marks = ", ".join(table.key), ", ".join("?" * width)
    sql = f"SELECT {columns} FROM {table.name} WHERE ({keys}) >= ({marks}) AND ({keys}) <= ({marks})"
    return database.rows(sql, (*batch[0][:width], *batch[-1][:width]))


def _columns(database: Database, table: Table, *, but: Sequence[str] = ()) -> list[str]:
    """Those of the key first."""
    names = database.columns(table.name)
    return [*table.key, *(name for name in names if name not in table.key and name not in but)]


def _is(key: Sequence[str]) -> str:
    return " AND ".join(f"{name} = ?" for name in key)
