"""Which snapshots' bytes go by age or size. Rows stay, so that nothing comes back or is fetched again."""

from __future__ import annotations

from datetime import datetime

from storage.database import Database
from storage.instants import to_text
from storage.places import ArchivePlace
from storage.rewriting import let_go, rewrite_files
from storage.upkeep_records import RetentionPlan, RetentionRule

GOING = """
 FROM snapshots WHERE file != '' AND state != 'pending' AND fetched_at < ?
"""
CUTOFF = """
SELECT MIN(fetched_at) FROM (
    SELECT fetched_at, SUM(length) OVER (ORDER BY fetched_at DESC, id DESC) AS so_far
      FROM snapshots WHERE file != '') AS sizes
 WHERE so_far <= ?
"""


class SqlRetention:
    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, rule: RetentionRule, *, now: datetime) -> RetentionPlan:
        """What would go now; pages that still wait for extraction never do."""
        cutoff = self._cutoff(rule, now)
        row = self._database.row(
            "SELECT COUNT(*) AS snapshots, COALESCE(SUM(length), 0) AS bytes, MIN(fetched_at) AS from_at,"
            " MAX(fetched_at) AS until_at, COUNT(DISTINCT file) AS files" + GOING,
            (cutoff,),
        )
        assert row is not None
        kept = self._database.number("SELECT SUM(length) FROM snapshots WHERE file != ''")
        return RetentionPlan(**dict(row), kept_bytes=kept - int(row["bytes"]))

    def apply(self, rule: RetentionRule, *, archive: ArchivePlace, now: datetime) -> RetentionPlan:
        """Let it go, and write the archive files anew without it; what a crash left half done too."""
        plan = self.plan(rule, now=now)
        if plan.snapshots:
            with self._database.transaction() as connection:
                rows = connection.execute("SELECT id" + GOING, (self._cutoff(rule, now),)).fetchall()
                let_go(connection, [row["id"] for row in rows])
        rewrite_files(self._database, archive, now=now)
        return plan

    def _cutoff(self, rule: RetentionRule, now: datetime) -> str:
        if rule.age is not None:
            return to_text(now - rule.age)
        if rule.most_bytes is None:
            return ""
        if self._database.number("SELECT SUM(length) FROM snapshots WHERE file != ''") <= rule.most_bytes:
            return ""
        row = self._database.row(CUTOFF, (rule.most_bytes,))
        return str(row[0]) if row is not None and row[0] is not None else to_text(now)
