"""Batches: order, rows, and pages that break."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from copydesk.model import Reason, Refusal
from flows.batch import FileTask, extract_batch, extract_file, read_page, read_tasks
from tests.flows.tasks import extract_stub

# SPEC: design.md, "Commands"
KEYS = [
    "id",
    "canonical_url",
    "url",
    "source",
    "publisher",
    "headline",
    "standfirst",
    "body_text",
    "authors",
    "published_at",
    "modified_at",
    "section",
    "keywords",
    "language",
    "lead_image_url",
    "based_on_url",
    "paywalled",
    "word_count",
    "content_hash",
    "revision",
    "first_seen_at",
    "fetched_at",
    "duplicate_of",
    "relation",
    "story_id",
    "extractor",
]


def tasks_of(folder: Path, *texts: str) -> list[FileTask]:
    tasks = []
    for number, text in enumerate(texts):
        (folder / f"{number}.html").write_text(text)
        path = str(folder / f"{number}.html")
        tasks.append(FileTask(number=number, id=f"p{number}", url=f"https://a.example/{number}", path=path))
    return tasks


def rows_of(tasks: list[FileTask], **options: Any) -> list[dict[str, Any]]:
    return list(extract_batch(tasks, jobs=2, extract=extract_stub, **options))


def test_rows_come_in_the_order_of_the_input(tmp_path: Path) -> None:
    tasks = tasks_of(tmp_path, "sleep 0.3", *(f"say {number}" for number in range(60)))

    rows = rows_of(tasks)

    assert [row["id"] for row in rows] == [task.id for task in tasks]
    assert rows[7]["body_text"] == "say 6."


def test_a_row_has_the_keys_of_the_contract_and_the_id_of_the_input(tmp_path: Path) -> None:
    (row,) = rows_of(tasks_of(tmp_path, "say a"))

    assert list(row) == KEYS
    assert row["id"] == "p0"
    assert row["authors"] == []


def test_a_refused_page_has_the_same_keys_no_text_and_its_reason(tmp_path: Path) -> None:
    (row,) = rows_of(tasks_of(tmp_path, "refuse: members only"))

    assert set(KEYS) < set(row)
    assert (row["id"], row["body_text"], row["reason"]) == ("p0", "", "paywall")
    assert row["headline"] is None


def test_pages_that_hang_kill_or_fail_cost_nothing_but_themselves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tasks = tasks_of(tmp_path, "say a", "spin", "die", "raise odd", "say b")

    rows = rows_of(tasks, timeout_s=0.5)

    assert [row.get("reason") for row in rows] == [None, "extract_timeout", "extract_crash", "extract_crash", None]
    assert rows[3]["detail"] == "ValueError: odd"
    assert "in work" in caplog.text


def test_lines_that_name_no_page_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "url": "https://a.example/1", "path": "pages/a.html"}\n',
        "{not json\n",
        "\n",
        '["id"]\n',
        '{"id": "b"}\n',
        '{"id": 7, "path": "b.html.gz"}\n',
    ]
    broken: list[tuple[int, str]] = []

    tasks = list(read_tasks(lines, tmp_path, lambda line, what: broken.append((line, what))))

    assert [(task.number, task.id, task.path) for task in tasks] == [
        (0, "a", str(tmp_path / "pages/a.html")),
        (1, 7, str(tmp_path / "b.html.gz")),
    ]
    assert [line for line, _ in broken] == [2, 4, 5]
    assert broken[0][1] == "not JSON: Expecting property name enclosed in double quotes at column 2"
    assert broken[2][1] == 'expected a text under "path"'


def test_packed_pages_are_unpacked_whatever_their_name(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<p>text"))
    (tmp_path / "b.html").write_bytes(gzip.compress(b"<p>text"))
    (tmp_path / "c.html.gz").write_bytes(b"<p>text")

    assert {read_page(path) for path in tmp_path.iterdir()} == {b"<p>text"}


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 1000)[:-20], b"\x1f\x8b\x08\x00damaged"], ids=["cut", "no gzip"])
def test_a_damaged_page_is_unreadable(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.html.gz").write_bytes(body)

    found = extract_file(FileTask(number=0, id="a", url="", path=str(tmp_path / "a.html.gz")))

    assert isinstance(found, Refusal)
    assert found.reason is Reason.UNREADABLE


def test_a_page_that_is_not_there_is_unreadable_and_named(tmp_path: Path) -> None:
    found = extract_file(FileTask(number=0, id="a", url="", path=str(tmp_path / "gone.html")))

    assert isinstance(found, Refusal)
    assert found == Refusal(reason=Reason.UNREADABLE, detail=f"No such file or directory: {tmp_path / 'gone.html'}")


def test_rows_are_json(tmp_path: Path) -> None:
    for row in rows_of(tasks_of(tmp_path, "say a", "refuse b")):
        assert json.loads(json.dumps(row)) == row
