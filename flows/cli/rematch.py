"""`copydesk rematch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from copydesk.nearest import nearest_name
from flows.cli.common import Session, command, say
from flows.cli.output import Column, console, emit
from flows.cli.progress import count_bar

if TYPE_CHECKING:
    from copydesk.duplicates.verdict import Thresholds
    from storage.reworking import ReplayReport
    from storage.store import Replay

SCREENFUL = 50
CHANGES = (
    Column(key="change", style="yellow"),
    Column(key="relation", style="green"),
    Column(key="was", style="dim"),
    Column(key="score", show=lambda value: f"{value:.2f}"),
    Column(key="article_id", title="article", justify="right"),
    Column(key="headline", is_wide=True),
    Column(key="of", justify="right"),
    Column(key="of_headline", title="headline", is_wide=True),
)


@command(example="copydesk rematch --dry-run --threshold derived_told=0.65")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--window-h",
    type=click.FloatRange(min=0),
    metavar="HOURS",
    help="How far apart copies may be published; exact ones at any distance. 0: no limit.  [default: news.toml]",
)
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another line for a rule to draw; again for more. Names and meanings: docs/duplicates.md.",
)
@click.option("--limit", type=click.IntRange(min=0), help=f"Changes shown; 0: all.  [default: {SCREENFUL}, piped: all]")
def rematch(
    session: Session, dry_run: bool, window_h: float | None, thresholds: tuple[str, ...], limit: int | None
) -> None:
    """Match all stored articles again, in order of time, and show what changes: edges gained and lost, and groups.

    One answer comes out, whatever the order in which articles came. What persons confirmed or undid stays as they said.
    """
    from flows.matching import match_waiting, matching_of

    matching = matching_of(session.settings(), window_h=window_h, limits=_limits(thresholds))
    now = datetime.now(UTC)
    with session.store(read_only=dry_run) as store:
        if not dry_run:
            match_waiting(store, now=now, most=None)
        with (
            count_bar("rematch", int(store.stats()["articles"])) as on_progress,
            store.duplicates.replay(matching, on_progress=on_progress) as replay,
        ):
            most = (SCREENFUL if session.is_table else 0) if limit is None else limit
            _show(session, replay, most or None)
            if not dry_run:
                stored = replay.apply(now=now)
    say("nothing was changed: --dry-run" if dry_run else f"{stored} edges were changed")


def _limits(thresholds: Sequence[str]) -> Thresholds:
    from dataclasses import fields, replace

    from copydesk.duplicates.verdict import DEFAULT

    kinds = {field.name: type(getattr(DEFAULT, field.name)) for field in fields(DEFAULT)}
    values: dict[str, Any] = {}
    for each in thresholds:
        name, _, value = each.partition("=")
        if name not in kinds:
            raise click.BadParameter(f'there is no threshold "{name}"{nearest_name(name, kinds)}')
        try:
            values[name] = kinds[name](value)
        except ValueError:
            raise click.BadParameter(f'expected a number for {name}, found "{value}"') from None
    return replace(DEFAULT, **values)


def _show(session: Session, replay: Replay, most: int | None) -> None:
    rows = ({"kind": "edge", **row} for row in islice(replay.changes(), most))
    if session.format == "jsonl":
        emit(session, [_summary(replay.report)], ())
    emit(session, rows, CHANGES)
    if session.is_table:
        console().print(_told(replay.report), soft_wrap=True)


def _summary(report: ReplayReport) -> Mapping[str, Any]:
    from dataclasses import asdict

    return {"kind": "summary", **asdict(report)}


def _told(report: ReplayReport) -> str:
    def count(edges: Mapping[str, int]) -> str:
        kinds = ", ".join(f"{number:,} {relation}" for relation, number in edges.items())
        return f"{sum(edges.values()):,}" + (f" ({kinds})" if kinds else "")

    same = report.groups_same
    return (
        f"{report.articles:,} articles. Edges of the rules: {report.edges_before:,}, then {report.edges_after:,}: "
        f"{count(report.gained)} gained, {count(report.lost)} lost, {report.changed:,} of another relation.\n"
        f"Groups: {report.groups_before:,} before, {report.groups_after:,} after, {same:,} of them the same. "
        f"Copies: {report.duplicates_before:,} before, {report.duplicates_after:,} after."
    )
