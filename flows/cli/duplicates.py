"""`copydesk duplicates`."""

from __future__ import annotations

import getpass
import json
import textwrap
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.lookup import find_article
from flows.cli.output import Column, console, emit

if TYPE_CHECKING:
    from storage.store import Row, Store

RELATIONS = ("exact", "near", "derived", "contains", "related")
SCREENFUL = 50
EDGES = (
    Column(key="edge_id", title="edge", justify="right", style="cyan", width=4),
    Column(key="relation", style="green"),
    Column(key="score", show=lambda value: f"{value:.2f}"),
    Column(key="article_id", title="article", justify="right"),
    Column(key="headline", is_wide=True),
    Column(key="of", justify="right"),
    Column(key="of_headline", title="headline", is_wide=True),
    Column(key="judged_by", title="judged by", style="yellow"),
)
SAME_SHOWN = 300
"""Characters shown of a passage that is the same word for word."""
SAID = {
    "exact": "has the same text as",
    "near": "has nearly the same text as",
    "derived": "re-words",
    "contains": "contains, or mostly shares, the text of",
    "related": "is of one template or series with",
}


@command(example="copydesk duplicates 12")
@click.argument("id_or_url", required=False, metavar="[ID|URL]")
@click.option("--relation", type=click.Choice(RELATIONS), default=None, help="Edges of one kind.")
@click.option("--undone", is_flag=True, help="Edges that persons undid.")
@click.option(
    "--limit", type=click.IntRange(min=0), help=f"At most so many; 0: all.  [default: {SCREENFUL}, piped: all]"
)
@click.option("--undo", type=int, metavar="EDGE", help="These two are no copies: keep them apart, for good.")
@click.option("--confirm", type=int, metavar="EDGE", help="They are: keep the edge, for good; or take back an undo.")
@click.option("--by", metavar="NAME", help="Who says so.  [default: your login name]")
@click.option("--batch", "documents", type=click.Path(dir_okay=False, path_type=Path),
              metavar="DOCS.jsonl", help="Uses no database: articles in order of arrival, lines of id, headline, "
              "body_text, published_at, publisher; .gz too.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="PRED.jsonl", help="Where it goes.")
@click.option(
    "--window-h",
    type=click.FloatRange(min=0),
    default=72.0,
    show_default=True,
    metavar="HOURS",
    help="Of --batch: how far apart copies may be published; exact ones at any distance. 0: no limit.",
)
def duplicates(
    session: Session, id_or_url: str | None, documents: Path | None, out: Path | None, window_h: float, **options: Any
) -> None:
    """List which articles are copies of others and why; of one article, with the shared passages side by side.

    An edge says exact, near, derived (re-worded), contains, or related (one template about something else: no copy).
    """
    if (documents is None) != (out is None):
        raise click.UsageError("--batch and --out go together")
    if documents is not None and out is not None:
        _match_file(documents, out, window_h)
        return
    judged = [name for name in ("undo", "confirm") if options[name] is not None]
    if len(judged) > 1 or (judged and id_or_url):
        raise click.UsageError("name one edge to undo or to confirm, and nothing else")
    with session.store(read_only=not judged) as store:
        if judged:
            _judge(store, judged[0], options[judged[0]], options["by"])
        else:
            _list(session, store, id_or_url, options)


def _list(session: Session, store: Store, id_or_url: str | None, options: Mapping[str, Any]) -> None:
    from storage.records import EdgeQuery

    most = (SCREENFUL if session.is_table and not id_or_url else 0) if options["limit"] is None else options["limit"]
    article = None if id_or_url is None else find_article(store, id_or_url)
    query = EdgeQuery(
        relation=options["relation"] or "",
        article_id=None if article is None else int(article["id"]),
        is_undone=options["undone"],
        limit=most or None,
    )
    rows = store.duplicates.edges(query)
    if article is not None and session.is_table:
        _draw_group(store, article, rows)
        return
    emit(session, rows, EDGES, empty="no edge matches")
    if session.is_table and rows:
        say("see two side by side: `copydesk duplicates ARTICLE`; `--undo EDGE` parts two, `--confirm EDGE` keeps it")
    waiting = store.duplicates.count_waiting()
    if session.is_table and waiting:
        say(f"{waiting} articles of an older Copydesk wait to be matched: the next crawls do it, or `copydesk rematch`")


def _judge(store: Store, verb: str, edge_id: int, by: str | None) -> None:
    judge = store.duplicates.undo if verb == "undo" else store.duplicates.confirm
    edge = judge(edge_id, by=by or _login(), now=datetime.now(UTC))
    pair = f"articles {edge['article_id']} and {edge['of_id']}"
    if verb == "undo":
        say(f"{pair} are kept apart from now on; `copydesk duplicates --confirm {edge_id}` takes it back")
    else:
        say(f"edge {edge_id} stays: article {edge['article_id']} {SAID[edge['relation']]} article {edge['of_id']}")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user database
        return "a person"


def _draw_group(store: Store, article: Row, rows: list[Row]) -> None:
    """The articles of the group, then each edge with its passages side by side."""
    from rich.text import Text

    out = console()
    if not rows:
        say(f"article {article['id']} is like no other one")
        return
    members = store.duplicates.group(int(article["id"]))
    for place, number in enumerate(members if len(members) > 1 else ()):
        member = store.articles.get(str(number)) or {}
        label = "original" if place == 0 else str(member["relation"])
        facts = f"{member['source']}, {str(member['published_at'] or 'no date')[:16].replace('T', ' ')}"
        line = ((f"{number:>6}  ", "cyan"), (f"{label:<9}", "green"), str(member["headline"]), (f"  {facts}", "dim"))
        out.print(Text.assemble(*line), soft_wrap=True)
    for row in sorted(rows, key=lambda each: int(each["edge_id"])):
        _draw_edge(row)


def _draw_edge(row: Row) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console()
    judged = f", confirmed by {row['judged_by']}" if row["judged_by"] else ""
    title = f"\nedge {row['edge_id']}: {row['article_id']} {SAID[row['relation']]} {row['of']}"
    out.print(Text.assemble((title, "bold"), (f"  {row['relation']} {row['score']:.2f}{judged}", "yellow")))
    out.print(Text(str(row["rule"]), style="dim"))
    passages = row["evidence"].get("passages", [])
    if not passages:
        return
    drawn = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, show_lines=True)
    for number, headline in ((row["article_id"], row["headline"]), (row["of"], row["of_headline"])):
        drawn.add_column(f"{number}  {headline}", ratio=1, overflow="fold")
    for passage in passages:
        drawn.add_row(*_compared(passage["text"], passage["of_text"]))
    out.print(drawn)


def _compared(text: str, other: str) -> tuple[Any, Any]:
    """Two passages, with the words in which they differ marked."""
    from rich.text import Text

    from copydesk.worddiff import Op, word_diff

    left, right = " ".join(text.split()), " ".join(other.split())
    parts = word_diff(left, right)
    if not parts:
        same = textwrap.shorten(left, SAME_SHOWN, placeholder=" …")
        return Text(same), Text(same, style="dim")
    return (
        Text(" ").join(
            Text(part.text, style="red" if part.op is Op.LOST else "") for part in parts if part.op is not Op.WON
        ),
        Text(" ").join(
            Text(part.text, style="green" if part.op is Op.WON else "") for part in parts if part.op is not Op.LOST
        ),
    )


def _match_file(documents: Path, out: Path, window_h: float) -> None:
    """From a file to a file: a line for each article that an earlier one is like."""
    from flows.matching import match_batch, open_lines, read_documents

    counts: Counter[str] = Counter()

    def on_broken(line: int, what: str) -> None:
        counts["broken"] += 1
        say(f"{documents}: line {line}: {what}")

    window = timedelta(hours=window_h) if window_h else None
    try:
        with open_lines(documents) as lines, out.open("w", encoding="utf-8") as file:
            for rows in match_batch(read_documents(lines, on_broken), window=window):
                counts["articles"] += 1
                for row in rows:
                    counts[row["relation"]] += 1
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CopydeskError(str(error.filename or documents), f"{error.strerror or error}") from error
    found = ", ".join(f"{counts[name]} {name}" for name in RELATIONS)
    broken = f", {counts['broken']} lines could not be read" if counts["broken"] else ""
    say(f"{out}: {counts['articles']} articles, {found}{broken}")
