"""Articles: decided, matched and stored a batch at a time; found again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from copydesk.changes import decide_change
from copydesk.errors import StorageError
from copydesk.extraction.memory import cut_article
from copydesk.model import Article, Change, Decision, Refusal
from copydesk.urls import canonical_url, is_too_long
from storage.database import Connection, Database, StoredRow
from storage.duplicates import match_article
from storage.instants import to_text, to_text_or_none
from storage.placing import place_article
from storage.records import BY_DEFAULT, ArticleQuery, Extraction, Matching, SnapshotRow, Stored
from storage.removed import removal_of
from storage.revising import Cause, bring_in_line, insert_revision, load_memory
from storage.rewriting import let_go
from storage.search import make_query
from storage.snapshots import SELECT as SNAPSHOT
from storage.snapshots import make_snapshot_row
from storage.store import Row

KEYS = [
    "id",
    "canonical_url",
    "url",
    "source",
    "publisher",
    "headline",
    "standfirst",
    "body_text",
    "authors",
    "published_at",
    "modified_at",
    "section",
    "keywords",
    "language",
    "lead_image_url",
    "based_on_url",
    "paywalled",
    "word_count",
    "content_hash",
    "revision",
    "first_seen_at",
    "fetched_at",
    "duplicate_of",
    "relation",
    "story_id",
    "extractor",
]
"""The JSON contract of an article."""
ROWS = f"SELECT {', '.join(KEYS)} FROM articles WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
NEAR = """
SELECT * FROM (SELECT canonical_url FROM articles WHERE canonical_url < :url ORDER BY canonical_url DESC LIMIT 200)
 UNION ALL
SELECT * FROM (SELECT canonical_url FROM articles WHERE canonical_url > :url ORDER BY canonical_url LIMIT 200)
"""


class SqlArticles:
    def __init__(self, database: Database, matching: Matching = BY_DEFAULT) -> None:
        self._database = database
        self._matching = matching

    def store(self, extractions: Sequence[Extraction], *, now: datetime) -> list[Stored]:
        """Decide, match and store a batch in one transaction, in order; results in the same order.

        Storing a snapshot that is no longer pending changes nothing and repeats what became of it.
        """
        with self._database.transaction() as connection:
            return [_store(connection, extraction, self._matching, now) for extraction in extractions]

    def made_otherwise(self, article: Article) -> SnapshotRow | None:
        """The snapshot of the stored revision of an article, where other rules made that and its text differs."""
        row = self._database.row(
            SNAPSHOT
            + """
             WHERE snapshots.id = (SELECT snapshot_id FROM articles
                                    WHERE canonical_url = ? AND extractor != ? AND content_hash != ?)
               AND file != ''
            """,
            (article.canonical_url, article.extractor, article.content_hash),
        )
        return None if row is None else make_snapshot_row(row)

    def find(self, query: ArticleQuery) -> Iterator[Row]:
        """Articles with the keys of the JSON contract, newest first, or best match first where a search is given."""
        try:
            sql, values = make_query(query, self._database.search)
            for row in self._database.stream_found(sql, values, ROWS):
                yield _make(dict(zip(KEYS, row, strict=True)))
        except self._database.bad_search as error:
            if not query.fts:
                raise
            raise StorageError(query.fts, f"is not in the syntax of FTS5 ({error})") from error

    def get(self, id_or_url: str, *, revision: int | None = None) -> Row | None:
        """One article with the keys of the JSON contract. A URL is matched in any spelling."""
        found = self._find_one(id_or_url)
        if found is None:
            return None
        row = make_row(found)
        if revision is None or revision == row["revision"]:
            return row
        older = [each for each in self.revisions(row["id"]) if each["number"] == revision]
        if not older:
            return None
        kept = ("headline", "standfirst", "body_text", "content_hash", "extractor")
        words = {"revision": revision, "word_count": len(older[0]["body_text"].split())}
        return {**row, **{key: older[0][key] for key in kept}, **words}

    def urls_near(self, url: str) -> list[str]:
        """Canonical URLs that stand near a URL that has no article, in the order of the alphabet: for who misspelt."""
        try:
            wanted = canonical_url(url)
        except ValueError:
            wanted = url
        return [row["canonical_url"] for row in self._database.rows(NEAR, {"url": wanted})]

    def _find_one(self, id_or_url: str) -> StoredRow | None:
        if id_or_url.isdecimal():
            return self._database.row("SELECT * FROM articles WHERE id = ?", (int(id_or_url),))
        key = canonical_url(id_or_url)
        return self._database.row(
            """
            SELECT * FROM articles WHERE canonical_url IN (?, ?) UNION ALL
            SELECT articles.* FROM entries JOIN snapshots ON snapshots.entry_id = entries.id
              JOIN articles ON articles.id = snapshots.article_id WHERE entries.key = ?
             LIMIT 1
            """,
            (id_or_url, key, key),
        )

    def revisions(self, article_id: int) -> list[Row]:
        """number seen_at cause headline standfirst body_text content_hash snapshot_id extractor detail replaced, oldest
        first. `cause` is `publisher`, or what the desk did itself (`rules`, `memory`)."""
        rows = self._database.rows("SELECT * FROM revisions WHERE article_id = ? ORDER BY number", (article_id,))
        made = [{key: row[key] for key in row.keys() if key != "article_id"} for row in rows]  # noqa: SIM118
        return [row | {"replaced": json.loads(row["replaced"] or "{}")} for row in made]

    def desk_revisions(self, article_ids: Sequence[int]) -> dict[int, int]:
        """Article -> how many of its revisions the desk made itself; without those that have none."""
        rows = self._database.rows(
            """
            SELECT article_id, COUNT(*) AS revisions FROM revisions
             WHERE cause != 'publisher' AND article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
             GROUP BY article_id
            """,
            (json.dumps(list(article_ids)),),
        )
        return {row["article_id"]: row["revisions"] for row in rows}


def make_row(row: StoredRow) -> Row:
    return _make({key: row[key] for key in KEYS})


def _make(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns as the contract has them."""
    for key in ("authors", "keywords"):
        columns[key] = [] if columns[key] == "[]" else json.loads(columns[key])
    if columns["paywalled"] is not None:
        columns["paywalled"] = bool(columns["paywalled"])
    return columns


def _store(connection: Connection, extraction: Extraction, matching: Matching, now: datetime) -> Stored:
    snapshot = extraction.snapshot
    done = connection.execute("SELECT * FROM snapshots WHERE id = ?", (snapshot.id,)).fetchone()
    if done["state"] != "pending":
        return _repeat(connection, snapshot, done)
    if extraction.article is None:
        assert extraction.refusal is not None
        return _quarantine(connection, snapshot, extraction.refusal, to_text(now))
    if removal_of(connection, extraction.article.canonical_url) is not None:
        connection.execute("UPDATE snapshots SET state = 'removed' WHERE id = ?", (snapshot.id,))
        let_go(connection, [snapshot.id])
        return _repeat(connection, snapshot, done)
    return _store_article(connection, extraction, matching, to_text(now))


def _repeat(connection: Connection, snapshot: SnapshotRow, done: StoredRow) -> Stored:
    article = connection.execute("SELECT * FROM articles WHERE id = ?", (done["article_id"],)).fetchone()
    return Stored(
        snapshot_id=snapshot.id,
        crawl_id=snapshot.crawl_id,
        source=snapshot.source,
        url=snapshot.final_url,
        article_id=done["article_id"],
        change=None if article is None else Change.UNCHANGED,
        why="was stored before",
        duplicate_of=None if article is None else article["duplicate_of"],
        headline="" if article is None else article["headline"],
    )


def _quarantine(connection: Connection, snapshot: SnapshotRow, refusal: Refusal, now: str) -> Stored:
    connection.execute(
        """
        INSERT INTO quarantine (snapshot_id, url, source, reason, detail, fetched_at, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (snapshot_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, at = excluded.at
        """,
        (
            snapshot.id,
            snapshot.final_url,
            snapshot.source,
            refusal.reason,
            refusal.detail,
            to_text(snapshot.fetched_at),
            now,
        ),
    )
    connection.execute(
        "UPDATE snapshots SET state = 'quarantined', why = ?, stored_at = ? WHERE id = ?",
        (f"{refusal.reason}: {refusal.detail}", now, snapshot.id),
    )
    return Stored(
        snapshot_id=snapshot.id,
        crawl_id=snapshot.crawl_id,
        source=snapshot.source,
        url=snapshot.final_url,
        article_id=None,
        change=None,
        why=f"{refusal.reason}: {refusal.detail}",
    )


def _store_article(connection: Connection, extraction: Extraction, matching: Matching, now: str) -> Stored:
    snapshot, article, before = extraction.snapshot, extraction.article, extraction.before
    assert article is not None
    if is_too_long(article.canonical_url):  # a page may name anything as its own address
        article = replace(article, canonical_url=canonical_url(snapshot.url))
    stored = _find_stored(connection, article)
    memory = load_memory(connection, snapshot.source if stored is None else stored["source"])
    article, uncut_text = cut_article(article, memory)
    differs = stored is not None and stored["content_hash"] != article.content_hash
    # What the desk has learned since is no publisher's edit: like is compared with like.
    if stored is not None and differs and bring_in_line(connection, stored, memory, matching, now=now):
        stored = _find_stored(connection, article)
    decision = decide_change(None if stored is None else stored["content_hash"], article)
    if decision.change is Change.REVISED and before is not None:
        before, _ = cut_article(before, memory)
        if before.content_hash == article.content_hash:
            decision = Decision(change=Change.UNCHANGED, why="the same by today's rules; the stored revision is older")
    if stored is not None and stored["fetched_at"] > to_text(snapshot.fetched_at):
        decision = Decision(change=Change.UNCHANGED, why="the stored revision comes from a later snapshot")
    columns = make_columns(snapshot, article) | {"uncut_text": uncut_text}
    if stored is None:
        article_id, number = _insert(connection, snapshot, article, columns), 1
    else:
        article_id, number = stored["id"], stored["revision"] + 1
        if decision.change is Change.REVISED:
            _update(connection, columns, article_id, number)
    if decision.change is not Change.UNCHANGED:
        values = columns | {"article_id": article_id, "revision": number, "seen_at": to_text(snapshot.fetched_at)}
        insert_revision(connection, values, cause=Cause.PUBLISHER)
        read = extraction.read if article is extraction.article else None  # not where learned lines were cut
        match_article(connection, article_id, matching, now=now, read=read)
        place_article(connection, article_id, now=now, read=read)
    connection.execute("DELETE FROM quarantine WHERE snapshot_id = ?", (snapshot.id,))
    connection.execute(
        """
        UPDATE snapshots SET state = 'stored', article_id = ?, change = ?, why = ?, notes = ?, extractor = ?,
               stored_at = ? WHERE id = ?
        """,
        (article_id, decision.change, decision.why, json.dumps(article.notes), article.extractor, now, snapshot.id),
    )
    of = connection.execute("SELECT duplicate_of FROM articles WHERE id = ?", (article_id,)).fetchone()
    return Stored(
        snapshot_id=snapshot.id,
        crawl_id=snapshot.crawl_id,
        source=snapshot.source,
        url=snapshot.final_url,
        article_id=article_id,
        change=decision.change,
        why=decision.why,
        duplicate_of=of["duplicate_of"],
        headline=article.headline,
    )


def make_columns(snapshot: SnapshotRow, article: Article) -> dict[str, Any]:
    """What an article's row says, but for what identifies it."""
    return {
        "url": article.url,
        "publisher": article.publisher,
        "headline": article.headline,
        "standfirst": article.standfirst,
        "body_text": article.body_text,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published_at": None if article.published_at is None else article.published_at.isoformat(),
        "published_utc": to_text_or_none(article.published_at),
        "modified_at": None if article.modified_at is None else article.modified_at.isoformat(),
        "section": article.section,
        "keywords": json.dumps(article.keywords, ensure_ascii=False),
        "language": article.language,
        "lead_image_url": article.lead_image_url,
        "based_on_url": article.based_on_url,
        "paywalled": article.paywalled,
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "body_hash": article.body_hash,
        "fetched_at": to_text(snapshot.fetched_at),
        "snapshot_id": snapshot.id,
        "extractor": article.extractor,
        "candidates": json.dumps([[each.field, each.value, each.origin] for each in article.candidates]),
    }


def _find_stored(connection: Connection, article: Article) -> StoredRow | None:
    found: StoredRow | None = connection.execute(
        "SELECT * FROM articles WHERE canonical_url = ?", (article.canonical_url,)
    ).fetchone()
    return found


def _insert(connection: Connection, snapshot: SnapshotRow, article: Article, columns: dict[str, Any]) -> int:
    first_seen = connection.execute("SELECT first_seen_at FROM entries WHERE id = ?", (snapshot.entry_id,)).fetchone()
    columns = columns | {
        "canonical_url": article.canonical_url,
        "source": snapshot.source,
        "revision": 1,
        "first_seen_at": first_seen["first_seen_at"],
    }
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    row = connection.execute(f"INSERT INTO articles ({names}) VALUES ({marks}) RETURNING id", columns).fetchone()
    return int(row["id"])


def _update(connection: Connection, columns: dict[str, Any], article_id: int, number: int) -> None:
    columns = columns | {"revision": number}
    pairs = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(f"UPDATE articles SET {pairs} WHERE id = :id", columns | {"id": article_id})
