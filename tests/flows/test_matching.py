"""Articles from a file to lines in a file."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.matching import read_documents
from tests.prose import make_headline, make_paragraphs


def row(name: str, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "canonical_url": f"https://news.example/{name}",
        "headline": make_headline(number),
        "body_text": "\n\n".join(make_paragraphs(number)),
        "published_at": "2026-11-02T12:00:00Z",
        "publisher": "Evening Post",
    } | changes


def run(folder: Path, *rows: Any, options: tuple[str, ...] = ()) -> tuple[list[dict[str, Any]], str]:
    """The rows that the command writes, and what it says."""
    lines = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in rows)
    (folder / "docs.jsonl").write_text(lines, encoding="utf-8")
    made = CliRunner().invoke(
        cli, ["duplicates", "--batch", str(folder / "docs.jsonl"), "--out", str(folder / "pred.jsonl"), *options]
    )
    assert made.exit_code == 0, made.output
    return [json.loads(line) for line in (folder / "pred.jsonl").read_text().splitlines()], made.stderr


def test_an_article_gets_a_line_about_an_earlier_one(tmp_path: Path) -> None:
    found, said = run(tmp_path, row("a", 1), row("b", 2), row("c", 1, headline="Another headline"))
    copies = [each for each in found if each["relation"] != "related"]  # the sentences of tests.prose are of one mould
    assert copies == [{"id": "c", "of": "a", "relation": "exact", "score": 1.0, "rule": "same body hash"}]
    assert "3 articles, 1 exact" in said


def test_packed_files_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "docs.jsonl.gz").write_bytes(gzip.compress(json.dumps(row("a", 1)).encode()))
    made = CliRunner().invoke(
        cli, ["duplicates", "--batch", str(tmp_path / "docs.jsonl.gz"), "--out", str(tmp_path / "pred.jsonl")]
    )
    assert made.exit_code == 0
    assert "1 articles" in made.stderr


def test_the_window_is_a_matter_of_hours(tmp_path: Path) -> None:
    late = "\n\n".join(make_paragraphs(1)[:4])
    rows = (row("a", 1), row("b", 1, body_text=late, published_at="2026-11-09T12:00:00Z"))
    assert run(tmp_path, *rows)[0] == []
    assert [each["of"] for each in run(tmp_path, *rows, options=("--window-h", "0"))[0]] == ["a"]


BROKEN = [
    ("{", "not JSON"),
    ("[1]", "expected an object"),
    ('{"headline": "x"}', 'expected a text under "id"'),
    ('{"id": "x", "body_text": 7}', 'expected a text under "body_text"'),
    ('{"id": "x", "published_at": "yesterday"}', "expected an ISO 8601 instant"),
]


@pytest.mark.parametrize(("line", "what"), BROKEN)
def test_a_broken_line_is_told_and_the_rest_goes_on(tmp_path: Path, line: str, what: str) -> None:
    found, said = run(tmp_path, row("a", 1), line, row("b", 1))
    assert [each["id"] for each in found] == ["b"]
    assert f"line 2: {what}" in said


def test_a_file_that_is_not_there_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    made = CliRunner().invoke(cli, ["duplicates", "--batch", str(tmp_path / "no.jsonl"), "--out", str(tmp_path / "p")])
    assert made.exit_code == 1
    assert made.stderr.count("\n") == 1


def test_what_a_line_does_not_state_is_empty() -> None:
    document = next(iter(read_documents(['{"id": 7}'], lambda line, what: None)))
    assert (document.id, document.headline, document.body_text, document.published_at) == (7, "", "", None)
