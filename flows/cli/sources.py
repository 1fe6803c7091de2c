"""`copydesk sources`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from flows.cli import following, opml
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


@click.group(cls=Group, example="copydesk sources list")
def sources() -> None:
    """The publications that are followed."""


@command(name="list", example="copydesk sources list --endpoints")
@click.option("--endpoints", is_flag=True, help="A row each feed, sitemap and section page.")
def list_(session: Session, endpoints: bool) -> None:
    """List the sources of sources.toml with what is known of them, when each is looked at next, and why then."""
    from storage.address import is_made
    from storage.store import open_store

    followed = session.sources()
    database = session.settings().desk.database
    stored: dict[str, Mapping[str, Any]] = {}
    if is_made(database):
        with open_store(database, read_only=True) as store:
            if endpoints:
                emit(session, map(_endpoint, store.sources.endpoints()), ENDPOINTS)
                return
            stored = {str(row["name"]): row for row in store.sources.rows()}
    if endpoints:
        say("nothing was crawled yet")
        return
    emit(session, (_row(source, stored.get(source.name, {}), session.settings()) for source in followed), SOURCES)


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


for _command in (list_, following.add, following.check, following.pause, following.resume, opml.import_, opml.export):
    sources.add_command(_command)
