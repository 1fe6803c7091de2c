"""What hosts ask for: their files for robots, their wish to be left alone, and what may be done with their pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from copydesk.rights import Rights
from storage.database import Database, StoredRow
from storage.instants import to_instant, to_text, to_text_or_none
from storage.records import SiteFile

EVERYTHING_NEWEST = """
SELECT snapshots.* FROM json_each(?) AS asked JOIN snapshots
    ON snapshots.id = (SELECT newest.id FROM snapshots AS newest WHERE newest.article_id = CAST(asked.value AS BIGINT)
                        ORDER BY newest.fetched_at DESC, newest.id DESC LIMIT 1)
"""


class SqlHosts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def file(self, url: str) -> SiteFile | None:
        """A robots.txt or tdmrep.json as it was last had; None: it was never asked for."""
        row = self._database.row("SELECT * FROM site_files WHERE url = ?", (url,))
        if row is None:
            return None
        fetched_at = to_instant(row["fetched_at"])
        assert fetched_at is not None
        return SiteFile(
            url=row["url"],
            fetched_at=fetched_at,
            status=row["status"],
            body=row["body"],
            failing_since=to_instant(row["failing_since"]),
        )

    def keep_file(self, file: SiteFile) -> None:
        """Keep a file for other crawls."""
        with self._database.transaction() as connection:
            connection.execute(
                """
                INSERT INTO site_files (url, fetched_at, status, body, failing_since) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (url) DO UPDATE SET fetched_at = excluded.fetched_at, status = excluded.status,
                    body = excluded.body, failing_since = excluded.failing_since
                """,
                (file.url, to_text(file.fetched_at), file.status, file.body, to_text_or_none(file.failing_since)),
            )

    def rest(self, host: str, *, until: datetime, why: str) -> None:
        """No crawl asks a host for anything until then."""
        with self._database.transaction() as connection:
            connection.execute(
                """
                INSERT INTO host_rests (host, until_at, why) VALUES (?, ?, ?)
                ON CONFLICT (host) DO UPDATE SET why = excluded.why,
                    until_at = CASE WHEN host_rests.until_at > excluded.until_at THEN host_rests.until_at
                                    ELSE excluded.until_at END
                """,
                (host, to_text(until), why),
            )

    def rests(self, *, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        """Host -> until when it is left alone, and why; of those that are now."""
        rows = self._database.rows("SELECT * FROM host_rests WHERE until_at > ? ORDER BY host", (to_text(now),))
        return {row["host"]: (datetime.fromisoformat(row["until_at"]), row["why"]) for row in rows}

    def resting(self, host: str, *, now: datetime) -> str:
        """Why a host is left alone now, and until when; empty: it may be asked."""
        row = self._database.row("SELECT * FROM host_rests WHERE host = ? AND until_at > ?", (host, to_text(now)))
        return "" if row is None else f"{row['why']}; left alone until {row['until_at'][:16]} UTC"

    def rights_of_snapshot(self, snapshot_id: int) -> Rights | None:
        """What was allowed when a page was fetched; None: there is no such snapshot."""
        row = self._database.row("SELECT * FROM snapshots WHERE id = ?", (snapshot_id,))
        return None if row is None else _rights(row)

    def rights(self, article_ids: Sequence[int]) -> Mapping[int, Rights]:
        """Article -> what its publisher allows, as its newest snapshot says."""
        rows = self._database.rows(EVERYTHING_NEWEST, (json.dumps(list(article_ids)),))
        return {row["article_id"]: _rights(row) for row in rows}


def _rights(row: StoredRow) -> Rights:
    return Rights(
        noindex=bool(row["noindex"]),
        noarchive=bool(row["noarchive"]),
        tdm_reserved=None if row["tdm_reserved"] is None else bool(row["tdm_reserved"]),
        tdm_policy_url=row["tdm_policy_url"],
        why=tuple((row["rights_why"] or "").split("; ")) if row["rights_why"] else (),
    )
