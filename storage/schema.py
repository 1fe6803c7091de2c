"""The tables, and how a database gets them: sqlite-utils' own migrations, all of one opening in one transaction.

Instants are ISO 8601 UTC text of fixed width, so that the order of text is the order of time; columns that end in
`_stated` hold what the page said, in its own offset. JSON columns say so.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import StorageError
from copydesk.urls import canonical_url
from storage import (
    archive_files,
    backfill_tables,
    listings,
    match_tables,
    polling_tables,
    story_tables,
    tables,
    tables_upkeep,
    urls,
)

if TYPE_CHECKING:
    from sqlite_utils import Database as UtilsDatabase
    from sqlite_utils.migrations import Migrations

APPLICATION_ID = 0x436F7079
"""`Copy`, in the header of every database of ours (PRAGMA application_id)."""
STEPS: tuple[tuple[str, str], ...] = (
    ("m001_first_tables", tables.FIRST),
    ("m002_site_memory", tables.SITE_MEMORY),
    ("m003_polling", polling_tables.POLLING),
    ("m004_listings", listings.LISTINGS),
    ("m005_match_index", match_tables.MATCH_INDEX),
    ("m006_stories", story_tables.STORIES),
    ("m007_gaps", polling_tables.GAPS),
    ("m008_canonical_urls", urls.IN_LINE),
    ("m009_health", tables_upkeep.HEALTH),
    ("m010_backfills", backfill_tables.BACKFILLS),
    ("m011_removals", tables_upkeep.REMOVALS),
    ("m012_manners", polling_tables.MANNERS),
    ("m013_credits", match_tables.CREDITS),
    ("m014_backfill_damage", backfill_tables.DAMAGE),
    ("m015_archive_files", archive_files.ARCHIVE_FILES),
    ("m016_claims", tables_upkeep.CLAIMS),
)
"""Name and SQL of each migration. A step that was released is never changed: another one follows it."""


def check(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the database has every migration; False: it is empty or older. Writes nothing.

    Raises:
        StorageError: it is another program's, or a newer Copydesk made it.
    """
    version = _pragma(connection, "user_version")
    if _pragma(connection, "application_id") != APPLICATION_ID:
        if _pragma(connection, "schema_version") == 0:
            return False
        raise StorageError(str(path), "this is a database of another program; name another file")
    if version > len(STEPS):
        raise StorageError(
            str(path),
            f"a newer Copydesk made this database (its version is {version}, this program knows {len(STEPS)}); "
            "upgrade Copydesk",
        )
    return version == len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing. Two processes may do it at once: the second waits, and finds it done.

    Raises:
        StorageError: as `check`.
    """
    from sqlite_utils import Database as UtilsDatabase  # costly to import, and needed once in a database's life

    connection.execute("BEGIN IMMEDIATE")
    try:
        if not check(connection, path):
            connection.create_function("canonical_url", 1, canonical_url, deterministic=True)
            # Inside a transaction, its `atomic()` makes savepoints, not the plain BEGIN that fails under contention.
            migrations().apply(UtilsDatabase(connection, execute_plugins=False))
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(STEPS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrations() -> Migrations:
    """The steps as sqlite-utils runs and remembers them, in its table `_sqlite_migrations`."""
    from sqlite_utils.migrations import Migrations

    found = Migrations("copydesk")
    for name, script in STEPS:
        found(name=name)(_Step(script))
    return found


class _Step:
    """A migration function: runs statements one by one, since `executescript` would end the transaction."""

    __name__ = "step"

    def __init__(self, script: str) -> None:
        self.script = script

    def __call__(self, db: UtilsDatabase, /) -> None:
        statement = ""
        for line in self.script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                db.conn.execute(statement)
                statement = ""


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
