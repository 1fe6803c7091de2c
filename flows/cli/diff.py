"""`copydesk diff`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.lookup import find_article
from flows.cli.output import console, emit, minute, print_text

if TYPE_CHECKING:
    from rich.text import Text

    from copydesk.edits import Edit, Version
    from copydesk.worddiff import Part
    from storage.store import Row

STYLES = {"same": "", "lost": "red", "won": "green"}
SIGNS = {"same": ("", ""), "lost": ("[-", "-]"), "won": ("{+", "+}")}
"""As wdiff writes them: they say the same where there are no colours."""
TOLD = {
    "headline": "headline changed",
    "standfirst": "standfirst changed",
    "figures": "figures changed",
    "currency": "currency changed",
    "correction": "correction notice",
}
WHOLE = 1_000_000
"""Words around a difference: all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two revisions of an article, and what became of the first."""

    article: Row
    old: Row
    new: Row
    edit: Edit


@command(example="copydesk diff 12 --from 1 --to 3")
@click.argument("id_or_url", metavar="ID|URL")
@click.option("--from", "old", type=click.IntRange(min=1), help="A revision.  [default: the one before --to]")
@click.option("--to", "new", type=click.IntRange(min=1), help="A revision.  [default: the latest]")
@click.option("--text", "only_text", is_flag=True, help="Plain text, as wdiff writes it: [-lost-] {+won+}.")
@click.option("--whole", is_flag=True, help="The whole text, not just a few words around each difference.")
def diff(session: Session, id_or_url: str, old: int | None, new: int | None, only_text: bool, whole: bool) -> None:
    """Show what a publisher changed in an article, word by word, from one revision to another.

    Changed headlines, figures and currencies are named, and notices of a correction.
    """
    with session.store() as store:
        article = find_article(store, id_or_url)
        states = store.articles.revisions(int(article["id"]))
    compared = _compare(article, states, old, new, whole=whole)
    if compared is None:
        say(f"article {article['id']} has one revision, seen {minute(states[0]['seen_at'])}: nothing was changed since")
    elif only_text:
        print_text(_as_text(compared))
    elif session.is_table:
        _draw(compared)
    else:
        emit(session, [_row(compared)], ())


def _compare(article: Row, states: Sequence[Row], old: int | None, new: int | None, *, whole: bool) -> Compared | None:
    """None: no revision is named, and there is just one."""
    from copydesk.edits import describe_edit
    from copydesk.worddiff import CONTEXT_WORDS

    by_number = {int(state["number"]): state for state in states}
    last = max(by_number)
    if last == 1 and old in (None, 1) and new in (None, 1):
        return None
    to = last if new is None else new
    since = max(1, to - 1) if old is None else old
    for number in (to, since):
        if number not in by_number:
            raise CopydeskError(f"revision {number}", f"article {article['id']} has revisions 1 to {last}")
    if since == to:
        raise click.UsageError(f"revision {to} is no change of itself; name two of 1 to {last}")
    context = WHOLE if whole else CONTEXT_WORDS
    edit = describe_edit(_version(by_number[since]), _version(by_number[to]), context=context)
    return Compared(article=article, old=by_number[since], new=by_number[to], edit=edit)


def _version(state: Mapping[str, Any]) -> Version:
    from copydesk.edits import Version

    return Version(headline=state["headline"], body_text=state["body_text"], standfirst=state["standfirst"] or "")


def _row(compared: Compared) -> dict[str, Any]:
    from copydesk.worddiff import mark

    edit = compared.edit
    return {
        "id": compared.article["id"],
        "canonical_url": compared.article["canonical_url"],
        "from": compared.old["number"],
        "to": compared.new["number"],
        "from_at": compared.old["seen_at"],
        "to_at": compared.new["seen_at"],
        "cause": compared.new["cause"],
        "marks": [str(each) for each in edit.marks],
        **{name: mark(parts) for name, parts in _parts(edit)},
    }


def _parts(edit: Edit) -> tuple[tuple[str, list[Part]], ...]:
    return (("headline", edit.headline), ("standfirst", edit.standfirst), ("body", edit.body))


def _title(compared: Compared) -> tuple[str, str]:
    """Which revisions, and what stands out."""
    old, new = compared.old, compared.new
    numbers = f"article {compared.article['id']}, revision {old['number']} to {new['number']}"
    when = f"seen {minute(old['seen_at'])} and {minute(new['seen_at'])}"
    own = "" if new["cause"] == "publisher" else f"; the desk's own: {new['detail'] or new['cause']}"
    marks = ", ".join(TOLD[each] for each in compared.edit.marks) or "words changed"
    is_same = not any(parts for _, parts in _parts(compared.edit))
    return f"{numbers} ({when}{own})", "white space alone" if is_same else marks


def _as_text(compared: Compared) -> str:
    from copydesk.worddiff import mark

    return "\n".join([*_title(compared), *("\n" + mark(parts) for _, parts in _parts(compared.edit) if parts)])


def _draw(compared: Compared) -> None:
    from rich.text import Text

    out = console()
    title, marks = _title(compared)
    out.print(Text(title, style="dim"))
    out.print(Text(marks, style="bold yellow"))
    if not compared.edit.headline:
        out.print(Text("\n" + str(compared.new["headline"]), style="bold"))
    for name, parts in _parts(compared.edit):
        if parts:
            out.print(Text("\n").append_text(_drawn(parts, style="bold" if name == "headline" else "")))


def _drawn(parts: Sequence[Part], *, style: str) -> Text:
    """The parts in colours; figures and currencies that came or went stand out."""
    from rich.text import Text

    from copydesk.edits import CURRENCY, FIGURE
    from copydesk.worddiff import Op

    made = []
    for part in parts:
        before, after = SIGNS[part.op]
        text = Text(f"{before}{part.text}{after}", style=f"{STYLES[part.op]} {style}".strip())
        if part.op is not Op.SAME:
            for pattern in (FIGURE, CURRENCY):
                text.highlight_regex(pattern, "bold underline")
        made.append(text)
    return Text(" ").join(made)
