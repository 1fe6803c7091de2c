"""After an ingest: the sources with enough new articles teach the desk, and stored articles are brought in line."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from storage.reworking import Lesson
from storage.store import Store

log = logging.getLogger(__name__)

STEP = 200
"""Articles brought in line in one transaction."""
MOST = 2_000
"""Articles of a source looked at after one ingest; the rest waits for the next one, and is cut when it is read anew."""


def learn_from(store: Store, sources: Sequence[str], *, now: datetime) -> list[Lesson]:
    """Learn from those of some sources that have enough new articles, then clean what is stored, a bounded part."""
    lessons = []
    for source in store.memory.due(sources):
        lesson = store.memory.learn(source, now=now)
        lessons.append(lesson)
        log.info(
            "learned source=%s articles=%d lines=%d withdrawn=%d",
            source,
            lesson.articles,
            len(lesson.learned),
            len(lesson.withdrawn),
        )
    for source in store.memory.unclean():
        clean_stored(store, source, now=now, most=MOST)
    return lessons


def clean_stored(store: Store, source: str, *, now: datetime, most: int | None = None) -> int:
    """Bring a source's stored articles in line with what is known of its junk; how many have a new revision."""
    looked_at = changed = 0
    while most is None or looked_at < most:
        cleaning = store.memory.clean(source, now=now, limit=STEP)
        looked_at += cleaning.looked_at
        changed += cleaning.changed
        if cleaning.is_done:
            break
    if changed:
        log.info("cleaned source=%s looked_at=%d changed=%d", source, looked_at, changed)
    return changed
