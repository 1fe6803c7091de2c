"""The texts of schedules: `every 15 minutes` and cron lines; and whether a run that comes late is of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.model import Source
from copydesk.sharding import assign_shards

UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
EVERY = re.compile(r"every\s+(?:(\d+)\s+)?(minute|hour|day)s?", re.IGNORECASE)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
CRON_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(DAYS)}),
)
"""Name, lowest, highest and names of values of each field, in order (crontab(5); 0 and 7 are both Sunday)."""

ON_TIME_S = 120.0
"""A run that begins within two minutes of its due time is on time: a worker looks for runs every few seconds, and a
process takes a few more to start."""
SHARE = 0.8
"""Of the time until the next run, for a crawl that no setting bounds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When sources are crawled; two texts that mean the same are equal."""

    every: timedelta | None = None
    """None: `cron` says it."""
    cron: str = ""
    """Five fields, one space between them, lower case."""

    @property
    def name(self) -> str:
        """What its deployment is called: `every-15-minutes`, `every-hour`, `cron *:15 6-22 * * mon-fri`.

        Prefect allows no slash in a name; a colon means nothing in a cron line.
        """
        if self.every is None:
            return f"cron {self.cron}".replace("/", ":")
        unit = next(unit for unit in ("day", "hour", "minute") if not self.every % UNITS[unit])
        number = self.every // UNITS[unit]
        return f"every-{unit}" if number == 1 else f"every-{number}-{unit}s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """Whether a run is to do its work, and why."""

    is_wanted: bool
    why: str


def schedule_of(source: Source, default: str) -> Schedule:
    """When a source is crawled; `default` is `[schedule] default`.

    Raises:
        ValueError: a text is no schedule; settings that were read have none such.
    """
    if source.cron:
        return Schedule(cron=" ".join(source.cron.lower().split()))
    return Schedule(every=parse_every(source.schedule or default))


def by_schedule(sources: Sequence[Source], default: str) -> dict[Schedule, tuple[Source, ...]]:
    """The enabled sources of each distinct schedule, both in the order of sources.toml."""
    found: dict[Schedule, tuple[Source, ...]] = {}
    for source in sources:
        if source.enabled:
            schedule = schedule_of(source, default)
            found[schedule] = (*found.get(schedule, ()), source)
    return found


def by_shard(sources: Sequence[Source], default: str, shards: int) -> dict[Schedule, dict[int, tuple[Source, ...]]]:
    """The enabled sources of each distinct schedule by their shard, 1 to `shards`; a shard without any is left out.

    A host is of one shard, whatever the schedules of its sources are, and stays there when one of them is paused.
    """
    assigned = assign_shards(sources, shards)
    found: dict[Schedule, dict[int, tuple[Source, ...]]] = {}
    for schedule, group in by_schedule(sources, default).items():
        of_shard = found.setdefault(schedule, {})
        for shard in sorted({assigned[source.name] for source in group}):
            of_shard[shard] = tuple(source for source in group if assigned[source.name] == shard)
    return found


def run_name(schedule: str, shard: int = 1, shards: int = 1) -> str:
    """What the deployment of a shard, its runs and its crawls are called.

    >>> run_name("every-hour"), run_name("every-hour", 2, 4)
    ('every-hour', 'every-hour 2 of 4')
    """
    return schedule if shards == 1 else f"{schedule} {shard} of {shards}"


def decide_start(*, due_at: datetime, now: datetime, last_began_at: datetime | None) -> Start:
    """Whether a scheduled run is still of use when it begins.

    After a machine slept, or nobody worked, every missed run is offered at once: the first to begin makes up for all,
    and the others see that it began after they were due. `last_began_at` is of the latest other run that did its work.
    """
    late_s = (now - due_at).total_seconds()
    if late_s <= ON_TIME_S:
        return Start(is_wanted=True, why="on time")
    minutes = round(late_s / 60)
    if last_began_at is not None and last_began_at >= due_at:
        return Start(is_wanted=False, why=f"{minutes} min late, and another run has begun since it was due")
    return Start(is_wanted=True, why=f"{minutes} min late: catches up for every run that was missed")


def longest_run_s(configured_s: float, interval: timedelta) -> float:
    """Seconds after which a scheduled crawl ends, so that the next one finds it gone. `configured_s` 0: 80 %."""
    return configured_s or interval.total_seconds() * SHARE


def parse_every(text: str) -> timedelta:
    """Return the interval of `every N minutes|hours|days`; `every hour` is every 1 hour.

    >>> parse_every("every 15 minutes")
    datetime.timedelta(seconds=900)

    Raises:
        ValueError: the text is none of these; the message says what was expected.
    """
    match = EVERY.fullmatch(text.strip())
    if not match or match[1] == "0" * len(match[1] or "-"):
        raise ValueError(f'expected "every N minutes", "every N hours" or "every N days", found "{text}"')
    return int(match[1] or 1) * UNITS[match[2].lower()]


def check_cron(line: str) -> None:
    """Say whether a line is a cron line of five fields.

    Raises:
        ValueError: it is not; the message names the field.
    """
    fields = line.split()
    if len(fields) != len(CRON_FIELDS):
        raise ValueError(f"expected five cron fields (minute hour day-of-month month day-of-week), found {len(fields)}")
    for text, (name, low, high, names) in zip(fields, CRON_FIELDS, strict=True):
        for part in text.split(","):
            if not _is_cron_part(part, low, high, names):
                raise ValueError(f'expected a cron {name} between {low} and {high}, found "{text}"')


def _is_cron_part(part: str, low: int, high: int, names: dict[str, int]) -> bool:
    """One of the comma's parts: `*`, `5`, `1-5`, each with or without `/step`."""
    span, slash, step = part.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step) > 0):
        return False
    if span == "*":
        return True
    values = [_cron_value(text, names) for text in span.split("-", 1)]
    known = [value for value in values if value is not None and low <= value <= high]
    return len(known) == len(values) and known == sorted(known)


def _cron_value(text: str, names: dict[str, int]) -> int | None:
    if text.isascii() and text.isdigit():
        return int(text)
    return names.get(text.lower())
