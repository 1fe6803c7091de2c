"""`copydesk takedown`, `copydesk retention`, `copydesk backup`: what goes, and what is kept elsewhere."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.output import Column, emit, emit_one, instant

if TYPE_CHECKING:
    from storage.places import ArchivePlace
    from storage.store import Store
    from storage.upkeep_records import RemovalPlan

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+", re.IGNORECASE)
SHOWN = 10
"""Headlines and copies that are named."""
REMOVALS = (
    Column(key="kind"),
    Column(key="what", is_wide=True),
    instant("at"),
    instant("done_at", "done"),
)


@command(example="copydesk takedown https://news.example/a-page --dry-run")
@click.argument("what", required=False, metavar="[URL|DOMAIN]")
@click.option("--dry-run", is_flag=True, help="Show what would go, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--lift", is_flag=True, help="Let it be fetched again; what was removed does not come back.")
def takedown(session: Session, what: str | None, dry_run: bool, yes: bool, lift: bool) -> None:
    """Remove a page, or all pages of a domain: text and bytes, everywhere; and never fetch them again.

    Without a URL or a domain: list what was taken down, and finish what was left half done.
    """
    now, archive = datetime.now(UTC), session.settings().desk.archive
    with session.store(read_only=dry_run) as store:
        if what is None:
            if not dry_run:
                _finish(store, archive, now)
            emit(session, store.removals.rows(), REMOVALS, empty="nothing was taken down")
            return
        _check(what)
        if lift:
            if not store.removals.lift(what):
                raise CopydeskError(what, "was not taken down; `copydesk takedown` lists what was")
            return
        plan = store.removals.plan(what)
        _show(plan)
        if dry_run or not (yes or _confirmed()):
            emit_one(session, _row(plan))
            return
        store.removals.remove(what, now=now)
        _finish(store, archive, now)
    emit_one(session, _row(plan))


@command(example='copydesk retention --snapshots "90 days"')
@click.option("--snapshots", metavar="RULE", help='Another rule than that of news.toml: "90 days", "50 GB".')
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without, it is only shown.")
def retention(session: Session, snapshots: str | None, is_applied: bool) -> None:
    """Show which stored pages go by age or size, or let them go. Articles stay, and nothing is fetched again."""
    from flows.kinds import RETENTION, UnexpectedError
    from flows.retention import read_rule

    settings, now = session.settings(), datetime.now(UTC)
    said = settings.retention.snapshots if snapshots is None else snapshots
    try:
        RETENTION.check(said)
    except UnexpectedError as error:
        raise click.UsageError(f"--snapshots: {error}") from error
    rule = read_rule(said)
    with session.store(read_only=not is_applied) as store:
        if is_applied:
            plan = store.retention.apply(rule, archive=settings.desk.archive, now=now)
        else:
            plan = store.retention.plan(rule, now=now)
    emit_one(
        session,
        {
            "rule": said,
            "applied": is_applied,
            "snapshots": plan.snapshots,
            "bytes": plan.bytes,
            "files": plan.files,
            "from_at": plan.from_at,
            "until_at": plan.until_at,
            "kept_bytes": plan.kept_bytes,
        },
    )


@command(example="copydesk backup /mnt/backup/desk")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path), metavar="OUT")
def backup(session: Session, out: Path) -> None:
    """Copy everything to a folder while the desk runs. The copy is a home of its own: `--home OUT` reads it.

    Called again, only what is new is copied.
    """
    from flows.backup import back_up

    settings = session.settings()
    with session.store() as store:
        report = back_up(store, settings, out)
    emit_one(session, report)


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: --yes does it, --dry-run only shows it")
    return click.confirm("Remove all this for good?", err=True)


def _finish(store: Store, archive: ArchivePlace, now: datetime) -> None:
    if waiting := store.removals.finish(archive=archive, now=now):
        what = f"{waiting} archive file(s) are in use by a crawl, or hold pages that wait for extraction"
        say(f"{what}: their bytes go with the nightly maintenance, or with `copydesk takedown` after the crawl")


def _check(what: str) -> None:
    from flows.kinds import is_url

    if not (is_url(what) if "://" in what else DOMAIN.fullmatch(what)):
        raise click.UsageError(f'expected a URL, or a domain such as news.example, found "{what}"')


def _show(plan: RemovalPlan) -> None:
    for headline, url in plan.headlines[:SHOWN]:
        say(f"goes: {headline} ({url})")
    if plan.articles > SHOWN:
        say(f"… and {plan.articles - SHOWN} more articles")
    for url in plan.copies[:SHOWN]:
        say(f"stays: {url} is joined with it as a copy; take it down by its own URL")


def _row(plan: RemovalPlan) -> dict[str, Any]:
    names = ("kind", "what", "articles", "snapshots", "entries", "archive_bytes")
    return {name: getattr(plan, name) for name in names} | {"copies": len(plan.copies)}
