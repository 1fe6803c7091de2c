"""A store that an older Copydesk made is brought up to date with each row as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.errors import StorageError
from storage import schema
from storage.store import open_store
from tests.storage.filling import all_rows, connect, fill, make_store, statements

FROZEN = sorted((Path(__file__).parent / "schemas").glob("*.sql"), key=lambda path: int(path.stem))
"""Stores as released versions made them. A released schema is frozen once, and never written again."""
EVERY_VERSION = range(1, len(schema.STEPS) + 1)


def thaw(frozen: Path, database: Path) -> None:
    with connect(database) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript("BEGIN;\n" + frozen.read_text(encoding="utf-8") + "COMMIT;")


def check_migrated(path: Path, before: dict[str, list[dict[str, object]]]) -> None:
    with connect(path) as connection:
        after = all_rows(connection)
        for table, rows in before.items():
            kept = [{name: row[name] for name in rows[0]} for row in after[table]] if rows else []
            assert kept == rows, table
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.STEPS)
        connection.execute(
            "INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')"
        )  # raises where it is off


@pytest.mark.parametrize("version", EVERY_VERSION)
def test_a_store_of_each_version_is_brought_up_to_date_with_every_row(version: int, tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    make_store(path, steps=version)
    with connect(path) as connection:
        fill(connection)
        before = all_rows(connection)
    assert all(len(rows) == 2 for rows in before.values())

    open_store(path).close()

    check_migrated(path, before)


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.stem)
def test_a_released_store_is_brought_up_to_date_with_every_row(frozen: Path, tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    thaw(frozen, path)
    with connect(path) as connection:
        before = all_rows(connection)

    with open_store(path) as store:
        assert store.stats()["articles"] == len(before["articles"])

    check_migrated(path, before)


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: path.stem)
def test_a_released_step_makes_what_it_made_when_it_was_released(frozen: Path, tmp_path: Path) -> None:
    thaw(frozen, tmp_path / "frozen.db")
    make_store(tmp_path / "made.db", steps=int(frozen.stem))

    with connect(tmp_path / "frozen.db") as old, connect(tmp_path / "made.db") as new:
        assert statements(old) == statements(new)


def test_an_older_store_ends_as_a_new_one_begins(tmp_path: Path) -> None:
    thaw(FROZEN[0], tmp_path / "old.db")
    for name in ("old.db", "new.db"):
        open_store(tmp_path / name).close()

    with connect(tmp_path / "old.db") as old, connect(tmp_path / "new.db") as new:
        assert sorted(statements(old)) == sorted(statements(new))


def test_opening_it_to_read_brings_it_up_to_date_too(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    thaw(FROZEN[0], path)

    with open_store(path, read_only=True) as store:
        assert store.stats()["articles"] == 2


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "copydesk.db"
    thaw(FROZEN[0], path)
    with connect(path) as connection:
        before, made = all_rows(connection), statements(connection)
    broken = "CREATE TABLE half (id INTEGER);\nINSERT INTO nowhere VALUES (1);\n"
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, ("m999_broken", broken)))

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        open_store(path)

    with connect(path) as connection:
        assert (all_rows(connection), statements(connection)) == (before, made)


def test_two_processes_may_bring_it_up_to_date_at_once(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    thaw(FROZEN[0], path)
    with connect(path) as connection:
        before = all_rows(connection)
    command = [
        sys.executable,
        "-c",
        "import sys; from storage.store import open_store; open_store(sys.argv[1]).close()",
    ]

    running = [subprocess.Popen([*command, str(path)], stderr=subprocess.PIPE) for _ in range(4)]

    assert [(process.wait(timeout=60), process.communicate()[1]) for process in running] == [(0, b"")] * 4
    check_migrated(path, before)


def test_a_store_of_a_newer_copydesk_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    open_store(path).close()
    with connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")

    with pytest.raises(StorageError, match="a newer Copydesk made this database"):
        open_store(path)


URLS_IN_LINE = next(number for number, (name, _) in enumerate(schema.STEPS) if name.endswith("canonical_urls"))


def test_stored_urls_are_brought_in_line_and_no_page_is_fetched_again(tmp_path: Path) -> None:
    path = tmp_path / "copydesk.db"
    make_store(path, steps=URLS_IN_LINE)
    old = ["https://a.example/1/index.html", "https://a.example/2;jsessionid=1", "https://a.example/2", "tag:a,1"]
    with connect(path) as connection:
        connection.executemany(
            """
            INSERT INTO entries (key, source, url, state, first_seen_at, next_look_at)
            VALUES (?1, 'a', ?1, 'fetched', '', '2026-11-02')
            """,
            [(url,) for url in old],
        )

    open_store(path).close()

    with connect(path) as connection:
        rows = connection.execute("SELECT key, next_look_at IS NOT NULL FROM entries ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [
        ("https://a.example/1/", 1),
        ("https://a.example/2;jsessionid=1", 0),  # the other row has this page's URL
        ("https://a.example/2", 1),
        ("tag:a,1", 1),
    ]
