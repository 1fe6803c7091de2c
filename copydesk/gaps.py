"""Whether something may have been published that nobody saw, and what shows that nothing is missing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from copydesk.model import EndpointKind
from copydesk.polling import spell

PINNED_TURNOVERS = 3
"""An entry that is listed three times as long as others stay is pinned there: it says nothing of what came since."""
SHORTEST_PIN = timedelta(days=1)
SAME_SHARE = 0.5
"""Of the entries that a feed lists now: a listing with so many of them lists the same articles."""
FEWEST_KNOWN = {EndpointKind.SITEMAP: 1, EndpointKind.FEED: 1, EndpointKind.SECTION: 3}
"""Entries from before a gap that an undated listing must have to reach back to there: section pages pin old pieces."""
TRY_AGAIN_H = (1, 6, 24)
"""After a gap was found, its source's other listings are read again so many hours later, while it is open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One entry of an endpoint's document."""

    published_at: datetime | None
    """Or modified; None: undated."""
    since: datetime | None
    """When this endpoint was first seen to list it; None: only now."""
    was_in_last: bool
    """Whether the document before listed it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A time in which a source may have published what was not seen."""

    from_at: datetime
    """The last look before, all of which was seen."""
    until_at: datetime
    """From here on, everything was listed."""
    may_miss: int | None
    """At the usual pace of the endpoint; None: unknown."""
    reason: str


def overlap(entries: Sequence[Listed], history: Sequence[datetime], *, last_look_at: datetime) -> int:
    """Return how many entries of a document stood in the one before, without those that were pinned there by then."""
    longest_stay = max(SHORTEST_PIN, _turnover(len(entries), history) * PINNED_TURNOVERS)
    return sum(
        entry.was_in_last and (entry.since is None or last_look_at - entry.since <= longest_stay or not history)
        for entry in entries
    )


def find_gap(
    entries: Sequence[Listed], history: Sequence[datetime], *, last_look_at: datetime, now: datetime
) -> Gap | None:
    """Return the gap that a document leaves behind the look before; None where it overlaps, by entries or by dates.

    `history`: when the endpoint's entries before were published, oldest first.
    """
    if not entries or overlap(entries, history, last_look_at=last_look_at):
        return None
    dated = sorted(entry.published_at for entry in entries if entry.published_at is not None and not entry.was_in_last)
    if dated and dated[0] <= last_look_at:
        return None  # other addresses, perhaps, but no other time: it reaches back to before the last look
    until_at = min(dated[0], now) if dated else now
    number, before = len(entries), spell((now - last_look_at).total_seconds())
    count = "its one entry" if number == 1 else f"none of its {number} entries"
    verb = "was not" if number == 1 else "was"
    may_miss = _estimate(history, until_at - last_look_at)
    pace = "" if may_miss is None else f"; at its usual pace, about {may_miss} may be missing"
    return Gap(
        from_at=last_look_at,
        until_at=until_at,
        may_miss=may_miss,
        reason=f"{count} {verb} listed at the look before, {before} ago{pace}",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What another listing of the same source shows of a gap."""

    kind: EndpointKind
    shared: int
    """Entries of the document that left the gap which it lists as well."""
    of: int
    """Entries of that document."""
    oldest_at: datetime | None
    """Its oldest entry that is dated; None: all are undated."""
    known_before: int
    """Entries that were known before the gap."""


def reach(evidence: Evidence, gap_from: datetime, gap_until: datetime) -> datetime | None:
    """Return from when on a listing has everything of a gap; None: it says nothing of it.

    `gap_from` or earlier: nothing can be missing.
    """
    if evidence.of == 0 or evidence.shared < evidence.of * SAME_SHARE:
        return None
    if evidence.oldest_at is not None:
        return evidence.oldest_at if evidence.oldest_at < gap_until else None
    return gap_from if evidence.known_before >= FEWEST_KNOWN[evidence.kind] else None


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when a gap's source is searched again, after `tries` times; None: it is what it is."""
    return now + timedelta(hours=TRY_AGAIN_H[tries - 1]) if 1 <= tries <= len(TRY_AGAIN_H) else None


def _turnover(listed: int, history: Sequence[datetime]) -> timedelta:
    """How long an entry stays listed, at the usual pace."""
    if len(history) < 2:
        return timedelta(0)
    return (history[-1] - history[0]) / (len(history) - 1) * listed


def _estimate(history: Sequence[datetime], span: timedelta) -> int | None:
    if len(history) < 2 or history[-1] == history[0]:
        return None
    return ceil(span / ((history[-1] - history[0]) / (len(history) - 1)))
