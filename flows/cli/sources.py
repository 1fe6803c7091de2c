"""`copydesk sources`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from flows.cli.common import Group, Session, command, say
from flows.cli.output import Column, count, emit, instant

if TYPE_CHECKING:
    from copydesk.model import Source
    from flows.config import Settings

SOURCES = (
    Column(key="name", style="green"),
    Column(key="state"),
    Column(key="schedule", style="dim"),
    count("articles"),
    instant("last_crawled_at", "last crawled"),
    instant("next_look_at", "next look"),
    Column(key="next_look_why", title="why then", is_wide=True),
)
ENDPOINTS = (
    Column(key="source", style="green"),
    Column(key="kind", style="dim"),
    instant("last_polled_at", "last look"),
    instant("next_look_at", "next look"),
    Column(key="next_look_why", title="why then", is_wide=True),
    Column(key="url", is_wide=True),
)
CHECKS = (
    Column(key="name", style="green"),
    Column(key="outcome"),
    Column(key="status", justify="right"),
    count("entries"),
    Column(key="url", is_wide=True),
    Column(key="detail", is_wide=True),
)


@click.group(cls=Group, example="copydesk sources list")
def sources() -> None:
    """The publications that are followed."""


@command(name="list", example="copydesk sources list --endpoints")
@click.option("--endpoints", is_flag=True, help="A row each feed, sitemap and section page.")
def list_(session: Session, endpoints: bool) -> None:
    """List the sources of sources.toml with what is known of them, when each is looked at next, and why then."""
    from storage.store import open_store

    followed = session.sources()
    database = session.settings().desk.database
    stored: dict[str, Mapping[str, Any]] = {}
    if database.exists():
        with open_store(database, read_only=True) as store:
            if endpoints:
                emit(session, map(_endpoint, store.sources.endpoints()), ENDPOINTS)
                return
            stored = {str(row["name"]): row for row in store.sources.rows()}
    if endpoints:
        say("nothing was crawled yet")
        return
    emit(session, (_row(source, stored.get(source.name, {}), session.settings()) for source in followed), SOURCES)


@command(example="copydesk sources check guardian-business bbc-business")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
def check(session: Session, names: tuple[str, ...]) -> None:
    """Look at every feed, sitemap and section once, and say which answer. Stores nothing."""
    from flows.crawl import choose_sources

    chosen = choose_sources(session.sources(), names)
    rows = list(check_sources(chosen, session.settings(), log_level=session.log_level))
    emit(session, rows, CHECKS)
    answered = sum(1 for row in rows if row["outcome"] in ("read", "unchanged"))
    say(f"{answered} of {len(rows)} endpoints answered with what they should hold")


def check_sources(chosen: tuple[Source, ...], settings: Settings, *, log_level: str) -> Iterator[dict[str, Any]]:
    """Poll endpoints into a store that is thrown away; a row each: name url outcome status entries detail."""
    from flows.crawl import CrawlJob, Progress, crawl
    from storage.store import open_store

    with tempfile.TemporaryDirectory(prefix="copydesk-check-") as folder:
        home = Path(folder)
        desk = replace(settings.desk, data=home, archive=home / "archive", database=home / "check.db")
        job = CrawlJob(sources=chosen, followed=chosen, limit=0, trigger="check", log_level=log_level)
        stop = Event()

        def stop_at_the_last_endpoint(progress: Progress) -> None:
            if progress.event.polled >= progress.event.endpoints > 0:
                stop.set()

        report = crawl(job, replace(settings, desk=desk), on_progress=stop_at_the_last_endpoint, stop=stop)
        with open_store(desk.database, read_only=True) as store:
            crawled = store.crawls.get(report.crawl_id) or {"polls": []}
    polls = {(poll["source"], poll["url"]): poll for poll in crawled["polls"]}
    for source in chosen:
        for _, url in source.endpoints():
            poll = polls.get((source.name, url), {})
            yield {
                "name": source.name,
                "url": url,
                "outcome": poll.get("outcome", "not looked at"),
                "status": poll.get("status"),
                "entries": poll.get("entries", 0),
                "detail": poll.get("detail", ""),
            }


def _endpoint(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what its publisher says of its address, where a user should know."""
    if row["moved_to"] is None:
        return row
    advice = f"moved for good to {row['moved_to']} (met {row['moved_times']} times): name that in sources.toml"
    return {**row, "next_look_why": f"{row['next_look_why']}; {advice}"}


def _row(source: Source, stored: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The contract's row of a source, before its first crawl too."""
    return {
        "name": source.name,
        "homepage": source.homepage,
        "schedule": source.cron or source.schedule or settings.schedule.default,
        "enabled": source.enabled,
        "last_crawled_at": stored.get("last_crawled_at"),
        "next_look_at": stored.get("next_look_at"),
        "articles": stored.get("articles", 0),
        "state": stored.get("state") or ("new" if source.enabled else "paused"),
        "next_look_why": stored.get("next_look_why") or "",
    }


sources.add_command(list_)
sources.add_command(check)
