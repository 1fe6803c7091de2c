"""Filters of lists and exports, as SQL; what a person types, as FTS5 reads it."""

from __future__ import annotations

import re
from typing import Any

from storage.database import EVERY, SearchWords
from storage.instants import to_text
from storage.listings import SPACELESS
from storage.records import ArticleQuery

TIME = "COALESCE(published_utc, first_seen_at)"
"""Of a row of articles: what `listings.at` is."""
SPACELESS_WORD = re.compile(f"{SPACELESS}+")
TRIGRAM = 3
RANKED = 5_000
"""The newest matches, among which the best come first."""
NEWEST_RANKED = """
SELECT article_id FROM (
       SELECT article_id, {score} AS score
         FROM articles_fts JOIN listings ON article_id = articles_fts.rowid{where}
        ORDER BY articles_fts.rowid DESC LIMIT :ranked) AS newest
 ORDER BY score, article_id DESC LIMIT :limit
"""
RESERVED = """
SELECT 1 FROM snapshots
 WHERE snapshots.id = (SELECT newest.id FROM snapshots AS newest WHERE newest.article_id = listings.article_id
                        ORDER BY newest.fetched_at DESC, newest.id DESC LIMIT 1)
   AND (noindex OR noarchive OR tdm_reserved)
"""
"""What the publisher said last counts, be it more or less than before."""
BEGINNING = """
COALESCE((SELECT group_concat('"' || replace(term, '"', '""') || '"', ' OR ') FROM articles_trigram_terms
           WHERE term >= {word} AND term < {word} || char(1114111)), '""')
"""
"""A word that is shorter than a trigram, as an FTS5 query of the trigrams that begin with it."""


def quote_words(search: str) -> str:
    """Each word as an FTS5 string, so that `S&P 500` and `AT&T` are searches and no syntax errors."""
    return " ".join('"' + word.replace('"', '""') + '"' for word in search.split())


class Fts5:
    """SQLite's full-text search; see `storage.database.SearchWords`."""

    def match(self, search: str, *, fts: str = "", table: str = "articles") -> tuple[list[str], dict[str, Any]]:
        return match(search, fts=fts, table=table)

    def score(self, *, fts: str = "") -> str:
        return "bm25(articles_fts, 4, 1)"


def match(search: str, *, fts: str = "", table: str = "articles") -> tuple[list[str], dict[str, Any]]:
    """Return the conditions that make `table` a match, and their values: none where nothing is searched for.

    Words in scripts without spaces are found anywhere, by the trigram index; all others as whole words. The first
    condition is on articles_fts, which the caller joins, unless every word is of such a script (`uses_fts`).

    >>> match("S&P 500")
    (['articles_fts MATCH :match'], {'match': '"S&P" "500"'})
    """
    values: dict[str, Any] = {}
    conditions: list[str] = []
    words = [] if fts else search.split()
    spaced = [word for word in words if not SPACELESS_WORD.search(word)]
    if query := fts or quote_words(" ".join(spaced)):
        conditions.append("articles_fts MATCH :match")
        values["match"] = query
    parts = [part for word in words if word not in spaced for part in SPACELESS_WORD.findall(word)]
    long = [part for part in parts if len(part) >= TRIGRAM]
    key = "id" if table == "articles" else "article_id"
    found = f"{table}.{key} IN (SELECT rowid FROM articles_trigram WHERE articles_trigram MATCH {{query}})"
    if long:
        conditions.append(found.format(query=":trigrams"))
        values["trigrams"] = quote_words(" ".join(long))
    for number, part in enumerate(part for part in parts if len(part) < TRIGRAM):
        conditions.append(found.format(query=BEGINNING.format(word=f":short{number}")))
        values[f"short{number}"] = part
    return conditions, values


def uses_fts(values: dict[str, Any]) -> bool:
    """Whether what `match` gave is a condition on articles_fts."""
    return "match" in values


def make_query(query: ArticleQuery, words: SearchWords) -> tuple[str, dict[str, Any]]:
    """The SELECT of the ids that a query finds, in its order, and its values. Texts are read later: what is sorted is
    held in memory, and a million ids are little.

    A search with a limit ranks the newest `RANKED` matches: a common word stands in every article of a year.
    """
    conditions, values = words.match(query.search, fts=query.fts, table="listings")
    ranked = uses_fts(values)
    score = words.score(fts=query.fts)
    _add_filters(query, conditions, values)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    values["limit"] = EVERY if query.limit is None else query.limit
    is_in_order = bool(query.by_id or query.after_id)
    if ranked and not is_in_order and query.limit is not None and query.limit <= RANKED:
        return NEWEST_RANKED.format(where=where, score=score), values | {"ranked": RANKED}
    tables = "articles_fts JOIN listings ON article_id = articles_fts.rowid" if ranked else "listings"
    by_id = "articles_fts.rowid" if ranked else "article_id"
    order = by_id if is_in_order else score if ranked else "at DESC, article_id DESC"
    return f"SELECT article_id FROM {tables}{where} ORDER BY {order} LIMIT :limit", values


def _add_filters(query: ArticleQuery, conditions: list[str], values: dict[str, Any]) -> None:
    def add(condition: str, name: str, value: object) -> None:
        conditions.append(condition)
        values[name] = value

    if query.source:
        add("source = :source", "source", query.source)
    if query.tag:
        tagged = "source IN (SELECT name FROM sources, json_each(tags) WHERE json_each.value = :tag)"
        add(tagged, "tag", query.tag)
    if query.since is not None:
        add("at >= :since", "since", to_text(query.since))
    if query.until is not None:
        add("at < :until", "until", to_text(query.until))
    if query.language:
        add("(language = :language OR language LIKE :language || '-%')", "language", query.language)
    if query.after_id:
        name = "articles_fts.rowid" if uses_fts(values) else "article_id"
        add(f"{name} > :after_id", "after_id", query.after_id)
    if query.without_paywalled:
        conditions.append("(SELECT paywalled FROM articles WHERE id = article_id) IS NOT TRUE")
    if query.without_reserved:
        conditions.append(f"NOT EXISTS ({RESERVED})")
    if not query.duplicates:
        conditions.append("duplicate_of IS NULL")
