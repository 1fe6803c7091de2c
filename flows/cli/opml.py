"""`copydesk sources import` and `export`: lists of feeds as feed readers exchange them."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.output import Column, emit

if TYPE_CHECKING:
    from copydesk.model import Source
    from copydesk.opml import Outline

IMPORTED = (
    Column(key="name", style="green"),
    Column(key="tags", show=lambda value: ", ".join(value)),
    Column(key="feeds", show=lambda value: ", ".join(value), is_wide=True),
)


@command(name="import", example="copydesk sources import subscriptions.opml --tag imported")
@click.argument("opml", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tag", "tags", multiple=True, help="A tag for each of them; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Show what would be added, and write nothing.")
def import_(session: Session, opml: Path, tags: tuple[str, ...], dry_run: bool) -> None:
    """Add the feeds of an OPML file to sources.toml. Folders become tags; what is followed already is left out.

    Asks for nothing on the web: `copydesk sources check` says which of them answer.
    """
    from copydesk.opml import parse_opml
    from flows.sourcesfile import add_sources

    try:
        body = opml.read_bytes()
    except OSError as error:
        raise CopydeskError(str(opml), f"cannot be read ({error.strerror or error})") from error
    outlines, broken = parse_opml(body, path=str(opml))
    for line in broken:
        say(f"left out: {line}")
    followed = session.sources_if_any()
    new = make_sources([replace(each, tags=(*each.tags, *tags)) for each in outlines], followed)
    keys = ("name", "feeds", "homepage", "tags")
    emit(session, [{key: getattr(each, key) for key in keys} for each in new], IMPORTED)
    if not new:
        say("nothing to add")
        return
    if dry_run:
        say(f"{len(new)} sources would be added; nothing was written")
        return
    say(f"added {len(new)} sources to {add_sources(session.home, new)}")


@command(name="export", example="copydesk sources export subscriptions.opml")
@click.argument("opml", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
def export(session: Session, opml: Path) -> None:
    """Write the feeds of sources.toml as an OPML file (`-`: to stdout), in folders by first tag."""
    from copydesk.opml import write_opml

    sources = session.sources()
    body = write_opml(sources, at=datetime.now(UTC))
    if str(opml) == "-":
        sys.stdout.buffer.write(body)
    else:
        try:
            opml.write_bytes(body)
        except OSError as error:
            raise CopydeskError(str(opml), f"cannot be written ({error.strerror or error})") from error
    for source in sources:
        if not source.feeds:
            say(f"left out: {source.name} has no feed, and OPML lists nothing else")
    say(f"{sum(len(source.feeds) for source in sources)} feeds of {len(sources)} sources")


def make_sources(outlines: list[Outline], followed: tuple[Source, ...]) -> list[Source]:
    """The sources that outlines make; feeds that are followed already, or named twice, are left out and said."""
    from copydesk.discovery.proposal import derive_name
    from copydesk.model import Source
    from copydesk.opml import make_tag
    from copydesk.urls import canonical_url
    from flows.config import BY_HAND

    known = {canonical_url(url): each.name for each in followed for _, url in each.endpoints()}
    taken = [BY_HAND, *(each.name for each in followed)]
    made: dict[tuple[str, str], Source] = {}
    for outline in outlines:
        key = canonical_url(outline.feed_url)
        if key in known:
            say(f"left out: {outline.feed_url} is followed already, as {known[key]}")
            continue
        same = (outline.title, outline.homepage)  # several feeds of one source, as `sources export` writes them
        if outline.homepage and same in made:
            made[same] = replace(made[same], feeds=(*made[same].feeds, outline.feed_url))
            known[key] = made[same].name
            continue
        title = make_tag(outline.title.encode("ascii", "ignore").decode()).replace("_", "-").strip("-")
        is_free = title and title not in taken and "--" not in title
        name = title if is_free else derive_name(outline.homepage or outline.feed_url, taken=taken)
        taken.append(name)
        known[key] = name
        made[same if outline.homepage else (outline.feed_url, "")] = Source(
            name=name,
            homepage=outline.homepage,
            feeds=(outline.feed_url,),
            language=outline.language,
            tags=tuple(dict.fromkeys(outline.tags)),
        )
    return list(made.values())
