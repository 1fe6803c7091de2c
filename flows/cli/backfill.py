"""`copydesk backfill`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.common import Session, When, command, say
from flows.cli.output import emit

if TYPE_CHECKING:
    from flows.backfill import Backfilled
    from flows.backfill_sitemaps import Fetching


@command(example="copydesk backfill CC-NEWS-20261101.warc.gz --host news.example")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[WARC ...]")
@click.option("--sitemap", default="", metavar="URL", help="Fetch what a sitemap, or an index of them, lists.")
@click.option("--since", type=When(), help="Pages fetched (in a sitemap: dated) at or after: 2026-11-01, 30d.")
@click.option("--until", type=When(), help="Before.")
@click.option("--host", default="", metavar="HOST", help="Of this host and those below it.")
@click.option("--source", default="", metavar="NAME", help="Book them on it.  [default: the source of the same site]")
def backfill(
    session: Session,
    files: tuple[Path, ...],
    sitemap: str,
    since: datetime | None,
    until: datetime | None,
    host: str,
    source: str,
) -> None:
    """Take in the past: pages of WARC files (anybody's; gzip, zstd or plain), or what a sitemap lists.

    Can be stopped and killed: the same command goes on where it was. Pages of files keep the date of their fetch.
    """
    from flows.backfill import Wanted, backfill_files
    from flows.backfill_sitemaps import Telling, backfill_sitemap
    from flows.cli.progress import stop_on_signal

    if bool(files) == bool(sitemap):
        raise click.UsageError("name WARC files, or a --sitemap")
    wanted = Wanted(host=host.lower().removeprefix("www."), since=since, until=until, source=source)
    settings, followed = session.settings(), session.sources_if_any()
    with stop_on_signal() as stop:
        if sitemap:
            with _bar_of_pages() as show_pages:
                tell = Telling(line=say, pages=show_pages)
                reports = backfill_sitemap(sitemap, settings, followed, wanted, tell=tell, stop=stop)
            names = ("new", "revised", "unchanged", "quarantined", "failed")
            emit(session, [{key: sum(getattr(each.counts, key) for each in reports) for key in names}], ())
        else:
            with _bar() as show:
                done = backfill_files(files, settings, followed, wanted, on_progress=show, stop=stop)
            row = asdict(done)
            counts = {key: row["counts"].get(key, 0) for key in ("new", "revised", "unchanged", "quarantined")}
            keys = ("kept", "known", "passed", "too_large")
            emit(session, [{key: row[key] for key in keys} | counts], ())
    if stop.is_set():
        click.get_current_context().exit(130)


@contextmanager
def _bar() -> Iterator[Callable[[Backfilled], None]]:
    """A bar of the file's bytes on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from flows.cli.output import console

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("pages [bold]{task.fields[kept]}[/], new [green]{task.fields[new]}[/]"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, kept=0, new=0)
        yield lambda done: bar.update(
            task,
            description=Path(done.file).name,
            total=done.size or None,
            completed=min(done.position, done.size),
            kept=done.kept,
            new=done.counts.get("new", 0),
        )


@contextmanager
def _bar_of_pages() -> Iterator[Callable[[Fetching], None]]:
    """A bar of a sitemap's pages on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda fetching: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from flows.cli.output import console

    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("pages, new [green]{task.fields[new]}[/], failed {task.fields[failed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, new=0, failed=0)
        yield lambda at: bar.update(task, total=at.total or None, completed=at.pages, new=at.new, failed=at.failed)
