"""`copydesk duplicates` and `copydesk rematch` on a store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from storage.store import open_store
from tests.copydesk.duplicates.texts import FERRY
from tests.storage.test_duplicates import TEXTS, put


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        put(store, list(TEXTS))
    return tmp_path


def run(home: Path, *words: str, exit_code: int = 0) -> Result:
    made = CliRunner().invoke(cli, [*words, "--home", str(home)])
    assert made.exit_code == exit_code, made.output
    return made


def rows(home: Path, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(home, *words, "--format", "jsonl").stdout.splitlines()]


def test_edges_are_rows_with_the_keys_of_the_contract(home: Path) -> None:
    found = rows(home, "duplicates")
    assert len(found) == 6
    keys = "edge_id article_id of relation score rule evidence judged_by"
    assert set(keys.split()) <= set(found[0])
    assert [row["relation"] for row in rows(home, "duplicates", "--relation", "derived")] == ["derived"]
    assert len(rows(home, "duplicates", "--limit", "2")) == 2


def test_one_article_shows_its_group_and_the_passages_side_by_side(home: Path) -> None:
    shown = run(home, "duplicates", "https://ledger.example/reworded", "--format", "table").stdout
    assert "original" in shown
    assert "3 re-words 1" in shown
    assert "purchase four battery ferries" in " ".join(shown.split())
    assert "buy four battery ferries" in " ".join(shown.split())


def test_copies_are_not_listed_unless_asked_for(home: Path) -> None:
    assert len(rows(home, "articles")) == 5
    assert len(rows(home, "articles", "--duplicates")) == 8


def test_an_edge_is_undone_and_taken_back_by_its_number(home: Path) -> None:
    (edge,) = rows(home, "duplicates", "--relation", "derived")
    number = str(edge["edge_id"])
    assert f"--confirm {number}" in run(home, "duplicates", "--undo", number, "--by", "anna").stderr
    assert len(rows(home, "articles")) == 6
    (undone,) = rows(home, "duplicates", "--undone")
    assert (undone["edge_id"], undone["judged_by"]) == (edge["edge_id"], "anna")
    run(home, "duplicates", "--confirm", number)
    assert len(rows(home, "articles")) == 5


def test_why_tells_what_an_article_was_matched_with_and_what_persons_said(home: Path) -> None:
    (edge,) = rows(home, "duplicates", "--relation", "derived")
    (step,) = [row for row in rows(home, "why", "https://ledger.example/election") if row["step"] == "matched"]
    assert step["what"] == "contained in article 8"
    (step,) = [row for row in rows(home, "why", "https://ledger.example/reworded") if row["step"] == "matched"]
    assert step["what"] == "derived copy of article 1"
    assert "re-worded: " in step["why"]
    run(home, "duplicates", "--undo", str(edge["edge_id"]), "--by", "anna")
    (step,) = [row for row in rows(home, "why", "https://ledger.example/reworded") if row["step"] == "matched"]
    assert step["what"] == "no derived copy of article 1"
    assert step["why"] == "undone by anna"


def test_an_edge_that_is_not_there_is_one_line(home: Path) -> None:
    said = run(home, "duplicates", "--undo", "99", exit_code=1).stderr
    assert said == "copydesk: edge 99: there is no such edge; `copydesk duplicates` lists them\n"


WRONG_USAGE = [
    (("duplicates", "--undo", "1", "--confirm", "2"), "one edge"),
    (("duplicates", "--batch", "x.jsonl"), "--batch and --out go together"),
    (("rematch", "--threshold", "derived=1"), 'no threshold "derived"'),
    (("rematch", "--threshold", "derived_told=much"), 'expected a number for derived_told, found "much"'),
]


@pytest.mark.parametrize(("words", "said"), WRONG_USAGE, ids=lambda value: str(value)[:40])
def test_wrong_usage_is_told(home: Path, words: tuple[str, ...], said: str) -> None:
    assert said in run(home, *words, exit_code=2).stderr


def test_a_dry_rematch_changes_nothing_and_a_real_one_does(home: Path) -> None:
    strict = ("rematch", "--threshold", "derived_told=0.99")
    summary, change = rows(home, *strict, "--dry-run")
    assert (summary["kind"], summary["lost"], summary["articles"]) == ("summary", {"derived": 1}, 8)
    assert (change["change"], change["relation"], change["of"]) == ("lost", "derived", 1)
    assert len(rows(home, "duplicates")) == 6

    assert "1 (1 derived) lost" in run(home, *strict, "--format", "table").stdout
    assert len(rows(home, "duplicates")) == 5
    assert "1 edges were changed" in run(home, "rematch").stderr  # by the usual thresholds it is one again
    assert len(rows(home, "duplicates")) == 6


def test_the_window_of_news_toml_is_used(home: Path) -> None:
    (home / "news.toml").write_text("[matching]\nwindow_h = 1\n", encoding="utf-8")
    assert {row["relation"] for row in rows(home, "rematch", "--dry-run")[1:]} >= {"derived", "near", "contains"}
    assert FERRY in TEXTS["same"]
