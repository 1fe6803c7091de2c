"""`copydesk reextract`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flows.cli.bulk import on_option
from flows.cli.common import Session, When, command, say
from flows.cli.completion import SourceName
from flows.cli.lookup import check_source
from flows.cli.output import Column, console, emit, table
from flows.cli.progress import count_bar, stop_on_signal

if TYPE_CHECKING:
    from flows.bulk import Engine
    from flows.engines import Where
    from flows.reextract import Changed, Report

LOSS_LIMIT = 2.0
FIELDS = (Column(key="field"), Column(key="articles", justify="right"))
REFUSED = (
    Column(key="id", justify="right", style="cyan", width=4),
    Column(key="reason", style="yellow"),
    Column(key="url", is_wide=True),
    Column(key="detail", is_wide=True),
)
STYLES = {"same": "dim", "lost": "red strike", "won": "green"}


@command(example="copydesk reextract --source guardian-business --since 7d")
@click.option("--source", default="", type=SourceName(), metavar="NAME", help="Articles of one source.")
@click.option("--since", type=When(), help="Articles published at or after: 2026-11-01, yesterday, 3d.")
@click.option("--apply", "is_applied", is_flag=True, help="Store what changes, as revisions marked as the desk's own.")
@click.option(
    "--loss-limit",
    type=click.FloatRange(0, 100),
    default=LOSS_LIMIT,
    show_default=True,
    metavar="PERCENT",
    help="With --apply: store nothing where more of the words would be lost.",
)
@click.option(
    "--yes", is_flag=True, help="With --apply: store whatever is lost, as it is found; can be stopped, and goes on."
)
@on_option
def reextract(
    session: Session,
    source: str,
    since: datetime | None,
    is_applied: bool,
    loss_limit: float,
    yes: bool,
    on: Where | None,
) -> None:
    """Run today's rules over the stored pages and show what changes: how many articles, words lost and won, the worst.

    Nothing is fetched, and without --apply nothing is stored. Revisions made this way are no edits of the publisher's.
    """
    from flows.bulk import run_on
    from flows.engines import parse_where
    from flows.reextract import Look, Reextraction

    settings, followed = session.settings(), session.sources_if_any()
    with stop_on_signal("stopping: what is stored is kept, the rest stays as it was; again to quit at once") as stop:

        def act(engine: Engine | None) -> int | None:
            with (
                session.store(read_only=not is_applied) as store,
                Reextraction(store, settings, followed, engine=engine) as work,
            ):
                check_source(store, source)
                now, stored = datetime.now(UTC), None
                with count_bar("reextract", store.reextraction.count(source=source, since=since)) as on_progress:
                    look = Look(source=source, since=since, on_progress=on_progress, is_stopped=stop.is_set)
                    if is_applied and yes:
                        stored = work.compare_and_apply(look, now=now)
                    else:
                        work.compare(look)
                _show(session, work.report)
                if is_applied and not yes and not stop.is_set():
                    work.check_loss(loss_limit / 100)
                    stored = work.apply(now=now, is_stopped=stop.is_set)
                return stored

        stored = run_on(on or parse_where(settings.bulk.on), settings, act, name="reextract")
    if stored is not None:
        say(f"{stored} articles have a new revision, marked as made by the desk's rules; the ones before are kept")
    if stop.is_set():
        click.get_current_context().exit(130)


def _show(session: Session, report: Report) -> None:
    if session.format == "jsonl":
        emit(session, [_summary(report)], ())
    if not session.is_table:
        emit(session, [_row(each) for each in report.worst], ())
        return
    _draw(report)


def _summary(report: Report) -> dict[str, Any]:
    return {
        "kind": "summary",
        "articles": report.looked_at,
        "changed": report.changed,
        "metadata_changed": report.metadata_changed,
        "refused": report.refused,
        "words": report.words,
        "words_lost": report.lost,
        "words_won": report.won,
        "fields": dict(report.fields.most_common()),
        "extractors": dict(report.extractors.most_common()),
        "refusals": [
            {"id": each.article_id, "url": each.url, "reason": each.refusal.reason, "detail": each.refusal.detail}
            for each in report.refusals
        ],
    }


def _row(each: Changed) -> dict[str, Any]:
    from copydesk.worddiff import mark

    return {
        "kind": "article",
        "id": each.article_id,
        "url": each.url,
        "source": each.source,
        "headline": each.headline,
        "fields": list(each.fields),
        "words": each.words,
        "words_lost": each.lost,
        "words_won": each.won,
        "diff": mark(each.diff),
    }


def _draw(report: Report) -> None:
    from rich.text import Text

    out = console()
    for each in reversed(report.worst):  # the very worst stands last, where the eye is
        lost, won = f"{each.lost} words lost", f"{each.won} won"
        out.print(
            Text.assemble(("\n" + str(each.article_id), "cyan"), f"  {each.headline}  ", (f"{lost}, {won}", "yellow"))
        )
        parts = [Text(part.text, style=STYLES[part.op]) for part in each.diff]
        out.print(Text(" ").join(parts))
    if report.fields:
        rows = [{"field": name, "articles": count} for name, count in report.fields.most_common()]
        out.print(table(rows, FIELDS))
    if report.refusals:
        out.print("\nno articles by today's rules; they stay as they are:")
        out.print(table(_summary(report)["refusals"], REFUSED))
    out.print(
        f"\n{report.changed:,} of {report.looked_at:,} articles change: {report.lost:,} of {report.words:,} words lost "
        f"({report.loss:.1%}), {report.won:,} won; of {report.metadata_changed:,} more, other fields alone"
    )
