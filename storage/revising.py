"""Revisions: those of publishers, and those that the desk makes itself when it learns better. None is overwritten.

A revision that the desk made has another `cause` than `publisher`, says in `detail` what was done, and keeps in
`replaced` what the article's row said before, where that is more than the text. It is never counted as an edit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from copydesk.extraction.memory import Memory, cut, make_memory
from copydesk.text import body_hash, content_hash, count_words
from storage.database import Connection, StoredRow
from storage.duplicates import match_article
from storage.records import Matching


class Cause(StrEnum):
    """Who made a revision."""

    PUBLISHER = "publisher"
    RULES = "rules"
    """`copydesk reextract`: today's rules, applied to the stored snapshot."""
    MEMORY = "memory"
    """Lines that the desk has learned to cut since, or has forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskRevision:
    """What the desk makes of a stored article, without another look at its page."""

    cause: Cause
    detail: str
    headline: str
    standfirst: str | None
    body_text: str
    uncut_text: str | None
    """The text before learned lines were cut; None: none was."""
    extractor: str
    other: Mapping[str, Any] = field(default_factory=dict)
    """Further columns of the article's row that change, and their new values."""


def load_memory(connection: Connection, source: str) -> Memory:
    """What a source's articles are cut by now."""
    rows = connection.execute(
        "SELECT kind, key FROM learned_lines WHERE source = ? AND state = 'learned'", (source,)
    ).fetchall()
    return make_memory((row["kind"], row["key"]) for row in rows)


def bring_in_line(connection: Connection, article: StoredRow, memory: Memory, matching: Matching, *, now: str) -> bool:
    """Cut an article's stored text by what is known now, and give back what is no longer junk. False: it was in line.

    `article` is its row, all columns.
    """
    full = article["uncut_text"] or article["body_text"]
    made = cut(full, memory, headline=article["headline"])
    if made.text == article["body_text"]:
        return False
    revision = DeskRevision(
        cause=Cause.MEMORY,
        detail=_describe(article["body_text"], made.text),
        headline=article["headline"],
        standfirst=article["standfirst"],
        body_text=made.text,
        uncut_text=full if made.lines else None,
        extractor=article["extractor"],
    )
    revise(connection, article, revision, matching, now=now)
    return True


def revise(connection: Connection, article: StoredRow, made: DeskRevision, matching: Matching, *, now: str) -> int:
    """Store the desk's own revision of an article, matched anew, and return its number."""
    number = int(article["revision"]) + 1
    columns: dict[str, Any] = {
        "headline": made.headline,
        "standfirst": made.standfirst,
        "body_text": made.body_text,
        "uncut_text": made.uncut_text,
        "word_count": count_words(made.body_text),
        "content_hash": content_hash(made.headline, made.body_text),
        "body_hash": body_hash(made.body_text),
        "extractor": made.extractor,
        "revision": number,
        **made.other,
    }
    pairs = ", ".join(f"{name} = :{name}" for name in columns)
    connection.execute(f"UPDATE articles SET {pairs} WHERE id = :id", columns | {"id": article["id"]})
    before = {name: article[name] for name in made.other}
    values = columns | {"article_id": article["id"], "seen_at": now, "snapshot_id": article["snapshot_id"]}
    insert_revision(connection, values, cause=made.cause, detail=made.detail, replaced=before)
    match_article(connection, article["id"], matching, now=now)
    return number


def insert_revision(
    connection: Connection,
    values: Mapping[str, Any],
    *,
    cause: Cause,
    detail: str | None = None,
    replaced: Mapping[str, Any] | None = None,
) -> None:
    """Store one state of an article; `values` are columns of articles, with article_id and seen_at."""
    connection.execute(
        """
        INSERT INTO revisions (article_id, number, cause, headline, standfirst, body_text, content_hash, seen_at,
                               snapshot_id, extractor, detail, replaced)
        VALUES (:article_id, :revision, :cause, :headline, :standfirst, :body_text, :content_hash, :seen_at,
                :snapshot_id, :extractor, :detail, :replaced)
        """,
        {
            **values,
            "cause": cause,
            "detail": detail,
            "replaced": json.dumps(dict(replaced), ensure_ascii=False) if replaced else None,
        },
    )


def _describe(old: str, new: str) -> str:
    before, after = old.split("\n"), new.split("\n")
    parts = []
    if gone := [line for line in before if line and line not in after]:
        parts.append(f"cut: {_quoted(gone)}")
    if back := [line for line in after if line and line not in before]:
        parts.append(f"given back: {_quoted(back)}")
    return "; ".join(parts) or "blank lines"


def _quoted(lines: list[str]) -> str:
    shown = ", ".join(f'"{line[:60]}"' for line in lines[:5])
    return f"{shown} and {len(lines) - 5} more" if len(lines) > 5 else shown
