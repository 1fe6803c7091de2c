"""Silent, or just quiet? A source is measured by its own weeks: nights, weekends and a weekly rhythm are expected.

Time is counted in *expected hours*: each hour counts as much as the share of past weeks in which something came in that
hour of the week. A night counts nothing, a busy morning hour nearly one: a silence is as long as what was missed in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from copydesk.health.history import WEEKS, slot_of

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
LEAST_WEEKS = 3.0
"""Of history, before hours of the week say anything."""
LEAST_HOURS = 6
"""Hours in which something came, likewise."""
LEAST_MISSED = 3.0
"""Expected hours that a silence must have: a weekly publication may miss two issues."""
DAYS_MISSED = 1.5
"""Usual days' worth of expected hours that a silence must have: one public holiday is none."""
UNUSUAL = 2.5
"""Times the longest silence before (the longest fiftieth left out) that a silence must be."""
NEARLY_ALL = 0.98
QUIET_FROM = 1.0
"""Expected hours without anything after which a source is called quiet."""

SLOW_LEAST_DAYS = 4
"""Days on which something came, before their gaps say anything."""
SLOW_UNUSUAL = 3
"""Times the longest gap before."""
SLOW_LEAST = timedelta(days=14)
FOREVER = timedelta(days=180)
"""So long without anything is silence, whatever is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """In which hours of the week something comes, and how long nothing did."""

    share: Mapping[int, float]
    """Slot of the week -> share of weeks in which something came."""
    longest: float
    """Expected hours of the longest silence, the longest fiftieth of them left out."""
    day: float
    """Expected hours of a usual day on which something comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """How long nothing came, beside what is usual."""

    is_silent: bool
    is_quiet: bool
    why: str


def make_rhythm(hours: Sequence[datetime]) -> Rhythm | None:
    """Learn a source's week from the hours in which entries came (ascending, distinct); None: too little is known."""
    if len(hours) < LEAST_HOURS:
        return None
    weeks = min((hours[-1] - hours[0] + HOUR) / WEEK, float(WEEKS))
    if weeks < LEAST_WEEKS:
        return None
    share = {slot: min(1.0, seen / weeks) for slot, seen in Counter(map(slot_of, hours)).items()}
    silences = sorted(expected_hours(share, one + HOUR, two) for one, two in pairwise(hours))
    days = Counter(slot // 24 for slot in share)
    by_day = [sum(share.get(day * 24 + hour, 0.0) for hour in range(24)) for day in days]
    usual = [total for total in by_day if total >= max(by_day) / 4]
    return Rhythm(
        share=share,
        longest=silences[min(len(silences) - 1, int(len(silences) * NEARLY_ALL))],
        day=sum(usual) / len(usual),
    )


def expected_hours(share: Mapping[int, float], since: datetime, until: datetime) -> float:
    """How much was to be expected between two instants, in hours of the week in which something comes."""
    if until <= since:
        return 0.0
    weeks = int((until - since) / WEEK)
    total = weeks * sum(share.values())
    at = (since + weeks * WEEK).replace(minute=0, second=0, microsecond=0)
    if at < since + weeks * WEEK:
        at += HOUR
    while at + HOUR <= until:
        total += share.get(slot_of(at), 0.0)
        at += HOUR
    return total


def activity(rhythm: Rhythm, hours: Sequence[datetime], since: datetime, until: datetime) -> tuple[float, float]:
    """(hours in which something came, hours in which something was to be expected) between two instants."""
    came = bisect_right(hours, until) - bisect_right(hours, since)
    return float(came), expected_hours(rhythm.share, since, until)


def judge_silence(rhythm: Rhythm, *, newest_at: datetime, looked_at: datetime, desk: float = 1.0) -> Silence:
    """Whether nothing came for longer than is usual, up to the last look that was answered.

    `desk`: how active the other sources were meanwhile, beside what is usual for them (1: as ever). On a public holiday
    all are quiet.
    """
    missed = expected_hours(rhythm.share, newest_at + HOUR, looked_at)
    limit = max(LEAST_MISSED, DAYS_MISSED * rhythm.day, UNUSUAL * rhythm.longest)
    known = f"nothing new since {newest_at:%Y-%m-%d %H:%M} UTC ({span(looked_at - newest_at)}); "
    if missed >= limit > missed * desk:
        why = f"{known}the other sources are quiet too, at {desk:.0%} of what is usual: a holiday?"
        return Silence(is_silent=False, is_quiet=True, why=why)
    usual = f"in that time something came in {missed:.1f} hours of a usual week, the longest silence before missed "
    why = f"{known}{usual}{rhythm.longest:.1f}"
    is_silent = missed >= limit
    return Silence(is_silent=is_silent, is_quiet=not is_silent and missed >= max(QUIET_FROM, rhythm.longest), why=why)


def judge_slow_silence(days: Sequence[date], *, newest_at: datetime, looked_at: datetime) -> Silence:
    """The same for what publishes seldom, or has no history here: by the days on which entries came, as dated."""
    silence = looked_at - newest_at
    known = f"nothing new since {newest_at:%Y-%m-%d} ({span(silence)})"
    if len(days) < SLOW_LEAST_DAYS:
        return Silence(is_silent=silence > FOREVER, is_quiet=False, why=known)
    gaps = sorted(two - one for one, two in pairwise(days))
    why = f"{known}; the longest time between two days with something new was {span(gaps[-1])} before"
    limit = max(SLOW_LEAST, SLOW_UNUSUAL * gaps[-1])
    is_silent = silence > min(limit, FOREVER)
    return Silence(is_silent=is_silent, is_quiet=not is_silent and silence > gaps[-1] + timedelta(days=1), why=why)


def span(length: timedelta) -> str:
    """
    >>> span(timedelta(days=278, hours=3)), span(timedelta(hours=30)), span(timedelta(minutes=50))
    ('278 days', '30 h', '50 min')
    """
    if length >= timedelta(days=2):
        return f"{length.days} days"
    return f"{length / HOUR:.0f} h" if length >= 2 * HOUR else f"{length / timedelta(minutes=1):.0f} min"
