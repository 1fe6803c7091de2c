"""When an endpoint is looked at next, and why. Pure: the clock and the dice are arguments."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

RECENT_GAPS = 8
"""Between the newest entries: their median is the pace of late."""
SHARE_OF_GAP = 0.5
"""Looking twice in the time from one entry to the next halves the delay that looking once would cost."""
SHARE_OF_SILENCE = 0.25
"""The longer an endpoint is silent, the longer it is left alone: always a quarter of what has passed already."""
SHARE_OF_WINDOW = 0.7
"""At its busiest, an endpoint may replace this much of what it lists between two looks, so that they overlap."""
USUAL_SHARE = 0.4
"""An hour of the day is usual where entries came in it on so many of the days that are known."""
FEWEST_DAYS = 3
MOST_DAYS = 21
"""Of history, for usual hours."""
LONGEST_ASKED_REST_S = 3600.0
"""A feed that asks for a week of rest (`ttl`, Cache-Control) is looked at every hour all the same: its validators make
that cheap, and news does not wait."""
EMPTY_S = 3600.0
DEFAULT_FASTEST_S = 900.0
JITTER = 0.1
"""A look comes earlier by up to this share, so that endpoints do not fall into step."""
MOST_REMEMBERED = 120
"""Instants of publication that are kept of an endpoint."""


class FailureKind(StrEnum):
    """Why an endpoint could not be read: what tells for how long it is left alone."""

    DNS = "dns"
    TLS = "tls"
    CONNECTION = "connection"
    """Refused or broken off."""
    TIMEOUT = "timeout"
    FORBIDDEN = "forbidden"
    """401, 403, 451."""
    MISSING = "missing"
    """404 and the other 4xx."""
    GONE = "gone"
    """410: for good."""
    LIMITED = "limited"
    """429: the host asks for less."""
    SERVER = "server"
    """5xx."""
    NOT_A_FEED = "not_a_feed"
    REFUSED = "refused"
    """robots.txt or the address guard says no."""
    OTHER = "other"


BACK_OFF_MINUTES: dict[FailureKind, tuple[int, ...]] = {
    FailureKind.DNS: (5, 15, 60, 240, 720),  # our own resolver at first; a name that is gone for a day may come back
    FailureKind.TLS: (30, 120, 360, 720),  # somebody has to renew a certificate
    FailureKind.CONNECTION: (5, 15, 60, 240),
    FailureKind.TIMEOUT: (10, 30, 120, 240),  # each look costs the server, too
    FailureKind.FORBIDDEN: (60, 240, 720, 1440),  # a decision, or a block that grows with every knock
    FailureKind.MISSING: (30, 120, 480, 1440),
    FailureKind.LIMITED: (15, 60, 240),
    FailureKind.SERVER: (5, 15, 30, 60, 120, 240),  # most are over within minutes
    FailureKind.NOT_A_FEED: (15, 60, 240, 720),  # an error page with status 200, a consent wall, a moved feed
    FailureKind.REFUSED: (720, 1440),  # robots.txt is read again after a day
    FailureKind.OTHER: (5, 15, 60, 240, 720),
}
"""After the first, second, … failure in a row; the last for all that follow, and none is longer than a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The bounds that a source's schedule and news.toml set."""

    fastest_s: float = DEFAULT_FASTEST_S
    """The schedule's own interval: no run looks more often."""
    slowest_s: float = 3 * 3600.0
    """However rarely an endpoint publishes, and whatever it asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What is known of an endpoint that answered as it should."""

    now: datetime
    published: Sequence[datetime] = ()
    """When its entries were published (first seen, where they do not say), oldest first."""
    listed: int = 0
    """Entries that it lists at once; 0: unknown."""
    rest_s: float | None = None
    """How long it wants to be left alone: the longer one of `ttl` and Cache-Control; None: it does not say."""
    pace: Pace = Pace()
    jitter: float = 0.0
    """0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NextLook:
    at: datetime | None
    """None: never again."""
    why: str


def next_look(signs: Signs) -> NextLook:
    """Return when to look again at an endpoint that answered, and why then."""
    seconds, why = _rhythm(signs)
    for limit_s, reason in (_usual_hour(signs), _busiest(signs)):
        if limit_s is not None and limit_s < seconds:
            seconds, why = limit_s, reason
    rest_s = min(signs.rest_s or 0.0, LONGEST_ASKED_REST_S)
    if rest_s > seconds:
        seconds, why = rest_s, f"it asks for {spell(signs.rest_s or 0.0)} of rest"
    seconds *= 1 - JITTER * signs.jitter
    pace = signs.pace
    if seconds <= pace.fastest_s:
        seconds, why = pace.fastest_s, f"{why}: with every run of its schedule ({spell(pace.fastest_s)})"
    slowest_s = max(pace.slowest_s, pace.fastest_s)
    if seconds > slowest_s:
        seconds, why = slowest_s * (1 - JITTER * signs.jitter), f"{why}, but never less often than {spell(slowest_s)}"
    return NextLook(at=signs.now + timedelta(seconds=seconds), why=why)


def next_look_after_failure(
    kind: FailureKind, failures: int, *, now: datetime, retry_after_s: float | None = None, jitter: float = 0.0
) -> NextLook:
    """Return when to look again at an endpoint that failed `failures` times in a row. Only 410 means never."""
    if kind is FailureKind.GONE:
        return NextLook(at=None, why="gone for good (HTTP 410)")
    waits = BACK_OFF_MINUTES[kind]
    seconds = waits[min(max(failures, 1), len(waits)) - 1] * 60 * (1 - JITTER * jitter)
    why = f"{failures} failure{'s' if failures != 1 else ''} in a row ({kind.value})"
    if retry_after_s is not None and retry_after_s >= seconds:
        seconds, why = retry_after_s, f"it asks to be left alone for {spell(retry_after_s)} (Retry-After)"
    return NextLook(at=now + timedelta(seconds=seconds), why=why)


def remember(known: Sequence[datetime], more: Sequence[datetime], *, now: datetime) -> tuple[datetime, ...]:
    """Return the newest instants of both, oldest first, each once; none from the future."""
    return tuple(sorted({each for each in (*known, *more) if each <= now})[-MOST_REMEMBERED:])


def spell(seconds: float) -> str:
    """Return a span of time as people say it.

    >>> spell(90), spell(5400), spell(3 * 86400)
    ('2 min', '1.5 h', '3 days')
    """
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f}".removesuffix(".0") + " h"
    return f"{seconds / 86400:.0f} days"


def _rhythm(signs: Signs) -> tuple[float, str]:
    """The interval that its newest entries and the silence since then suggest."""
    recent = signs.published[-RECENT_GAPS - 1 :]
    if not recent:
        return EMPTY_S, "it never listed anything"
    silent_s = (signs.now - recent[-1]).total_seconds()
    if len(recent) == 1:
        return silent_s * SHARE_OF_SILENCE, f"silent for {spell(silent_s)}"
    gap_s = median((later - earlier).total_seconds() for earlier, later in pairwise(recent))
    by_gap_s, by_silence_s = gap_s * SHARE_OF_GAP, silent_s * SHARE_OF_SILENCE
    if by_silence_s > by_gap_s:
        return by_silence_s, f"silent for {spell(silent_s)}"
    return by_gap_s, f"publishes every {spell(gap_s)} of late"


def _usual_hour(signs: Signs) -> tuple[float | None, str]:
    """Seconds until the next hour of the day in which it usually publishes; None where no hour is known as usual."""
    since = signs.now - timedelta(days=MOST_DAYS)
    known = signs.published[bisect_left(signs.published, since) :]
    if not known:
        return None, ""
    days = (signs.now - known[0]).total_seconds() / 86400
    if days < FEWEST_DAYS:
        return None, ""
    on: dict[int, set[date]] = defaultdict(set)
    for each in known:
        on[each.hour].add(each.date())
    usual = {hour for hour, dates in on.items() if len(dates) >= USUAL_SHARE * days}
    start = signs.now.replace(minute=0, second=0, microsecond=0)
    for ahead in range(1, 25):
        begins = start + timedelta(hours=ahead)
        if begins.hour in usual:
            return (begins - signs.now).total_seconds(), f"it usually publishes from {begins:%H}:00 {begins:%Z} on"
    return None, ""


def _busiest(signs: Signs) -> tuple[float | None, str]:
    """The shortest time in which it replaced most of what it lists; None where that was never seen."""
    most = max(1, round(signs.listed * SHARE_OF_WINDOW))
    if not signs.listed or len(signs.published) <= most:
        return None, ""
    spans = zip(signs.published, signs.published[most:], strict=False)
    shortest_s = min((later - earlier).total_seconds() for earlier, later in spans)
    return shortest_s, f"it lists {signs.listed} entries, and {most} came within {spell(shortest_s)} once"
