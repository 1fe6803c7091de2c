"""What is done once a night: a table of steps, each a plain function that says what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from copydesk.errors import CopydeskError, StorageError
from copydesk.model import Source
from flows.config import Settings
from flows.memory import clean_stored, learn_from
from flows.retention import apply_retention, finish_removals
from flows.stories import recluster
from storage.places import RemoteArchive
from storage.store import Store
from storage.uploading import upload_waiting

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Upkeep:
    """What a step may need."""

    store: Store
    settings: Settings
    followed: tuple[Source, ...]
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that is done."""

    name: str
    act: Callable[[Upkeep], str]
    """Returns what came of it, for a person, in one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepReport:
    """What came of a step."""

    step: str
    came: str
    took_s: float
    has_failed: bool = False


def learn(upkeep: Upkeep) -> str:
    """Learn the junk of every source that has enough new articles."""
    lessons = learn_from(upkeep.store, [source.name for source in upkeep.followed], now=upkeep.now)
    lines = sum(len(lesson.learned) for lesson in lessons)
    return f"{len(lessons)} sources had enough new articles to learn from; {lines} lines learned"


def clean(upkeep: Upkeep) -> str:
    """Bring every stored article in line with what is known of its source's junk."""
    sources = upkeep.store.memory.unclean()
    changed = sum(clean_stored(upkeep.store, source, now=upkeep.now) for source in sources)
    return f"{changed} articles of {len(sources)} sources have a revision of the desk's own"


def gather_stories(upkeep: Upkeep) -> str:
    """Give stories to articles that have none, and unite what has come to be one."""
    done = recluster(upkeep.store, upkeep.now)
    waiting = f"; {done.waiting} articles wait for the next round" if done.waiting else ""
    return f"{done.placed + done.regrouped} articles have another story, {done.united} stories united{waiting}"


def tidy(upkeep: Upkeep) -> str:
    """Keep the database small and quick."""
    pages = upkeep.store.tidy()
    return f"search index merged, {pages} pages of the database's log written back"


def upload(upkeep: Upkeep) -> str:
    """Bring archive files to the object store that a crawl could not, or that a dead one left."""
    place = upkeep.settings.desk.archive
    came = upload_waiting(upkeep.store.archive_files, place)
    if came.why:
        raise StorageError("archive", f"{came.waiting} files wait here: {came.why}")
    return f"{came.files} archive files uploaded" if isinstance(place, RemoteArchive) else "the archive is a folder"


def finish_takedowns(upkeep: Upkeep) -> str:
    """Clear out what a crash, or a crawl that was at the file, kept a takedown from."""
    waiting = finish_removals(upkeep.store, upkeep.settings, upkeep.now)
    return f"{waiting} archive files still wait" if waiting else "all takedowns are finished"


def retain(upkeep: Upkeep) -> str:
    """Let go of stored pages that `[retention]` does not keep."""
    gone = apply_retention(upkeep.store, upkeep.settings, upkeep.now)
    if gone is None:
        return "every stored page is kept"
    return f"{gone.snapshots} stored pages let go, {gone.bytes:,} bytes; {gone.kept_bytes:,} bytes are kept"


STEPS: tuple[Step, ...] = (
    Step(name="learn junk", act=learn),
    Step(name="clean articles", act=clean),
    Step(name="gather stories", act=gather_stories),
    Step(name="upload the archive", act=upload),
    Step(name="finish takedowns", act=finish_takedowns),
    Step(name="retention", act=retain),
    Step(name="tidy the database", act=tidy),
)
"""In this order."""


def maintain(
    upkeep: Upkeep, steps: Sequence[Step] = STEPS, *, is_stopped: Callable[[], bool] = lambda: False
) -> list[StepReport]:
    """Do every step, also after one that failed; what came of each. `is_stopped` is asked before each."""
    reports = []
    for step in steps:
        if is_stopped():
            break
        began = time.monotonic()
        try:
            came, has_failed = step.act(upkeep), False
        except CopydeskError as error:
            came, has_failed = str(error), True
            log.error("maintenance failed step=%s what=%s", step.name, error)
        took_s = time.monotonic() - began
        log.info("maintained step=%s came=%s took_s=%.1f", step.name, came, took_s)
        reports.append(StepReport(step=step.name, came=came, took_s=took_s, has_failed=has_failed))
    return reports
