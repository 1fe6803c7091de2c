"""Crawls that died without a word: their hosts are free at once, not only when their leases have run out.

Each crawl process holds a lock of the operating system on a small file of its own, which ends with the process however
that ends. A mark that can be locked belongs to a dead crawl of this machine; of crawls elsewhere nothing is known, and
their leases run out by themselves.
"""

from __future__ import annotations

import fcntl
import logging
import os
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from spiders.plan import CrawlPlan
from storage.address import is_postgres
from storage.store import Store

log = logging.getLogger(__name__)

SUFFIX = ".crawling"


class CrawlMark:
    """The lock file of this crawl, beside the database; beside the archive where that is a server's. A context
    manager."""

    def __init__(self, plan: CrawlPlan) -> None:
        self.path = mark_path(plan, plan.crawl_id)

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:  # else it stays, unlocked, for the next crawl to find: our leases were not released
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def mark_path(plan: CrawlPlan, crawl_id: int) -> Path:
    beside = _beside(plan)
    return beside.with_name(f"{beside.name}.{crawl_id}{SUFFIX}")


def _beside(plan: CrawlPlan) -> Path:
    """The path whose neighbours are the marks of one desk on this machine."""
    return Path(plan.archive) / "desk" if is_postgres(plan.database) else Path(plan.database)


def bury_the_dead(plan: CrawlPlan, store: Store, *, now: datetime) -> list[int]:
    """Close the crawls whose process is gone; their ids."""
    beside = _beside(plan)
    dead = []
    for path in beside.parent.glob(f"{beside.name}.*{SUFFIX}"):
        number = path.name.removeprefix(f"{beside.name}.").removesuffix(SUFFIX)
        if number.isdigit() and int(number) != plan.crawl_id and is_free(path):
            store.crawls.bury(int(number), at=now)
            path.unlink(missing_ok=True)
            dead.append(int(number))
            log.info("a crawl died; its hosts are free crawl=%s", number)
    return dead


def is_free(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
