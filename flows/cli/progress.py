"""What a person sees of a crawl: a bar while it runs, lines of trouble, a summary."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event
from typing import TYPE_CHECKING, Any

from flows.cli.common import say
from flows.cli.output import Column, console, count, table

if TYPE_CHECKING:
    from flows.crawl import CrawlReport, Progress
    from spiders.plan import CrawlEvent

SHOW_CURSOR = "\x1b[?25h"
TROUBLES_SHOWN = 15
"""In the summary's place on stderr, one line each as they happen; the rest is counted."""
STOPPING = "stopping: what was fetched is kept and the next crawl goes on from there; again to quit at once"
HEADLINES_SHOWN = 5
SUMMARY = (
    Column(key="source", style="green"),
    *(count(key) for key in ("new", "revised", "unchanged", "duplicates", "quarantined", "failed")),
)


@contextmanager
def stop_on_signal(words: str = STOPPING) -> Iterator[Event]:
    """An event that the first Ctrl-C (or SIGTERM) sets; the second one quits at once.

    Quitting at once loses nothing: the crawl process and the workers end with us, and what is pending stays pending.
    """
    stop = Event()

    def on_signal(number: int, frame: object) -> None:
        if stop.is_set():
            if sys.stderr.isatty():
                os.write(sys.stderr.fileno(), SHOW_CURSOR.encode())
            os._exit(128 + number)
        stop.set()
        say(words)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("polled [bold]{task.fields[polled]}[/]/{task.fields[endpoints]}"),
        BarColumn(bar_width=30),
        TextColumn("fetched [bold]{task.completed:.0f}[/], waiting {task.fields[waiting]}"),
        TextColumn("[green]articles [bold]{task.fields[articles]}[/]"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("crawl", total=None, polled=0, endpoints=0, waiting=0, articles=0)

        def show(progress: Progress) -> None:
            event, counts = progress.event, progress.counts
            bar.update(
                task,
                total=event.fetched + event.waiting or None,
                completed=event.fetched,
                polled=event.polled,
                endpoints=event.endpoints,
                waiting=event.waiting,
                articles=counts.new + counts.revised,
            )

        yield show


class Troubles:
    """Prints trouble as it happens, until it is too much; then counts."""

    def __init__(self) -> None:
        self.more = 0
        self._shown = 0

    def __call__(self, event: CrawlEvent) -> None:
        if self._shown >= TROUBLES_SHOWN:
            self.more += 1
            return
        self._shown += 1
        subject = event.url or event.source
        say(f"{subject}: {event.what}" if subject else event.what)


def print_summary(report: CrawlReport, *, home_flag: str) -> None:
    """The table per source, the newest headlines, and what to type next."""
    out = console()
    rows = [{"source": name, **asdict(counts)} for name, counts in report.by_source.items()]
    busy = [row for row in rows if any(row[column.key] for column in SUMMARY[1:])]
    if busy:
        out.print(table([*busy, {"source": "all", **asdict(report.counts)}] if len(busy) > 1 else busy, SUMMARY))
    quiet = len(rows) - len(busy)
    if quiet:
        out.print(f"[dim]{quiet} of {len(rows)} sources brought nothing new[/]")
    for stored in report.newest[:HEADLINES_SHOWN]:
        headline: Any = stored.headline.replace("[", "\\[")
        out.print(f"  [cyan]{stored.article_id:>6}[/]  {headline}", no_wrap=True, overflow="ellipsis")
    for line in next_steps(report, home_flag):
        say(line)


def next_steps(report: CrawlReport, home_flag: str) -> list[str]:
    """How it ended, and what to type next."""
    lines = []
    if report.finish_reason not in ("finished", "nothing_to_do"):
        lines.append(f"the crawl ended early: {report.finish_reason}")
    if report.pending:
        lines.append(f"{report.pending} fetched pages are not read yet; the next crawl begins with them")
    if report.newest:
        lines.append(f"read one:   copydesk show {report.newest[0].article_id}{home_flag}")
    if report.articles:
        lines.append(f"all {report.articles}:".ljust(12) + f"copydesk articles{home_flag}")
    if report.counts.quarantined:
        lines.append(f"no article: copydesk quarantine list{home_flag}")
    return lines


@contextmanager
def count_bar(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(name, total=total)
        yield lambda done: bar.update(task, completed=done)
