"""The publications we follow and their endpoints, as sources.toml last said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from copydesk.model import EndpointKind, Source
from storage.database import Connection, Database, StoredRow
from storage.instants import to_instant, to_text
from storage.records import EndpointRow, Validators
from storage.store import Row


class SqlSources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, sources: Sequence[Source], *, now: datetime) -> None:
        """Make the stored sources and endpoints those of `sources`; others are disabled, not deleted."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE endpoints SET enabled = FALSE WHERE enabled")
            connection.execute("UPDATE sources SET enabled = FALSE WHERE enabled")
            for position, source in enumerate(sources):
                _sync_source(connection, source, position, to_text(now))
            # Who takes an endpoint out of sources.toml and puts it back wants it to be asked again.
            connection.execute("UPDATE endpoints SET gone_at = NULL WHERE NOT enabled AND gone_at IS NOT NULL")

    def rows(self) -> list[Row]:
        """name homepage schedule enabled last_crawled_at next_look_at next_look_why articles state, in the order of
        sources.toml; the next look is the first one at any of its endpoints."""
        return [dict(row) | {"enabled": bool(row["enabled"])} for row in self._database.rows(ROWS)]

    def tags(self) -> Mapping[str, Sequence[str]]:
        """Every source that is or was followed, or that articles are booked on, by name, with its tags."""
        return {row["name"]: json.loads(row["tags"]) for row in self._database.rows(TAGS)}

    def a_day(self, days: Sequence[date]) -> Mapping[str, Sequence[int]]:
        """Of each source that is followed or has articles of these days, how many were published on each, the largest
        first. First seen on it, where no date of publication is known. `days`: one after the other."""
        names = [day.isoformat() for day in days]
        followed = self._database.rows("SELECT name FROM sources WHERE enabled ORDER BY position, name")
        counts: dict[str, Counter[str]] = {row["name"]: Counter() for row in followed}
        for row in self._database.rows(A_DAY, {"since": names[0], "until": f"{names[-1]}~"}):
            counts.setdefault(row["source"], Counter())[row["day"]] = row["articles"]
        by_size = sorted(counts, key=lambda name: -counts[name].total())
        return {name: [counts[name][day] for day in names] for name in by_size}

    def endpoints(self, source: str = "") -> list[Row]:
        """source url kind last_polled_at next_look_at next_look_why failures trouble moved_to moved_times gone_at, of
        what is followed, in the order of sources.toml."""
        return [dict(row) for row in self._database.rows(ENDPOINTS, (source, source))]


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
        INSERT INTO endpoints (source, url, kind, position, enabled) VALUES (?, ?, ?, ?, TRUE)
        ON CONFLICT (source, url) DO UPDATE SET kind = excluded.kind, position = excluded.position, enabled = TRUE
        """,
        [(source.name, url, kind, place) for place, (kind, url) in enumerate(source.endpoints())],
    )


ROWS = """
SELECT name, homepage, schedule, enabled, last_crawled_at,
       next.next_look_at, COALESCE(next.next_look_why, (
           SELECT 'gone for good (HTTP 410)' FROM endpoints
            WHERE source = name AND endpoints.enabled AND gone_at IS NOT NULL LIMIT 1
       ), '') AS next_look_why,
       (SELECT COUNT(*) FROM articles WHERE source = name) AS articles,
       CASE WHEN NOT sources.enabled THEN 'paused'
            WHEN last_crawled_at IS NULL THEN 'never crawled'
            WHEN (SELECT MIN(failures) FROM endpoints WHERE source = name AND endpoints.enabled) > 0 THEN 'failing'
            ELSE 'ok' END AS state
  FROM sources
  LEFT JOIN (SELECT source, next_look_why, next_look_at,
                    ROW_NUMBER() OVER (PARTITION BY source ORDER BY next_look_at NULLS LAST, id) AS place
               FROM endpoints WHERE enabled AND gone_at IS NULL) AS next ON next.source = name AND next.place = 1
 ORDER BY position, name
"""

TAGS = """
WITH RECURSIVE booked (name) AS (  -- one step in the index a name, not a look at each article
    SELECT MIN(source) FROM listings
     UNION ALL
    SELECT (SELECT MIN(source) FROM listings WHERE source > name) FROM booked WHERE name IS NOT NULL)
SELECT name, tags FROM sources
 UNION ALL
SELECT name, '[]' FROM booked WHERE name IS NOT NULL AND name NOT IN (SELECT name FROM sources)
"""

A_DAY = """
SELECT source, substr(at, 1, 10) AS day, COUNT(*) AS articles
  FROM listings WHERE at >= :since AND at < :until GROUP BY source, day  -- `~` stands behind every time of a day
"""

ENDPOINTS = """
SELECT endpoints.source, url, kind, last_polled_at, next_look_at, next_look_why, failures, trouble, moved_to,
       moved_times, gone_at
  FROM endpoints JOIN sources ON sources.name = endpoints.source
 WHERE endpoints.enabled AND (? = '' OR endpoints.source = ?)
 ORDER BY sources.position, endpoints.position
"""


ASIDE = 1_000
"""The position of endpoints that sources.toml does not name."""


class SqlEndpoints:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, source_names: Sequence[str]) -> list[EndpointRow]:
        """The endpoints to poll, in the order of sources.toml."""
        rows = self._database.rows(
            """
            SELECT endpoints.* FROM endpoints JOIN sources ON sources.name = source
             WHERE endpoints.enabled AND gone_at IS NULL AND source IN (SELECT value FROM json_each(?))
             ORDER BY sources.position, endpoints.position
            """,
            (json.dumps(list(source_names)),),
        )
        return [_endpoint(row) for row in rows]

    def beside(self, endpoint_id: int, *, asides: Sequence[tuple[EndpointKind, str]] = ()) -> list[EndpointRow]:
        """The other sitemaps and section pages of an endpoint's source, and those named beside it, which are looked at
        for its sake alone."""
        with self._database.transaction() as connection:
            source = connection.execute("SELECT source FROM endpoints WHERE id = ?", (endpoint_id,)).fetchone()[0]
            connection.executemany(
                "INSERT INTO endpoints (source, url, kind, position, enabled) VALUES (?, ?, ?, ?, FALSE)"
                " ON CONFLICT (source, url) DO NOTHING",
                [(source, url, kind, ASIDE) for kind, url in asides],
            )
            rows = connection.execute(
                """
                SELECT * FROM endpoints
                 WHERE source = ? AND id != ? AND kind IN ('sitemap', 'section') AND gone_at IS NULL
                   AND (enabled OR url IN (SELECT value FROM json_each(?)))
                 ORDER BY kind DESC, position, id
                """,
                (source, endpoint_id, json.dumps([url for _, url in asides])),
            ).fetchall()
        return [_endpoint(row) for row in rows]


def _endpoint(row: StoredRow) -> EndpointRow:
    return EndpointRow(
        id=row["id"],
        source=row["source"],
        url=row["url"],
        kind=EndpointKind(row["kind"]),
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"], digest=row["digest"]),
        last_polled_at=to_instant(row["last_polled_at"]),
        next_look_at=to_instant(row["next_look_at"]),
        failures=row["failures"],
        published=tuple(datetime.fromtimestamp(second, UTC) for second in json.loads(row["published"])),
        listed=row["listed"],
        moved_to=row["moved_to"],
        moved_times=row["moved_times"],
        read_at=to_instant(row["read_at"]),
    )
