"""The crawl's clock: the real one, moved by what the plan says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    offset_s: float = 0.0

    def now(self) -> datetime:
        """The instant that the crawl takes to be now, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s)
