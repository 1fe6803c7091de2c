"""`copydesk copy`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from flows.cli.common import Session, command
from flows.cli.output import Column, console, count, emit

TABLES = (
    Column(key="table", style="green"),
    *(count(key) for key in ("rows", "written", "deleted")),
    Column(key="digest", style="dim"),
)


@command(example="copydesk copy --to postgresql://desk@127.0.0.1/desk")
@click.option("--to", required=True, metavar="DATABASE", help="A file, or the address of a PostgreSQL database.")
def copy(session: Session, to: str) -> None:
    """Copy the database to another one, of either engine, while the desk runs; then compare all rows of both.

    Broken off, it goes on where it was; called again, it brings only what changed. To move: copy, end the desk, copy
    again, and name the new database in news.toml. The archive stays where it is. With COPYDESK_DESK_DATABASE set, it
    copies from there: that is the way back.
    """
    from storage.store import open_store

    with session.store() as store, open_store(to) as target, _told() as on_progress:
        tables = store.copy_to(target, on_progress=on_progress)
    emit(session, [asdict(table) for table in tables if session.format != "table" or table.rows], TABLES)


@contextmanager
def _told() -> Iterator[Callable[[str, int], None]]:
    """A line on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda table, rows: None
        return
    with console(stderr=True).status("compares") as status:
        yield lambda table, rows: status.update(f"{table}: {rows:,} rows")
