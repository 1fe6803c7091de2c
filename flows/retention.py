"""What `[retention]` of news.toml means, and what it does; takedowns that were left half done are finished."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flows.config import Settings
from storage.store import Store
from storage.upkeep_records import RetentionPlan, RetentionRule

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
BYTES = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


def read_rule(text: str) -> RetentionRule:
    """
    >>> read_rule("90 days").age, read_rule("50 GB").most_bytes, read_rule("keep") == RetentionRule()
    (datetime.timedelta(days=90), 50000000000, True)
    """
    match = re.fullmatch(r"(\d+) (\w+)", text)
    if match is None:
        return RetentionRule()
    number, unit = int(match[1]), match[2]
    if unit in BYTES:
        return RetentionRule(most_bytes=number * BYTES[unit])
    return RetentionRule(age=timedelta(days=number * DAYS[unit.rstrip("s")]))


def apply_retention(store: Store, settings: Settings, now: datetime) -> RetentionPlan | None:
    """Let go of what `[retention] snapshots` does not keep; None where it keeps everything.

    Raises:
        StorageError: the database or the archive cannot be written, or somebody else is at the archive.
    """
    rule = read_rule(settings.retention.snapshots)
    if rule == RetentionRule():
        return None
    return store.retention.apply(rule, archive=settings.desk.archive, now=now)


def finish_removals(store: Store, settings: Settings, now: datetime) -> int:
    """Finish takedowns that a crash or a crawl kept from being finished; archive files that still wait."""
    return store.removals.finish(archive=settings.desk.archive, now=now)
