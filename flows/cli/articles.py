"""`copydesk articles`, `show` and `why`."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.filters import article_filters
from flows.cli.lookup import check_filters, find_article
from flows.cli.output import Column, console, emit, instant, minute, print_text

if TYPE_CHECKING:
    from copydesk.rights import Rights
    from storage.store import Store

SCREENFUL = 50
"""Articles listed on a terminal where no limit is given; a pipe gets all."""
TEXT_WIDTH = 100

ARTICLES = (
    Column(key="id", justify="right", style="cyan", width=4),
    instant("published_at", "published"),
    Column(key="source", style="green"),
    Column(key="headline", is_wide=True),
    Column(key="word_count", title="words", justify="right"),
    Column(key="edits", title="rev", justify="right"),
)
"""`edits`: revisions by the publisher; those that the desk made itself are no edits."""
WHY = (
    instant("at"),
    Column(key="step", style="cyan"),
    Column(key="what"),
    Column(key="why", is_wide=True),
)
FACTS = (
    ("source", "source"),
    ("publisher", "publisher"),
    ("authors", "by"),
    ("published_at", "published"),
    ("modified_at", "modified"),
    ("section", "section"),
    ("keywords", "keywords"),
    ("language", "language"),
    ("word_count", "words"),
    ("revision", "revision"),
    ("first_seen_at", "first seen"),
    ("based_on_url", "based on"),
    ("rights", "rights"),
    ("duplicate_of", "copy of"),
    ("canonical_url", "at"),
)
"""Keys shown above an article's text, with their labels."""


@command(example='copydesk articles --search "rate cut" --since yesterday')
@article_filters
@click.option(
    "--limit", type=click.IntRange(min=0), help=f"At most so many; 0: all.  [default: {SCREENFUL}, piped: all]"
)
def articles(
    session: Session, limit: int | None, since: datetime | None, until: datetime | None, **filters: Any
) -> None:
    """List stored articles, newest first, or search them."""
    from storage.records import ArticleQuery

    most = (SCREENFUL if session.is_table else 0) if limit is None else limit
    query = ArticleQuery(since=since, until=until, limit=most or None, **filters)
    with session.store() as store:
        check_filters(store, query)
        rows = store.articles.find(query)
        shown = emit(
            session, _with_edits(rows, store) if session.is_table else rows, ARTICLES, empty="no article matches"
        )
    if session.is_table and shown:
        more = f"; the first {shown}, `--limit 0` shows all" if limit is None and shown == most else ""
        say(f"read one with `copydesk show ID`{more}")


@command(example="copydesk show 12 --text")
@click.argument("id_or_url", metavar="ID|URL")
@click.option("--revision", type=click.IntRange(min=1), help="An earlier state of the article, counted from 1.")
@click.option("--text", "only_text", is_flag=True, help="Headline and text alone.")
@click.option("--html", "only_html", is_flag=True, help="The page as it was fetched, from the archive.")
def show(session: Session, id_or_url: str, revision: int | None, only_text: bool, only_html: bool) -> None:
    """Show one article: its text, and what is known about it."""
    if only_text and only_html:
        raise click.UsageError("--text and --html exclude each other")
    with session.store() as store:
        latest = find_article(store, id_or_url)
        row = store.articles.get(id_or_url, revision=revision) if revision else latest
        if row is None:
            raise CopydeskError(id_or_url, f"there is no revision {revision} of it, only 1 to {latest['revision']}")
        if only_html:
            _print_snapshot(session, store.articles.revisions(int(row["id"])), int(row["revision"]), store)
        elif only_text:
            print_text(f"{row['headline']}\n\n{row['body_text']}")
        elif session.is_table:
            states = store.articles.revisions(int(row["id"]))
            copy_of = f"{row['duplicate_of']} ({row['relation']}; `copydesk duplicates {row['id']}` shows both)"
            shown = {"duplicate_of": copy_of} if row["duplicate_of"] else {}
            shown["rights"] = _describe_rights(store.hosts.rights([int(row["id"])]).values())
            print_article({**row, **shown, "revision": _describe_revision(int(row["revision"]), states)})
        else:
            emit(session, [row], ())


@command(example="copydesk why https://news.example/markets/rates-fall")
@click.argument("url")
def why(session: Session, url: str) -> None:
    """Show the whole trail of a URL: discovered, robots, fetched, extracted, matched, stored, next look."""
    with session.store() as store:
        rows = store.why(url)
    if not rows:
        raise CopydeskError(url, "this URL was never seen: no feed, sitemap or section of a source named it")
    if not session.is_table:
        emit(session, rows, ())
        return
    for row in rows:
        detail = f": {row['why']}" if row["why"] else ""
        line = f"{minute(row['at'])}  {row['step']:<10}  {row['what']}{detail}"
        print_text(textwrap.fill(line, console().width, subsequent_indent=" " * 30, break_long_words=False))


def _with_edits(rows: Iterable[Mapping[str, Any]], store: Store) -> list[dict[str, Any]]:
    """Rows with the number of revisions that are the publisher's."""
    found = [dict(row) for row in rows]
    by_desk = store.articles.desk_revisions([row["id"] for row in found])
    return [row | {"edits": row["revision"] - by_desk.get(row["id"], 0)} for row in found]


def _describe_revision(number: int, states: Sequence[Mapping[str, Any]]) -> str:
    """`3: by the desk itself (cut: "…"); 2 of 3 are the publisher's`, where the desk made any."""
    by_desk = {state["number"]: state for state in states if state["cause"] != "publisher"}
    if not by_desk:
        return str(number)
    by = f"by the desk itself, {by_desk[number]['detail']}" if number in by_desk else "by the publisher"
    return f"{number}: {by}; {len(states) - len(by_desk)} of {len(states)} are the publisher's"


def _describe_rights(found: Iterable[Rights]) -> str:
    """What the publisher reserves, as the newest look at the page says, and where a licence can be had."""
    rights = next(iter(found), None)
    if rights is None:
        return ""
    policy = f"; licences: {rights.tdm_policy_url}" if rights.tdm_policy_url else ""
    return "; ".join(rights.why) + policy


def print_article(row: Mapping[str, Any]) -> None:
    """Draw an article on the terminal: headline, what is known of it, text."""
    from rich.text import Text

    out = console()
    width = min(TEXT_WIDTH, out.width)
    out.print(Text(textwrap.fill(str(row["headline"]), width), style="bold"))
    if row["standfirst"]:
        out.print(Text(textwrap.fill(str(row["standfirst"]), width), style="italic"))
    out.print()
    for key, label in FACTS:
        if row.get(key):
            out.print(Text.assemble((f"{label:<11}", "dim"), _shown(key, row[key])), soft_wrap=True)
    out.print()
    for paragraph in re.split(r"\n{2,}", str(row["body_text"])):
        lines = [textwrap.fill(line, width, break_long_words=False) for line in paragraph.split("\n")]
        out.print(Text("\n".join(lines) + "\n"))


def _shown(key: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return minute(value) if key.endswith("_at") else str(value)


def _print_snapshot(session: Session, revisions: list[Mapping[str, Any]], number: int, store: Any) -> None:
    """Write the page of a revision to stdout, as the bytes that came."""
    from storage.archive import read_body

    (snapshot_id,) = (row["snapshot_id"] for row in revisions if row["number"] == number)
    snapshot = store.snapshots.get(int(snapshot_id))
    sys.stdout.flush()
    sys.stdout.buffer.write(read_body(session.settings().desk.archive, snapshot.pointer))
