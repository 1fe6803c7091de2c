"""`copydesk crawls` and `stats`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from copydesk.errors import CopydeskError
from copydesk.sparkline import sparkline
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


DAYS = (
    Column(key="source", style="green"),
    Column(key="line", title="a day", style="cyan"),
    count("articles"),
    Column(key="mean", title="mean", justify="right"),
    count("most"),
    count("today"),
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


@command(example="copydesk stats --days 90")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="Drawn, today the last.")
def stats(session: Session, days: int) -> None:
    """Count what is stored, and draw how many articles of each source were published a day."""
    today = datetime.now(UTC).date()
    drawn = [today - timedelta(days=ago) for ago in reversed(range(days))]
    with session.store() as store:
        counts, by_source = store.stats(), store.sources.a_day(drawn)
    a_day = [sum(each) for each in zip(*by_source.values(), strict=True)] or [0] * days
    if not session.is_table:
        since = {"since": drawn[0].isoformat(), "a_day": a_day, "a_day_by_source": by_source}
        emit_one(session, {**counts, **since})
        return
    emit_one(session, counts)
    rows = [_drawn(name, values) for name, values in {**by_source, "all": a_day}.items()]
    title = f"articles a day, {drawn[0]} to {drawn[-1]}"
    console().print(f"\n[bold]{title}[/bold]", table(rows, DAYS))


def _drawn(name: str, values: Sequence[int]) -> dict[str, Any]:
    total = sum(values)
    return {
        "source": name,
        "line": sparkline(values),
        "articles": total,
        "mean": f"{total / len(values):,.1f}",
        "most": max(values),
        "today": values[-1],
    }
