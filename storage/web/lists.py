"""Crawls, quarantine, gaps and junk: what ran, what the desk refused, missed and learned."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

from storage.crawls import SqlCrawls
from storage.database import Database
from storage.gaps import SqlGaps
from storage.memory import SqlMemory
from storage.store import Row

PAGE_SIZE = 50
GAPS = 500
LOOKS = 500
"""Looks at pages that the page of one crawl lists."""


def read_crawls(database: Database, *, page: int) -> tuple[list[Row], int]:
    """Crawls, newest first, and how many there are."""
    rows = database.rows("SELECT * FROM crawls ORDER BY id DESC LIMIT ? OFFSET ?", (PAGE_SIZE, (page - 1) * PAGE_SIZE))
    made = [dict(row) | {"sources": json.loads(row["sources"])} for row in rows]
    return list(made), database.number("SELECT COUNT(*) FROM crawls")


def read_crawl(database: Database, crawl_id: int) -> dict[str, Any] | None:
    """One crawl with its looks at endpoints and pages, and the articles it brought."""
    found = SqlCrawls(database).get(crawl_id)
    if found is None:
        return None
    articles = database.rows(
        """
        SELECT DISTINCT articles.id, articles.headline, articles.source, snapshots.change
          FROM fetches JOIN snapshots ON snapshots.id = fetches.snapshot_id
          JOIN articles ON articles.id = snapshots.article_id
         WHERE fetches.crawl_id = ? AND snapshots.change IN ('new', 'revised') ORDER BY articles.id DESC LIMIT ?
        """,
        (crawl_id, LOOKS),
    )
    return dict(found) | {"brought": [dict(row) for row in articles], "looks": found["fetches"][:LOOKS]}


def read_quarantine(database: Database, *, reason: str, source: str, page: int) -> dict[str, Any]:
    """Pages that gave no article, newest first, and how many there are by reason and source."""
    wanted = {"reason": reason, "source": source}
    where = "(:reason = '' OR reason = :reason) AND (:source = '' OR source = :source)"
    rows = database.rows(
        f"""
        SELECT id, url, source, reason, detail, fetched_at, snapshot_id FROM quarantine WHERE {where}
         ORDER BY fetched_at DESC, id DESC LIMIT :limit OFFSET :offset
        """,
        wanted | {"limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE},
    )
    counts = {name: _count_by(database, name) for name in ("reason", "source")}
    found = database.row(f"SELECT COUNT(*) AS pages FROM quarantine WHERE {where}", wanted)
    return {"rows": [dict(row) for row in rows], "counts": counts, "found": found["pages"] if found else 0, **wanted}


def _count_by(database: Database, name: str) -> list[tuple[str, int]]:
    sql = f"SELECT {name} AS value, COUNT(*) AS pages FROM quarantine GROUP BY {name} ORDER BY pages DESC LIMIT 30"
    return [(row["value"], row["pages"]) for row in database.rows(sql)]


def read_junk(database: Database, *, source: str) -> dict[str, list[Row]]:
    """What was learned of each source, or of one."""
    by_source: dict[str, list[Row]] = {}
    for row in SqlMemory(database).rows(source):
        by_source.setdefault(str(row["source"]), []).append(row)
    return by_source


def read_gaps(database: Database, *, source: str, state: str, now: datetime) -> dict[str, Any]:
    """Times in which a source may have published what the desk did not see, newest first; how many of each state."""
    rows = SqlGaps(database).rows(source=source, now=now)
    states = Counter(str(row["state"]) for row in rows)
    shown = [row for row in rows if state in ("", row["state"])]
    return {"rows": shown[:GAPS], "found": len(shown), "states": states.most_common(), "source": source, "state": state}
