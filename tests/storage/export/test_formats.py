"""Each format read back by the program that its readers use."""

from __future__ import annotations

import contextlib
import csv
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import StorageError
from storage.articles import KEYS
from storage.export.markdown import render, slug
from storage.export.writers import FORMATS, digest_of, files_of, format_of, open_writer, part_of
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.storage.kept import NOON, begin, keep, make_extraction

WORDS = ("copper", "zinc", "nickel")
HOSTILE = '=HYPERLINK("http://evil.example","rates")'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three articles on three days; the last one's headline is a formula."""
    with open_store(tmp_path / "copydesk.db") as opened:
        crawl_id = begin(opened)
        for day, word in enumerate(WORDS):
            snapshot = keep(opened, crawl_id, word)
            headline = HOSTILE if word == "nickel" else f"{word.title()} “rises” – again"
            made = make_extraction(snapshot, word=word, headline=headline, published_at=NOON + timedelta(days=day))
            opened.articles.store([made], now=NOON)
        yield opened


def rows(store: Store) -> list[dict[str, Any]]:
    return [dict(row) for row in store.articles.find(ArticleQuery(by_id=True, limit=None))]


def export(store: Store, name: str, out: Path) -> None:
    with open_writer(name, out) as writer:
        for row in rows(store):
            writer.write(row)


def break_off(store: Store, name: str, out: Path) -> None:
    with contextlib.suppress(ConnectionError), open_writer(name, out) as writer:
        writer.write(rows(store)[0])
        raise ConnectionError


def test_json_lines_are_the_rows(store: Store, tmp_path: Path) -> None:
    export(store, "jsonl", tmp_path / "a.jsonl")

    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == rows(store)


def test_csv_has_every_key_and_no_formula(store: Store, tmp_path: Path) -> None:
    export(store, "csv", tmp_path / "a.csv")

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == KEYS
    assert [row["body_text"] for row in read] == [row["body_text"] for row in rows(store)]
    assert read[2]["headline"] == "'" + HOSTILE


def test_parquet_is_typed_and_has_a_folder_a_day(store: Store, tmp_path: Path) -> None:
    import pyarrow.dataset as ds

    export(store, "parquet", tmp_path / "a")

    read = ds.dataset(tmp_path / "a", partitioning="hive").to_table().sort_by("id").to_pylist()
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        f"published_on=2026-11-0{day}" for day in (2, 3, 4)
    ]
    assert [row["published_at"] for row in read] == [NOON + timedelta(days=day) for day in range(3)]
    assert [row["authors"] for row in read] == [[], [], []]
    assert [row["headline"] for row in read] == [row["headline"] for row in rows(store)]


def test_parquet_of_more_than_one_batch_has_every_row(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.dataset as ds

    monkeypatch.setattr("storage.export.parquet.BATCH", 2)

    export(store, "parquet", tmp_path / "a")

    assert ds.dataset(tmp_path / "a", partitioning="hive").count_rows() == 3


def test_a_sqlite_file_is_searchable_and_holds_nothing_else(store: Store, tmp_path: Path) -> None:
    export(store, "sqlite", tmp_path / "a.db")

    connection = sqlite3.connect(tmp_path / "a.db")
    found = connection.execute(
        "SELECT headline FROM articles WHERE id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'zinc')"
    ).fetchall()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()
    assert found == [("Zinc “rises” – again",)]
    assert {name for name in tables if not name.startswith("articles_fts")} == {"articles"}


def test_markdown_is_a_file_an_article_in_a_folder_a_day(store: Store, tmp_path: Path) -> None:
    export(store, "markdown", tmp_path / "notes")

    files = [path.relative_to(tmp_path / "notes").as_posix() for path in files_of(tmp_path / "notes")]
    assert files[:2] == ["2026-11-02/1-copper-rises-again.md", "2026-11-03/2-zinc-rises-again.md"]
    text = (tmp_path / "notes" / files[0]).read_text("utf-8")
    assert text.startswith('---\ntitle: "Copper “rises” – again"\ndate: "2026-11-02T12:00:00+00:00"\n')
    assert rows(store)[0]["body_text"] in text


MARKDOWN = [
    ("# 1 in the charts", "\\# 1 in the charts"),
    ("- one\n- two", "\\- one\n\\- two"),
    ("1. First", "1\\. First"),
    ("2024. A year", "2024\\. A year"),
    ("---", "\\---"),
    ("a *star* and a <script>", "a \\*star\\* and a \\<script>"),
    ("5 - 3", "5 - 3"),
]


@pytest.mark.parametrize(("body", "wanted"), MARKDOWN)
def test_text_is_not_taken_for_markup(store: Store, body: str, wanted: str) -> None:
    row = rows(store)[0] | {"body_text": body}

    assert render(row).endswith(f"---\n\n{wanted}\n")


def test_front_matter_is_quoted_whatever_a_headline_holds(store: Store) -> None:
    row = rows(store)[0] | {"headline": 'Rates: "up"\n--- or down'}

    assert 'title: "Rates: \\"up\\"\\n--- or down"' in render(row)


SLUGS = [
    ("Rates: “Higher”?", "rates-higher"),
    ("日本銀行が利上げ", "日本銀行が利上げ"),
    ("../../etc/passwd", "etc-passwd"),
    ("!?", "article"),
]


@pytest.mark.parametrize(("headline", "wanted"), SLUGS)
def test_slugs_are_plain_file_names(headline: str, wanted: str) -> None:
    assert slug(headline) == wanted


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "warc"])
def test_nothing_matching_gives_an_empty_export(name: str, tmp_path: Path) -> None:
    with open_writer(name, tmp_path / "none"):
        pass

    assert (tmp_path / "none").exists()


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "warc"])
def test_what_is_there_is_never_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    with pytest.raises(StorageError, match="is there already"):
        open_writer(name, tmp_path / "out")

    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "warc"])
def test_an_export_that_broke_off_is_not_taken_for_whole(name: str, store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"

    break_off(store, name, out)

    assert not out.exists()


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "warc"])
def test_an_export_after_one_that_broke_off_is_whole(name: str, store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    break_off(store, name, out)

    export(store, name, out)

    assert out.exists()
    assert not part_of(out).exists()


def test_a_name_tells_the_format() -> None:
    named = {suffix: name for name, each in FORMATS.items() for suffix in each.suffixes}

    assert {suffix: format_of(Path(f"a{suffix.upper()}")) for suffix in named} == named
    assert format_of(Path("a.txt")) is None


def test_a_digest_is_that_of_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    assert digest_of([tmp_path / "a"]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_instants_with_an_offset_are_one_moment_in_parquet(store: Store, tmp_path: Path) -> None:
    import pyarrow.dataset as ds

    with open_writer("parquet", tmp_path / "a") as writer:
        writer.write(rows(store)[0] | {"published_at": "2026-11-02T01:30:00+03:00"})

    (read,) = ds.dataset(tmp_path / "a", partitioning="hive").to_table().to_pylist()
    assert read["published_at"] == datetime(2026, 11, 1, 22, 30, tzinfo=UTC)
    assert read["published_on"] == "2026-11-01"
