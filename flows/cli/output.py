"""Rows as a table, as JSON Lines or as CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from copydesk.text import defuse_formula
from flows.cli.common import Session

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 160
"""Of tables that were asked for in a pipe."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of a table: a key of the row, and how it is shown."""

    key: str
    title: str = ""
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    justify: str = "left"
    style: str = ""
    width: int | None = None
    """The least it is drawn with, however narrow the terminal."""
    is_wide: bool = False
    """True: takes what room is left, and is cut where that is too little."""
    share: int = 1
    """Of that room, beside the other wide columns."""
    most: int | None = None
    """Characters that it is drawn with at most."""


def count(key: str, title: str = "") -> Column:
    """A column of numbers; zero is shown as a dot, so that what happened stands out."""
    title = title or key
    return Column(
        key=key, title=title, justify="right", width=len(title), show=lambda value: f"{value:,}" if value else "·"
    )


def instant(key: str, title: str = "") -> Column:
    """A column of instants, to the minute."""
    return Column(key=key, title=title or key, show=minute, width=16, style="dim")


def minute(value: Any) -> str:
    """An ISO 8601 instant as tables show it: in UTC, whatever zone a page wrote it in, so that a list is in order."""
    if not value:
        return ""
    instant = datetime.fromisoformat(str(value))
    return (instant if instant.tzinfo is None else instant.astimezone(UTC)).strftime("%Y-%m-%d %H:%M")


def emit(session: Session, rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], *, empty: str = "") -> int:
    """Print rows to stdout in the session's format and return how many there were. JSON Lines are printed as they come.

    `empty` is what a person is told, on stderr, where there are none.
    """
    if session.format == "jsonl":
        return _emit_jsonl(rows)
    found = [dict(row) for row in rows]
    if session.format == "csv":
        _emit_csv(found)
    elif found:
        console().print(table(found, columns))
    elif empty:
        print(empty, file=sys.stderr)
    return len(found)


def emit_one(session: Session, row: Mapping[str, Any]) -> None:
    """Print one object: as a list of keys and values on a terminal."""
    if not session.is_table:
        emit(session, [row], ())
        return
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for key, value in row.items():
        grid.add_row(
            key, f"{value:,}" if isinstance(value, int) else minute(value) if key.endswith("_at") else str(value)
        )
    console().print(grid)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> Any:
    """Rows as a rich table; a column that is empty in all of them is left out."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0, 0, 0), header_style="bold")
    columns = [column for column in columns if any(column.show(row.get(column.key)) for row in rows)]
    for column in columns:
        drawn.add_column(
            column.title or column.key,
            justify=column.justify,  # type: ignore[arg-type]
            style=column.style,
            min_width=column.width,
            max_width=column.most,
            no_wrap=True,
            overflow="ellipsis",
            ratio=column.share if column.is_wide else None,
        )
    for row in rows:
        drawn.add_row(*(Text(column.show(row.get(column.key))) for column in columns))
    drawn.expand = any(column.is_wide for column in columns)
    return drawn


def console(*, stderr: bool = False) -> Console:
    """A console; without colour, and wide, where nobody looks at it."""
    from flows.cli.terminal import SafeConsole

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return SafeConsole(file=stream, width=width, highlight=False, soft_wrap=False)


def print_text(text: str) -> None:
    """Print a publisher's words: as they are into a pipe, and so that they give a terminal no orders."""
    from copydesk.text import visible

    print(visible(text) if sys.stdout.isatty() else text)


def _emit_jsonl(rows: Iterable[Mapping[str, Any]]) -> int:
    number = 0
    try:
        for row in rows:
            print(json.dumps(dict(row), ensure_ascii=False, default=str))
            number += 1
    finally:
        # A reader that has enough ends this early: the query is closed before its store is.
        if isinstance(rows, Generator):
            rows.close()
    return number


def _emit_csv(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _flat(value) for key, value in row.items()})


def _flat(value: Any) -> Any:
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return defuse_formula(value) if isinstance(value, str) else value
