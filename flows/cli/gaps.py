"""`copydesk gaps`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.completion import SourceName
from flows.cli.lookup import check_source
from flows.cli.output import Column, count, emit, instant

STATES = click.Choice(["open", "closed", "missed"])
GAPS = (
    Column(key="id", justify="right", style="cyan", width=4),
    Column(key="source", style="green"),
    Column(key="state", style="yellow"),
    instant("from_at", "from"),
    instant("until_at", "until"),
    count("may_miss", "may miss"),
    Column(key="reason", is_wide=True),
    Column(key="closed_by", title="closed by", is_wide=True),
)


@command(example="copydesk gaps --state open")
@click.option("--source", default="", type=SourceName(), metavar="NAME", help="Of one source.")
@click.option("--state", type=STATES, help="open, closed, or missed (in a sitemap, never in a feed).")
@click.option("--close", "gap_id", type=int, metavar="ID", help="Close an open gap by hand: you know what was missed.")
def gaps(session: Session, source: str, state: str | None, gap_id: int | None) -> None:
    """Show times in which something may have been published that nobody saw, and what closed them.

    A gap opens where a look at a feed or a section page finds nothing of what it listed before. It is closed by a
    sitemap or a section page that lists everything since; `copydesk backfill --sitemap URL` fills those that stay open.
    """
    now = datetime.now(UTC)
    with session.store(read_only=gap_id is None) as store:
        check_source(store, source)
        if gap_id is not None and not store.gaps.close(gap_id, closed_by="by hand", now=now):
            raise CopydeskError(str(gap_id), "no open gap has this id; `copydesk gaps --state open` lists them")
        rows = store.gaps.rows(source=source, state=state or "", now=now)
    if gap_id is not None:
        say(f"gap {gap_id} is closed, by hand")
        return
    emit(session, rows, GAPS, empty="no gap was found: every look overlapped with the one before")
