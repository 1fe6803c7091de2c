"""Pages that others fetched, taken into the store; how far each file was read is stored in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from copydesk.model import Entry
from copydesk.urls import canonical_url, is_too_long
from storage.database import Connection, Database
from storage.instants import to_text, to_text_or_none
from storage.records import FetchRecord
from storage.removed import removal_of
from storage.snapshots import insert_snapshot, is_removed


class SqlBackfills:
    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self, key: str) -> tuple[int, bool]:
        """Where to go on reading, and whether all was read; (0, False) for a file that was never begun."""
        row = self._database.row("SELECT position, is_done FROM backfills WHERE key = ?", (key,))
        return (0, False) if row is None else (int(row["position"]), bool(row["is_done"]))

    def is_known(self, url: str, digest: str) -> bool:
        """Whether a snapshot of this page with these bytes is stored."""
        row = self._database.row(
            """
            SELECT 1 FROM entries JOIN snapshots ON snapshots.entry_id = entries.id
             WHERE entries.key = ? AND snapshots.digest = ? LIMIT 1
            """,
            (canonical_url(url), digest),
        )
        return row is not None

    def record(
        self,
        key: str,
        *,
        file: str,
        position: int,
        is_done: bool,
        damage: str = "",
        fetches: Sequence[FetchRecord],
        now: datetime,
    ) -> int:
        """Store pages and the position behind them in one transaction; how many snapshots there are new.

        `damage`: why nothing behind it could be read.

        Entries that are known keep their state: an old page says nothing of when to look at the live one.
        """
        with self._database.transaction() as connection:
            taken = sum(_take(connection, fetch) for fetch in fetches)
            connection.execute(
                """
                INSERT INTO backfills (key, file, position, is_done, damage, at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET file = excluded.file, position = excluded.position,
                    is_done = excluded.is_done, damage = excluded.damage, at = excluded.at
                """,
                (key, file, position, is_done, damage or None, to_text(now)),
            )
        return taken

    def discover(self, source: str, entries: Sequence[Entry], *, now: datetime) -> list[str]:
        """Store entries of a sitemap's past, and return the URLs of those that were never fetched, in their order.
        Without what was taken down."""
        with self._database.transaction() as connection:
            entries = [entry for entry in entries if not is_too_long(canonical_url(entry.url))]
            entries = [entry for entry in entries if removal_of(connection, entry.url) is None]
            for entry in entries:
                connection.execute(
                    """
                    INSERT INTO entries (key, source, url, title, published_at, modified_at, language, state,
                                         first_seen_at, next_look_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, 'known', ?, NULL) ON CONFLICT (key) DO NOTHING
                    """,
                    (
                        canonical_url(entry.url),
                        source,
                        entry.url,
                        entry.title,
                        to_text_or_none(entry.published_at),
                        to_text_or_none(entry.modified_at),
                        entry.language,
                        to_text(now),
                    ),
                )
        keys = json.dumps([canonical_url(entry.url) for entry in entries])
        rows = self._database.rows(
            """
            SELECT entries.url FROM json_each(?) AS wanted JOIN entries ON entries.key = wanted.value
             WHERE entries.state IN ('known', 'new', 'failed') GROUP BY entries.id ORDER BY MIN(wanted.key)
            """,
            (keys,),
        )
        return [str(row["url"]) for row in rows]


def _take(connection: Connection, fetch: FetchRecord) -> bool:
    """Whether it is kept: what was taken down does not come back."""
    at = to_text(fetch.at)
    if is_too_long(canonical_url(fetch.url)):
        return False
    connection.execute(
        """
        INSERT INTO entries (key, source, url, state, first_seen_at, next_look_at, digest)
        VALUES (?, ?, ?, 'fetched', ?, NULL, ?) ON CONFLICT (key) DO NOTHING
        """,
        (canonical_url(fetch.url), fetch.source, fetch.url, at, fetch.snapshot.digest if fetch.snapshot else None),
    )
    row = connection.execute("SELECT id FROM entries WHERE key = ?", (canonical_url(fetch.url),)).fetchone()
    fetch = replace(fetch, entry_id=row["id"])
    if is_removed(connection, fetch):
        return False
    snapshot_id = insert_snapshot(connection, fetch)
    connection.execute(
        """
        INSERT INTO fetches (entry_id, crawl_id, source, at, outcome, status, detail, snapshot_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (row["id"], fetch.crawl_id, fetch.source, at, fetch.outcome, fetch.status, fetch.detail, snapshot_id),
    )
    return True
