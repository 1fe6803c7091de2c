"""`copydesk crawl`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli.common import Session, command, say
from flows.cli.completion import SourceName
from flows.cli.output import emit

if TYPE_CHECKING:
    from flows.config import Settings
    from flows.crawl import CrawlJob, CrawlReport

ENDED = ("finished", "nothing_to_do")
"""How a crawl ends that did all there was to do."""


@command(example="copydesk crawl guardian-business --limit 20")
@click.argument("names", nargs=-1, type=SourceName(), metavar="[NAME ...]")
@click.option("--all", "everything", is_flag=True, help="Every source that is not paused.")
@click.option("--due", is_flag=True, help="Only endpoints and pages whose next look has come.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="This page of the web alone; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), help="Fetch at most so many pages.")
@click.option("--or-demo", is_flag=True, help="Show the demo where nothing answers and nothing is stored yet.")
def crawl(
    session: Session,
    names: tuple[str, ...],
    everything: bool,
    due: bool,
    urls: tuple[str, ...],
    limit: int | None,
    or_demo: bool,
) -> None:
    """Crawl sources once: find what is new, fetch it politely, keep the clean text.

    Ctrl-C stops cleanly and keeps what was fetched; the next crawl goes on from there. With --url, a NAME says which
    source the page is booked on.
    """
    from flows.crawl import CrawlJob

    _check_usage(names, everything=everything, due=due, urls=urls)
    job = CrawlJob(urls=urls, limit=limit, due_only=due, log_level=session.log_level)
    settings = session.settings()
    report = run(session, _with_sources(session, job, names), settings)
    if or_demo and report.finish_reason in ENDED and not report.reached and not report.articles:
        from flows.cli.demo import run_demo

        say("no source answered and nothing is stored yet, so here is the rehearsal web instead (`copydesk demo`)")
        run_demo(session)
        return
    finish(session, report, settings)


def run(session: Session, job: CrawlJob, settings: Settings) -> CrawlReport:
    """Crawl with a progress bar, lines of trouble, and Ctrl-C."""
    from flows.cli.progress import Troubles, progress_bar, stop_on_signal
    from flows.crawl import crawl as crawl_once

    troubles = Troubles()
    with stop_on_signal() as stop, progress_bar() as show:
        report = crawl_once(job, settings, on_progress=show, on_trouble=troubles, stop=stop)
    if troubles.more:
        say(f"… and {troubles.more} more such lines; `copydesk crawls {report.crawl_id}` has them all")
    return report


def finish(session: Session, report: CrawlReport, settings: Settings) -> None:
    """Print what came of a crawl. A crawl that was stopped ends the command with 130, as shells expect."""
    from flows.cli.progress import print_summary
    from storage.store import open_store

    if session.is_table:
        print_summary(report, home_flag="" if settings.home == Path() else f" --home {settings.home}")
    else:
        with open_store(settings.desk.database, read_only=True) as store:
            emit(session, [row for row in store.crawls.rows() if row["id"] == report.crawl_id], ())
    if report.finish_reason == "cancelled":
        click.get_current_context().exit(130)
    if report.finish_reason in ("crashed", "storage_error"):
        from copydesk.errors import CopydeskError

        what = report.what or "the crawl process ended by itself"
        raise CopydeskError(f"crawl {report.crawl_id}", f"{what}; what it fetched is kept")


def _check_usage(names: tuple[str, ...], *, everything: bool, due: bool, urls: tuple[str, ...]) -> None:
    from flows.kinds import is_url

    if not (names or everything or due or urls):
        raise click.UsageError("say what to crawl: a NAME, --all, --due or --url (`copydesk sources list` shows names)")
    if names and everything:
        raise click.UsageError("--all and a NAME exclude each other")
    if urls and (everything or due or len(names) > 1):
        raise click.UsageError("--url goes with one NAME at most, and without --all and --due")
    for url in urls:
        if not is_url(url):
            raise click.UsageError(f'--url: expected an http or https URL, found "{url}"')


def _with_sources(session: Session, job: CrawlJob, names: tuple[str, ...]) -> CrawlJob:
    """Pages by hand need no sources.toml; everything else does."""
    from dataclasses import replace

    from flows.crawl import choose_sources

    followed = session.sources_if_any() if job.urls and not names else session.sources()
    chosen = () if job.urls and not names else choose_sources(followed, names)
    return replace(job, sources=chosen, followed=followed)
