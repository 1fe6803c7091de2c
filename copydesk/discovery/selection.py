"""Which entries are worth a look at their page."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from copydesk.model import EndpointKind, Entry, Source
from copydesk.urls import matches_pattern

SITEMAP_DAYS = 3
"""How old a sitemap's entry may be: sitemaps go back to the first day of a publication, news sitemaps two days."""
NO_PAGES = frozenset(
    {
        *(".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif", ".mp3", ".m4a", ".mp4", ".m3u8", ".mov"),
        *(".pdf", ".xls", ".xlsx", ".doc", ".docx", ".ppt", ".pptx", ".epub", ".zip", ".gz", ".ics", ".css", ".js"),
        *(".xml", ".rss", ".atom", ".json", ".csv"),
    }
)
"""Endings of paths that are no pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Whether to look at a page, and why."""

    wanted: bool
    why: str


def select(
    entry: Entry,
    *,
    source: Source,
    kind: EndpointKind,
    first_poll: bool,
    now: datetime,
    since: datetime | None = None,
    since_only: bool = False,
) -> Selection:
    """Decide whether an entry that was just seen is worth a look. Whether it was looked at before is not asked here.

    `since`: something may have been missed from then on, so a sitemap is searched back to there. `since_only`: it is
    searched for nothing else, since the source does not name it.
    """
    if why := why_not(entry.url, source=source):
        return Selection(wanted=False, why=why)
    if kind is EndpointKind.SITEMAP:
        if since_only:
            return _select_what_was_missed(entry, since)
        return _select_from_sitemap(entry, first_poll=first_poll, now=now, since=since)
    return Selection(wanted=True, why=f"listed by the {kind.value}")


def why_not(url: str, *, source: Source) -> str:
    """Return why a source wants no page of this address, whenever it is from; empty where it does."""
    ending = posixpath.splitext(urlsplit(url).path)[1].lower()
    if ending in NO_PAGES:
        return f"a {ending} file is no page"
    if pattern := matches_pattern(url, source.exclude):
        return f"excluded by {pattern}"
    if source.include and not matches_pattern(url, source.include):
        return "no include pattern matches"
    return ""


MISSED = "from a time in which something may have been missed"


def _select_what_was_missed(entry: Entry, since: datetime | None) -> Selection:
    dated_at = entry.published_at or entry.modified_at
    is_missed = since is not None and dated_at is not None and dated_at >= since
    return Selection(wanted=is_missed, why=MISSED if is_missed else "not from a time that is searched")


def _select_from_sitemap(entry: Entry, *, first_poll: bool, now: datetime, since: datetime | None) -> Selection:
    dated_at = entry.published_at or entry.modified_at
    if dated_at is None:
        why = "undated, and there before the source was followed" if first_poll else "new in the sitemap"
        return Selection(wanted=not first_poll, why=why)
    if dated_at < now - timedelta(days=SITEMAP_DAYS):
        if since is not None and dated_at >= since:
            return Selection(wanted=True, why=MISSED)
        return Selection(wanted=False, why=f"older than {SITEMAP_DAYS} days")
    return Selection(wanted=True, why="recent in the sitemap")
