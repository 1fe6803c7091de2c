"""Sources: how each fares."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from storage.database import Database
from storage.instants import to_instant, to_text
from storage.sources import ROWS

CHART_DAYS = 30
SAMPLE = 50
"""The newest articles of a source, that delay and junk share are taken from."""

ENDPOINTS = """
SELECT source, COUNT(*) AS endpoints, SUM(failures > 0) AS failing, MAX(failures) AS failures
  FROM endpoints WHERE enabled GROUP BY source
"""
DAYS = """
SELECT source, substr(at, 1, 10) AS day, COUNT(*) AS articles
  FROM listings WHERE source = :source AND at >= :since GROUP BY day
"""
NEWEST = """
SELECT listings.at, listings.first_seen_at, published_utc IS NOT NULL AS is_dated, length(body_text) AS kept,
       length(uncut_text) AS uncut
  FROM listings JOIN articles ON articles.id = article_id
 WHERE listings.source = ? ORDER BY listings.at DESC LIMIT ?
"""
QUARANTINED = "SELECT source, COUNT(*) AS pages FROM quarantine WHERE fetched_at >= ? GROUP BY source"
HEALTH = "SELECT source, state, cause, since, evidence FROM health"
GAPS = """
SELECT source, COUNT(*) AS gaps FROM gaps JOIN endpoints ON endpoints.id = endpoint_id
 WHERE state = 'open' GROUP BY source
"""
LEARNED = "SELECT source, COUNT(*) AS lines FROM learned_lines WHERE state = 'learned' GROUP BY source"


def read_sources(database: Database, *, now: datetime) -> list[dict[str, Any]]:
    """Every source with its figures of the last `CHART_DAYS` days, in the order of sources.toml."""
    since = now - timedelta(days=CHART_DAYS - 1)
    endpoints = {row["source"]: row for row in database.rows(ENDPOINTS)}
    quarantined = _counts(database, QUARANTINED, "pages", (to_text(now - timedelta(days=7)),))
    gaps = _counts(database, GAPS, "gaps")
    health = {row["source"]: dict(row) for row in database.rows(HEALTH)}
    learned = _counts(database, LEARNED, "lines")
    rows = []
    for row in database.rows(ROWS):
        name = row["name"]
        found = endpoints.get(name)
        rows.append(
            dict(row)
            | {
                "endpoints": found["endpoints"] if found else 0,
                "failing": found["failing"] if found else 0,
                "quarantined": quarantined.get(name, 0),
                "learned": learned.get(name, 0),
                "gaps": gaps.get(name, 0),
                "health": health.get(name),
                "days": _days(database, name, since, now),
                **_sample(database, name),
            }
        )
    return rows


def read_source(database: Database, name: str, *, now: datetime) -> dict[str, Any] | None:
    """One source with its endpoints and the last polls of each; None where it is unknown."""
    row = next((each for each in read_sources(database, now=now) if each["name"] == name), None)
    if row is None:
        return None
    more = database.row("SELECT tags, language, added_at FROM sources WHERE name = ?", (name,))
    assert more is not None
    endpoints = [
        dict(each) | {"polls": _polls(database, each["id"])}
        for each in database.rows("SELECT * FROM endpoints WHERE source = ? ORDER BY enabled DESC, position", (name,))
    ]
    newest = database.rows(
        """
        SELECT article_id AS id, headline, listings.at, listings.duplicate_of
          FROM listings JOIN articles ON articles.id = article_id
         WHERE listings.source = ? ORDER BY listings.at DESC LIMIT 25
        """,
        (name,),
    )
    lines = database.rows(
        """
        SELECT id, text, support, articles, why FROM learned_lines
         WHERE source = ? AND state = 'learned' ORDER BY support DESC LIMIT 20
        """,
        (name,),
    )
    return row | {
        "tags": json.loads(more["tags"]),
        "language": more["language"],
        "added_at": more["added_at"],
        "endpoint_rows": endpoints,
        "newest": [dict(each) for each in newest],
        "lines": [dict(each) for each in lines],
    }


def _counts(database: Database, sql: str, key: str, values: tuple[str, ...] = ()) -> dict[str, int]:
    return {row["source"]: row[key] for row in database.rows(sql, values)}


def _days(database: Database, source: str, since: datetime, now: datetime) -> list[tuple[str, int]]:
    rows = database.rows(DAYS, {"source": source, "since": f"{since:%Y-%m-%d}"})
    counted = {row["day"]: row["articles"] for row in rows}
    names = [f"{since + timedelta(days=day):%Y-%m-%d}" for day in range(CHART_DAYS)]
    return [(name, counted.get(name, 0)) for name in names if name <= f"{now:%Y-%m-%d}"]


def _sample(database: Database, source: str) -> dict[str, float | None]:
    """delay_s: from publication to first sight, the median; junk_share: of the characters, cut by learned lines."""
    rows = database.rows(NEWEST, (source, SAMPLE))
    delays = []
    for row in rows:
        at, seen = to_instant(row["at"]), to_instant(row["first_seen_at"])
        if row["is_dated"] and at and seen:
            delays.append(max(0.0, (seen - at).total_seconds()))
    kept, uncut = sum(row["kept"] for row in rows), sum(row["uncut"] or row["kept"] for row in rows)
    return {"delay_s": median(delays) if delays else None, "junk_share": 1 - kept / uncut if uncut else None}


def _polls(database: Database, endpoint_id: int) -> list[dict[str, Any]]:
    rows = database.rows("SELECT * FROM polls WHERE endpoint_id = ? ORDER BY id DESC LIMIT 10", (endpoint_id,))
    return [dict(row) for row in rows]
