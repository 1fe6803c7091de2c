"""`copydesk takedown`, `copydesk retention` and `copydesk backup`, on a home with real bytes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.config import load_settings
from flows.maintain import Upkeep, maintain
from storage.archive import ArchiveWriter
from storage.store import Store, open_store
from tests.storage.kept import begin
from tests.storage.test_removals import SECRET, bodies, make_desk, take_in, where

PAGE = "https://ledger.example/secret"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        make_desk(store, tmp_path / "data")
    return tmp_path


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(home / "data" / "copydesk.db") as opened:
        yield opened


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk")


def test_what_would_go_is_shown_first_and_nothing_changes(home: Path) -> None:
    result = copydesk(home, "takedown", PAGE, "--dry-run")

    assert json.loads(result.stdout)["articles"] == 1
    assert f"goes: {SECRET}y rises ({PAGE})" in result.stderr
    assert where(str(home / "data" / "copydesk.db"), home / "data", SECRET) != []


def test_nobody_is_taken_down_unasked(home: Path) -> None:
    result = copydesk(home, "takedown", PAGE)

    assert result.exit_code == 2
    assert "--yes does it" in result.stderr
    assert where(str(home / "data" / "copydesk.db"), home / "data", SECRET) != []


def test_a_page_is_taken_down_and_a_crawl_by_hand_says_why_it_is_not_fetched(home: Path) -> None:
    assert copydesk(home, "takedown", PAGE, "--yes").exit_code == 0

    assert where(str(home / "data" / "copydesk.db"), home / "data", SECRET) == []
    result = copydesk(home, "crawl", "--url", PAGE)
    assert result.exit_code == 1
    assert f"copydesk: {PAGE}: was taken down on {datetime.now(UTC):%Y-%m-%d} and is not fetched" in result.stderr
    listed = json.loads(copydesk(home, "takedown").stdout)
    assert (listed["kind"], listed["what"]) == ("url", PAGE)
    assert listed["done_at"] is not None
    assert copydesk(home, "takedown", PAGE, "--lift").exit_code == 0
    assert copydesk(home, "takedown").stdout == ""


def test_what_is_neither_a_url_nor_a_domain_is_wrong_usage(home: Path) -> None:
    result = copydesk(home, "takedown", "no such thing", "--yes")

    assert result.exit_code == 2
    assert 'expected a URL, or a domain such as news.example, found "no such thing"' in result.stderr


def test_retention_is_shown_before_it_is_applied(home: Path, store: Store) -> None:
    before = bodies(store, home / "data")
    shown = json.loads(copydesk(home, "retention", "--snapshots", "1 days").stdout)
    assert (shown["applied"], shown["snapshots"] > 0) == (False, True)
    assert bodies(store, home / "data") == before
    assert json.loads(copydesk(home, "retention").stdout)["snapshots"] == 0

    applied = json.loads(copydesk(home, "retention", "--snapshots", "1 days", "--apply").stdout)

    assert applied["snapshots"] == shown["snapshots"]
    assert bodies(store, home / "data") == {}
    assert store.stats()["articles"] == 9
    assert copydesk(home, "retention", "--snapshots", "a while").exit_code == 2


def test_the_nightly_run_lets_go_only_what_news_toml_says(home: Path, store: Store) -> None:
    def run() -> dict[str, str]:
        reports = maintain(Upkeep(store=store, settings=load_settings(home), followed=(), now=datetime.now(UTC)))
        assert not any(report.has_failed for report in reports)
        return {report.step: report.came for report in reports}

    before = bodies(store, home / "data")
    assert run()["retention"] == "every stored page is kept"
    assert bodies(store, home / "data") == before
    (home / "news.toml").write_text('[retention]\nsnapshots = "1 days"\n', encoding="utf-8")
    assert run()["retention"].startswith(f"{len(before)} stored pages let go")


def test_a_backup_is_a_home_and_the_next_one_copies_only_what_is_new(home: Path, store: Store) -> None:
    (home / "sources.toml").write_text('[[source]]\nname = "l"\nfeeds = ["https://l.example/"]\n', encoding="utf-8")
    out = home / "elsewhere"
    first = json.loads(copydesk(home, "backup", str(out)).stdout)
    assert (first["articles"], first["archive_files"], first["copied_files"]) == (9, 1, 1)
    with ArchiveWriter(home / "data" / "archive", crawl_id=2) as writer:
        take_in(store, writer, begin(store), "new", "zinc")

    second = json.loads(copydesk(home, "backup", str(out)).stdout)

    assert (second["articles"], second["archive_files"], second["copied_files"]) == (10, 2, 1)
    with open_store(out / "data" / "copydesk.db") as copy:
        assert bodies(copy, out / "data") == bodies(store, home / "data")
    assert (out / "sources.toml").read_text(encoding="utf-8") == (home / "sources.toml").read_text(encoding="utf-8")
    assert json.loads(copydesk(out, "stats").stdout)["articles"] == 10


def test_a_backup_while_a_crawl_writes_has_all_bytes_that_its_rows_point_at(home: Path, store: Store) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_store(home / "data" / "copydesk.db") as own:
            crawl_id = begin(own)
            with ArchiveWriter(home / "data" / "archive", crawl_id=crawl_id) as writer:
                number = 0
                while not stop.is_set():
                    number += 1
                    take_in(own, writer, crawl_id, f"live{number}", f"zinc{number}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(3):
            assert copydesk(home, "backup", str(home / "out")).exit_code == 0
            with open_store(home / "out" / "data" / "copydesk.db", read_only=True) as copy:
                assert len(bodies(copy, home / "out" / "data")) >= 11
    finally:
        stop.set()
        thread.join()


def test_a_folder_with_something_else_in_it_is_left_alone(home: Path) -> None:
    (home / "photos").mkdir()
    (home / "photos" / "cat.jpg").write_bytes(b"cat")

    result = copydesk(home, "backup", str(home / "photos"))

    assert result.exit_code == 1
    assert "is not empty, and no back-up of ours" in result.stderr
    assert [path.name for path in (home / "photos").iterdir()] == ["cat.jpg"]
