"""What ran, and who may fetch from which host."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from storage import clock
from storage.database import EVERY, Database, StoredRow
from storage.instants import to_text
from storage.records import CrawlCounts
from storage.store import Row

GRACE_S = 60
"""A crawl this young may hold no lease yet."""


class SqlCrawls:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, *, trigger: str, sources: Sequence[str], at: datetime) -> int:
        """The id of a crawl that starts now. Crawls whose leases all ran out are closed as `died` first."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM leases WHERE expires_at <= ?", (to_text(at),))
            connection.execute(
                """
                UPDATE crawls SET ended_at = ?, finish_reason = 'died'
                 WHERE ended_at IS NULL AND started_at < ? AND id NOT IN (SELECT crawl_id FROM leases)
                """,
                (to_text(at), to_text(at - timedelta(seconds=GRACE_S))),
            )
            row = connection.execute(
                "INSERT INTO crawls (trigger, sources, started_at) VALUES (?, ?, ?) RETURNING id",
                (trigger, json.dumps(list(sources)), to_text(at)),
            ).fetchone()
            return int(row["id"])

    def finish(self, crawl_id: int, *, at: datetime, finish_reason: str, counts: CrawlCounts) -> None:
        values = asdict(counts)
        pairs = ", ".join(f"{name} = :{name}" for name in values)
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE crawls SET ended_at = :at, finish_reason = :reason, {pairs} WHERE id = :id",
                values | {"at": to_text(at), "reason": finish_reason, "id": crawl_id},
            )

    def bury(self, crawl_id: int, *, at: datetime) -> None:
        """Close a crawl whose process is gone: its hosts are free, and where nobody said how it ended, it died."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM leases WHERE crawl_id = ?", (crawl_id,))
            connection.execute(
                "UPDATE crawls SET ended_at = ?, finish_reason = 'died' WHERE id = ? AND ended_at IS NULL",
                (to_text(at), crawl_id),
            )

    def mend_clock(self, crawl_id: int, *, now: datetime, furthest: datetime) -> bool:
        """Where the crawl before this one began in the future, make due what the clock put off: what should be looked
        at after `furthest`, which no rule asks for. Whether that was so."""
        with self._database.transaction() as connection:
            return clock.mend(connection, crawl_id, now=now, furthest=furthest)

    def rows(self, *, limit: int | None = None) -> list[Row]:
        """The `crawls` rows of the contract, newest first."""
        rows = self._database.rows(
            "SELECT * FROM crawls ORDER BY id DESC LIMIT ?", (EVERY if limit is None else limit,)
        )
        return [_crawl(row) for row in rows]

    def get(self, crawl_id: int) -> Row | None:
        """One crawl, with `polls` and `fetches`, a list of rows each."""
        row = self._database.row("SELECT * FROM crawls WHERE id = ?", (crawl_id,))
        if row is None:
            return None
        polls = self._database.rows(
            """
            SELECT source, url, at, outcome, status, detail, entries, entries_new
              FROM polls JOIN endpoints ON endpoints.id = endpoint_id WHERE crawl_id = ? ORDER BY polls.id
            """,
            (crawl_id,),
        )
        fetches = self._database.rows(
            """
            SELECT entries.source, url, at, outcome, status, detail, snapshot_id
              FROM fetches JOIN entries ON entries.id = entry_id WHERE crawl_id = ? ORDER BY fetches.id
            """,
            (crawl_id,),
        )
        return {**_crawl(row), "polls": [dict(each) for each in polls], "fetches": [dict(each) for each in fetches]}


def _crawl(row: StoredRow) -> dict[str, Any]:
    return dict(row) | {"sources": json.loads(row["sources"])}


class SqlLeases:
    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, host: str, *, crawl_id: int, now: datetime, ttl_s: float = 60) -> bool:
        """Hold a host for a crawl. False while another crawl's lease on it is alive."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                """
                INSERT INTO leases (host, crawl_id, expires_at) VALUES (:host, :crawl_id, :expires_at)
                ON CONFLICT (host) DO UPDATE SET crawl_id = excluded.crawl_id, expires_at = excluded.expires_at
                 WHERE leases.crawl_id = excluded.crawl_id OR leases.expires_at <= :now
                RETURNING host
                """,
                {
                    "host": host,
                    "crawl_id": crawl_id,
                    "expires_at": to_text(now + timedelta(seconds=ttl_s)),
                    "now": to_text(now),
                },
            )
            return cursor.fetchone() is not None

    def renew(self, crawl_id: int, *, now: datetime, ttl_s: float = 60) -> frozenset[str]:
        with self._database.transaction() as connection:
            rows = connection.execute(
                "UPDATE leases SET expires_at = ? WHERE crawl_id = ? RETURNING host",
                (to_text(now + timedelta(seconds=ttl_s)), crawl_id),
            ).fetchall()
            return frozenset(str(row["host"]) for row in rows)

    def release(self, crawl_id: int) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM leases WHERE crawl_id = ?", (crawl_id,))
