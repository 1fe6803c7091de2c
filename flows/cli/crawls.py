"""`copydesk crawls` and `stats`."""

from __future__ import annotations

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command
from flows.cli.output import Column, console, count, emit, emit_one, instant, table

CRAWLS = (
    Column(key="id", justify="right", style="cyan", width=3),
    instant("started_at", "started"),
    Column(key="trigger"),
    Column(key="finish_reason", title="ended", show=lambda value: str(value or "running"), width=8),
    *(count(key) for key in ("polled", "fetched", "new", "revised")),
    count("quarantined", "no article"),
    count("failed"),
)
POLLS = (
    instant("at"),
    Column(key="source", style="green"),
    Column(key="outcome"),
    Column(key="status", justify="right"),
    Column(key="url", is_wide=True),
    Column(key="detail"),
)


@command(example="copydesk crawls 3")
@click.argument("crawl_id", type=int, required=False, metavar="[ID]")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="At most so many; 0: all.")
def crawls(session: Session, crawl_id: int | None, limit: int) -> None:
    """Show what ran: when, by whom, how it ended, what it brought; with an ID, each look at an endpoint and a page."""
    with session.store() as store:
        if crawl_id is None:
            emit(session, store.crawls.rows(limit=limit or None), CRAWLS, empty="no crawl has run yet")
            return
        row = store.crawls.get(crawl_id)
    if row is None:
        raise CopydeskError(str(crawl_id), "there is no crawl of this id; `copydesk crawls` lists them")
    if not session.is_table:
        emit(session, [row], ())
        return
    emit_one(session, {key: value for key, value in row.items() if key not in ("polls", "fetches")})
    for title in ("polls", "fetches"):
        if row[title]:
            console().print(f"\n[bold]{title}[/bold]", table(row[title], POLLS))


@command(example="copydesk stats --format jsonl")
def stats(session: Session) -> None:
    """Count what is stored."""
    with session.store() as store:
        emit_one(session, store.stats())
