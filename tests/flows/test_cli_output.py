"""Rows as persons see them on a terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from flows.cli.output import Column, instant, minute, table

ROWS = [
    {"id": 1, "at": "2026-11-24T09:00:00+00:00", "headline": "Opal mine to reopen as prices rise", "judged_by": None},
    {"id": 2, "at": "2026-11-24T07:53:00-05:00", "headline": "A library", "judged_by": None},
]
COLUMNS = (
    Column(key="id"),
    instant("at"),
    Column(key="headline", is_wide=True),
    Column(key="judged_by", title="judged by"),
)


def draw(width: int) -> str:
    out = StringIO()
    Console(file=out, width=width).print(table(ROWS, COLUMNS))
    return out.getvalue()


def test_instants_of_any_zone_are_shown_in_one() -> None:
    assert minute("2026-11-24T07:53:00-05:00") == "2026-11-24 12:53"
    assert minute("2026-11-24T23:30:00.123+00:00") == "2026-11-24 23:30"
    assert minute(None) == ""


def test_a_column_that_is_empty_in_all_rows_leaves_its_room_to_others() -> None:
    drawn = draw(80)

    assert "judged by" not in drawn
    assert "Opal mine to reopen as prices rise" in drawn


def test_in_a_narrow_terminal_headlines_are_cut_and_nothing_else() -> None:
    drawn = draw(36)

    assert "2026-11-24 12:53" in drawn
    assert "Opal mine to …" in drawn
