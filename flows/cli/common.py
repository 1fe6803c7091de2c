"""What every command shares: the home folder, the format, the logs, and opening what is there."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from copydesk.errors import CopydeskError
from copydesk.nearest import nearest_name

if TYPE_CHECKING:
    from copydesk.model import Source
    from flows.config import Settings
    from storage.store import Store

FORMATS = ("table", "jsonl", "csv")
AGO = re.compile(r"(\d+)\s*(m|h|d|w)")
AGO_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LEVELS = ("WARNING", "INFO", "DEBUG")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One command's surroundings."""

    home: Path
    format: str
    """table, jsonl or csv."""
    verbose: int

    @property
    def is_table(self) -> bool:
        return self.format == "table"

    @property
    def log_level(self) -> str:
        return LEVELS[min(self.verbose, 2)]

    def settings(self) -> Settings:
        """news.toml and the environment.

        Raises:
            ConfigError: one of them is wrong.
        """
        from flows.config import load_settings

        return load_settings(self.home, environ=os.environ)

    def sources(self) -> tuple[Source, ...]:
        """sources.toml.

        Raises:
            ConfigError: it is missing, empty or wrong.
        """
        from flows.config import load_sources

        return load_sources(self.home)

    def sources_if_any(self) -> tuple[Source, ...]:
        """sources.toml, or nothing where there is none.

        Raises:
            ConfigError: it is empty or wrong.
        """
        from flows.config import SOURCES_FILE

        return self.sources() if (self.home / SOURCES_FILE).exists() else ()

    def store(self, *, read_only: bool = True) -> Store:
        """The store.

        Raises:
            CopydeskError: there is none yet.
            StorageError: it cannot be opened.
        """
        from flows.matching import matching_of
        from storage.address import is_made
        from storage.store import open_store

        settings = self.settings()
        database = settings.desk.database
        if not is_made(database):
            raise CopydeskError(str(database), "nothing is stored here yet; run `copydesk crawl --all` first")
        return open_store(database, read_only=read_only, matching=matching_of(settings))


class _WithExample(click.Command):
    """Help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        formatter.write(f"Example:\n  {self.example}\n")


class Command(_WithExample):
    """A command whose help ends with an example."""


class Group(_WithExample, click.Group):
    """A group that names the nearest command where one is misspelt."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            raise click.UsageError(f'there is no command "{args[0]}"{nearest_name(args[0], known)}', ctx)
        return super().resolve_command(ctx, args)


def command(
    *, example: str, name: str | None = None, has_format: bool = True, **kwargs: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command with the common options; it receives the session as its first argument.

    `has_format` False: it prints no rows, or has a --format of its own.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        made = with_session(function, has_format=has_format)
        return click.command(name, cls=Command, example=example, **kwargs)(made)

    return decorate


def with_session(function: Callable[..., Any], *, has_format: bool = True) -> Callable[..., Any]:
    """Add --format, --home and -v, which come to the function as one `Session`."""

    def run(*args: Any, home: Path, verbose: int, format: str | None = None, **kwargs: Any) -> Any:
        session = Session(home=home, format=format or ("table" if sys.stdout.isatty() else "jsonl"), verbose=verbose)
        _log_to_stderr(session.log_level)
        return function(session, *args, **kwargs)

    options = [
        click.option("-v", "--verbose", count=True, help="Say more on stderr; -vv for every page."),
        click.option(
            "--home",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path(),
            envvar="COPYDESK_HOME",
            help="Folder of news.toml, sources.toml and data.  [default: the working directory]",
        ),
        click.option(
            "--format",
            type=click.Choice(FORMATS),
            help="How to print.  [default: table on a terminal, jsonl when piped]",
        ),
    ]
    if not has_format:
        options.pop()
    update_wrapper(run, function)
    own = getattr(function, "__click_params__", [])
    run.__click_params__ = []  # type: ignore[attr-defined]
    for option in options:
        option(run)
    run.__click_params__ += own  # type: ignore[attr-defined]  # click shows them from the last to the first
    return run


class When(click.ParamType[datetime]):
    """A day or an instant: 2026-11-01, 2026-11-01T09:30, yesterday, today, 3d, 12h."""

    name = "when"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "WHEN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        found = parse_when(str(value), now=datetime.now(UTC))
        if found is None:
            self.fail(f'expected a day such as 2026-11-01, "yesterday", or 3d for three days ago, found "{value}"')
        return found


def parse_when(text: str, *, now: datetime) -> datetime | None:
    """Return the instant a text names, None where it names none. Days begin at midnight UTC.

    >>> parse_when("3d", now=datetime(2026, 11, 4, 12, tzinfo=UTC)).isoformat()
    '2026-11-01T12:00:00+00:00'
    """
    text = text.strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("today", "yesterday"):
        return midnight - timedelta(days=text == "yesterday")
    if match := AGO.fullmatch(text):
        return now - int(match[1]) * AGO_UNITS[match[2]]
    try:
        found = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Stderr(logging.Handler):
    """Logs to whatever stderr is at the time, so that a progress bar can keep below them."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


def _log_to_stderr(level: str) -> None:
    handler = _Stderr()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def say(text: str) -> None:
    """A line to the person at the terminal, kept out of the data."""
    print(text, file=sys.stderr)
