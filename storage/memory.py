"""What is learned of each source's junk, with its evidence; and stored articles brought in line with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from copydesk.extraction.memory import WINDOW, Memory, is_due
from copydesk.extraction.recurring import Finding, learn
from copydesk.extraction.voices import KnownArticle
from storage.database import Connection, Database, StoredRow
from storage.instants import to_instant, to_text
from storage.records import BY_DEFAULT, Matching
from storage.revising import bring_in_line, load_memory
from storage.reworking import Cleaning, Lesson
from storage.store import Row

NEWEST = """
SELECT id, headline, COALESCE(uncut_text, body_text) AS body_text, COALESCE(published_utc, first_seen_at) AS at,
       COALESCE(duplicate_of, id) AS copy_of
  FROM articles WHERE source = ? ORDER BY id DESC LIMIT ?
"""
ALL_UNCLEAN = 1 << 62
"""Above every id: no article is in line."""


class SqlMemory:
    def __init__(self, database: Database, matching: Matching = BY_DEFAULT) -> None:
        self._database = database
        self._matching = matching

    def due(self, sources: Sequence[str]) -> list[str]:
        """Those of some sources that have enough new articles to be learned from."""
        found = []
        for source in sources:
            articles = self._database.number("SELECT COUNT(*) FROM articles WHERE source = ?", (source,))
            before = self._database.number("SELECT articles FROM lessons WHERE source = ?", (source,))
            if is_due(articles, learned_from=before):
                found.append(source)
        return found

    def learn(self, source: str, *, now: datetime) -> Lesson:
        """Learn a source's recurring junk from its newest articles. New articles are cut by it from then on.

        The articles are read and thought about before anything is locked.
        """
        rows = self._database.rows("SELECT kind, key, state FROM learned_lines WHERE source = ?", (source,))
        known = {(row["kind"], row["key"]) for row in rows if row["state"] == "learned"}
        forgotten = {(row["kind"], row["key"]) for row in rows if row["state"] == "forgotten"}
        articles = [_make_known(row) for row in self._database.rows(NEWEST, (source, WINDOW))]
        findings = learn(articles, known=known, forgotten=forgotten)
        with self._database.transaction() as connection:
            learned = [each.text for each in findings if each.is_junk and _keep(connection, source, each, now)]
            withdrawn = [
                each.text for each in findings if not each.is_junk and _withdraw(connection, source, each, now)
            ]
            connection.execute(
                """
                INSERT INTO lessons (source, articles, at)
                VALUES (?1, (SELECT COUNT(*) FROM articles WHERE source = ?1), ?2)
                ON CONFLICT (source) DO UPDATE SET articles = excluded.articles, at = excluded.at
                """,
                (source, to_text(now)),
            )
            if learned or withdrawn:
                _soil(connection, source)
        return Lesson(source=source, articles=len(articles), learned=tuple(learned), withdrawn=tuple(withdrawn))

    def unclean(self) -> list[str]:
        """Sources whose stored articles are not all in line with what is known."""
        rows = self._database.rows("SELECT source FROM lessons WHERE clean_from IS NOT NULL ORDER BY source")
        return [row["source"] for row in rows]

    def clean(self, source: str, *, now: datetime, limit: int) -> Cleaning:
        """Bring the next stored articles of a source in line, newest first; what changes is a revision of its own."""
        with self._database.transaction() as connection:
            lesson = connection.execute("SELECT clean_from FROM lessons WHERE source = ?", (source,)).fetchone()
            if lesson is None or lesson["clean_from"] is None:
                return Cleaning(looked_at=0, changed=0, is_done=True)
            rows = connection.execute(
                "SELECT * FROM articles WHERE source = ? AND id < ? ORDER BY id DESC LIMIT ?",
                (source, lesson["clean_from"], limit),
            ).fetchall()
            memory = load_memory(connection, source)
            changed = sum(bring_in_line(connection, row, memory, self._matching, now=to_text(now)) for row in rows)
            is_done = len(rows) < limit
            connection.execute(
                "UPDATE lessons SET clean_from = ? WHERE source = ?", (None if is_done else rows[-1]["id"], source)
            )
        return Cleaning(looked_at=len(rows), changed=changed, is_done=is_done)

    def of(self, source: str) -> Memory:
        """What a source's articles are cut by now."""
        with self._database.reading() as connection:
            return load_memory(connection, source)

    def rows(self, source: str = "") -> list[Row]:
        """id source text kind state support articles since last_at learned_at why examples counter_examples: learned
        lines first, by how many articles have them."""
        rows = self._database.rows(
            """
            SELECT * FROM learned_lines WHERE :source IN ('', source)
             ORDER BY source, CASE state WHEN 'learned' THEN 0 WHEN 'withdrawn' THEN 1 ELSE 2 END,
                      CAST(support AS REAL) / articles DESC, id
            """,
            {"source": source},
        )
        return [self._make_row(row) for row in rows]

    def forget(self, line_id: int, *, now: datetime) -> bool:
        """Never cut this line again, nor learn it; the source is unclean until its text is given back. False: there is
        no such line."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT source, state FROM learned_lines WHERE id = ?", (line_id,)).fetchone()
            if row is None:
                return False
            if row["state"] != "forgotten":
                connection.execute(
                    "UPDATE learned_lines SET state = 'forgotten', changed_at = ? WHERE id = ?", (to_text(now), line_id)
                )
                _soil(connection, row["source"])
        return True

    def _make_row(self, row: StoredRow) -> Row:
        examples: list[int] = json.loads(row["examples"])
        others: list[tuple[int, str]] = json.loads(row["counter_examples"])
        urls = {
            each["id"]: each["canonical_url"]
            for each in self._database.rows(
                "SELECT id, canonical_url FROM articles WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
                (json.dumps([*examples, *(number for number, _ in others)]),),
            )
        }
        names = (
            "id",
            "source",
            "text",
            "kind",
            "state",
            "support",
            "articles",
            "since",
            "last_at",
            "learned_at",
            "why",
        )
        made: dict[str, Any] = {name: row[name] for name in names}
        made["examples"] = [{"id": number, "url": urls.get(number)} for number in examples]
        made["counter_examples"] = [{"id": number, "url": urls.get(number), "why": why} for number, why in others]
        return made


def _make_known(row: StoredRow) -> KnownArticle:
    at = to_instant(row["at"])
    assert at is not None
    return KnownArticle(id=row["id"], headline=row["headline"], body_text=row["body_text"], at=at, group=row["copy_of"])


def _keep(connection: Connection, source: str, found: Finding, now: datetime) -> bool:
    """Store a learned line, or its newer evidence. Whether it was not cut before; what a person forgot stays so."""
    values = {
        "source": source,
        "kind": found.kind,
        "key": found.key,
        "text": found.text,
        "why": found.why,
        "support": found.support,
        "articles": found.articles,
        "since": to_text(found.since),
        "last_at": to_text(found.last_at),
        "examples": json.dumps(found.examples),
        "counter_examples": json.dumps(found.counter_examples, ensure_ascii=False),
        "now": to_text(now),
    }
    before = connection.execute(
        "SELECT state FROM learned_lines WHERE source = :source AND key = :key", values
    ).fetchone()
    connection.execute(
        """
        INSERT INTO learned_lines (source, kind, key, text, state, why, support, articles, since, last_at, examples,
                                   counter_examples, learned_at, changed_at)
        VALUES (:source, :kind, :key, :text, 'learned', :why, :support, :articles, :since, :last_at, :examples,
                :counter_examples, :now, :now)
        ON CONFLICT (source, key) DO UPDATE
           SET text = excluded.text, support = excluded.support, articles = excluded.articles,
               since = CASE WHEN learned_lines.since < excluded.since THEN learned_lines.since ELSE excluded.since END,
               last_at = CASE WHEN learned_lines.last_at > excluded.last_at THEN learned_lines.last_at
                              ELSE excluded.last_at END,
               examples = excluded.examples, counter_examples = excluded.counter_examples,
               why = CASE learned_lines.state WHEN 'learned' THEN learned_lines.why ELSE excluded.why END,
               kind = CASE learned_lines.state WHEN 'learned' THEN learned_lines.kind ELSE excluded.kind END,
               changed_at = CASE learned_lines.state WHEN 'learned' THEN learned_lines.changed_at
                                 ELSE excluded.changed_at END,
               state = 'learned'
         WHERE learned_lines.state != 'forgotten'
        """,
        values,
    )
    return before is None or before["state"] == "withdrawn"


def _withdraw(connection: Connection, source: str, found: Finding, now: datetime) -> bool:
    """Cut a line no more, because of what newer articles say. Whether it was cut until now."""
    return bool(
        connection.execute(
            """
            UPDATE learned_lines SET state = 'withdrawn', why = ?, support = ?, articles = ?, counter_examples = ?,
                   changed_at = ? WHERE source = ? AND key = ? AND state = 'learned'
            """,
            (
                found.why,
                found.support,
                found.articles,
                json.dumps(found.counter_examples, ensure_ascii=False),
                to_text(now),
                source,
                found.key,
            ),
        ).rowcount
    )


def _soil(connection: Connection, source: str) -> None:
    """Say that the stored articles of a source are not in line with what is known."""
    connection.execute(
        """
        INSERT INTO lessons (source, articles, at, clean_from) VALUES (?1, 0, '', ?2)
        ON CONFLICT (source) DO UPDATE SET clean_from = ?2
        """,
        (source, ALL_UNCLEAN),
    )
