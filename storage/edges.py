"""Edges between articles, for persons: listed with their evidence, confirmed, undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from copydesk.duplicates.canonical import are_joined
from copydesk.duplicates.evidence import quote
from copydesk.duplicates.groups import JOINING
from copydesk.errors import CopydeskError
from storage.database import EVERY, Connection, Database, StoredRow
from storage.duplicates import match_waiting
from storage.groups import apart_pairs, group_of, joining_links, members_of, settle
from storage.instants import to_text
from storage.match_tables import WAITING
from storage.records import EdgeQuery, Matching
from storage.rematch import SqlReplay
from storage.store import Replay, Row

LIST = """
SELECT edge.{id} AS edge_id, article_id, of_id AS of, edge.relation, score, rule, evidence, judged_by, at,
       article.headline AS headline, other.headline AS of_headline,
       article.body_text AS body_text, other.body_text AS of_body_text
  FROM {table} AS edge JOIN articles AS article ON article.id = article_id JOIN articles AS other ON other.id = of_id
 WHERE :relation IN ('', edge.relation)
   AND (CAST(:members AS TEXT) IS NULL OR article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:members))
                         OR of_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:members)))
 ORDER BY edge.{id} DESC LIMIT :limit
"""
COLUMNS = "article_id, of_id, relation, score, rule, evidence, judged_by, at"


class SqlDuplicates:
    def __init__(self, database: Database, matching: Matching) -> None:
        self._database = database
        self._matching = matching

    def edges(self, query: EdgeQuery) -> list[Row]:
        """edge_id article_id of relation score rule evidence judged_by at headline of_headline, newest first.

        `evidence` is a map: shares of what both have, and `passages`, a list of {text, of_text}. Of `contains`, `of` is
        the article that is contained.
        """
        with self._database.reading() as connection:
            members = None if query.article_id is None else sorted(members_of(connection, query.article_id))
            values = {
                "relation": query.relation,
                "members": None if members is None else json.dumps(members),
                "limit": EVERY if query.limit is None else query.limit,
            }
            names = {"table": "undone", "id": "edge_id"} if query.is_undone else {"table": "duplicates", "id": "id"}
            return [_make_row(row) for row in connection.execute(LIST.format(**names), values)]

    def group(self, article_id: int) -> list[int]:
        """The articles that are copies of one another, this one among them; the canonical one first."""
        with self._database.reading() as connection:
            members = members_of(connection, article_id)
            canonical = group_of(connection, article_id)
        return [canonical, *sorted(members - {canonical})]

    def undo(self, edge_id: int, *, by: str, now: datetime) -> Row:
        """Keep two articles apart from now on, whatever the rules say; returns the edge that it was.

        Raises:
            CopydeskError: there is no such edge, or edges that persons confirmed join these articles.
        """
        with self._database.transaction() as connection:
            edge = _find(connection, edge_id)
            if edge["is_undone"]:
                raise CopydeskError(f"edge {edge_id}", f"was undone already, by {edge['judged_by']}")
            group = members_of(connection, edge["article_id"])
            confirmed = [link for link in joining_links(connection, group) if link.is_judged and link.id != edge_id]
            if edge["relation"] in JOINING and are_joined(confirmed, edge["article_id"], edge["of_id"]):
                others = ", ".join(str(link.id) for link in confirmed)
                raise CopydeskError(
                    f"edge {edge_id}",
                    f"its articles are joined by edges that were confirmed ({others}); undo one of those",
                )
            connection.execute("DELETE FROM duplicates WHERE id = ?", (edge_id,))
            _insert(connection, "undone", "edge_id", {**edge, "judged_by": by, "at": to_text(now)})
            settle(connection, group)
        return edge

    def confirm(self, edge_id: int, *, by: str, now: datetime) -> Row:
        """Keep an edge whatever the rules say, or take it back into its place where it was undone.

        Raises:
            CopydeskError: there is no such edge, or it would join articles that a person keeps apart.
        """
        with self._database.transaction() as connection:
            edge = _find(connection, edge_id)
            connection.execute("DELETE FROM undone WHERE edge_id = ?", (edge_id,))
            both = members_of(connection, edge["article_id"]) | members_of(connection, edge["of_id"])
            apart = apart_pairs(connection, both)
            if edge["is_undone"] and edge["relation"] in JOINING and apart:
                raise CopydeskError(
                    f"edge {edge_id}",
                    f"it would join articles {apart[0][0]} and {apart[0][1]}, which are kept apart; confirm them first",
                )
            pair = (edge["article_id"], edge["of_id"])
            for ends in (pair, pair[::-1]):
                connection.execute("DELETE FROM duplicates WHERE article_id = ? AND of_id = ?", ends)
            _insert(connection, "duplicates", "id", {**edge, "judged_by": by, "at": to_text(now)})
            settle(connection, both)
        return edge

    def count_waiting(self) -> int:
        """How many articles are stored and were never matched: those that an older Copydesk stored."""
        return self._database.number(f"SELECT COUNT(*) FROM fingerprints WHERE {WAITING}")

    def match_waiting(self, *, limit: int, now: datetime) -> int:
        """Match some of them, the oldest ones first; how many."""
        with self._database.transaction() as connection:
            return match_waiting(connection, self._matching, limit=limit, now=to_text(now))

    def replay(self, matching: Matching, *, on_progress: Callable[[int], None]) -> Replay:
        """Match all articles again, one after the other in order of time; stores nothing yet."""
        return SqlReplay(self._database, matching, on_progress)


def _find(connection: Connection, edge_id: int) -> dict[str, Any]:
    for table, column in (("duplicates", "id"), ("undone", "edge_id")):
        row = connection.execute(f"SELECT {COLUMNS} FROM {table} WHERE {column} = ?", (edge_id,)).fetchone()
        if row is not None:
            return {**dict(row), "edge_id": edge_id, "is_undone": table == "undone"}
    raise CopydeskError(f"edge {edge_id}", "there is no such edge; `copydesk duplicates` lists them")


def _insert(connection: Connection, table: str, number: str, edge: Mapping[str, Any]) -> None:
    marks = ", ".join(f":{name}" for name in COLUMNS.split(", "))
    connection.execute(f"INSERT INTO {table} ({number}, {COLUMNS}) VALUES (:edge_id, {marks})", edge)


def _make_row(row: StoredRow) -> Row:
    made: dict[str, Any] = dict(row)
    body_text, of_body_text = made.pop("body_text"), made.pop("of_body_text")
    evidence = json.loads(made["evidence"])
    if "passages" in evidence:
        evidence["passages"] = quote(body_text, of_body_text, evidence["passages"])
    return {**made, "evidence": evidence}
