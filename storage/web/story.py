"""A story: all articles about one event, the earliest first, copies folded under their original."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from storage.database import Database
from storage.instants import to_instant
from storage.store import Row
from storage.stories import SqlStories
from storage.web.today import LEAD_CHARS

PAGE_SIZE = 100
"""Articles that are no copies, on one page."""
COPIES_SHOWN = 100
"""Of one article; the others are counted."""
CHART_DAYS = 60
"""A chart begins with the story, and has so many days at most."""

MEMBERS = """
SELECT article_id AS id, at, source, duplicate_of FROM listings WHERE story_id = ? ORDER BY at, article_id
"""
SHOWN = f"""
SELECT id, headline, substr(COALESCE(NULLIF(standfirst, ''), body_text), 1, {LEAD_CHARS}) AS beginning, publisher,
       relation, section, word_count
  FROM articles WHERE id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryPage:
    """What the page of a story shows."""

    story: Row
    """As `copydesk stories` lists it."""
    articles: list[dict[str, Any]]
    """Of this page: those that are no copies of another one here, each with `after_s` (since the story began),
    `copies` and `unlisted` (how many copies more there are)."""
    sources: list[tuple[str, int, float]]
    """Each with its articles and how long after the beginning its first one came; the first one first."""
    days: list[tuple[str, int]]
    copies: int
    page: int
    pages: int


def read_story(database: Database, story_id: int, *, page: int = 1) -> StoryPage | None:
    """One story, or the one that it became part of; None where there is none of this id."""
    story = SqlStories(database).get(story_id)
    if story is None:
        return None
    members = [dict(row) for row in database.rows(MEMBERS, (story["id"],))]
    if not members:
        return None
    here = {member["id"] for member in members}
    copies: dict[int, list[dict[str, Any]]] = {}
    for member in members:
        copies.setdefault(member["duplicate_of"] if member["duplicate_of"] in here else 0, []).append(member)
    heads = copies.pop(0, [])
    shown = heads[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    began_at = _instant(members[0]["at"])
    for head in shown:
        of_it = copies.get(head["id"], [])
        head["after_s"] = (_instant(head["at"]) - began_at).total_seconds()
        head["copies"], head["unlisted"] = of_it[:COPIES_SHOWN], max(0, len(of_it) - COPIES_SHOWN)
    _describe(database, [each for head in shown for each in (head, *head["copies"])])
    return StoryPage(
        story=story,
        articles=shown,
        sources=_sources(members, began_at),
        days=_days(members),
        copies=len(members) - len(heads),
        page=page,
        pages=max(1, -(-len(heads) // PAGE_SIZE)),
    )


def _describe(database: Database, articles: list[dict[str, Any]]) -> None:
    """Add to articles what is shown of them."""
    rows = database.rows(SHOWN, (json.dumps([each["id"] for each in articles]),))
    by_id = {row["id"]: dict(row) for row in rows}
    for each in articles:
        each.update(by_id[each["id"]])


def _sources(members: list[dict[str, Any]], began_at: datetime) -> list[tuple[str, int, float]]:
    counts = Counter(member["source"] for member in members)  # in order of their first articles
    first = {member["source"]: member["at"] for member in reversed(members)}
    return [(name, count, (_instant(first[name]) - began_at).total_seconds()) for name, count in counts.items()]


def _days(members: list[dict[str, Any]]) -> list[tuple[str, int]]:
    counts = Counter(str(member["at"])[:10] for member in members)
    first, last = date.fromisoformat(min(counts)), date.fromisoformat(max(counts))
    names = [(first + timedelta(days=day)).isoformat() for day in range(min((last - first).days + 1, CHART_DAYS))]
    return [(name, counts[name]) for name in names]


def _instant(text: str) -> datetime:
    found = to_instant(text)
    assert found is not None
    return found
