"""The rows of upkeep that cross the door of this room: alerts, takedowns, retention, back-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from copydesk.health.alerts import Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingAlert:
    """An alert that waits for one address."""

    id: int
    attempts: int
    """This one included."""
    alert: Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class RemovalPlan:
    """What a takedown removes."""

    kind: str
    """url, domain"""
    what: str
    entries: int
    snapshots: int
    articles: int
    archive_bytes: int
    headlines: tuple[tuple[str, str], ...]
    """(headline, canonical URL) of each article."""
    copies: tuple[str, ...]
    """Canonical URLs of articles elsewhere that matching joined with them: they stay."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRule:
    """At most one of the two; neither: everything is kept."""

    age: timedelta | None = None
    most_bytes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionPlan:
    """Which snapshots' bytes go."""

    snapshots: int
    bytes: int
    """Compressed."""
    files: int
    """Archive files that are deleted or written anew."""
    from_at: str | None
    until_at: str | None
    kept_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupReport:
    """What a back-up holds, and what of that was copied now."""

    database_bytes: int
    articles: int
    archive_files: int
    copied_files: int
    copied_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TableCopy:
    """One table of a copy: the same in both databases."""

    table: str
    rows: int
    written: int
    """New or changed since an earlier copy."""
    deleted: int
    digest: str
    """Of all rows, in any order; hexadecimal."""
