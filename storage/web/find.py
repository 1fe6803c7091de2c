"""Search: what matches, newest or best first, with snippets, and counts by source, language, section, tag and day."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from copydesk.text import defuse_formula
from storage.articles import KEYS, make_row
from storage.database import Database, StoredRow
from storage.instants import to_text
from storage.search import SPACELESS_WORD, match, uses_fts
from storage.store import Row
from storage.web.show import MARK, UNMARK

PAGE_SIZE = 25
COUNTED = 5_000
"""The newest matches that are counted, and ranked where the best come first: a common word matches a third of all."""
FACET_VALUES = 12
SAVED = 10_000
"""Rows of a saved search, at most; `copydesk articles` has no limit."""
TAGGED = "SELECT name FROM sources, json_each(tags) WHERE json_each.value = :tag"
FACETS = ("source", "language", "section", "tag", "day")
SNIPPET_CHARS = 260


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """What a person looks for, as the address line says it."""

    q: str = ""
    source: str = ""
    language: str = ""
    section: str = ""
    tag: str = ""
    day: str = ""
    since: str = ""
    until: str = ""
    copies: str = ""
    """Not empty: copies too."""
    order: str = ""
    """`best`, or empty for the newest first."""

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, for links."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Search:
        return cls(**{each.name: values.get(each.name, "").strip()[:500] for each in fields(cls)})

    @property
    def is_empty(self) -> bool:
        return not any(value for name, value in self.pairs() if name != "order")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One page of what was found."""

    hits: list[dict[str, Any]]
    counted: int
    is_capped: bool
    """True: there are more than were counted."""
    facets: dict[str, list[tuple[str, int]]]
    page: int
    pages: int


def search(database: Database, asked: Search, *, page: int = 1) -> Found:
    """One page of what matches, with the counts of all that was counted."""
    rows = _candidates(database, asked, limit=COUNTED + 1)
    counted = rows[:COUNTED]
    if asked.order == "best" and counted and "score" in counted[0].keys():  # noqa: SIM118
        counted.sort(key=lambda row: row["score"])
    here = [row["article_id"] for row in counted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    return Found(
        hits=_hits(database, here, asked.q),
        counted=len(counted),
        is_capped=len(rows) > COUNTED,
        facets=_facets(database, counted),
        page=page,
        pages=max(1, -(-len(counted) // PAGE_SIZE)),
    )


def read_saved(database: Database, asked: Search) -> list[Row]:
    """What matches, with the keys of the JSON contract, at most `SAVED`, newest first."""
    ids = [row["article_id"] for row in _candidates(database, asked, limit=SAVED)]
    rows = database.rows("SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    by_id = {row["id"]: make_row(row) for row in rows}
    return [{key: by_id[number][key] for key in KEYS} for number in ids if number in by_id]


def find_arrivals(database: Database, asked: Search, *, limit: int) -> list[int]:
    """The articles that match, the last to arrive first, whenever they were published. Those of a tag are sought source
    by source: in the order of arrival alone, the last one of a quiet source may be a million articles back."""
    each = [asked]
    if asked.tag and not uses_fts(match(asked.q)[1]):
        tagged = [row["name"] for row in database.rows(TAGGED, {"tag": asked.tag})]
        each = [replace(asked, tag="", source=name) for name in tagged if asked.source in ("", name)]
    found = [row["article_id"] for one in each for row in _candidates(database, one, limit=limit, by_arrival=True)]
    return sorted(found, reverse=True)[:limit]


def _candidates(database: Database, asked: Search, *, limit: int, by_arrival: bool = False) -> list[StoredRow]:
    """The newest matches: id and what facets count."""
    conditions, values = match(asked.q, table="listings")
    ranked = uses_fts(values)
    for name in ("source", "section"):
        if value := getattr(asked, name):
            conditions.append(f"listings.{name} = :{name}")
            values[name] = value
    if asked.language:
        conditions.append("(listings.language = :language OR listings.language LIKE :language || '-%')")
        values["language"] = asked.language
    if asked.tag:
        conditions.append(f"listings.source IN ({TAGGED})")
        values["tag"] = asked.tag
    since, until = _span(asked)
    if since:
        conditions.append("at >= :since")
        values["since"] = since
    if until:
        conditions.append("at < :until")
        values["until"] = until
    if not asked.copies:
        conditions.append("listings.duplicate_of IS NULL")
    tables = "articles_fts JOIN listings ON article_id = articles_fts.rowid" if ranked else "listings"
    score = ", bm25(articles_fts, 4, 1) AS score" if ranked and asked.order == "best" else ""
    # Rows of the full-text index come in order of their ids, which is the order of arrival, without being sorted.
    order = "articles_fts.rowid DESC" if ranked else "article_id DESC" if by_arrival else "at DESC, article_id DESC"
    if by_arrival and asked.source and not ranked:  # an index that has the articles of a source in this order
        tables, order = "articles CROSS JOIN listings ON article_id = articles.id", "articles.id DESC"
        conditions.append("articles.source = :source")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"""
        SELECT article_id, listings.source, listings.language, listings.section, substr(at, 1, 10) AS day{score}
          FROM {tables} {where} ORDER BY {order} LIMIT :limit
    """
    return database.rows(sql, values | {"limit": limit})


def _span(asked: Search) -> tuple[str, str]:
    since, until = (_midnight(text) for text in (asked.day or asked.since, asked.day or asked.until))
    return to_text(since) if since else "", to_text(until + timedelta(days=1)) if until else ""


def _midnight(day: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else None
    except ValueError:
        return None


def _facets(database: Database, rows: list[StoredRow]) -> dict[str, list[tuple[str, int]]]:
    counted = {name: Counter(row[name] for row in rows if row[name]) for name in FACETS if name != "tag"}
    tags: Counter[str] = Counter()
    for row in database.rows("SELECT name, tags FROM sources"):
        for tag in json.loads(row["tags"]):
            tags[tag] += counted["source"].get(row["name"], 0)
    counted["tag"] = +tags
    facets = {name: counted[name].most_common(FACET_VALUES) for name in FACETS}
    facets["day"] = sorted(counted["day"].items(), reverse=True)[:FACET_VALUES]
    return facets


def _hits(database: Database, ids: list[int], words: str) -> list[dict[str, Any]]:
    rows = database.rows(
        """
        SELECT id, headline, body_text, source, publisher, section, language, word_count, duplicate_of,
               COALESCE(published_utc, first_seen_at) AS at
          FROM articles WHERE id IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(ids),),
    )
    by_id = {row["id"]: dict(row) for row in rows}
    pattern = _finder(words)
    hits = [by_id[number] for number in ids if number in by_id]
    for hit in hits:
        hit["snippet"] = _snippet(hit.pop("body_text"), pattern)
        hit["marked_headline"] = _mark(hit["headline"], pattern) if pattern else hit["headline"]
    return hits


def _finder(words: str) -> re.Pattern[str] | None:
    """What FTS5 calls a match: letters and digits of a word, marks between them aside, accents aside."""
    patterns = []
    for word in words.split():
        if SPACELESS_WORD.search(word):
            patterns += [re.escape(part) for part in SPACELESS_WORD.findall(word)]
        elif tokens := re.findall(r"\w+", word):
            patterns.append(r"\b" + r"[\W_]{1,3}".join(re.escape(token) for token in tokens) + r"\b")
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)), re.IGNORECASE) if patterns else None


def _snippet(text: str, pattern: re.Pattern[str] | None) -> str:
    """The sentence or so around the first match, each match marked."""
    text = text[:200_000]
    found = pattern.search(text) if pattern else None
    start = max(0, found.start() - SNIPPET_CHARS // 3) if found else 0
    if start:
        space = text.find(" ", start, start + 30)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + SNIPPET_CHARS)
    if end < len(text) and (space := text.rfind(" ", start, end)) > end - 30:
        end = space
    shown = ("… " if start else "") + " ".join(text[start:end].split()) + (" …" if end < len(text) else "")
    return _mark(shown, pattern) if pattern else shown


def _mark(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda found: f"{MARK}{found[0]}{UNMARK}", text.replace(MARK, "").replace(UNMARK, ""))


def as_csv(rows: Iterable[Row]) -> str:
    """Rows as CSV; lists joined by `; `, and what a spreadsheet would take for a formula defused by a quote."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(KEYS)
    for row in rows:
        writer.writerow([_cell(row[key]) for key in KEYS])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        value = "; ".join(str(each) for each in value)
    return defuse_formula(value) if isinstance(value, str) else value
