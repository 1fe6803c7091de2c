"""`copydesk export`, as a user types it."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from flows.cli import cli
from flows.cli.export import NAMES
from storage.archive import ArchiveWriter
from storage.export.writers import FORMATS
from storage.store import open_store
from tests.storage.kept import NOON, Page, begin, keep, keep_pages, make_extraction

WORDS = ("copper", "zinc", "nickel", "tin")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with four articles, the last one in another language's section of the week."""
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        for day, word in enumerate(WORDS):
            snapshot = keep(store, crawl_id, word)
            made = make_extraction(snapshot, word=word, headline=word.title(), published_at=NOON + timedelta(days=day))
            store.articles.store([made], now=NOON)
    return tmp_path


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, ["export", *args, "--home", str(home)], prog_name="copydesk")


def headlines(text: str) -> list[str]:
    return [json.loads(line)["headline"] for line in text.splitlines()]


def test_the_names_of_formats_are_those_there_are() -> None:
    assert tuple(FORMATS) == NAMES


def test_a_pipe_gets_json_lines_and_a_digest_beside_it(home: Path) -> None:
    result = copydesk(home, "-")

    assert result.exit_code == 0
    assert headlines(result.stdout) == ["Copper", "Zinc", "Nickel", "Tin"]
    assert "4 articles, the last with id 4" in result.stderr
    assert "sha256 " in result.stderr


def test_the_filters_of_articles_apply(home: Path) -> None:
    result = copydesk(home, "-", "--since", "2026-11-03", "--until", "2026-11-05", "--source", "ledger")

    assert headlines(result.stdout) == ["Zinc", "Nickel"]


def test_an_export_goes_on_after_an_id(home: Path) -> None:
    first = copydesk(home, "-", "--limit", "2")
    second = copydesk(home, "-", "--after", "2")

    assert headlines(first.stdout) + headlines(second.stdout) == ["Copper", "Zinc", "Nickel", "Tin"]


def test_the_name_of_a_file_tells_the_format(home: Path) -> None:
    result = copydesk(home, str(home / "out.csv"))

    assert result.exit_code == 0
    assert (home / "out.csv").read_text("utf-8-sig").startswith("id,canonical_url,")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "warc"])
def test_digests_are_checked_by_sha256sum(home: Path, name: str) -> None:
    assert copydesk(home, str(home / "out"), "--format", name).exit_code == 0

    checked = subprocess.run(["sha256sum", "-c", "out.sha256"], cwd=home, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_file_that_is_there_is_left_alone(home: Path) -> None:
    (home / "out.jsonl").write_text("mine")

    result = copydesk(home, str(home / "out.jsonl"))

    assert result.exit_code == 1
    assert "is there already" in result.stderr
    assert (home / "out.jsonl").read_text() == "mine"


def test_a_folder_format_into_a_pipe_is_refused(home: Path) -> None:
    result = copydesk(home, "-", "--format", "parquet")

    assert result.exit_code == 2
    assert "cannot be written into a pipe" in result.stderr


def test_a_misspelt_source_is_told_the_nearest(home: Path) -> None:
    result = copydesk(home, "-", "--source", "ledgr")

    assert result.exit_code == 1
    assert '"ledger"' in result.stderr


@pytest.mark.parametrize("name", ["out.warc", "out.warc.gz"])
def test_a_warc_has_the_page_of_each_revision_once(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / "data" / "copydesk.db") as store:
        crawl_id = begin(store)
        with ArchiveWriter(tmp_path / "data" / "archive", crawl_id=crawl_id) as writer:
            for hours, word in enumerate(("copper", "zinc", "zinc")):
                at = NOON + timedelta(hours=hours)
                page = Page(url="https://ledger.example/a", at=at, body=f"<p>{word} {hours}</p>".encode())
                (snapshot,) = keep_pages(store, crawl_id, [page], writer=writer)
                store.articles.store([make_extraction(snapshot, word=word, headline=word.title())], now=at)

    assert copydesk(tmp_path, str(tmp_path / name)).exit_code == 0
    with (tmp_path / name).open("rb") as file:
        records = [
            (record.rec_headers["WARC-Target-URI"], record.content_stream().read())
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        ]
    assert records == [("https://ledger.example/a", b"<p>copper 0</p>"), ("https://ledger.example/a", b"<p>zinc 1</p>")]
    checked = subprocess.run(["sha256sum", "-c", f"{name}.sha256"], cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
