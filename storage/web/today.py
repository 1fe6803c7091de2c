"""Today: the story clusters of a day, largest first, each with its articles, copies folded under their original."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from storage.database import Database, StoredRow
from storage.instants import to_instant, to_text

PAGE_SIZE = 30
SHOWN_ARTICLES = 40
"""Of one cluster; the others are counted."""
LEAD_CHARS = 700

CLUSTER = "COALESCE(story_id, -COALESCE(duplicate_of, article_id))"
"""A story cluster; where none is known, the article with its copies."""
CLUSTERS = f"""
SELECT {CLUSTER} AS cluster, COUNT(*) AS articles, COUNT(DISTINCT source) AS sources, MAX(at) AS last_at,
       COUNT(*) OVER () AS clusters, SUM(COUNT(*)) OVER () AS all_articles
  FROM listings WHERE at >= :since AND at < :until
 GROUP BY cluster ORDER BY articles DESC, sources DESC, last_at DESC LIMIT :limit OFFSET :offset
"""
MEMBERS = f"""
WITH wanted AS (SELECT value AS cluster FROM json_each(:clusters)),
members AS (
    SELECT article_id, story_id AS cluster, at FROM listings JOIN wanted ON story_id = cluster WHERE cluster > 0
     UNION ALL
    SELECT article_id, cluster, at FROM listings JOIN wanted ON article_id = -cluster WHERE story_id IS NULL
     UNION ALL
    SELECT article_id, cluster, at FROM listings JOIN wanted ON duplicate_of = -cluster WHERE story_id IS NULL
),
numbered AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY cluster ORDER BY at, article_id) AS place,
           COUNT(*) OVER (PARTITION BY cluster) AS all_articles
      FROM members
)
SELECT cluster, place, all_articles, numbered.at, articles.id, headline, standfirst,
       CASE WHEN place <= 3 THEN substr(body_text, 1, {LEAD_CHARS}) ELSE '' END AS beginning,
       publisher, source, section, lead_image_url, duplicate_of, relation, word_count, canonical_url
  FROM numbered JOIN articles ON articles.id = article_id
 WHERE place <= {SHOWN_ARTICLES} ORDER BY cluster, place
"""


@dataclass(kw_only=True, slots=True)
class Cluster:
    """One story cluster as the page shows it."""

    story_id: int | None
    """None: articles that have no story, or just one with its copies."""
    articles: int
    """Of this day."""
    sources: int
    """That had one of them."""
    lead: dict[str, Any]
    """The article that stands for it: the earliest of the day that is no copy."""
    first: dict[str, Any]
    """The earliest of all, whenever that was."""
    others: list[dict[str, Any]] = field(default_factory=list)
    """Further articles that are no copies, each with `copies`."""
    unlisted: int = 0
    """Articles beyond those that are listed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What the page of a day shows."""

    since: datetime
    until: datetime
    name: str
    """The day; empty for the last 24 hours."""
    before: str
    after: str
    """The days beside it; empty where that is the future."""
    clusters: list[Cluster]
    all_clusters: int
    all_articles: int
    page: int
    pages: int


def read_day(database: Database, *, day: str, now: datetime, page: int = 1) -> Day:
    """The story clusters of a day (UTC), `2026-11-02`; empty: of the last 24 hours, or of those before the newest
    article where nothing came since."""
    since, until = _span(database, day, now)
    values = {"since": to_text(since), "until": to_text(until), "limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    rows = database.rows(CLUSTERS, values)
    members: dict[int, list[dict[str, Any]]] = {}
    for row in database.rows(MEMBERS, {"clusters": json.dumps([row["cluster"] for row in rows])}):
        members.setdefault(row["cluster"], []).append(dict(row))
    counted = rows[0]["clusters"] if rows else 0
    middle = since if day else until
    return Day(
        since=since,
        until=until,
        name=day,
        before=f"{middle - timedelta(days=1):%Y-%m-%d}",
        after=f"{since + timedelta(days=1):%Y-%m-%d}" if day and until < now else "",
        clusters=[
            _cluster(row, members[row["cluster"]], (to_text(since), to_text(until)))
            for row in rows
            if row["cluster"] in members
        ],
        all_clusters=counted,
        all_articles=rows[0]["all_articles"] if rows else 0,
        page=page,
        pages=max(1, -(-counted // PAGE_SIZE)),
    )


def _span(database: Database, day: str, now: datetime) -> tuple[datetime, datetime]:
    if day:
        since = datetime.fromisoformat(f"{day}T00:00:00+00:00")
        return since, since + timedelta(days=1)
    newest = to_instant(database.rows("SELECT MAX(at) AS at FROM listings")[0]["at"])
    until = now if newest is None or newest > now - timedelta(days=1) else newest + timedelta(minutes=1)
    return until - timedelta(days=1), until


def _cluster(counted: StoredRow, members: list[dict[str, Any]], span: tuple[str, str]) -> Cluster:
    """Members come in order of time."""
    here = {member["id"] for member in members}
    heads = [member for member in members if member["duplicate_of"] not in here]
    for head in heads:
        head["copies"] = [member for member in members if member["duplicate_of"] == head["id"]]
    originals = [head for head in heads if head["duplicate_of"] is None] or heads
    lead = next((head for head in originals if span[0] <= head["at"] < span[1]), originals[-1])
    return Cluster(
        story_id=counted["cluster"] if counted["cluster"] > 0 and members[0]["all_articles"] > 1 else None,
        articles=counted["articles"],
        sources=counted["sources"],
        lead=lead,
        first=members[0],
        others=[head for head in heads if head is not lead],
        unlisted=members[0]["all_articles"] - len(members),
    )
