"""`copydesk sources add`, `check`, `pause` and `resume`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.completion import SourceName
from flows.cli.output import Column, console, count, emit, instant, table

if TYPE_CHECKING:
    from copydesk.discovery.proposal import Judged, Proposal
    from copydesk.model import Source
    from flows.config import Settings
    from flows.discovering import Change, Discovery, Preview

CHECKS = (
    Column(key="name", style="green"),
    Column(key="state"),
    Column(key="outcome"),
    Column(key="status", justify="right"),
    count("entries"),
    instant("newest_at", "newest"),
    Column(key="per_day", title="a day", justify="right"),
    Column(key="url", is_wide=True),
    Column(key="detail", is_wide=True),
)
FOUND = (
    Column(key="chosen", title="", show=lambda value: "+" if value else ""),
    Column(key="kind"),
    count("entries"),
    instant("newest_at", "newest"),
    Column(key="per_day", title="a day", justify="right"),
    Column(key="url", is_wide=True),
    Column(key="why", is_wide=True),
)
FIRST_WORDS = 160
"""Characters of a previewed article's text."""


@command(example="copydesk sources add https://www.theguardian.com/uk/business")
@click.argument("url")
@click.option("--name", default="", help="What to call it.  [default: of its site and section]")
@click.option("--schedule", default="", metavar="EVERY", help='"every 30 minutes".  [default: by what it publishes]')
@click.option("--tag", "tags", multiple=True, help="A tag of the source; may be repeated.")
@click.option("--yes", is_flag=True, help="Write it without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def add(session: Session, url: str, name: str, schedule: str, tags: tuple[str, ...], yes: bool, dry_run: bool) -> None:
    """Find a publication's feeds, news sitemaps and sections, show what they bring, and add it to sources.toml.

    Looks at some twenty addresses of the site as a crawl would: robots.txt is obeyed, and nothing is asked for fast.
    """
    from flows.discovering import discover
    from flows.sourcesfile import add_sources, table_text

    _check_values(url, name, schedule)
    followed, settings = session.sources_if_any(), session.settings()
    _check_unknown(url, name, followed)
    with _prober(session, settings) as prober:
        discovery = discover(url, settings, prober)
    source = _source(discovery, followed, name=name, schedule=schedule, tags=tags)
    _show(session, discovery, source)
    if not source.endpoints():
        raise CopydeskError(url, "no feed, no news sitemap and no list of articles was found here")
    if session.is_table:
        print(table_text(source))
    if dry_run or not (yes or _is_wanted(source)):
        say("nothing was written" + ("" if dry_run or sys.stdin.isatty() else "; --yes writes it"))
        return
    path = add_sources(session.home, [source])
    say(f'added "{source.name}" to {path}; next: copydesk crawl {source.name}')


@command(example="copydesk sources check guardian-business")
@click.argument("names", nargs=-1, type=SourceName(), metavar="[NAME|URL ...]")
@click.option("--discover", "look_for_new", is_flag=True, help="Look for new feeds without names, too.")
def check(session: Session, names: tuple[str, ...], look_for_new: bool) -> None:
    """Look at every feed, sitemap and section once: which answer, which moved, how fresh they are. Stores nothing.

    With a NAME, or the URL of a page or an endpoint of a source, its publication is searched for new feeds as well.
    Exit code 1 where one is dead.
    """
    from flows.discovering import check_endpoints, find_new

    settings, followed = session.settings(), session.sources()
    chosen = choose(followed, names)
    changes: list[Change] = []
    with _prober(session, settings, chosen[0] if len(chosen) == 1 else None) as prober:
        changes += check_endpoints(chosen, prober)
        for source in chosen if names or look_for_new else ():
            try:
                changes += find_new(source, settings, prober)
            except CopydeskError as error:
                say(f"{source.name}: {error}")
    emit(session, [_check_row(change) for change in changes], CHECKS)
    known = [change for change in changes if change.state != "new"]
    dead = [change for change in known if change.state == "dead"]
    answered = len([change for change in known if change.state in ("ok", "moved")])
    say(f"{answered} of {len(known)} endpoints answered with what they should hold{_summary(changes)}")
    if dead:
        click.get_current_context().exit(1)


@command(example="copydesk sources pause guardian-business")
@click.argument("name", type=SourceName(), metavar="NAME")
def pause(session: Session, name: str) -> None:
    """Crawl a source no more until it is resumed: `enabled = false` in sources.toml. Nothing stored is touched."""
    _set_enabled(session, name, False)


@command(example="copydesk sources resume guardian-business")
@click.argument("name", type=SourceName(), metavar="NAME")
def resume(session: Session, name: str) -> None:
    """Crawl a paused source again."""
    _set_enabled(session, name, True)


def choose(followed: tuple[Source, ...], names: tuple[str, ...]) -> tuple[Source, ...]:
    """The sources that names, or URLs of their pages and endpoints, mean; without any, all that are not paused.

    Raises:
        CopydeskError: there is no such source.
    """
    from copydesk.urls import canonical_url
    from flows.crawl import choose_sources

    by_url = {canonical_url(url): each.name for each in followed for _, url in each.endpoints()}
    by_url |= {canonical_url(each.homepage): each.name for each in followed if each.homepage}
    meant = []
    for name in names:
        if "://" not in name:
            meant.append(name)
        elif canonical_url(name) in by_url:
            meant.append(by_url[canonical_url(name)])
        else:
            raise CopydeskError(name, f"no source has this page or endpoint; `copydesk sources add {name}` adds one")
    return choose_sources(followed, meant)


def _prober(session: Session, settings: Settings, source: Source | None = None) -> Any:
    from flows.probing import Prober

    return Prober(settings, source=source, log_level=session.log_level, on_progress=say)


def _set_enabled(session: Session, name: str, enabled: bool) -> None:
    from flows.sourcesfile import set_enabled

    session.sources()  # a file that is wrong is told first
    changed = set_enabled(session.home, name, enabled)
    say(
        f"{name} is {'resumed' if enabled else 'paused'}"
        if changed
        else f"{name} was not {'paused' if enabled else 'running'}"
    )


def _check_values(url: str, name: str, schedule: str) -> None:
    """What was typed, by the rules of sources.toml."""
    from flows import kinds

    for option, kind, value in (
        ("URL", kinds.URL, url),
        ("--name", kinds.NAME, name),
        ("--schedule", kinds.SCHEDULE, schedule),
    ):
        try:
            if value or option == "URL":
                kind.check(value)
        except kinds.UnexpectedError as error:
            raise click.UsageError(f"{option}: {error}") from error


def _check_unknown(url: str, name: str, followed: tuple[Source, ...]) -> None:
    from copydesk.urls import canonical_url
    from flows.config import BY_HAND

    if name == BY_HAND or any(source.name == name for source in followed):
        raise CopydeskError(name, "is the name of another source; choose another one with --name")
    key = canonical_url(url)
    for source in followed:
        if key in [canonical_url(each) for each in (source.homepage, *(url for _, url in source.endpoints()))]:
            raise CopydeskError(
                url, f'is followed already, as "{source.name}"; `copydesk sources check {source.name}` looks at it'
            )


def _source(
    discovery: Discovery, followed: Iterable[Source], *, name: str, schedule: str, tags: tuple[str, ...]
) -> Source:
    from copydesk.discovery.proposal import derive_name
    from copydesk.model import EndpointKind, Source
    from flows import kinds
    from flows.config import BY_HAND

    proposal = discovery.proposal
    try:
        language = str(kinds.LANGUAGE.check(discovery.language))
    except kinds.UnexpectedError:
        language = ""
    return Source(
        name=name or derive_name(discovery.page_url, taken=[BY_HAND, *(source.name for source in followed)]),
        homepage=discovery.page_url,
        feeds=proposal.urls(EndpointKind.FEED),
        sitemaps=proposal.urls(EndpointKind.SITEMAP),
        sections=proposal.urls(EndpointKind.SECTION),
        schedule=schedule or proposal.schedule,
        include=proposal.include,
        language=language,
        tags=tags,
    )


def _is_wanted(source: Source) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(f'Add "{source.name}" to sources.toml?', default=True, err=True)


def _show(session: Session, discovery: Discovery, source: Source) -> None:
    """What was found, three articles, and the proposed table; as one object where a program reads."""
    proposal = discovery.proposal
    found = [_found_row(each) for each in proposal.judged]
    previews = [_preview_row(each) for each in discovery.previews]
    if not session.is_table:
        keys = ("name", "homepage", "feeds", "sitemaps", "sections", "schedule", "include", "language", "tags")
        row: dict[str, Any] = {key: getattr(source, key) for key in keys}
        emit(session, [row | {"per_day": proposal.per_day, "found": found, "preview": previews}], ())
        return
    out = console()
    out.print(f"[bold]{(discovery.title or discovery.page_url).replace('[', chr(92) + '[')}[/]")
    out.print(table(found, FOUND))
    for preview in previews:
        _print_preview(preview)
    say(_schedule_line(source, proposal))


def _schedule_line(source: Source, proposal: Proposal) -> str:
    if source.schedule == proposal.schedule:
        return f"schedule: {source.schedule or 'the default of news.toml'} ({proposal.schedule_why})"
    return f"schedule: {source.schedule}, as asked for; proposed was {proposal.schedule or 'the default'}"


def _found_row(each: Judged) -> dict[str, Any]:
    return {
        "url": each.final_url if each.is_moved else each.lead.url,
        "kind": each.lead.kind.value,
        "origin": each.lead.origin,
        "outcome": each.outcome,
        "entries": len(each.entries),
        "newest_at": each.newest_at.isoformat() if each.newest_at else None,
        "per_day": each.per_day,
        "chosen": each.is_chosen,
        "why": each.why,
    }


def _preview_row(preview: Preview) -> dict[str, Any]:
    article = preview.article
    return {
        "url": preview.url,
        "headline": article.headline if article else None,
        "published_at": article.published_at.isoformat() if article and article.published_at else None,
        "word_count": article.word_count if article else 0,
        "body_text": article.body_text if article else "",
        "why_not": preview.why_not,
    }


def _print_preview(row: dict[str, Any]) -> None:
    from rich.text import Text

    out = console()
    if row["headline"] is None:
        out.print(Text.assemble(("no article  ", "red"), f"{row['url']}: {row['why_not']}"))
        return
    out.print(
        Text.assemble(
            (str(row["headline"]), "bold"), f"  {str(row['published_at'] or '')[:16]}, {row['word_count']} words"
        )
    )
    out.print(Text(" ".join(row["body_text"].split())[:FIRST_WORDS] + " …", style="dim"))


def _check_row(change: Change) -> dict[str, Any]:
    judged = change.judged
    moved = f"moved to {judged.final_url}; " if change.state == "moved" else ""
    return {
        "name": change.source,
        "url": judged.lead.url,
        "kind": judged.lead.kind.value,
        "state": change.state,
        "outcome": judged.outcome,
        "status": judged.status,
        "entries": len(judged.entries),
        "newest_at": judged.newest_at.isoformat() if judged.newest_at else None,
        "per_day": judged.per_day,
        "moved_to": judged.final_url if change.state == "moved" else None,
        "detail": moved + (f"{judged.what}, {judged.lead.origin}" if change.state == "new" else judged.what),
    }


def _summary(changes: list[Change]) -> str:
    words = {"dead": "dead", "moved": "moved", "new": "new and worth following", "not looked at": "not looked at"}
    counts = {state: len([change for change in changes if change.state == state]) for state in words}
    return "".join(f"; {number} {words[state]}" for state, number in counts.items() if number)
