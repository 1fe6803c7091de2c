"""The stories of a store, brought up to date: for the nightly round, and for stores from before there were stories."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from storage.store import Store

log = logging.getLogger(__name__)

STEP = 200
"""Articles or stories in one transaction: others write in between."""
MOST = 50_000
"""Articles that are given a story in one round, some minutes of work; the rest waits for the next one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reclustered:
    """What one round did."""

    placed: int
    """Articles that had no story."""
    regrouped: int
    """Copies that had another story than their group."""
    united: int
    """Stories that took in others."""
    waiting: int
    """Articles that have no story yet."""


def recluster(store: Store, now: datetime, *, most: int = MOST) -> Reclustered:
    """Give stories to articles that have none, `most` at once; bring copies together; unite what is one story by now.

    Ids stay: of two stories that become one, the lower goes on, and the other one leads to it. Doing it twice changes
    nothing more.
    """
    placed = regrouped = united = after_id = 0
    while placed < most and (step := store.stories.catch_up(limit=min(STEP, most - placed))):
        placed += step
    while regrouped < most and (step := store.stories.regroup(limit=STEP)):
        regrouped += step
    while (tending := store.stories.unite(after_id=after_id, limit=STEP)).last_id is not None:
        after_id = tending.last_id
        united += tending.united
    done = Reclustered(placed=placed, regrouped=regrouped, united=united, waiting=store.stories.count_waiting())
    log.info("reclustered at=%s placed=%d regrouped=%d united=%d waiting=%d", now.isoformat(), placed, regrouped,
             united, done.waiting)  # fmt: skip
    return done
