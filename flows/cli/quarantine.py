"""`copydesk quarantine`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from copydesk.model import Reason
from flows.cli.common import Group, Session, command
from flows.cli.completion import SourceName
from flows.cli.lookup import check_source
from flows.cli.output import Column, emit, emit_one, instant

if TYPE_CHECKING:
    from storage.records import Stored

QUARANTINE = (
    Column(key="id", justify="right", style="cyan", width=4),
    instant("fetched_at", "fetched"),
    Column(key="source", style="green"),
    Column(key="reason", style="yellow"),
    Column(key="detail", is_wide=True),
    Column(key="url", is_wide=True),
)
OUTCOMES = (
    Column(key="outcome", style="cyan"),
    Column(key="article_id", title="article", justify="right"),
    Column(key="url", is_wide=True),
    Column(key="why", is_wide=True),
)
REASONS = click.Choice([reason.value for reason in Reason])


@click.group(cls=Group, example="copydesk quarantine list --reason paywall")
def quarantine() -> None:
    """Pages that gave no article, each with the reason."""


@command(name="list", example="copydesk quarantine list --reason paywall")
@click.option("--reason", type=REASONS, help="Of one reason.", metavar="REASON")
@click.option("--source", default="", type=SourceName(), metavar="NAME", help="Of one source.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many; 0: all.  [default: 50, piped: all]")
def list_(session: Session, reason: str | None, source: str, limit: int | None) -> None:
    """List quarantined pages, newest first."""
    most = (50 if session.is_table else 0) if limit is None else limit
    with session.store() as store:
        check_source(store, source)
        rows = store.quarantine.rows(reason=reason or "", source=source, limit=most or None)
    emit(session, rows, QUARANTINE, empty="nothing is in quarantine")


@command(example="copydesk quarantine show 4")
@click.argument("quarantine_id", type=int, metavar="ID")
def show(session: Session, quarantine_id: int) -> None:
    """Show one quarantined page."""
    with session.store() as store:
        row = store.quarantine.get(quarantine_id)
    if row is None:
        raise CopydeskError(str(quarantine_id), "nothing in quarantine has this id; `copydesk quarantine list`")
    emit_one(session, row)


@command(example="copydesk quarantine retry --reason extract_timeout")
@click.argument("quarantine_ids", nargs=-1, type=int, metavar="[ID ...]")
@click.option("--reason", type=REASONS, help="All of one reason.", metavar="REASON")
def retry(session: Session, quarantine_ids: tuple[int, ...], reason: str | None) -> None:
    """Extract quarantined pages again from their stored bytes; nothing is fetched."""
    from flows.crawl import extract_pending

    if bool(quarantine_ids) == bool(reason):
        raise click.UsageError("name IDs, or a --reason")
    with session.store(read_only=False) as store:
        ids = quarantine_ids or tuple(int(row["id"]) for row in store.quarantine.rows(reason=reason or ""))
        for each in ids:
            if store.quarantine.get(each) is None:
                raise CopydeskError(str(each), "nothing in quarantine has this id; `copydesk quarantine list`")
        store.quarantine.release(ids)
        done = extract_pending(store, session.settings(), session.sources_if_any())
    emit(session, [_outcome(stored) for stored in done], OUTCOMES, empty="nothing of this reason is in quarantine")


def _outcome(stored: Stored) -> dict[str, Any]:
    return {
        "snapshot_id": stored.snapshot_id,
        "url": stored.url,
        "outcome": stored.change.value if stored.change else "quarantined",
        "article_id": stored.article_id,
        "why": stored.why,
    }


quarantine.add_command(list_)
quarantine.add_command(retry)
quarantine.add_command(show)
