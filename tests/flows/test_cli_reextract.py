"""`copydesk reextract`: what it shows, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.config import load_settings
from storage.store import Store, open_store
from tests.copydesk.extraction.invented import publication
from tests.flows.kept_pages import LEFT_BY_OLD_RULES, extract_as_before
from tests.flows.test_reextract import NOW, SOURCES, Desk

ARTICLES = 6


def opened(home: Path) -> Store:
    return open_store(load_settings(home).desk.database)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Articles that older rules extracted: one sentence too much in each."""
    (tmp_path / "news.toml").write_text("[extract]\nworkers = 1\n", encoding="utf-8")
    with opened(tmp_path) as store:
        store.sources.sync(SOURCES, now=NOW)
        desk = Desk(store, load_settings(tmp_path), publication(11, junk_lines=0).fill(ARTICLES))
        desk.take_in(extract_as_before)
    return tmp_path


def reextract(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["reextract", *args, "--home", str(home)], prog_name="copydesk")


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def causes(home: Path) -> list[str]:
    with opened(home) as store:
        return [row["cause"] for row in store.articles.revisions(1)]


def test_piped_it_gives_a_summary_and_then_the_worst(home: Path) -> None:
    summary, *articles = rows(reextract(home))

    lost = ARTICLES * len(LEFT_BY_OLD_RULES.split())
    assert (summary["kind"], summary["articles"], summary["changed"]) == ("summary", ARTICLES, ARTICLES)
    assert (summary["words_lost"], summary["words_won"], summary["fields"]) == (lost, 0, {"body_text": ARTICLES})
    assert [row["kind"] for row in articles] == ["article"] * ARTICLES
    assert articles[0]["diff"].endswith(f"[-{LEFT_BY_OLD_RULES.format(articles[0]['id'])}-]")
    assert causes(home) == ["publisher"]


def test_on_a_terminal_the_sum_stands_last(home: Path) -> None:
    shown = reextract(home, "--format", "table").stdout

    assert f"{ARTICLES} of {ARTICLES} articles change" in shown.splitlines()[-1]
    assert "An older version of the desk" in shown


def test_a_source_without_articles_gives_a_sum_of_nothing(home: Path) -> None:
    (summary,) = rows(reextract(home, "--source", "courier"))

    assert (summary["articles"], summary["words"]) == (0, 0)


def test_past_the_limit_nothing_is_stored_and_the_line_says_how_to_go_on(home: Path) -> None:
    result = reextract(home, "--apply")

    assert result.exit_code == 1
    assert "more than the limit of 2.0%; nothing was stored" in result.stderr
    assert causes(home) == ["publisher"]


@pytest.mark.parametrize("leave", [["--yes"], ["--loss-limit", "50"]])
def test_told_otherwise_it_stores_revisions_of_the_desks_own(home: Path, leave: list[str]) -> None:
    result = reextract(home, "--apply", *leave)

    assert result.exit_code == 0
    assert f"{ARTICLES} articles have a new revision" in result.stderr
    assert causes(home) == ["publisher", "rules"]
    assert rows(reextract(home))[0]["changed"] == 0
