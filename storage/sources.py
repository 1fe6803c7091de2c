"""The publications we follow and their endpoints, as sources.toml last said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from copydesk.model import EndpointKind, Source
from storage.database import Database
from storage.instants import to_instant, to_text
from storage.records import EndpointRow, Validators
from storage.store import Row


class SqliteSources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, sources: Sequence[Source], *, now: datetime) -> None:
        """Make the stored sources and endpoints those of `sources`; others are disabled, not deleted."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE endpoints SET enabled = 0 WHERE enabled")
            connection.execute("UPDATE sources SET enabled = 0 WHERE enabled")
            for position, source in enumerate(sources):
                _sync_source(connection, source, position, to_text(now))

    def rows(self) -> list[Row]:
        """name homepage schedule enabled last_crawled_at next_look_at articles state, in the order of sources.toml."""
        return [dict(row) | {"enabled": bool(row["enabled"])} for row in self._database.rows(ROWS)]


def _sync_source(connection: Connection, source: Source, position: int, now: str) -> None:
    connection.execute(
        """
        INSERT INTO sources (name, position, homepage, schedule, tags, language, enabled, added_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET position = excluded.position, homepage = excluded.homepage,
            schedule = excluded.schedule, tags = excluded.tags, language = excluded.language, enabled = excluded.enabled
        """,
        (
            source.name,
            position,
            source.homepage,
            source.schedule or source.cron,
            json.dumps(source.tags),
            source.language,
            source.enabled,
            now,
        ),
    )
    connection.executemany(
        """
        INSERT INTO endpoints (source, url, kind, position, enabled) VALUES (?, ?, ?, ?, 1)
        ON CONFLICT (source, url) DO UPDATE SET kind = excluded.kind, position = excluded.position, enabled = 1
        """,
        [(source.name, url, kind, place) for place, (kind, url) in enumerate(source.endpoints())],
    )


ROWS = """
SELECT name, homepage, schedule, enabled, last_crawled_at,
       (SELECT MIN(next_look_at) FROM endpoints WHERE source = name AND enabled) AS next_look_at,
       (SELECT COUNT(*) FROM articles WHERE source = name) AS articles,
       CASE WHEN NOT enabled THEN 'paused'
            WHEN last_crawled_at IS NULL THEN 'never crawled'
            WHEN (SELECT MIN(failures) FROM endpoints WHERE source = name AND enabled) > 0 THEN 'failing'
            ELSE 'ok' END AS state
  FROM sources
 ORDER BY position, name
"""


class SqliteEndpoints:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, source_names: Sequence[str]) -> list[EndpointRow]:
        """The endpoints to poll, in the order of sources.toml."""
        rows = self._database.rows(
            """
            SELECT endpoints.* FROM endpoints JOIN sources ON sources.name = source
             WHERE endpoints.enabled AND source IN (SELECT value FROM json_each(?))
             ORDER BY sources.position, endpoints.position
            """,
            (json.dumps(list(source_names)),),
        )
        return [
            EndpointRow(
                id=row["id"],
                source=row["source"],
                url=row["url"],
                kind=EndpointKind(row["kind"]),
                validators=Validators(etag=row["etag"], last_modified=row["last_modified"], digest=row["digest"]),
                last_polled_at=to_instant(row["last_polled_at"]),
                next_look_at=to_instant(row["next_look_at"]),
                failures=row["failures"],
            )
            for row in rows
        ]
