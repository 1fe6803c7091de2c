"""The rule of the house: each room sees only what stands to its right, and every framework has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "spiders", "storage", "copydesk")  # each may import itself and what stands to its right
HOMES = {
    "scrapy": "spiders",
    "twisted": "spiders",
    "prefect": "flows",
    "apprise": "flows",
    "tomlkit": "flows",
    "click": "flows",
    "rich": "flows",
    "sqlite3": "storage",
    "sqlite_utils": "storage",
    "psycopg": "storage",
    "warcio": "storage",
    "datasette": "storage",
    "fsspec": "storage",
    "trafilatura": "copydesk",
    "htmldate": "copydesk",
}
NOT_PURE = {
    "socket",
    "subprocess",
    "urllib.request",
    "http.client",
    "threading",
    "multiprocessing",
    "asyncio",
    "logging.config",
}
LONGEST_FILE = 450


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute here"
            yield node.lineno, node.module


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_sees_only_what_stands_to_its_right(room: str) -> None:
    left = ROOMS[: ROOMS.index(room)]
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules(room)
        for line, name in imports(path)
        if name.partition(".")[0] in (*left, "tests")
    ]
    assert not wrong


@pytest.mark.parametrize("room", ROOMS)
def test_a_framework_is_imported_in_its_home_only(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name} lives in {HOMES[name.partition('.')[0]]}/"
        for path in modules(room)
        for line, name in imports(path)
        if HOMES.get(name.partition(".")[0], room) != room
    ]
    assert not wrong


def test_the_core_does_no_input_or_output() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in modules("copydesk")
        for line, name in imports(path)
        if name in NOT_PURE or name.partition(".")[0] in NOT_PURE
    ]
    assert not wrong


def test_the_core_reads_no_clock() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules("copydesk")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("now", "utcnow", "today")
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("datetime", "date")
    ]
    assert not wrong


@pytest.mark.parametrize("room", ROOMS)
def test_a_file_answers_one_question(room: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules(room)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    assert not long


def test_tests_mirror_the_rooms() -> None:
    """A folder of tests stands beside every room, and no folder of tests is about something that is gone."""
    missing = [room for room in ROOMS if not (ROOT / "tests" / room).is_dir()]
    assert not missing
