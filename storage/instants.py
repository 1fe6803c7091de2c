"""Instants as the tables keep them: ISO 8601 UTC text of one width, so that the order of texts is the order of time."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """
    >>> to_text(datetime.fromisoformat("2026-11-02T14:00:00+02:00"))
    '2026-11-02T12:00:00.000+00:00'
    """
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def to_text_or_none(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)


def to_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
