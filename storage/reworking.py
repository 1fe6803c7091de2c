"""What is done to stored articles afterwards, and what came of it: site memory, re-extraction, re-matching, stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.model import Article
from storage.records import SnapshotRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What one source's articles taught."""

    source: str
    articles: int
    """That were learned from."""
    learned: tuple[str, ...]
    """Lines that are cut from now on."""
    withdrawn: tuple[str, ...]
    """Lines that are not cut any more: these articles speak against them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleaning:
    """One step of bringing a source's stored articles in line with what is known of its junk."""

    looked_at: int
    changed: int
    """Articles that have a new revision, the desk's own."""
    is_done: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredText:
    """An article as it stands, and the snapshot that it was made from: what is extracted again is compared with it."""

    article_id: int
    canonical_url: str
    source: str
    revision: int
    headline: str
    standfirst: str | None
    body_text: str
    extractor: str
    other: Mapping[str, object]
    """The further columns of its row that rules decide, as they are stored."""
    snapshot: SnapshotRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Remake:
    """What today's rules make of a stored snapshot."""

    article_id: int
    revision: int
    """That it was compared with; should the article have another one by now, the remake is out of date."""
    article: Article


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayReport:
    """What matching all articles again would change. Edges that persons confirmed or undid are not counted."""

    articles: int
    edges_before: int
    edges_after: int
    gained: Mapping[str, int]
    """Relation -> edges that are new."""
    lost: Mapping[str, int]
    changed: int
    """Edges whose relation is another one."""
    groups_before: int
    """Of two articles or more."""
    groups_after: int
    groups_same: int
    """That hold the same articles before and after."""
    duplicates_before: int
    """Articles that are copies of another one."""
    duplicates_after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tending:
    """One step through the open stories."""

    last_id: int | None
    """Of the last story looked at; None: there was none left."""
    united: int
    """Stories that took in others."""
