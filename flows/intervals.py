"""How often a schedule runs at most: the lower bound of adaptive polling."""

from __future__ import annotations

from itertools import pairwise

from copydesk.model import Source
from flows.schedules import CRON_FIELDS, parse_every

DAY_MINUTES = 24 * 60


def fastest_s(source: Source, default: str) -> float:
    """Return the seconds between two runs of a source's schedule, the shortest ones of a day.

    >>> fastest_s(Source(name="a", cron="*/20 6-22 * * mon-fri"), "every 15 minutes")
    1200.0
    """
    if source.cron:
        return _cron_interval_s(source.cron)
    return parse_every(source.schedule or default).total_seconds()


def _cron_interval_s(line: str) -> float:
    """Days are taken as alike: what counts here is the time of day."""
    minute, hour = (
        _values(text, low, high) for text, (_, low, high, _) in zip(line.split(), CRON_FIELDS[:2], strict=False)
    )
    runs = sorted(each_hour * 60 + each_minute for each_hour in hour for each_minute in minute)
    return min(later - earlier for earlier, later in pairwise([*runs, runs[0] + DAY_MINUTES])) * 60.0


def _values(text: str, low: int, high: int) -> set[int]:
    """The values of a cron field of numbers, which `flows.schedules` has checked."""
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = low if span == "*" else int(first)
        end = high if span == "*" or (step and not last) else int(last or first)
        values.update(range(begin, end + 1, int(step or 1)))
    return values
