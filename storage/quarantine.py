"""Snapshots that gave no article, each with the reason."""

from __future__ import annotations

import json
from collections.abc import Sequence

from storage.database import EVERY, Database
from storage.store import Row


class SqlQuarantine:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, *, reason: str = "", source: str = "", limit: int | None = None) -> list[Row]:
        """id url source reason detail fetched_at snapshot_id, newest first."""
        rows = self._database.rows(
            """
            SELECT id, url, source, reason, detail, fetched_at, snapshot_id FROM quarantine
             WHERE (:reason = '' OR reason = :reason) AND (:source = '' OR source = :source)
             ORDER BY fetched_at DESC, id DESC LIMIT :limit
            """,
            {"reason": reason, "source": source, "limit": EVERY if limit is None else limit},
        )
        return [dict(row) for row in rows]

    def get(self, quarantine_id: int) -> Row | None:
        row = self._database.row(
            "SELECT id, url, source, reason, detail, fetched_at, snapshot_id FROM quarantine WHERE id = ?",
            (quarantine_id,),
        )
        return None if row is None else dict(row)

    def release(self, quarantine_ids: Sequence[int]) -> int:
        """Take pages out of quarantine: their snapshots wait for extraction again; how many. Those
        whose bytes are gone stay."""
        ids = json.dumps(list(quarantine_ids))
        with self._database.transaction() as connection:
            connection.execute(
                """
                UPDATE snapshots SET state = 'pending', why = NULL, stored_at = NULL WHERE id IN (
                    SELECT snapshot_id FROM quarantine WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)))
                   AND file != ''
                """,
                (ids,),
            )
            return connection.execute(
                """
                DELETE FROM quarantine WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
                   AND EXISTS (SELECT 1 FROM snapshots WHERE snapshots.id = snapshot_id AND file != '')
                """,
                (ids,),
            ).rowcount
