"""What a clock that ran ahead leaves behind: looks, rests and files dated in a future that never came.

A machine may start with a wrong clock and learn the time later. What was put off until next year would wait for it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from storage.database import Connection
from storage.instants import to_text

log = logging.getLogger(__name__)

LONGEST_REST = timedelta(days=1)
"""Of a host; spiders/outcomes.py caps what Retry-After may ask for."""
LONGEST_LEASE = timedelta(seconds=60)
AGREEMENT = timedelta(seconds=60)
"""Clocks of several machines on one store are never quite the same; a crawl that began so little in the future tells
of no clock that was set back."""
MENDS = (
    "UPDATE entries SET first_seen_at = :now WHERE first_seen_at > :now",
    "UPDATE entries SET next_look_at = :now WHERE next_look_at > :furthest",
    "UPDATE endpoints SET next_look_at = :now, next_look_why = 'the clock was set back' WHERE last_polled_at > :now",
    "UPDATE endpoints SET read_at = :now WHERE read_at > :now",
    "UPDATE gaps SET next_try_at = :now WHERE next_try_at > :furthest",
    "DELETE FROM site_files WHERE fetched_at > :now",
    "DELETE FROM host_rests WHERE until_at > :longest_rest",
    # Of a crawl that lives it is renewed in time; of one that died elsewhere it would hold the host until then.
    "UPDATE leases SET expires_at = :longest_lease WHERE expires_at > :longest_lease",
)


def mend(connection: Connection, crawl_id: int, *, now: datetime, furthest: datetime) -> bool:
    """Whether the crawl before this one began in the future, and what it put off was brought forward."""
    sql = "SELECT started_at FROM crawls WHERE id < ? ORDER BY id DESC LIMIT 1"
    before = connection.execute(sql, (crawl_id,)).fetchone()
    if before is None or before["started_at"] <= to_text(now + AGREEMENT):
        return False
    values = {
        "now": to_text(now),
        "furthest": to_text(furthest),
        "longest_rest": to_text(now + LONGEST_REST),
        "longest_lease": to_text(now + LONGEST_LEASE),
    }
    for statement in MENDS:
        connection.execute(statement, values)
    log.warning("the clock was set back before=%s now=%s", before["started_at"], values["now"])
    return True
