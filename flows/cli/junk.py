"""`copydesk junk`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.completion import SourceName
from flows.cli.lookup import check_source
from flows.cli.output import Column, console, emit

if TYPE_CHECKING:
    from storage.store import Row, Store

WHERE = {"tail": "below texts", "shape": "below texts, any number", "within": "among paragraphs"}
STATES = {"learned": "", "forgotten": "forgotten, kept for good", "withdrawn": "cut no more"}
COLUMNS = (Column(key="id"), Column(key="text", is_wide=True))


@command(example="copydesk junk --source guardian-business")
@click.option("--source", default="", type=SourceName(), metavar="NAME", help="Of one source.")
@click.option(
    "--forget",
    metavar="ID|LINE",
    help="Forget a line for good: it is cut no more, and comes back where it was cut.",
)
def junk(session: Session, source: str, forget: str | None) -> None:
    """Show which lines the desk has learned to cut from each source's articles, with the evidence.

    A line is learned when it recurs over a source's articles, outside their own text. Copies of one text count once.
    """
    with session.store(read_only=forget is None) as store:
        check_source(store, source)
        if forget is not None:
            _forget(store, source, forget)
            return
        rows = store.memory.rows(source)
    if session.is_table:
        _draw(rows)
    else:
        emit(session, rows, COLUMNS)


def _forget(store: Store, source: str, wanted: str) -> None:
    from copydesk.extraction.memory import line_key
    from flows.memory import clean_stored

    rows = store.memory.rows(source)
    found = [row for row in rows if str(row["id"]) == wanted or line_key(row["text"]) == line_key(wanted)]
    if not found:
        raise CopydeskError(wanted, "no learned line has this number or these words; `copydesk junk` lists them")
    if len(found) > 1:
        named = ", ".join(f"{row['id']} of {row['source']}" for row in found)
        raise CopydeskError(wanted, f"several sources have this line ({named}); name its number")
    now = datetime.now(UTC)
    store.memory.forget(int(found[0]["id"]), now=now)
    changed = clean_stored(store, str(found[0]["source"]), now=now)
    say(f'forgotten for good: "{found[0]["text"]}"; {changed} stored articles have a new revision, with the line again')


def _draw(rows: list[Row]) -> None:
    """A table of sources with lines; under each line, articles that have it and articles that speak against it."""
    from rich.text import Text

    out = console()
    if not rows:
        say("nothing is learned yet: that takes five articles of a source, and lines that recur in them")
    source = ""
    for row in rows:
        if row["source"] != source:
            source = str(row["source"])
            out.print(Text(f"\n{source}", style="bold green"))
        out.print(_headline(row))
        for label, key in (("cut from", "examples"), ("kept in", "counter_examples")):
            if row[key]:
                out.print(Text(f"      {label:<9} {_articles(row[key])}", style="dim"), soft_wrap=True)


def _headline(row: Mapping[str, Any]) -> Any:
    from rich.text import Text

    state = STATES[row["state"]]
    facts = f"in {row['support']} of {row['articles']} articles since {row['since'][:10]}, {WHERE[row['kind']]}"
    style = "" if row["state"] == "learned" else "strike dim"
    return Text.assemble(
        (f"{row['id']:>4}  ", "cyan"),
        (f"“{row['text']}”", style),
        f"\n      {facts}",
        (f"; {state}: {row['why']}" if state else "", "yellow"),
        overflow="fold",
    )


def _articles(examples: list[Mapping[str, Any]]) -> str:
    """Numbers of articles, those of one reason together: `21 22 (does not have it)`."""
    by_reason: dict[str, list[str]] = {}
    for each in examples:
        by_reason.setdefault(each.get("why", ""), []).append(str(each["id"]))
    return ", ".join(f"{' '.join(ids)}{f' ({why})' if why else ''}" for why, ids in by_reason.items())
