"""When to look at a page again. Endpoints have their own rules: copydesk/polling.py."""

from __future__ import annotations

from datetime import datetime, timedelta

BACK_OFF_MINUTES = (5, 15, 60, 240, 720, 1440)
"""After the first, second, … failure in a row; the last for all that follow."""
MOST_ATTEMPTS = 10
"""Failed looks in a row after which a page is given up: nearly five days."""


def next_look_after_success(first_seen_at: datetime, now: datetime, relook_hours: tuple[float, ...]) -> datetime | None:
    """Return when a page is looked at for revisions; None: never again.

    `relook_hours` count from `first_seen_at`. Looks that were missed are not made up for.
    """
    looks = (first_seen_at + timedelta(hours=hours) for hours in sorted(relook_hours))
    return next((look for look in looks if look > now), None)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when a page is asked for again that could not be had `attempts` times in a row; None: it is given up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + timedelta(minutes=BACK_OFF_MINUTES[min(max(attempts, 1), len(BACK_OFF_MINUTES)) - 1])


def furthest_look(now: datetime, relook_hours: tuple[float, ...]) -> datetime:
    """Return the last instant that any rule here puts a look off to, Retry-After and missing pages included."""
    return now + max(timedelta(minutes=BACK_OFF_MINUTES[-1]), timedelta(hours=max(relook_hours, default=0)))
