"""Stored articles beside what today's rules make of their snapshots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from copydesk.extraction.memory import cut_article
from copydesk.model import Article
from storage.articles import make_columns
from storage.database import Connection, Database, StoredRow
from storage.instants import to_text, to_text_or_none
from storage.records import Matching, SnapshotRow
from storage.revising import Cause, DeskRevision, load_memory, revise
from storage.reworking import Remake, StoredText
from storage.search import TIME
from storage.snapshots import SELECT, make_snapshot_row

OTHER = (
    "publisher",
    "authors",
    "published_at",
    "modified_at",
    "section",
    "keywords",
    "language",
    "lead_image_url",
    "based_on_url",
    "paywalled",
)
"""Columns of an article, beside its text, that rules decide."""
FOLLOWING = ("published_utc", "candidates")
"""Columns that follow from the page and those."""
WANTED = f""":source IN ('', source) AND (CAST(:since AS TEXT) IS NULL OR {TIME} >= :since)
   AND EXISTS (SELECT 1 FROM snapshots WHERE snapshots.id = snapshot_id AND file != '')"""
"""Articles whose snapshots still have their bytes."""


class SqlReextraction:
    def __init__(self, database: Database, matching: Matching) -> None:
        self._database = database
        self._matching = matching

    def texts(
        self, *, source: str = "", since: datetime | None = None, after_id: int = 0, limit: int
    ) -> list[StoredText]:
        """Articles as they stand, in order of their ids, with the snapshots of their latest revisions.

        `since`: published at or after; first seen where no date is known.
        """
        values = {"source": source, "since": to_text_or_none(since), "after_id": after_id, "limit": limit}
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM articles WHERE {WANTED} AND id > :after_id ORDER BY id LIMIT :limit", values
            ).fetchall()
            return [_make_text(row, _snapshot(connection, row["snapshot_id"])) for row in rows]

    def count(self, *, source: str = "", since: datetime | None = None) -> int:
        """How many articles `texts` has."""
        row = self._database.row(
            f"SELECT COUNT(*) FROM articles WHERE {WANTED}", {"source": source, "since": to_text_or_none(since)}
        )
        return 0 if row is None else int(row[0])

    def store(self, remakes: Sequence[Remake], *, now: datetime) -> int:
        """Store what today's rules make of snapshots, as revisions of the desk's own; how many there are.

        What has another revision by now, and what would change nothing, is left as it is.
        """
        with self._database.transaction() as connection:
            return sum(_store(connection, remake, self._matching, to_text(now)) for remake in remakes)


def changed_columns(stored: Mapping[str, Any] | StoredRow, snapshot: SnapshotRow, article: Article) -> dict[str, Any]:
    """Of `OTHER`, what an article has now, where that differs."""
    columns = make_columns(snapshot, article)
    return {name: columns[name] for name in OTHER if columns[name] != stored[name]}


def _make_text(row: StoredRow, snapshot: SnapshotRow) -> StoredText:
    return StoredText(
        article_id=row["id"],
        canonical_url=row["canonical_url"],
        source=row["source"],
        revision=row["revision"],
        headline=row["headline"],
        standfirst=row["standfirst"],
        body_text=row["body_text"],
        extractor=row["extractor"],
        other={name: row[name] for name in OTHER},
        snapshot=snapshot,
    )


def _snapshot(connection: Connection, snapshot_id: int) -> SnapshotRow:
    return make_snapshot_row(connection.execute(f"{SELECT} WHERE snapshots.id = ?", (snapshot_id,)).fetchone())


def _store(connection: Connection, remake: Remake, matching: Matching, now: str) -> bool:
    stored = connection.execute("SELECT * FROM articles WHERE id = ?", (remake.article_id,)).fetchone()
    if stored is None or stored["revision"] != remake.revision:
        return False
    snapshot = _snapshot(connection, stored["snapshot_id"])
    article, uncut_text = cut_article(remake.article, load_memory(connection, stored["source"]))
    other = changed_columns(stored, snapshot, article)
    text = (stored["headline"], stored["standfirst"], stored["body_text"])
    if not other and text == (article.headline, article.standfirst, article.body_text):
        return False
    columns = make_columns(snapshot, article)
    revision = DeskRevision(
        cause=Cause.RULES,
        detail=f"extracted again by {article.extractor}, before by {stored['extractor']}",
        headline=article.headline,
        standfirst=article.standfirst,
        body_text=article.body_text,
        uncut_text=uncut_text,
        extractor=article.extractor,
        other=other | {name: columns[name] for name in FOLLOWING if columns[name] != stored[name]},
    )
    revise(connection, stored, revision, matching, now=now)
    return True
