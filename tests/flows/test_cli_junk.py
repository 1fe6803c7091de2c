"""`copydesk junk`: what is learned, with its evidence, and forgetting it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.config import load_settings
from storage.store import open_store
from tests.flows.test_memory import SOURCES, make_publication, take_in

PUB = make_publication(3, 30)
JUNK = sorted(line for template in PUB.templates for line in template)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Thirty articles, learned from."""
    settings = load_settings(tmp_path)
    with open_store(settings.desk.database) as store:
        store.sources.sync(SOURCES, now=datetime(2026, 11, 2, tzinfo=UTC))
        take_in(store, settings.desk.archive, PUB, 1, 30)
    return tmp_path


def junk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["junk", *args, "--home", str(home)], prog_name="copydesk")


def rows(home: Path, *args: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in junk(home, *args).stdout.splitlines()]


def test_piped_it_gives_a_line_with_all_evidence(home: Path) -> None:
    found = rows(home, "--source", "ledger")

    assert sorted(row["text"] for row in found) == JUNK
    for row in found:
        assert row["source"] == "ledger"
        assert 5 <= row["support"] <= row["articles"] == 30
        assert row["since"].startswith("2026-10-")
        assert row["examples"][0]["url"].startswith("https://ledger.example/a")
        assert {each["why"] for each in row["counter_examples"]} == {"does not have it"}


def test_another_source_has_learned_nothing(home: Path) -> None:
    assert junk(home, "--source", "courier").stdout == ""


def test_on_a_terminal_each_line_stands_over_its_evidence(home: Path) -> None:
    shown = junk(home, "--format", "table").stdout

    for row in rows(home):
        assert f"“{row['text']}”" in shown
        assert f"in {row['support']} of 30 articles since {row['since'][:10]}, below texts" in shown
    assert "cut from" in shown
    assert "(does not have it)" in shown


def test_as_csv_it_is_a_table(home: Path) -> None:
    assert junk(home, "--format", "csv").stdout.startswith("id,source,text,kind,state,support,articles,since")


@pytest.mark.parametrize("by", ["id", "text"])
def test_a_forgotten_line_comes_back_as_a_revision_and_is_told(home: Path, by: str) -> None:
    line = rows(home)[0]

    result = junk(home, "--forget", str(line[by]))

    assert result.exit_code == 0
    assert f"{line['support']} stored articles have a new revision" in result.stderr
    assert {row["id"]: row["state"] for row in rows(home)}[line["id"]] == "forgotten"
    with open_store(load_settings(home).desk.database) as store:
        number = line["examples"][0]["id"]
        assert [row["cause"] for row in store.articles.revisions(number)] == ["publisher", "memory", "memory"]
        article = store.articles.get(str(number))
        assert article is not None
        assert line["text"] in article["body_text"].split("\n")
    assert "forgotten, kept for good" in junk(home, "--format", "table").stdout


def test_forgetting_what_was_never_learned_is_an_error_of_one_line(home: Path) -> None:
    result = junk(home, "--forget", "Never seen anywhere")

    assert result.exit_code == 1
    assert result.stderr == (
        "copydesk: Never seen anywhere: no learned line has this number or these words; `copydesk junk` lists them\n"
    )


def test_what_the_desk_cleaned_counts_as_no_edit_of_the_publishers(home: Path) -> None:
    def copydesk(*args: str) -> str:
        return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk").stdout

    stats = json.loads(copydesk("stats"))
    assert (stats["articles"], stats["revisions"], stats["desk_revisions"]) == (30, 30, 30)
    assert all(line.split()[-1] == "1" for line in copydesk("articles", "--format", "table").splitlines()[3:33])
    shown = " ".join(copydesk("show", "1", "--format", "table").split())
    assert 'revision 2: by the desk itself, cut: "' in shown
    assert "1 of 2 are the publisher's" in shown
    first = " ".join(copydesk("show", "1", "--revision", "1", "--format", "table").split())
    assert "revision 1: by the publisher; 1 of 2 are the publisher's" in first
    steps = [json.loads(line) for line in copydesk("why", "https://ledger.example/a1").splitlines()]
    (step,) = [step for step in steps if "the desk's own" in step["what"]]
    assert step["what"] == "revision 2 of the desk's own, by what it learned of the source's junk"
    assert step["why"].startswith('cut: "')
