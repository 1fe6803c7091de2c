"""`copydesk backfill`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.bulk import on_option
from flows.cli.common import Session, When, command, say
from flows.cli.output import emit

if TYPE_CHECKING:
    from flows.backfill import Backfilled
    from flows.backfill_sitemaps import Fetching
    from flows.bulk import Engine
    from flows.engines import Where


@command(example="copydesk backfill CC-NEWS-20261101.warc.gz --host news.example")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[WARC ...]")
@click.option("--sitemap", default="", metavar="URL", help="Fetch what a sitemap, or an index of them, lists.")
@click.option("--since", type=When(), help="Pages fetched (in a sitemap: dated) at or after: 2026-11-01, 30d.")
@click.option("--until", type=When(), help="Before.")
@click.option("--host", default="", metavar="HOST", help="Of this host and those below it.")
@click.option("--source", default="", metavar="NAME", help="Book them on it.  [default: the source of the same site]")
@on_option
def backfill(
    session: Session,
    files: tuple[Path, ...],
    sitemap: str,
    since: datetime | None,
    until: datetime | None,
    host: str,
    source: str,
    on: Where | None,
) -> None:
    """Take in the past: pages of WARC files (anybody's; gzip, zstd or plain), or what a sitemap lists.

    A folder stands for the WARC files in it, a quoted pattern with * for those that match. Can be stopped and killed:
    the same command goes on where it was. Pages of files keep the date of their fetch.
    """
    from flows.backfill import backfill_files, find_files
    from flows.backfill_sitemaps import Telling, backfill_sitemap
    from flows.bulk import run_on
    from flows.cli.progress import stop_on_signal
    from flows.engines import parse_where
    from flows.warcpages import Wanted

    if bool(files) == bool(sitemap):
        raise click.UsageError("name WARC files, or a --sitemap")
    if sitemap and on is not None:
        raise click.UsageError("--on is for files; a sitemap's pages are fetched by a crawl")
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
            meant = find_files(files)

            def act(engine: Engine | None) -> Backfilled:
                with _bar() as show:
                    return backfill_files(meant, settings, followed, wanted, engine=engine, on_progress=show, stop=stop)

            done = run_on(on or parse_where(settings.bulk.on), settings, act, name="backfill")
            for line in done.damaged:
                say(line)
            emit(session, [done.row()], ())
            if done.damaged and not stop.is_set():
                click.get_current_context().exit(1)
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
            description=f"{done.number}/{done.files} {Path(done.file).name}",
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
