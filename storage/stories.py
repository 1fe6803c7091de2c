"""Story clusters: listed, shown, and tended."""

from __future__ import annotations

from typing import Any

from storage.articles import make_row
from storage.database import EVERY, Connection, Database
from storage.instants import to_text_or_none
from storage.placing import place_article, unite_alike
from storage.records import StoryQuery
from storage.reworking import Tending
from storage.search import TIME
from storage.store import Row

LARGEST = f"""
SELECT story_id, COUNT(*) AS articles FROM articles JOIN stories ON stories.id = story_id
 WHERE (CAST(:since AS TEXT) IS NULL OR {TIME} >= :since)
   AND (CAST(:until AS TEXT) IS NULL OR {TIME} < :until)
   AND (:language = '' OR stories.language = :language)
 GROUP BY story_id HAVING COUNT(*) > 1
 ORDER BY COUNT(*) DESC, COUNT(DISTINCT articles.source) DESC, MAX({TIME}) DESC, story_id LIMIT :limit
"""
MEMBERS = f"""
SELECT source, publisher, headline, {TIME} AS at FROM articles WHERE story_id = ? ORDER BY {TIME}, id
"""


class SqlStories:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, query: StoryQuery) -> list[Row]:
        """id headline first_publisher first_at articles sources last_at language: stories of two articles or more, the
        largest first. Articles and sources are those within the query's time; the others are the whole story's."""
        since, until = to_text_or_none(query.since), to_text_or_none(query.until)
        values = {
            "since": since,
            "until": until,
            "language": query.language.partition("-")[0].lower(),
            "limit": EVERY if query.limit is None else query.limit,
        }
        with self._database.reading() as connection:
            largest = connection.execute(LARGEST, values).fetchall()
            return [_describe(connection, row["story_id"], since, until) for row in largest]

    def get(self, story_id: int) -> Row | None:
        """One story as in `rows`, of any size; the one that it became part of, where it did."""
        with self._database.reading() as connection:
            goes_on_as = _follow(connection, story_id)
            return None if goes_on_as is None else _describe(connection, goes_on_as, None, None)

    def articles(self, story_id: int) -> list[Row]:
        """All articles of a story with the keys of the JSON contract, copies too, the earliest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM articles WHERE story_id = ? ORDER BY {TIME}, id", (_follow(connection, story_id),)
            )
            return [make_row(row) for row in rows]

    def count_waiting(self) -> int:
        """How many articles have no story yet: those that were stored before there were stories."""
        return self._database.number("SELECT COUNT(*) FROM articles WHERE story_id IS NULL")

    def catch_up(self, *, limit: int) -> int:
        """Give the next articles that have none a story, in order of publication; how many there were."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"SELECT id, {TIME} AS at FROM articles WHERE story_id IS NULL ORDER BY {TIME} LIMIT ?", (limit,)
            ).fetchall()
            for row in rows:
                place_article(connection, row["id"], now=row["at"])  # as if it came when it was published
            return len(rows)

    def regroup(self, *, limit: int) -> int:
        """Give copies the story of their group's canonical article where they have another; how many there were."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                """
                SELECT copies.id, COALESCE(copies.published_utc, copies.first_seen_at) AS at
                  FROM articles AS copies JOIN articles AS originals ON originals.id = copies.duplicate_of
                 WHERE copies.story_id != originals.story_id LIMIT ?
                """,
                (limit,),
            ).fetchall()
            for row in rows:
                place_article(connection, row["id"], now=row["at"])
            return len(rows)

    def unite(self, *, after_id: int, limit: int) -> Tending:
        """Unite the next open stories, in order of their ids, with those that have come to be like them."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT id FROM stories WHERE vector IS NOT NULL AND id > ? ORDER BY id LIMIT ?", (after_id, limit)
            ).fetchall()
            united = sum(unite_alike(connection, row["id"]) for row in rows)
        return Tending(last_id=rows[-1]["id"] if rows else None, united=united)


def _follow(connection: Connection, story_id: int) -> int | None:
    row = connection.execute("SELECT COALESCE(merged_into, id) AS id FROM stories WHERE id = ?", (story_id,)).fetchone()
    return None if row is None else int(row["id"])


def _describe(connection: Connection, story_id: int, since: str | None, until: str | None) -> dict[str, Any]:
    members = connection.execute(MEMBERS, (story_id,)).fetchall()
    within = [
        each for each in members if (since is None or each["at"] >= since) and (until is None or each["at"] < until)
    ]
    language = connection.execute("SELECT language FROM stories WHERE id = ?", (story_id,)).fetchone()["language"]
    first, last = (members[0], members[-1]) if members else (None, None)
    return {
        "id": story_id,
        "headline": first and first["headline"],
        "first_publisher": first and (first["publisher"] or first["source"]),
        "first_at": first and first["at"],
        "articles": len(within),
        "sources": list(dict.fromkeys(each["source"] for each in within)),
        "last_at": last and last["at"],
        "language": language or None,
    }
