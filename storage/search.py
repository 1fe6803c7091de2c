"""Filters of lists and exports, as SQL."""

from __future__ import annotations

from typing import Any

from storage.instants import to_text
from storage.records import ArticleQuery

TIME = "COALESCE(published_utc, first_seen_at)"


def quote_words(search: str) -> str:
    """Each word as an FTS5 string, so that `S&P 500` and `AT&T` are searches and no syntax errors."""
    return " ".join('"' + word.replace('"', '""') + '"' for word in search.split())


def make_query(query: ArticleQuery) -> tuple[str, dict[str, Any]]:
    """The SELECT of a query, and its values."""
    conditions: list[str] = []
    values: dict[str, Any] = {}

    def add(condition: str, name: str, value: object) -> None:
        conditions.append(condition)
        values[name] = value

    match = query.fts or quote_words(query.search)
    if match:
        add("articles_fts MATCH :match", "match", match)
    if query.source:
        add("source = :source", "source", query.source)
    if query.tag:
        tagged = "source IN (SELECT name FROM sources, json_each(tags) WHERE json_each.value = :tag)"
        add(tagged, "tag", query.tag)
    if query.since is not None:
        add(f"{TIME} >= :since", "since", to_text(query.since))
    if query.until is not None:
        add(f"{TIME} < :until", "until", to_text(query.until))
    if query.language:
        add("(language = :language OR language LIKE :language || '-%')", "language", query.language)
    if query.after_id:
        add("articles.id > :after_id", "after_id", query.after_id)
    if query.without_paywalled:
        conditions.append("paywalled IS NOT 1")
    if not query.duplicates:
        conditions.append("duplicate_of IS NULL")
    tables = "articles_fts JOIN articles ON articles.id = articles_fts.rowid" if match else "articles"
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = (
        "articles.id"
        if query.after_id or query.by_id
        else "bm25(articles_fts, 4, 1)"
        if match
        else f"{TIME} DESC, articles.id DESC"
    )
    values["limit"] = -1 if query.limit is None else query.limit
    return f"SELECT articles.* FROM {tables}{where} ORDER BY {order} LIMIT :limit", values
