"""Looks at pages, and the snapshots they left."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from copydesk.model import Entry
from storage.database import Connection, Database, StoredRow
from storage.instants import to_instant, to_text, to_text_or_none
from storage.records import ArchivePointer, FetchOutcome, FetchRecord, SnapshotRow
from storage.removed import removal_of

SELECT = """
SELECT snapshots.*, entries.url AS entry_url, entries.title, entries.published_at, entries.modified_at,
       entries.language
  FROM snapshots JOIN entries ON entries.id = entry_id
"""
CLAIM = """
WITH chosen AS (
    SELECT id FROM snapshots
     WHERE state = 'pending' AND file NOT IN (SELECT value FROM json_each(:but_in))
       AND (claimed_by IS NULL OR claimed_until <= :now
            OR EXISTS (SELECT 1 FROM crawls WHERE crawls.id = snapshots.claimed_by AND ended_at IS NOT NULL))
       AND (:everything OR crawl_id = :by
            OR EXISTS (SELECT 1 FROM crawls WHERE crawls.id = snapshots.crawl_id AND ended_at IS NOT NULL))
       AND NOT EXISTS (SELECT 1 FROM snapshots AS earlier
                        WHERE earlier.entry_id = snapshots.entry_id AND earlier.id < snapshots.id
                          AND earlier.state = 'pending' AND earlier.claimed_by IS NOT :by)
     ORDER BY id LIMIT :limit {passing_locked})
UPDATE snapshots SET claimed_by = :by, claimed_until = :until WHERE id IN (SELECT id FROM chosen) RETURNING id
"""
"""An earlier snapshot of the same page goes first, and to the same ingest: revisions are stored in their order."""


class SqlFetches:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, fetches: Sequence[FetchRecord]) -> list[int | None]:
        """Store looks at pages; the ids of their snapshots, None where none was kept."""
        with self._database.transaction() as connection:
            return [_record(connection, fetch) for fetch in fetches]


def _record(connection: Connection, fetch: FetchRecord) -> int | None:
    if is_removed(connection, fetch):
        return None
    snapshot_id = insert_snapshot(connection, fetch)
    connection.execute(
        """
        INSERT INTO fetches (entry_id, crawl_id, source, at, outcome, status, detail, snapshot_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            fetch.entry_id,
            fetch.crawl_id,
            fetch.source,
            to_text(fetch.at),
            fetch.outcome,
            fetch.status,
            fetch.detail,
            snapshot_id,
        ),
    )
    connection.execute(
        """
        UPDATE entries SET state = ?, next_look_at = ?, attempts = CASE WHEN ? THEN attempts + 1 ELSE 0 END
         WHERE id = ?
        """,
        (fetch.state, to_text_or_none(fetch.next_look_at), fetch.outcome == FetchOutcome.FAILED, fetch.entry_id),
    )
    if fetch.validators is not None:
        validators = fetch.validators
        connection.execute(
            "UPDATE entries SET etag = ?, last_modified = ?, digest = ? WHERE id = ?",
            (validators.etag, validators.last_modified, validators.digest, fetch.entry_id),
        )
    return snapshot_id


def is_removed(connection: Connection, fetch: FetchRecord) -> bool:
    """Whether a page was taken down while a crawl was at it, or leads to one that was: nothing is kept of it, and the
    bytes that are in the archive already go with the next `finish`."""
    snapshot = fetch.snapshot
    urls = (fetch.url,) if snapshot is None else (fetch.url, snapshot.final_url)
    if all(removal_of(connection, url) is None for url in urls):
        return False
    connection.execute("UPDATE entries SET state = 'removed', next_look_at = NULL WHERE id = ?", (fetch.entry_id,))
    if snapshot is not None:
        connection.execute(
            "INSERT INTO rewrites (file) VALUES (?) ON CONFLICT (file) DO NOTHING", (snapshot.pointer.file,)
        )
    return True


def insert_snapshot(connection: Connection, fetch: FetchRecord) -> int | None:
    snapshot = fetch.snapshot
    if snapshot is None:
        return None
    row = connection.execute(
        """
        INSERT INTO snapshots (entry_id, crawl_id, source, url, final_url, status, content_type, headers, fetched_at,
                               digest, body_bytes, file, offset, length, noindex, noarchive, tdm_reserved,
                               tdm_policy_url, rights_why)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        (
            fetch.entry_id,
            fetch.crawl_id,
            fetch.source,
            fetch.url,
            snapshot.final_url,
            snapshot.status,
            snapshot.content_type,
            json.dumps(dict(snapshot.headers), ensure_ascii=False),
            to_text(fetch.at),
            snapshot.digest,
            snapshot.body_bytes,
            snapshot.pointer.file,
            snapshot.pointer.offset,
            snapshot.pointer.length,
            snapshot.rights.noindex,
            snapshot.rights.noarchive,
            snapshot.rights.tdm_reserved,
            snapshot.rights.tdm_policy_url,
            "; ".join(snapshot.rights.why) or None,
        ),
    ).fetchone()
    return int(row["id"])


class SqlSnapshots:
    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, *, limit: int, after_id: int = 0) -> list[SnapshotRow]:
        """Snapshots that no extraction has been stored for, oldest first, with an id above `after_id`."""
        where = "WHERE state = 'pending' AND snapshots.id > ? ORDER BY snapshots.id LIMIT ?"
        where = where.replace("state", "snapshots.state")
        return [make_snapshot_row(row) for row in self._database.rows(SELECT + where, (after_id, limit))]

    def claim(
        self,
        *,
        by: int,
        limit: int,
        now: datetime,
        everything: bool = False,
        but_in: Sequence[str] = (),
        ttl_s: float = 120,
    ) -> list[SnapshotRow]:
        """Take pending snapshots for one ingest, oldest first; see `storage.store.Snapshots`."""
        values = {"by": by, "limit": limit, "everything": everything, "now": to_text(now)}
        values["but_in"] = json.dumps(list(but_in))
        sql = CLAIM.format(passing_locked=self._database.passing_locked)
        with self._database.transaction(alone=False) as connection:
            rows = connection.execute(sql, values | {"until": to_text(now + timedelta(seconds=ttl_s))}).fetchall()
            ids = json.dumps([row["id"] for row in rows])
            where = "WHERE snapshots.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY snapshots.id"
            return [make_snapshot_row(row) for row in connection.execute(SELECT + where, (ids,))] if rows else []

    def keep_claims(self, by: int, *, now: datetime, ttl_s: float = 120) -> None:
        """Let what one ingest has taken stay with it."""
        until = to_text(now + timedelta(seconds=ttl_s))
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE snapshots SET claimed_until = ? WHERE state = 'pending' AND claimed_by = ?", (until, by)
            )

    def drop_claims(self, by: int) -> None:
        """Leave to others what one ingest has taken and not stored."""
        with self._database.transaction() as connection:
            connection.execute(
                """
                UPDATE snapshots SET claimed_by = NULL, claimed_until = NULL WHERE state = 'pending' AND claimed_by = ?
                """,
                (by,),
            )

    def get(self, snapshot_id: int) -> SnapshotRow | None:
        """One snapshot, pending or not."""
        row = self._database.row(SELECT + "WHERE snapshots.id = ?", (snapshot_id,))
        return None if row is None else make_snapshot_row(row)

    def of_article(self, article_id: int) -> list[SnapshotRow]:
        """Those that the revisions of an article were made from, oldest first; without what retention let go."""
        where = """
        WHERE snapshots.id IN (SELECT snapshot_id FROM revisions WHERE article_id = ?) AND file != ''
        ORDER BY snapshots.id
        """
        return [make_snapshot_row(row) for row in self._database.rows(SELECT + where, (article_id,))]

    def count_pending(self) -> int:
        row = self._database.row("SELECT COUNT(*) FROM snapshots WHERE state = 'pending'")
        return int(row[0]) if row else 0


def make_snapshot_row(row: StoredRow) -> SnapshotRow:
    fetched_at = to_instant(row["fetched_at"])
    assert fetched_at is not None
    return SnapshotRow(
        id=row["id"],
        entry_id=row["entry_id"],
        crawl_id=row["crawl_id"],
        source=row["source"],
        url=row["url"],
        final_url=row["final_url"],
        content_type=row["content_type"],
        fetched_at=fetched_at,
        pointer=ArchivePointer(file=row["file"], offset=row["offset"], length=row["length"]),
        body_bytes=row["body_bytes"],
        entry=Entry(
            url=row["entry_url"],
            title=row["title"],
            published_at=to_instant(row["published_at"]),
            modified_at=to_instant(row["modified_at"]),
            language=row["language"],
        ),
    )
