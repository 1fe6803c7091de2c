"""What publishers write gives a terminal no orders: no escape sequence, no bell, no turned line."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from storage.store import open_store
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction

ORDERS = "\x1b]0;pwned\x07 \x1b[2J \x9b31m \u202eturned\u2066"
"""Sets the title, rings, clears the screen, takes the eight-bit way, turns the line."""
FORBIDDEN = ("\x1b]", "\x07", "\x1b[2J", "\x9b", "\u202e", "\u2066")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A revised article, and its copy, with orders in every text."""
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        for hours, source in ((0, "ledger"), (1, "ledger"), (2, "courier")):
            at = NOON + timedelta(hours=hours)
            snapshot = keep(store, crawl_id, "a", source=source, at=at, digest=f"sha1:{hours}")
            text = f"{ORDERS} {hours}\n\n{make_body('tin')}"
            made = make_extraction(snapshot, headline=f"Levy {ORDERS}", body_text=text)
            assert made.article is not None
            article = replace(made.article, authors=(ORDERS,), section=ORDERS, publisher=ORDERS)
            store.articles.store([replace(made, article=article)], now=at)
    return tmp_path


@pytest.mark.parametrize(
    "words", ["articles --duplicates", "show 1", "diff 1", "duplicates", "duplicates 1", "stories"]
)
def test_a_table_gives_no_orders(home: Path, words: str) -> None:
    result = CliRunner().invoke(cli, [*words.split(), "--format", "table", "--home", str(home)], prog_name="copydesk")

    assert result.exit_code == 0
    assert "Levy" in result.stdout
    assert [each for each in FORBIDDEN if each in result.output] == []


def test_plain_text_gives_a_terminal_none_and_a_pipe_all(home: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "show", "1", "--text", "--home", str(home)]
    ours, theirs = pty.openpty()
    subprocess.run(command, stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)

    assert "Levy" in shown
    assert [each for each in FORBIDDEN if each in shown] == []
    assert ORDERS in subprocess.run(command, capture_output=True, text=True, check=True).stdout
