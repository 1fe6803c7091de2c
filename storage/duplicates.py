"""Edges between articles, and the canonical article of each group."""

from __future__ import annotations

import json
import sqlite3

SHORT_WORDS = 30
"""Bodies under this many words are copies only under the same headline: `Markets closed today.` is nobody's text."""


def match_exact(connection: sqlite3.Connection, article_id: int, *, old_body_hash: str | None, now: str) -> None:
    """Bring an article's exact edges, and those of the group it left, in line with its body."""
    touched = group_of(connection, article_id)
    connection.execute(
        "DELETE FROM duplicates WHERE relation = 'exact' AND judged_by IS NULL AND ? IN (article_id, of_id)",
        (article_id,),
    )
    article = connection.execute("SELECT body_hash FROM articles WHERE id = ?", (article_id,)).fetchone()
    for body_hash in {old_body_hash, article["body_hash"]} - {None}:
        _link_copies(connection, body_hash, now)
    while touched:
        group = group_of(connection, min(touched))
        _choose_canonical(connection, group)
        touched -= group


def _link_copies(connection: sqlite3.Connection, body_hash: str, now: str) -> None:
    """An edge from each article of one body to the first of them: n - 1 for n copies."""
    rows = connection.execute(
        "SELECT id, headline, word_count FROM articles WHERE body_hash = ? ORDER BY id", (body_hash,)
    ).fetchall()
    first: dict[str, int] = {}
    evidence = json.dumps({"body_hash": body_hash})
    for row in rows:
        of_id = first.setdefault("" if row["word_count"] >= SHORT_WORDS else row["headline"], row["id"])
        if of_id != row["id"]:
            connection.execute(
                """
                INSERT INTO duplicates (article_id, of_id, relation, score, rule, evidence, at)
                VALUES (?, ?, 'exact', 1.0, 'same body hash', ?, ?) ON CONFLICT DO NOTHING
                """,
                (row["id"], of_id, evidence, now),
            )


def group_of(connection: sqlite3.Connection, article_id: int) -> set[int]:
    """Articles that edges join to this one, itself included; `contains` and `related` join nothing."""
    rows = connection.execute(
        """
        WITH RECURSIVE together (id) AS (
            SELECT ?
             UNION
            SELECT of_id FROM together JOIN duplicates ON article_id = together.id
             WHERE relation IN ('exact', 'near', 'derived')
             UNION
            SELECT article_id FROM together JOIN duplicates ON of_id = together.id
             WHERE relation IN ('exact', 'near', 'derived')
        )
        SELECT id FROM together
        """,
        (article_id,),
    )
    return {row["id"] for row in rows}


def _choose_canonical(connection: sqlite3.Connection, group: set[int]) -> None:
    """The article that others credit, else the earliest, else the longest; the others are its duplicates."""
    rows = connection.execute(
        """
        SELECT id, canonical_url, COALESCE(published_utc, first_seen_at) AS at, word_count, based_on_url
          FROM articles WHERE id IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(sorted(group)),),
    ).fetchall()
    credited = {row["based_on_url"] for row in rows if row["based_on_url"]}
    first = min(rows, key=lambda row: (row["canonical_url"] not in credited, row["at"], -row["word_count"], row["id"]))
    for row in rows:
        if row["id"] == first["id"]:
            connection.execute("UPDATE articles SET duplicate_of = NULL, relation = NULL WHERE id = ?", (row["id"],))
            continue
        connection.execute(
            """
            UPDATE articles SET duplicate_of = ?1, relation = COALESCE(
                   (SELECT relation FROM duplicates WHERE ?2 IN (article_id, of_id) AND ?1 IN (article_id, of_id)),
                   (SELECT relation FROM duplicates WHERE ?2 IN (article_id, of_id)
                     AND relation IN ('exact', 'near', 'derived') ORDER BY score DESC LIMIT 1))
             WHERE id = ?2
            """,
            (first["id"], row["id"]),
        )
