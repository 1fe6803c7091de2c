"""`copydesk stats`: counts, and the articles of each source a day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from storage.store import open_store
from tests.storage.kept import begin, keep, make_extraction


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Six articles of one source: three of today, two of yesterday, one of long ago; none of the other source."""
    now = datetime.now(UTC)
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        for number, ago in enumerate((0, 0, 0, 1, 1, 400)):
            word = f"word{number}"
            made = make_extraction(keep(store, crawl_id, word), word=word, published_at=now - timedelta(days=ago))
            store.articles.store([made], now=now)
    return tmp_path


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["stats", *args, "--home", str(home)], prog_name="copydesk")


def test_programs_get_the_days_beside_the_counts(home: Path) -> None:
    (row,) = map(json.loads, copydesk(home, "--days", "4").stdout.splitlines())

    assert row["articles"] == 6
    assert row["a_day"] == [0, 0, 2, 3]
    assert row["a_day_by_source"] == {"ledger": [0, 0, 2, 3], "courier": [0, 0, 0, 0]}
    assert row["since"] == (datetime.now(UTC).date() - timedelta(days=3)).isoformat()


def test_people_see_a_line_a_source_and_one_of_all(home: Path) -> None:
    lines = copydesk(home, "--days", "4", "--format", "table").stdout.splitlines()

    drawn = {line.split()[0]: line.split()[1:] for line in lines if "▁" in line or "·" in line}
    assert drawn["ledger"] == ["··▆█", "5", "1.2", "3", "3"]
    assert drawn["courier"] == ["····", "·", "0.0", "·", "·"]
    assert drawn["all"] == drawn["ledger"]
