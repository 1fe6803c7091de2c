"""`copydesk copy`, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from storage.store import open_store
from tests.storage.kept import NOON, begin, keep, make_extraction


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        snapshot = keep(store, begin(store), "copper")
        store.articles.store([make_extraction(snapshot, headline="Copper rises")], now=NOON)
    return tmp_path


def copydesk(home: Path, *args: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk", env=environ)


def test_a_desk_goes_on_from_its_copy(home: Path, tmp_path: Path) -> None:
    there = str(tmp_path / "elsewhere" / "desk.db")
    first = copydesk(home, "copy", "--to", there)
    rows = {row["table"]: row for row in map(json.loads, first.stdout.splitlines())}
    assert (rows["articles"]["rows"], rows["articles"]["written"]) == (1, 1)
    again = [json.loads(line) for line in copydesk(home, "copy", "--to", there).stdout.splitlines()]
    assert not any(row["written"] or row["deleted"] for row in again)
    listed = copydesk(home, "articles", COPYDESK_DESK_DATABASE=there)
    assert [json.loads(line)["headline"] for line in listed.stdout.splitlines()] == ["Copper rises"]


def test_a_copy_onto_itself_and_onto_another_desk_is_one_clear_line(home: Path, tmp_path: Path) -> None:
    result = copydesk(home, "copy", "--to", str(home / "data" / "copydesk.db"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "onto itself" in result.stderr
    with open_store(tmp_path / "other.db") as store:
        begin(store, at=NOON.replace(year=2025))
    result = copydesk(home, "copy", "--to", str(tmp_path / "other.db"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "another desk's" in result.stderr
