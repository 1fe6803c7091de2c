"""`copydesk stories`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, When, command, say
from flows.cli.output import Column, console, count, emit, instant

if TYPE_CHECKING:
    from storage.store import Store

STORIES = (
    Column(key="id", justify="right", style="cyan", width=4),
    instant("first_at", "first"),
    Column(key="first_publisher", title="first publisher", style="green", most=18),
    count("articles"),
    Column(key="sources", show=lambda names: ", ".join(names), is_wide=True),
    Column(key="headline", is_wide=True, share=3),
)
ARTICLES = (
    Column(key="id", justify="right", style="cyan", width=4),
    instant("published_at", "published"),
    Column(key="source", style="green"),
    Column(key="is", title="is"),
    Column(key="headline", is_wide=True),
)


@command(example="copydesk stories --since 3d")
@click.argument("story_id", type=click.IntRange(min=1), required=False, metavar="ID")
@click.option("--since", type=When(), help="Count articles published at or after.")
@click.option("--until", type=When(), help="Count articles published before.")
@click.option("--language", default="", metavar="L", help="In one language: en, de…")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="At most so many; 0: all.")
@click.option("--recluster", is_flag=True, help="First bring all stories up to date, as is done every night.")
def stories(
    session: Session,
    story_id: int | None,
    since: datetime | None,
    until: datetime | None,
    language: str,
    limit: int,
    recluster: bool,
) -> None:
    """List the events that most articles are about, with their sources and who was first.

    A story has two articles or more, of different authors or copies of one. With an ID, its articles are listed.
    """
    from storage.records import StoryQuery

    with session.store(read_only=not recluster) as store:
        if recluster:
            _recluster(store)
        if story_id is not None:
            _show(session, store, story_id)
            return
        rows = store.stories.rows(StoryQuery(since=since, until=until, language=language, limit=limit or None))
        waiting = store.stories.count_waiting()
    emit(session, rows, STORIES, empty="no two articles are about one event here")
    if waiting:
        say(f"{waiting:,} articles have no story yet; `copydesk stories --recluster` gives them theirs")


def _recluster(store: Store) -> None:
    from flows.stories import recluster

    done = recluster(store, datetime.now(UTC))
    moved = f"{done.regrouped:,} moved to that of their copies"
    say(f"{done.placed:,} articles have a story now, {moved}, {done.united:,} stories united")


def _show(session: Session, store: Store, story_id: int) -> None:
    story = store.stories.get(story_id)
    if story is None:
        raise CopydeskError(str(story_id), "there is no story with this id; `copydesk stories` lists them")
    if story["id"] != story_id:
        say(f"story {story_id} became part of story {story['id']}")
    articles = store.stories.articles(story_id)
    if not session.is_table:
        emit(session, articles, ())
        return
    from rich.text import Text

    out = console()
    sources = ", ".join(story["sources"])
    out.print(Text(f"story {story['id']}: {story['headline']}", style="bold"))
    out.print(Text(f"{story['articles']} articles of {sources}; first: {story['first_publisher']}\n", style="dim"))
    emit(session, [_with_relation(each) for each in articles], ARTICLES)


def _with_relation(article: Mapping[str, Any]) -> dict[str, Any]:
    of = article["duplicate_of"]
    at = article["published_at"] or article["first_seen_at"]
    return {**article, "published_at": at, "is": "" if of is None else f"{article['relation']} copy of {of}"}
