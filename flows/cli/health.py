"""`copydesk health`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.completion import SourceName
from flows.cli.lookup import check_source
from flows.cli.output import Column, emit, instant

if TYPE_CHECKING:
    from flows.alerts import Delivery
    from flows.health import HealthReport

COLUMNS = (
    Column(key="source", style="green"),
    Column(key="state", style="cyan"),
    Column(key="cause", style="yellow"),
    instant("since"),
    Column(key="evidence", is_wide=True),
)
DELIVERIES = (Column(key="address", style="green"), Column(key="state", style="cyan"), Column(key="what", is_wide=True))


@command(example="copydesk health --source guardian-business")
@click.option("--source", default="", type=SourceName(), metavar="NAME", help="Of one source.")
@click.option(
    "--accept",
    default="",
    type=SourceName(),
    metavar="NAME",
    help="What this source is like now is as it should be from now on.",
)
@click.option("--test-alert", is_flag=True, help="Send a test message to every address of news.toml, and nothing else.")
def health(session: Session, source: str, accept: str, test_alert: bool) -> None:
    """Tell how every source is: silent, walled off, redesigned, moved, or just quiet; with evidence and since when.

    Exit code 1 when a source is sick. What changed since the last check is told to the addresses under [alerts] in
    news.toml, once.
    """
    if test_alert:
        _test(session)
        return
    from flows.health import check_health

    settings, now = session.settings(), datetime.now(UTC)
    with session.store(read_only=False) as store:
        if followed := session.sources_if_any():
            store.sources.sync(followed, now=now)
        for name in (source, accept):
            check_source(store, name)
        if accept and store.health.accept(accept, now=now):
            say(f"{accept}: what comes from now on is what is usual")
        report = check_health(store, settings, now)
    _show(session, report, source)


def _show(session: Session, report: HealthReport, source: str) -> None:
    from copydesk.health.history import Cause
    from copydesk.health.remedies import remedy

    rows = [row for row in report.rows if source in ("", row["source"])]
    emit(session, rows, COLUMNS, empty="no source is followed yet: name some in sources.toml")
    sick = [row for row in rows if row["source"] in report.sick]
    if not sick:
        return
    for row in sick if session.is_table else ():
        say(f"{row['source']}: {remedy(Cause(row['cause']))}")
    click.get_current_context().exit(1)


def _test(session: Session) -> None:
    from flows.alerts import try_addresses

    urls = session.settings().alerts.urls
    if not urls:
        raise CopydeskError("news.toml", 'no address to tell: set urls = ["…"] under [alerts]')
    deliveries = try_addresses(urls)
    emit(session, [_row(delivery) for delivery in deliveries], DELIVERIES)
    if any(delivery.what for delivery in deliveries):
        click.get_current_context().exit(1)


def _row(delivery: Delivery) -> dict[str, str]:
    return {"address": delivery.address, "state": "failed" if delivery.what else "delivered", "what": delivery.what}
