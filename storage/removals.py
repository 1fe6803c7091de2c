"""Pages taken down: their text and bytes are removed everywhere, and they are never fetched again."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from copydesk.urls import canonical_url
from storage.database import Connection, Database
from storage.duplicates import forget_article
from storage.instants import to_text
from storage.places import ArchivePlace
from storage.placing import remove_text
from storage.records import Matching
from storage.removed import removal_of
from storage.rewriting import let_go, rewrite_files
from storage.store import Row
from storage.upkeep_records import RemovalPlan

log = logging.getLogger(__name__)

ERASE = (
    "DELETE FROM quarantine WHERE snapshot_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:snapshots))",
    """
    UPDATE snapshots SET state = 'removed', article_id = NULL, headers = '{}', why = NULL, notes = NULL, digest = '',
           final_url = url, content_type = '', change = NULL, noindex = FALSE, noarchive = FALSE, tdm_reserved = NULL,
           tdm_policy_url = NULL, rights_why = NULL
     WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:snapshots))
    """,
    "UPDATE fetches SET detail = '' WHERE entry_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:entries))",
    """
    UPDATE entries SET state = 'removed', title = NULL, published_at = NULL, modified_at = NULL, next_look_at = NULL,
           etag = NULL, last_modified = NULL, digest = NULL, language = NULL
     WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:entries))
    """,
    "DELETE FROM revisions WHERE article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles))",
    "UPDATE articles SET duplicate_of = NULL, relation = NULL"
    " WHERE duplicate_of IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles))",
    "DELETE FROM articles WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles))",
)
"""What is said of what is taken down, table by table, in the order of references; `_forget_lines` and the match index
come first. A table with text of pages belongs here: tests/storage/test_removals.py finds one that is forgotten."""
GIVEN = "IN (SELECT value FROM json_each(?1))"
GIVEN_IDS = "IN (SELECT CAST(value AS BIGINT) FROM json_each(?1))"


@dataclass(frozen=True, slots=True)
class _Targets:
    entries: tuple[int, ...]
    snapshots: tuple[int, ...]
    articles: tuple[int, ...]


class SqlRemovals:
    def __init__(self, database: Database, matching: Matching) -> None:
        self._database = database
        self._matching = matching

    def removed_at(self, url: str) -> str | None:
        """When a URL, or the domain that it is on, was taken down; None: it was not."""
        with self._database.reading() as connection:
            return removal_of(connection, url)

    def plan(self, what: str) -> RemovalPlan:
        """What would go. `what`: a URL in any spelling, or a domain."""
        with self._database.reading() as connection:
            return _plan(connection, what)

    def remove(self, what: str, *, now: datetime) -> RemovalPlan:
        """Take a URL or a domain down, in one transaction; then `finish`."""
        self._database.begin_erasing()
        kind, name = _read(what)
        with self._database.transaction() as connection:
            plan, targets = _plan(connection, what), _find(connection, what)
            connection.execute(
                """
                INSERT INTO removals (kind, what, at) VALUES (?, ?, ?) ON CONFLICT (what) DO UPDATE SET done_at = NULL
                """,
                (kind, name, to_text(now)),
            )
            if kind == "url":
                _remember(connection, name, now)
                targets = _find(connection, what)
            self._erase(connection, targets, now)
        log.info("taken down what=%s articles=%d snapshots=%d", name, plan.articles, plan.snapshots)
        return plan

    def _erase(self, connection: Connection, targets: _Targets, now: datetime) -> None:
        _forget_lines(connection, targets.articles)
        for article_id in targets.articles:
            remove_text(connection, article_id)
            forget_article(connection, article_id, self._matching, now=to_text(now))
        let_go(connection, targets.snapshots)
        values = {name: json.dumps(getattr(targets, name)) for name in ("entries", "snapshots", "articles")}
        for sql in ERASE:
            connection.execute(sql, values)

    def finish(self, *, archive: ArchivePlace, now: datetime) -> int:
        """Clear out bytes of all that was taken down: search indexes, archive, free pages, the log. Goes on where a
        crash left off. How many archive files wait, because a crawl is at them: then it is to be called again.

        Costs the rewriting of the whole database file, once, where there is anything to clear.

        Raises:
            StorageError: somebody reads or writes for so long that it cannot be done now.
        """
        _, waiting = rewrite_files(self._database, archive, now=now)
        if not self._database.number("SELECT COUNT(*) FROM removals WHERE done_at IS NULL"):
            return waiting
        self._database.erase_traces()
        if not waiting:
            with self._database.transaction() as connection:
                connection.execute("UPDATE removals SET done_at = ? WHERE done_at IS NULL", (to_text(now),))
        return waiting

    def lift(self, what: str) -> bool:
        """Let a URL or a domain be fetched again. What was removed does not come back. False: it was not taken down."""
        _, name = _read(what)
        with self._database.transaction() as connection:
            found = connection.execute("DELETE FROM removals WHERE what = ?", (name,)).rowcount
            for entry_id in _find(connection, what).entries if found else ():
                row = connection.execute("SELECT url FROM entries WHERE id = ?", (entry_id,)).fetchone()
                if removal_of(connection, row["url"]) is None:
                    connection.execute("UPDATE entries SET state = 'known' WHERE id = ?", (entry_id,))
        return bool(found)

    def rows(self) -> list[Row]:
        """kind what at done_at, newest first."""
        return [
            dict(row) for row in self._database.rows("SELECT kind, what, at, done_at FROM removals ORDER BY id DESC")
        ]


def _read(what: str) -> tuple[str, str]:
    """(kind, name) of what a person named."""
    return ("url", canonical_url(what)) if "://" in what else ("domain", what.lower().strip("."))


def _plan(connection: Connection, what: str) -> RemovalPlan:
    targets = _find(connection, what)
    values = {name: json.dumps(getattr(targets, name)) for name in ("snapshots", "articles")}
    titles = connection.execute(
        "SELECT headline, canonical_url FROM articles"
        " WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles)) ORDER BY id",
        values,
    ).fetchall()
    bytes_there = connection.execute(
        "SELECT COALESCE(SUM(length), 0) FROM snapshots"
        " WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:snapshots))",
        values,
    ).fetchone()[0]
    copies = connection.execute(
        """
        SELECT DISTINCT canonical_url FROM articles JOIN duplicates
            ON (article_id = articles.id AND of_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles)))
            OR (of_id = articles.id AND article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles)))
         WHERE articles.id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(:articles)) ORDER BY canonical_url
        """,
        values,
    ).fetchall()
    return RemovalPlan(
        kind=_read(what)[0],
        what=_read(what)[1],
        entries=len(targets.entries),
        snapshots=len(targets.snapshots),
        articles=len(targets.articles),
        archive_bytes=bytes_there,
        headlines=tuple((row["headline"], row["canonical_url"]) for row in titles),
        copies=tuple(row["canonical_url"] for row in copies),
    )


def _find(connection: Connection, what: str) -> _Targets:
    kind, name = _read(what)
    wanted = _on_domain(connection, name) if kind == "domain" else {name, what}
    urls = json.dumps(sorted(wanted))
    entries = _ids(connection, f"SELECT id FROM entries WHERE key {GIVEN} OR url {GIVEN}", urls)
    articles = _ids(connection, f"SELECT id FROM articles WHERE canonical_url {GIVEN} OR url {GIVEN}", urls)
    snapshots = _ids(connection, f"SELECT id FROM snapshots WHERE final_url {GIVEN}", urls)
    snapshots |= _ids(connection, f"SELECT id FROM snapshots WHERE entry_id {GIVEN_IDS}", _listed(entries))
    made = f"SELECT DISTINCT article_id FROM snapshots WHERE article_id IS NOT NULL AND id {GIVEN_IDS}"
    articles |= _ids(connection, made, _listed(snapshots))
    snapshots |= _ids(connection, f"SELECT id FROM snapshots WHERE article_id {GIVEN_IDS}", _listed(articles))
    entries |= _ids(connection, f"SELECT DISTINCT entry_id FROM snapshots WHERE id {GIVEN_IDS}", _listed(snapshots))
    return _Targets(tuple(sorted(entries)), tuple(sorted(snapshots)), tuple(sorted(articles)))


def _on_domain(connection: Connection, domain: str) -> set[str]:
    """Every known URL on a domain or below it."""
    found = set()
    for table, column in (
        ("entries", "key"),
        ("entries", "url"),
        ("snapshots", "final_url"),
        ("articles", "canonical_url"),
        ("articles", "url"),
    ):
        rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE ?", (f"%{domain}%",))
        found |= {row[0] for row in rows if is_below(row[0], domain)}
    return found


def is_below(url: str, domain: str) -> bool:
    """
    >>> is_below("https://www.news.example/a", "news.example"), is_below("https://oldnews.example/", "news.example")
    (True, False)
    """
    host = (urlsplit(url).hostname or "").lower()
    return host == domain or host.endswith(f".{domain}")


def _ids(connection: Connection, sql: str, values: str) -> set[int]:
    return {int(row[0]) for row in connection.execute(sql, (values,))}


def _listed(ids: set[int]) -> str:
    return json.dumps(sorted(ids))


def _remember(connection: Connection, url: str, now: datetime) -> None:
    """A page that was never seen is remembered all the same."""
    connection.execute(
        """
        INSERT INTO entries (key, source, url, state, first_seen_at) VALUES (?1, '', ?1, 'removed', ?2)
        ON CONFLICT (key) DO NOTHING
        """,
        (url, to_text(now)),
    )


def _forget_lines(connection: Connection, articles: Sequence[int]) -> None:
    """Learned lines that no other article has go; others lose these articles as evidence."""
    gone = set(articles)
    ids = json.dumps(sorted(gone))
    sources = "SELECT DISTINCT source FROM articles WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
    for line in connection.execute(f"SELECT * FROM learned_lines WHERE source IN ({sources})", (ids,)).fetchall():
        other = connection.execute(
            """
            SELECT 1 FROM articles WHERE source = ? AND id NOT IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
               AND instr(COALESCE(uncut_text, body_text), ?) > 0 LIMIT 1
            """,
            (line["source"], ids, line["text"]),
        ).fetchone()
        if other is None:
            connection.execute("DELETE FROM learned_lines WHERE id = ?", (line["id"],))
            continue
        examples = [each for each in json.loads(line["examples"]) if each not in gone]
        counter = [each for each in json.loads(line["counter_examples"]) if each[0] not in gone]
        connection.execute(
            "UPDATE learned_lines SET examples = ?, counter_examples = ? WHERE id = ?",
            (json.dumps(examples), json.dumps(counter, ensure_ascii=False), line["id"]),
        )
