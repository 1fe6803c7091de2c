"""Article: its text and metadata, its revisions and what each changed, its duplicates, its trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from copydesk.edits import Edit, Version, describe_edit
from storage.articles import make_row
from storage.database import Database, StoredRow
from storage.store import Row
from storage.trail import find_trail

REVISIONS_SHOWN = 5
REVISIONS_A_PAGE = 20
TEXT_CHARS = 200_000
"""Of a body, on the page; the rest is a link away, as plain text."""
FIELDS = (
    ("publisher", "Publisher"),
    ("authors", "By"),
    ("published_at", "Published"),
    ("modified_at", "Modified"),
    ("section", "Section"),
    ("keywords", "Keywords"),
    ("language", "Language"),
    ("word_count", "Words"),
    ("paywalled", "Paywalled"),
    ("lead_image_url", "Lead image"),
    ("based_on_url", "Credits"),
    ("canonical_url", "Canonical URL"),
    ("first_seen_at", "First seen"),
    ("fetched_at", "Fetched"),
    ("extractor", "Extractor"),
)
"""Keys of the article that are listed beside its text, and their labels."""

EDGES = """
SELECT duplicates.*, other.id AS other_id, other.headline, other.source, other.publisher,
       COALESCE(other.published_utc, other.first_seen_at) AS other_at, other.word_count
  FROM duplicates JOIN articles AS other
    ON other.id = CASE WHEN article_id = :id THEN of_id ELSE article_id END
 WHERE :id IN (article_id, of_id)
 ORDER BY duplicates.relation IN ('contains', 'related'), duplicates.score DESC, other_at LIMIT 200
"""
STATES = """
SELECT number, seen_at, cause, headline, snapshot_id, extractor, detail, length(body_text) AS characters
  FROM revisions WHERE article_id = ? ORDER BY number DESC LIMIT ? OFFSET ?
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One field of an article, and where it was found."""

    key: str
    label: str
    value: Any
    origin: str
    """`json-ld:NewsArticle.headline` …; empty where nothing else was offered."""
    offered: list[tuple[str, str]]
    """What the page offered beside it: value, origin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticlePage:
    """What the page of an article shows."""

    article: Row
    body_text: str
    """As far as it is shown."""
    cut_characters: int
    """That are not shown."""
    headline_fact: Fact
    facts: list[Fact]
    revisions: list[dict[str, Any]]
    """The newest ones, newest first, each with `edit`."""
    edges: list[dict[str, Any]]
    in_story: int
    """Articles of its story, itself among them; 0: it has none."""
    canonical: Row | None
    """The article that this one is a copy of."""
    snapshot_id: int
    junk: list[str]
    """Lines that were cut by what is learned of its source."""


def read_article(database: Database, article_id: int) -> ArticlePage | None:
    """One article with all that is known about it; None where there is none of this id."""
    found = database.row("SELECT * FROM articles WHERE id = ?", (article_id,))
    if found is None:
        return None
    article = make_row(found)
    facts = _facts(article, found["candidates"])
    text = str(article["body_text"])
    return ArticlePage(
        article=article,
        body_text=text[:TEXT_CHARS],
        cut_characters=max(0, len(text) - TEXT_CHARS),
        headline_fact=facts[0],
        facts=facts[1:],
        revisions=read_revisions(database, article_id, limit=REVISIONS_SHOWN),
        edges=[_edge(row, article_id) for row in database.rows(EDGES, {"id": article_id})],
        in_story=database.number("SELECT COUNT(*) FROM listings WHERE story_id = ?", (article["story_id"],)),
        canonical=read_brief(database, article["duplicate_of"]),
        snapshot_id=found["snapshot_id"],
        junk=_cut_lines(found),
    )


def read_brief(database: Database, article_id: int | None) -> Row | None:
    """id, headline, source and publisher of an article."""
    row = database.row("SELECT id, headline, source, publisher FROM articles WHERE id = ?", (article_id,))
    return None if row is None else dict(row)


def read_text(database: Database, article_id: int) -> str | None:
    """Headline and text of an article, whole."""
    row = database.row("SELECT headline, body_text FROM articles WHERE id = ?", (article_id,))
    return None if row is None else f"{row['headline']}\n\n{row['body_text']}\n"


def read_revisions(database: Database, article_id: int, *, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """Revisions of an article, newest first, each with the `edit` that led to it (None: it is the first)."""
    states = [dict(row) for row in database.rows(STATES, (article_id, limit + 1, offset))]
    for newer, older in pairwise(states):
        newer["edit"] = compare(database, article_id, older["number"], newer["number"])
    if states and len(states) <= limit:
        states[-1]["edit"] = None
    return states[:limit]


def compare(database: Database, article_id: int, old: int, new: int) -> Edit | None:
    """What changed from one revision to another; None where one of them is not there."""
    rows = database.rows(
        "SELECT number, headline, standfirst, body_text FROM revisions WHERE article_id = ? AND number IN (?, ?)",
        (article_id, old, new),
    )
    versions = {row["number"]: _version(row) for row in rows}
    return describe_edit(versions[old], versions[new]) if len({old, new} & versions.keys()) == 2 else None


def count_revisions(database: Database, article_id: int) -> int:
    return database.number("SELECT COUNT(*) FROM revisions WHERE article_id = ?", (article_id,))


def read_why(database: Database, article_id: int) -> tuple[Row, list[Row]] | None:
    """An article and the trail of its URL."""
    row = database.row("SELECT * FROM articles WHERE id = ?", (article_id,))
    return None if row is None else (make_row(row), find_trail(database, row["canonical_url"]))


def find_id(database: Database, url: str) -> int | None:
    """The article of a URL, in any spelling."""
    from storage.articles import SqlArticles

    row = None if url.isdecimal() else SqlArticles(database).get(url)
    return None if row is None else int(row["id"])


def _facts(article: Row, candidates: str) -> list[Fact]:
    offers: dict[str, list[tuple[str, str]]] = {}
    for field, value, origin in json.loads(candidates):
        offers.setdefault(field, []).append((str(value), str(origin)))
    facts = []
    for key, label in (("headline", "Headline"), *FIELDS):
        offered = offers.get(key, [])
        value = article[key]
        if value not in (None, "", [], ()) or offered:
            facts.append(
                Fact(key=key, label=label, value=value, origin=offered[0][1] if offered else "", offered=offered[1:])
            )
    return facts


def _edge(row: StoredRow, article_id: int) -> dict[str, Any]:
    """An edge as this article sees it."""
    edge = dict(row)
    edge["is_copy"] = row["article_id"] == article_id
    evidence: Mapping[str, Any] = json.loads(row["evidence"])
    edge["passages"] = len(evidence.get("passages", ()))
    edge["evidence"] = [(key, _shown(value)) for key, value in evidence.items() if key != "passages"]
    return edge


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value[:12]) + (" …" if len(value) > 12 else "")
    return str(value)


def _cut_lines(article: StoredRow) -> list[str]:
    kept = set(str(article["body_text"]).split("\n"))
    return [line for line in str(article["uncut_text"] or "").split("\n") if line and line not in kept]


def _version(row: StoredRow) -> Version:
    return Version(headline=row["headline"], body_text=row["body_text"], standfirst=row["standfirst"] or "")
