"""The last judgement of each source's health, and alerts that wait to be told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.health.alerts import Alert, decide_alert, next_told
from copydesk.health.history import Cause, SourceHistory, State, Verdict
from storage.database import Connection, Database
from storage.histories import read_history
from storage.instants import to_instant, to_text, to_text_or_none
from storage.store import Row
from storage.upkeep_records import PendingAlert

CLAIM = timedelta(minutes=2)
"""So long may sending take, before somebody else tries."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was last judged."""

    verdict: Verdict
    told: str
    baseline_from: datetime | None


class SqlHealth:
    def __init__(self, database: Database) -> None:
        self._database = database

    def histories(self, *, now: datetime) -> list[SourceHistory]:
        """What the health of each source is judged by, in the order of sources.toml."""
        with self._database.reading() as connection:
            known = _known(connection)
            rows = connection.execute("SELECT * FROM sources ORDER BY position, name").fetchall()
            return [
                read_history(
                    connection,
                    row,
                    now=now,
                    before=judged.verdict if (judged := known.get(row["name"])) else None,
                    baseline_from=judged.baseline_from if judged else None,
                )
                for row in rows
            ]

    def record(self, verdicts: Sequence[Verdict], *, addresses: Sequence[str], now: datetime) -> list[Alert]:
        """Keep judgements, and put what is to be told in line for each address; what is new to people.

        Two that judge at the same time tell it once. Without an address nobody is told, and all is news to the first.
        """
        with self._database.transaction() as connection:
            known = _known(connection)
            alerts: list[Alert] = []
            for verdict in verdicts:
                before = known.get(verdict.source)
                told = "" if before is None else before.told
                if addresses:
                    if alert := decide_alert(verdict, told):
                        alerts.append(alert)
                    told = next_told(verdict, told)
                _keep(connection, verdict, before, told, now)
            for address in addresses:
                for alert in alerts:
                    connection.execute(
                        "INSERT INTO alerts (address, source, title, text, at) VALUES (?, ?, ?, ?, ?)",
                        (address, alert.source, alert.title, alert.text, to_text(now)),
                    )
            return alerts

    def claim_alerts(self, address: str, *, now: datetime) -> list[PendingAlert]:
        """What waits for an address, oldest first: nobody else sends it for the next minutes."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                """
                UPDATE alerts SET claimed_until = ?, attempts = attempts + 1
                 WHERE address = ? AND (claimed_until IS NULL OR claimed_until < ?) RETURNING *
                """,
                (to_text(now + CLAIM), address, to_text(now)),
            ).fetchall()
        return [
            PendingAlert(
                id=row["id"],
                attempts=row["attempts"],
                alert=Alert(source=row["source"], title=row["title"], text=row["text"]),
            )
            for row in sorted(rows, key=lambda row: int(row["id"]))
        ]

    def settle_alerts(self, ids: Sequence[int], *, delivered: bool) -> None:
        """Forget alerts that were delivered; let others be tried again."""
        sql = "DELETE FROM alerts WHERE id = ?" if delivered else "UPDATE alerts SET claimed_until = NULL WHERE id = ?"
        with self._database.transaction() as connection:
            connection.executemany(sql, [(each,) for each in ids])

    def drop_alerts(self, *, except_for: Sequence[str]) -> int:
        """Drop what waits for addresses that news.toml does not name any more; how many."""
        sql = "DELETE FROM alerts WHERE address NOT IN (SELECT value FROM json_each(?))"
        with self._database.transaction() as connection:
            return connection.execute(sql, (json.dumps(list(except_for)),)).rowcount

    def accept(self, source: str, *, now: datetime) -> bool:
        """Nothing from before now counts as usual for a source. False: it was never judged."""
        with self._database.transaction() as connection:
            return bool(
                connection.execute(
                    "UPDATE health SET baseline_from = ?, state = 'new', cause = '', since = ?, checked_at = ?"
                    " WHERE source = ?",
                    (to_text(now), to_text(now), to_text(now), source),
                ).rowcount
            )

    def rows(self) -> list[Row]:
        """source state cause since evidence checked_at, as last judged, in the order of sources.toml."""
        rows = self._database.rows(
            """
            SELECT source, health.state, cause, since, evidence, checked_at
              FROM health JOIN sources ON sources.name = source ORDER BY position, source
            """
        )
        return [dict(row) for row in rows]


def _known(connection: Connection) -> dict[str, _Known]:
    return {
        row["source"]: _Known(
            Verdict(
                source=row["source"],
                state=State(row["state"]),
                cause=Cause(row["cause"]),
                since=to_instant(row["since"]),
                evidence=row["evidence"],
            ),
            row["told"],
            to_instant(row["baseline_from"]),
        )
        for row in connection.execute("SELECT * FROM health")
    }


def _keep(connection: Connection, verdict: Verdict, before: _Known | None, told: str, now: datetime) -> None:
    is_same = before is not None and (before.verdict.state, before.verdict.cause) == (verdict.state, verdict.cause)
    since = verdict.since or (before.verdict.since if is_same and before else now)
    connection.execute(
        """
        INSERT INTO health (source, state, cause, since, evidence, checked_at, told) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET state = excluded.state, cause = excluded.cause, since = excluded.since,
            evidence = excluded.evidence, checked_at = excluded.checked_at, told = excluded.told
        """,
        (verdict.source, verdict.state, verdict.cause, to_text_or_none(since), verdict.evidence, to_text(now), told),
    )
