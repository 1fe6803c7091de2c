"""Why: the whole trail of a URL, from the first sight to the next look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from copydesk.urls import canonical_url
from storage.database import Database, StoredRow
from storage.store import Row

DISCOVERED = """
SELECT sightings.first_at AS at, 'discovered' AS step,
       'in ' || endpoints.kind || ' ' || endpoints.url AS what,
       'entry of source ' || endpoints.source || COALESCE(', title: ' || entries.title, '') AS why
  FROM sightings JOIN endpoints ON endpoints.id = endpoint_id JOIN entries ON entries.id = entry_id
 WHERE entry_id = ?
"""
FETCHED = """
SELECT fetches.at, CASE WHEN fetches.outcome = 'refused' THEN 'robots' ELSE 'fetched' END AS step,
       fetches.outcome || COALESCE(', status ' || fetches.status, '') ||
       CASE WHEN final_url != snapshots.url THEN ', moved to ' || final_url ELSE '' END AS what,
       CASE WHEN fetches.detail != '' THEN fetches.detail
            WHEN body_bytes IS NOT NULL THEN body_bytes || ' bytes kept in ' || file || ' at ' || offset
            ELSE '' END || COALESCE('; ' || rights_why, '') AS why
  FROM fetches LEFT JOIN snapshots ON snapshots.id = snapshot_id
 WHERE fetches.entry_id = ?
"""

COLUMNS = "article_id, of_id, relation, score, rule, judged_by, at"
EDGES = f"""
SELECT * FROM (
    SELECT {COLUMNS}, 0 AS is_undone FROM duplicates WHERE article_id = ?1 OR of_id = ?1
     UNION ALL
    SELECT {COLUMNS}, 1 AS is_undone FROM undone WHERE article_id = ?1 OR of_id = ?1
) AS edges WHERE TRUE
"""
STORED_AT = "SELECT stored_at FROM snapshots WHERE article_id = ?1 AND stored_at IS NOT NULL"
SAID = {
    "exact": ("exact copy of article {}", "article {} is its copy"),
    "near": ("near copy of article {}", "article {} is nearly the same"),
    "derived": ("derived copy of article {}", "article {} re-words it"),
    "contains": ("contains article {}", "contained in article {}"),
    "related": ("related to article {}", "article {} is related to it"),
}
"""What an edge is to the article that it begins at, and to the one that it leads to."""
DESK_REVISIONS = "SELECT * FROM revisions WHERE article_id = ? AND cause != 'publisher' ORDER BY number"


def find_trail(database: Database, url: str) -> list[Row]:
    """at step what why, in order of time; empty where the URL is unknown."""
    key = canonical_url(url)
    entries = database.rows(
        """
        SELECT * FROM entries WHERE key = :key OR id IN (
            SELECT entry_id FROM snapshots JOIN articles ON articles.id = article_id
             WHERE articles.canonical_url IN (:key, :url) OR final_url = :url)
        """,
        {"key": key, "url": url},
    )
    steps: list[dict[str, Any]] = []
    for entry in entries:
        for sql in (DISCOVERED, FETCHED):
            steps += [dict(row) for row in database.rows(sql, (entry["id"],))]
        for snapshot in database.rows("SELECT * FROM snapshots WHERE entry_id = ? ORDER BY id", (entry["id"],)):
            steps += _snapshot_steps(database, dict(snapshot))
    for article_id in {row["article_id"] for row in _articles_of(database, entries)}:
        steps += [_desk_step(dict(row)) for row in database.rows(DESK_REVISIONS, (article_id,))]
        edges = database.rows(f"{EDGES} AND at NOT IN ({STORED_AT})", (article_id,))
        steps += [_edge_step(dict(edge), article_id) for edge in edges]
    steps.sort(key=lambda step: str(step["at"]))
    steps += [_next_look(dict(entry)) for entry in entries]
    return list(steps)


def _articles_of(database: Database, entries: Sequence[StoredRow]) -> list[StoredRow]:
    ids = json.dumps([entry["id"] for entry in entries])
    return database.rows(
        """
        SELECT DISTINCT article_id FROM snapshots
         WHERE article_id IS NOT NULL AND entry_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
         ORDER BY article_id
        """,
        (ids,),
    )


def _desk_step(revision: dict[str, Any]) -> dict[str, Any]:
    """A revision without a look at the page: no edit of the publisher's."""
    by = {"memory": "by what it learned of the source's junk", "rules": "by newer rules"}[revision["cause"]]
    what = f"revision {revision['number']} of the desk's own, {by}"
    return {"at": revision["seen_at"], "step": "decided", "what": what, "why": revision["detail"] or ""}


def _edge_step(edge: dict[str, Any], article_id: int) -> dict[str, Any]:
    is_first = edge["article_id"] == article_id
    said = SAID[edge["relation"]][not is_first].format(edge["of_id"] if is_first else edge["article_id"])
    why = f"{edge['rule']}, score {edge['score']:g}"
    if edge["judged_by"]:
        why = f"undone by {edge['judged_by']}" if edge["is_undone"] else f"{why}; confirmed by {edge['judged_by']}"
    return {"at": edge["at"], "step": "matched", "what": f"no {said}" if edge["is_undone"] else said, "why": why}


def _snapshot_steps(database: Database, snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    at, number = snapshot["stored_at"], snapshot["id"]
    if snapshot["state"] == "pending":
        waiting = {"at": snapshot["fetched_at"], "step": "extracted", "what": f"snapshot {number} waits"}
        return [waiting | {"why": "no extraction has been stored yet"}]
    if snapshot["state"] == "removed":
        return []
    if snapshot["state"] == "quarantined":
        return [{"at": at, "step": "extracted", "what": f"snapshot {number} is in quarantine", "why": snapshot["why"]}]
    article = snapshot["article_id"]
    notes = "; ".join(json.loads(snapshot["notes"] or "[]"))
    steps = [
        {"at": at, "step": "extracted", "what": f"snapshot {number} by {snapshot['extractor']}", "why": notes},
        {"at": at, "step": "decided", "what": snapshot["change"], "why": snapshot["why"]},
    ]
    edges = database.rows(f"{EDGES} AND at = ?2", (article, at))
    steps += [_edge_step(dict(edge), article) for edge in edges]
    return [*steps, {"at": at, "step": "stored", "what": f"article {article}", "why": snapshot["change"]}]


def _next_look(entry: dict[str, Any]) -> dict[str, Any]:
    if entry["next_look_at"] is None:
        why = {
            "gone": "the page is gone",
            "refused": "the page may not be fetched",
            "removed": "it was taken down (copydesk takedown)",
            "known": "older than the source is followed",
        }
        what, reason = "no further look", why.get(entry["state"], "every planned look was taken")
    else:
        what, reason = f"next look at {entry['next_look_at']}", "a planned look for revisions"
        if entry["state"] == "new":
            reason = "not fetched yet"
        if entry["state"] == "gone":
            reason = "it was not there (404); it may not have been there yet"
        if entry["state"] == "failed":
            reason = f"after {entry['attempts']} failed look(s)"
    return {"at": entry["next_look_at"] or entry["first_seen_at"], "step": "scheduled", "what": what, "why": reason}
