"""The texts of schedules: `every 15 minutes` and cron lines."""

from __future__ import annotations

import re
from datetime import timedelta

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
