"""`copydesk diff`, and what commands say of a misspelt article, source or tag."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copydesk.model import Source
from flows.cli import cli
from storage.store import open_store
from tests.storage.kept import NOON, SOURCES, begin, keep, make_extraction

STATES = (
    ("Levy at 40", "The levy is 40 dollars a tonne.\n\nIt was raised again, the ministry said."),
    ("Levy at 45", "The levy is 45 dollars a tonne.\n\nIt was raised again, the ministry said."),
    (
        "Levy at 45",
        "The levy is 45 euros a tonne.\n\nIt was raised again, the ministry said.\n\nCorrection: not dollars.",
    ),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an article of three revisions, and one of one."""
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        store.sources.sync([Source(name="ledger", tags=("metals", "uk")), SOURCES[1]], now=NOON)
        for hours, (headline, text) in enumerate(STATES):
            at = NOON + timedelta(hours=hours)
            snapshot = keep(store, crawl_id, "markets/levy", at=at, digest=f"sha1:{hours}")
            store.articles.store([make_extraction(snapshot, headline=headline, body_text=text)], now=at)
        store.articles.store([make_extraction(keep(store, crawl_id, "tin"), word="tin")], now=NOON)
    return tmp_path


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk")


def test_the_last_edit_is_shown_where_no_revision_is_named(home: Path) -> None:
    (row,) = map(json.loads, copydesk(home, "diff", "1").stdout.splitlines())

    assert (row["from"], row["to"], row["cause"]) == (2, 3, "publisher")
    assert row["marks"] == ["currency", "correction"]
    assert "[-dollars-] {+euros+}" in row["body"]
    assert row["headline"] == ""


def test_two_revisions_are_compared_whatever_lies_between(home: Path) -> None:
    (row,) = map(json.loads, copydesk(home, "diff", "1", "--from", "1").stdout.splitlines())

    assert (row["from"], row["to"]) == (1, 3)
    assert row["marks"] == ["headline", "figures", "currency", "correction"]
    assert row["headline"] == "Levy at [-40-] {+45+}"


def test_an_article_is_named_by_its_address_too(home: Path) -> None:
    result = copydesk(home, "diff", "https://ledger.example/markets/levy?utm_source=rss", "--to", "2")

    assert json.loads(result.stdout)["headline"] == "Levy at [-40-] {+45+}"


def test_plain_text_says_what_stands_out(home: Path) -> None:
    result = copydesk(home, "diff", "1", "--text")

    assert "article 1, revision 2 to 3" in result.stdout
    assert "currency changed, correction notice" in result.stdout
    assert "{+Correction: not dollars.+}" in result.stdout


def test_the_whole_text_can_be_asked_for(home: Path) -> None:
    assert "…" in json.loads(copydesk(home, "diff", "1", "--to", "2").stdout)["body"]
    assert "the ministry said." in json.loads(copydesk(home, "diff", "1", "--to", "2", "--whole").stdout)["body"]


def test_a_table_in_a_pipe_has_no_colours_and_says_the_same(home: Path) -> None:
    result = copydesk(home, "diff", "1", "--format", "table")

    assert "\x1b" not in result.stdout
    assert "[-dollars-] {+euros+}" in result.stdout


def test_an_article_of_one_revision_has_no_difference(home: Path) -> None:
    result = copydesk(home, "diff", "2")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "article 2 has one revision" in result.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--to", "9"), "revision 9: article 1 has revisions 1 to 3"),
        (("--from", "2", "--to", "2"), "name two of 1 to 3"),
    ],
)
def test_a_revision_that_is_not_there_is_told(home: Path, args: tuple[str, ...], told: str) -> None:
    result = copydesk(home, "diff", "1", *args)

    assert result.exit_code in (1, 2)
    assert told in result.stderr


@pytest.mark.parametrize("command", ["diff", "show", "duplicates"])
def test_a_misspelt_address_is_told_the_nearest(home: Path, command: str) -> None:
    result = copydesk(home, command, "https://ledger.example/markets/levi")

    assert result.exit_code == 1
    assert 'did you mean "https://ledger.example/markets/levy"?' in result.stderr


SOURCE_OPTIONS = [
    ("articles",), ("export", "-"), ("gaps",), ("health",), ("junk",), ("reextract",), ("quarantine", "list")
]  # fmt: skip


@pytest.mark.parametrize("command", SOURCE_OPTIONS, ids=" ".join)
def test_a_misspelt_source_is_told_the_nearest(home: Path, command: tuple[str, ...]) -> None:
    result = copydesk(home, *command, "--source", "leger")

    assert result.exit_code == 1
    assert result.stderr == 'copydesk: leger: no such source is stored; did you mean "ledger"?\n'


@pytest.mark.parametrize("command", [("articles",), ("export", "-")], ids=" ".join)
def test_a_misspelt_tag_is_told_the_nearest(home: Path, command: tuple[str, ...]) -> None:
    result = copydesk(home, *command, "--tag", "metal")

    assert result.exit_code == 1
    assert result.stderr == 'copydesk: metal: no source has this tag; did you mean "metals"?\n'
