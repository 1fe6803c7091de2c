"""`copydesk stories`: the largest, and the articles of one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.config import load_settings
from flows.maintain import STEPS, Upkeep, maintain
from storage.store import open_store
from tests.storage.kept import NOON
from tests.storage.test_stories import add, make_report


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(load_settings(tmp_path).desk.database) as store:
        add(store, "q1", make_report("quake", 1), source="courier")
        add(store, "q2", make_report("quake", 2), at=NOON + timedelta(hours=1))
        add(store, "q3", make_report("quake", 2), at=NOON + timedelta(hours=2))
        add(store, "m", make_report("merger", 1))
    return tmp_path


def stories(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["stories", *args, "--home", str(home)], prog_name="copydesk")


def rows(home: Path, *args: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stories(home, *args).stdout.splitlines()]


def test_piped_it_gives_the_rows_of_the_contract(home: Path) -> None:
    (story,) = rows(home)

    assert {key: story[key] for key in ("headline", "first_publisher", "first_at", "articles", "sources")} == {
        "headline": "On q1",
        "first_publisher": "courier",
        "first_at": "2026-11-02T12:00:00.000+00:00",
        "articles": 3,
        "sources": ["courier", "ledger"],
    }


def test_a_story_lists_its_articles_and_which_are_copies(home: Path) -> None:
    (story,) = rows(home)

    articles = rows(home, str(story["id"]))
    shown = stories(home, str(story["id"]), "--format", "table").stdout

    assert [article["headline"] for article in articles] == ["On q1", "On q2", "On q3"]
    assert {article["story_id"] for article in articles} == {story["id"]}
    assert f"exact copy of {articles[1]['id']}" in shown
    assert "3 articles of courier, ledger; first: courier" in shown


def test_a_period_counts_only_its_own_articles(home: Path) -> None:
    assert [row["articles"] for row in rows(home, "--since", "2026-11-02T12:30")] == [2]
    assert rows(home, "--until", "2026-11-02") == []


def test_an_id_that_no_story_has_is_an_error_of_one_line(home: Path) -> None:
    result = stories(home, "99")

    assert result.exit_code == 1
    assert result.stderr == "copydesk: 99: there is no story with this id; `copydesk stories` lists them\n"


def test_reclustering_says_what_it_did(home: Path) -> None:
    assert stories(home, "--recluster").stderr == (
        "0 articles have a story now, 0 moved to that of their copies, 0 stories united\n"
    )


def test_where_no_story_has_two_articles_that_is_said(home: Path) -> None:
    result = stories(home, "--since", "1h", "--format", "table")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "no two articles are about one event here\n"


def test_the_nightly_round_gathers_stories(home: Path) -> None:
    settings = load_settings(home)
    with open_store(settings.desk.database) as store:
        (report,) = maintain(
            Upkeep(store=store, settings=settings, followed=(), now=NOON),
            [step for step in STEPS if step.name == "gather stories"],
        )

    assert not report.has_failed
    assert report.came == "0 articles have another story, 0 stories united"
