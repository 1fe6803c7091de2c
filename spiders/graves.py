"""Crawls that died without a word: their hosts are free at once, not only when their leases have run out.

Each crawl process holds a mark of its own. Of crawls of other machines nothing is known, and their leases run out by
themselves.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from spiders.marks import Mark, free_marks
from spiders.plan import CrawlPlan
from storage.address import is_postgres
from storage.store import Store

log = logging.getLogger(__name__)

SUFFIX = ".crawling"


def crawl_mark(plan: CrawlPlan) -> Mark:
    """The mark of this crawl, beside the database; beside the archive where that is a server's. Left by an error it
    stays: our leases were not released."""
    return Mark(mark_path(plan, plan.crawl_id), stays_on_error=True)


def mark_path(plan: CrawlPlan, crawl_id: int) -> Path:
    beside = _beside(plan)
    return beside.with_name(f"{beside.name}.{crawl_id}{SUFFIX}")


def _beside(plan: CrawlPlan) -> Path:
    """The path whose neighbours are the marks of one desk on this machine."""
    return Path(plan.archive) / "desk" if is_postgres(plan.database) else Path(plan.database)


def bury_the_dead(plan: CrawlPlan, store: Store, *, now: datetime) -> list[int]:
    """Close the crawls whose process is gone; their ids."""
    dead = []
    for number, path in free_marks(_beside(plan), SUFFIX):
        if number != plan.crawl_id:
            store.crawls.bury(number, at=now)
            path.unlink(missing_ok=True)
            dead.append(number)
            log.info("a crawl died; its hosts are free crawl=%d", number)
    return dead
