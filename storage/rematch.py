"""All articles matched again in order of time, beside what is stored: one answer, whatever the order of arrival was.

The replay keeps its index, its edges and its groups in an SQLite database of its own, whatever the desk's is: on the
disk and without a name, deleted when it is closed. What is stored is only read meanwhile; nothing is locked until
changes are applied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from types import TracebackType
from typing import Self

from copydesk.duplicates.fingerprint import Fingerprint
from copydesk.duplicates.groups import Groups, telling
from copydesk.duplicates.index import Known
from copydesk.duplicates.matching import Match, match
from copydesk.duplicates.matching import describe as describe_article
from copydesk.model import Relation
from storage.database import Connection, Database, StoredRow
from storage.duplicates import IN_TIME, NewEdge, add_edge, make_edge
from storage.engines.sqlite import SqliteConnection
from storage.groups import settle
from storage.instants import to_instant, to_text
from storage.match_index import SqlIndex, addresses_of, read_fingerprint
from storage.match_tables import FINGERPRINT_COLUMNS, POSTINGS, VERSION
from storage.records import Matching
from storage.reworking import ReplayReport
from storage.store import Row

STEP = 200
"""Changes applied in one transaction."""
PROGRESS_EVERY = 100
COMPARED = ("exact", "near", "derived", "contains", "related")
SCRATCH = f"""
{POSTINGS}
CREATE TABLE fingerprints ({FINGERPRINT_COLUMNS.format(reference="")}) STRICT;
CREATE INDEX fingerprints_by_body ON fingerprints (body_hash, article);
CREATE TABLE seen (          -- in order of time
    number INTEGER PRIMARY KEY, article INTEGER NOT NULL UNIQUE, revision INTEGER NOT NULL, words INTEGER NOT NULL,
    old INTEGER NOT NULL, new INTEGER               -- groups, before and after
) STRICT;
CREATE TABLE edges (
    article_id INTEGER NOT NULL, of_id INTEGER NOT NULL, relation TEXT NOT NULL, score REAL NOT NULL,
    rule TEXT NOT NULL, evidence TEXT NOT NULL, UNIQUE (article_id, of_id)
) STRICT;
CREATE TABLE stored (        -- the rules' edges as they stand
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL, of_id INTEGER NOT NULL, relation TEXT NOT NULL,
    score REAL NOT NULL, rule TEXT NOT NULL, UNIQUE (article_id, of_id)
) STRICT;
CREATE TABLE changes (
    number INTEGER PRIMARY KEY, change TEXT NOT NULL, edge_id INTEGER, article_id INTEGER NOT NULL,
    of_id INTEGER NOT NULL, relation TEXT NOT NULL, was TEXT, score REAL NOT NULL, rule TEXT NOT NULL,
    evidence TEXT
) STRICT;
"""
FIND_CHANGES = """
CREATE TEMP TABLE paired AS
SELECT edges.*, COALESCE(same.id, turned.id) AS edge_id, COALESCE(same.relation, turned.relation) AS was
  FROM edges LEFT JOIN stored AS same ON same.article_id = edges.article_id AND same.of_id = edges.of_id
             LEFT JOIN stored AS turned ON turned.article_id = edges.of_id AND turned.of_id = edges.article_id;
INSERT INTO changes (change, edge_id, article_id, of_id, relation, was, score, rule, evidence)
SELECT 'lost', id, article_id, of_id, relation, relation, score, rule, NULL FROM stored
 WHERE id NOT IN (SELECT edge_id FROM paired WHERE edge_id IS NOT NULL) ORDER BY id;
INSERT INTO changes (change, edge_id, article_id, of_id, relation, was, score, rule, evidence)
SELECT CASE WHEN was IS NULL THEN 'gained' ELSE 'changed' END, edge_id, article_id, of_id, relation, was, score, rule,
       evidence FROM paired WHERE was IS NOT relation ORDER BY article_id, of_id;
"""
GROUPS = """
WITH parts AS (SELECT old, new, COUNT(*) AS members FROM seen GROUP BY old, new),
     before AS (SELECT old, COUNT(*) AS members FROM seen GROUP BY old HAVING COUNT(*) > 1),
     later AS (SELECT new, COUNT(*) AS members FROM seen GROUP BY new HAVING COUNT(*) > 1)
SELECT (SELECT COUNT(*) FROM before) AS groups_before, (SELECT COUNT(*) FROM later) AS groups_after,
       (SELECT COUNT(*) FROM parts JOIN before USING (old, members) JOIN later USING (new, members)) AS groups_same,
       (SELECT COALESCE(SUM(members - 1), 0) FROM before) AS duplicates_before,
       (SELECT COALESCE(SUM(members - 1), 0) FROM later) AS duplicates_after
"""


class SqlReplay:
    """See `storage.store.Replay`. The work is done when it is made."""

    def __init__(self, database: Database, matching: Matching, on_progress: Callable[[int], None]) -> None:
        self._database = database
        self._matching = matching
        self._scratch = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=SqliteConnection)
        self._scratch.row_factory = sqlite3.Row
        try:
            self._scratch.executescript(f"PRAGMA synchronous = OFF; PRAGMA cache_size = -64000; {SCRATCH}")
            self._scratch.execute("BEGIN")
            self._run(on_progress)
            self._scratch.executescript(FIND_CHANGES)
            self.report = self._make_report()
        except BaseException:
            self._scratch.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scratch.close()

    def changes(self) -> Iterator[Row]:
        """change article_id of relation was score rule headline of_headline; `change` is gained, lost or changed."""
        for row in self._scratch.execute("SELECT * FROM changes ORDER BY number"):
            names = self._database.rows(
                "SELECT id, headline FROM articles WHERE id IN (?, ?)", (row["article_id"], row["of_id"])
            )
            headlines = {each["id"]: each["headline"] for each in names}
            made = {key: row[key] for key in ("change", "article_id")} | {"of": row["of_id"]}
            made |= {key: row[key] for key in ("relation", "was", "score", "rule")}
            yield made | {"headline": headlines.get(row["article_id"]), "of_headline": headlines.get(row["of_id"])}

    def apply(self, *, now: datetime) -> int:
        """Store the changes, some in a transaction; how many. Articles with a new revision since keep their edges."""
        done = 0
        with closing(self._scratch.execute("SELECT * FROM changes ORDER BY number")) as changes:
            while batch := list(islice(changes, STEP)):
                with self._database.transaction() as connection:
                    applied = [row for row in batch if self._apply(connection, row, to_text(now))]
                    settle(connection, {row[end] for row in applied for end in ("article_id", "of_id")})
                done += len(applied)
        return done

    def _apply(self, connection: Connection, row: StoredRow, now: str) -> bool:
        if not all(self._is_as_seen(connection, row[end]) for end in ("article_id", "of_id")):
            return False
        if row["change"] != "gained":
            gone = connection.execute(
                "DELETE FROM duplicates WHERE id = ? AND judged_by IS NULL", (row["edge_id"],)
            ).rowcount
            if not gone or row["change"] == "lost":
                return bool(gone)
        edge = NewEdge(
            article_id=row["article_id"],
            of_id=row["of_id"],
            relation=Relation(row["relation"]),
            score=row["score"],
            rule=row["rule"],
            evidence=row["evidence"],
        )
        return add_edge(connection, edge, now=now)

    def _is_as_seen(self, connection: Connection, article_id: int) -> bool:
        now = connection.execute("SELECT revision FROM articles WHERE id = ?", (article_id,)).fetchone()
        then = self._scratch.execute("SELECT revision FROM seen WHERE article = ?", (article_id,)).fetchone()
        return now is not None and then is not None and bool(now["revision"] == then["revision"])

    def _run(self, on_progress: Callable[[int], None]) -> None:
        groups, judged = self._read_edges()
        replay = _Replayed(self._scratch, groups, judged, self._matching)
        order = f"SELECT id FROM articles ORDER BY {IN_TIME}"
        for number, (article_id,) in enumerate(self._database.stream(order, {})):
            article = self._database.row(
                """
                SELECT articles.id, articles.headline, body_text, articles.body_hash, articles.published_utc, revision,
                       COALESCE(articles.publisher, source) AS publisher, COALESCE(duplicate_of, id) AS old,
                       canonical_url, url, based_on_url,
                       version, words, keys, signature
                  FROM articles JOIN fingerprints ON article = id WHERE id = ?
                """,
                (article_id,),
            )
            if article is not None:
                replay.take(number, article)
            if number % PROGRESS_EVERY == 0:
                on_progress(number)
        replay.name_groups()

    def _read_edges(self) -> tuple[Groups, set[frozenset[int]]]:
        """Copy the rules' edges, and return what persons say: groups with what they join and part, and judged pairs."""
        groups = Groups()
        judged: set[frozenset[int]] = set()
        for row in self._database.stream("SELECT * FROM duplicates ORDER BY id", {}):
            if row["judged_by"] is None:
                values = [row[key] for key in ("id", "article_id", "of_id", "relation", "score", "rule")]
                self._scratch.execute("INSERT INTO stored VALUES (?, ?, ?, ?, ?, ?)", values)
                continue
            judged.add(frozenset((row["article_id"], row["of_id"])))
            if row["relation"] in ("exact", "near", "derived"):
                groups.unite(row["article_id"], row["of_id"])
        for row in self._database.stream("SELECT article_id, of_id FROM undone", {}):
            judged.add(frozenset((row["article_id"], row["of_id"])))
            groups.keep_apart(row["article_id"], row["of_id"])
        return groups, judged

    def _make_report(self) -> ReplayReport:
        (articles,) = self._scratch.execute("SELECT COUNT(*) FROM seen").fetchone()
        (before,) = self._scratch.execute("SELECT COUNT(*) FROM stored").fetchone()
        (after,) = self._scratch.execute("SELECT COUNT(*) FROM edges").fetchone()
        counted = self._scratch.execute("SELECT change, relation, COUNT(*) FROM changes GROUP BY change, relation")
        counts = {(change, relation): number for change, relation, number in counted}
        return ReplayReport(
            articles=articles,
            edges_before=before,
            edges_after=after,
            gained=_of(counts, "gained"),
            lost=_of(counts, "lost"),
            changed=sum(_of(counts, "changed").values()),
            **dict(self._scratch.execute(GROUPS).fetchone()),
        )


class _Replayed:
    """Articles that arrive in order of time."""

    def __init__(
        self, scratch: SqliteConnection, groups: Groups, judged: set[frozenset[int]], matching: Matching
    ) -> None:
        self._scratch = scratch
        self._index = SqlIndex(scratch)
        self._groups = groups
        self._judged = judged
        self._matching = matching

    def take(self, number: int, article: StoredRow) -> None:
        """Match the next article, and add it."""
        known, made = _describe(number, article)
        own = article["id"]
        values = (number, own, article["revision"], made.words, article["old"], None)
        self._scratch.execute("INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?)", values)
        window, limits = self._matching.window, self._matching.limits
        found = match(known, made, self._index, window=window, limits=limits, group_of=self._group_of)
        barred = {self._groups.of(own), *self._groups.barred(own)}
        if found and found[0].verdict.relation is Relation.EXACT:
            barred.discard(self._groups.of(own))  # its edge is told though a person has joined them by another one
        for each in telling(found, self._group_of, barred=barred):
            self._join(own, made.words, each)
        self._index.add(known, made)

    def _join(self, own: int, words: int, found: Match) -> None:
        other, other_words = self._seen(found.of)
        if frozenset((own, other)) in self._judged:
            return
        if found.verdict.relation.value in ("exact", "near", "derived") and not self._groups.unite(own, other):
            return
        edge = make_edge(own, words, found, other, other_words)
        values = (edge.article_id, edge.of_id, edge.relation, edge.score, edge.rule, edge.evidence)
        self._scratch.execute("INSERT INTO edges VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", values)

    def _group_of(self, number: int) -> int:
        return self._groups.of(self._seen(number)[0])

    def _seen(self, number: int) -> Sequence[int]:
        row = self._scratch.execute("SELECT article, words FROM seen WHERE number = ?", (number,)).fetchone()
        return row["article"], row["words"]

    def name_groups(self) -> None:
        """Write down which group each article is in now."""
        rows = self._scratch.execute("SELECT number, article FROM seen ORDER BY number")
        while batch := rows.fetchmany(1000):
            values = [(self._groups.of(row["article"]), row["number"]) for row in batch]
            self._scratch.executemany("UPDATE seen SET new = ? WHERE number = ?", values)


def _describe(number: int, article: StoredRow) -> tuple[Known, Fingerprint]:
    published_at = to_instant(article["published_utc"])
    if article["version"] < VERSION:
        urls, credits = addresses_of(article)
        return describe_article(
            number,
            headline=article["headline"],
            body_text=article["body_text"],
            published_at=published_at,
            publisher=article["publisher"],
            urls=urls,
            credits=credits,
        )
    known = Known(
        number=number,
        headline=article["headline"],
        body_hash=article["body_hash"],
        signature=article["signature"],
        published_at=published_at,
        publisher=article["publisher"],
    )
    return known, read_fingerprint(article)


def _of(counts: Mapping[tuple[str, str], int], change: str) -> dict[str, int]:
    return {relation: counts[change, relation] for relation in COMPARED if (change, relation) in counts}
