"""A store is copied to another one, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import StorageError
from storage import copying
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.postgres import connect as connect_any
from tests.storage.filling import connect, fill, tables
from tests.storage.kept import NOON, begin, keep, make_extraction

EVERY = (*copying.TABLES, *copying.BY_TRIGGERS)
NOT_COPIED = {"leases"}
"""They are of processes that run now."""


class BrokenOff(Exception):
    pass


def silent(table: str, rows: int) -> None:
    pass


def written(report: list[Any]) -> dict[str, int]:
    return {table.table: table.written for table in report if table.written}


def take_in(store: Store, *words: str, at: datetime = NOON) -> list[int]:
    """A crawl that brings an article a word; their ids."""
    crawl_id = begin(store, at=at)
    pages = [keep(store, crawl_id, word, at=at) for word in words]
    made = [
        make_extraction(page, word=word, headline=f"Report on {word}") for page, word in zip(pages, words, strict=True)
    ]
    return [stored.article_id or 0 for stored in store.articles.store(made, now=at)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "from.db") as store:
        yield store


@pytest.fixture
def target(database: str) -> Iterator[Store]:
    with open_store(database) as target:
        yield target


@pytest.mark.sqlite_file("keys of tables, read from an SQLite file")
def test_every_table_is_copied(tmp_path: Path) -> None:
    open_store(tmp_path / "from.db").close()
    with connect(tmp_path / "from.db") as connection:
        assert {table.name for table in EVERY} == set(tables(connection)) - NOT_COPIED
        for table in EVERY:
            rows = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table.name,))
            assert tuple(row["name"] for row in rows) == table.key


@pytest.mark.sqlite_file("rows put into an SQLite file")
def test_a_row_in_every_table_is_the_same_in_the_copy(
    tmp_path: Path, store: Store, target: Store, database: str
) -> None:
    with connect(tmp_path / "from.db") as connection:
        fill(connection)
    report = store.copy_to(target, on_progress=silent)
    with connect(tmp_path / "from.db") as ours, connect_any(database) as theirs:
        for name in set(tables(ours)) - NOT_COPIED:
            every = f"SELECT * FROM {name} ORDER BY 1, 2"
            assert [tuple(row) for row in theirs.execute(every)] == [tuple(row) for row in ours.execute(every)], name
    assert all(table.rows == 2 == table.written for table in report)
    assert written(store.copy_to(target, on_progress=silent)) == {}


def test_a_copy_is_copied_back(tmp_path: Path, store: Store, target: Store) -> None:
    take_in(store, "copper", "harbour")
    there = store.copy_to(target, on_progress=silent)
    with open_store(tmp_path / "back.db") as back:
        again = target.copy_to(back, on_progress=silent)
        assert list(back.articles.find(ArticleQuery(limit=None))) == list(store.articles.find(ArticleQuery(limit=None)))
    assert [(table.table, table.rows, table.digest) for table in again] == [
        (table.table, table.rows, table.digest) for table in there
    ]


def test_a_copy_is_searched_and_goes_on_as_the_desk_it_was(store: Store, target: Store) -> None:
    kept = take_in(store, "copper", "harbour")
    store.copy_to(target, on_progress=silent)
    assert [row["headline"] for row in target.articles.find(ArticleQuery(search="copper"))] == ["Report on copper"]
    more = take_in(target, "railway", at=NOON + timedelta(hours=1))
    assert min(more) > max(kept)
    assert target.stats()["articles"] == 3


def test_a_later_copy_brings_what_changed_and_nothing_else(store: Store, target: Store) -> None:
    take_in(store, "copper", "harbour")
    store.copy_to(target, on_progress=silent)
    take_in(store, "railway", at=NOON + timedelta(hours=1))
    report = store.copy_to(target, on_progress=silent)
    assert written(report)["articles"] == 1
    assert written(report)["entries"] == 1


def test_what_was_taken_down_since_goes_from_the_copy(store: Store, target: Store) -> None:
    take_in(store, "copper", "harbour")
    store.copy_to(target, on_progress=silent)
    store.removals.remove("https://ledger.example/copper", now=NOON)
    store.copy_to(target, on_progress=silent)
    assert [row["headline"] for row in target.articles.find(ArticleQuery())] == ["Report on harbour"]
    assert target.removals.removed_at("https://ledger.example/copper") is not None


def test_a_copy_that_was_broken_off_goes_on_where_it_was(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(store, "copper", "harbour", "railway")
    monkeypatch.setattr(copying, "BATCH", 2)

    def break_off(table: str, rows: int) -> None:
        if table == "snapshots":
            raise BrokenOff

    with pytest.raises(BrokenOff):
        store.copy_to(target, on_progress=break_off)
    again = written(store.copy_to(target, on_progress=silent))
    assert "entries" not in again
    assert (again["snapshots"], again["articles"]) == (1, 3)


def test_another_desk_is_not_overwritten(store: Store, target: Store) -> None:
    take_in(store, "copper")
    take_in(target, "harbour", at=NOON + timedelta(hours=1))
    with pytest.raises(StorageError, match="another desk's"):
        store.copy_to(target, on_progress=silent)
    assert [row["headline"] for row in target.articles.find(ArticleQuery())] == ["Report on harbour"]


def test_a_copy_that_works_by_now_is_not_put_back(store: Store, target: Store) -> None:
    take_in(store, "copper")
    store.copy_to(target, on_progress=silent)
    take_in(target, "harbour", at=NOON + timedelta(hours=1))
    with pytest.raises(StorageError, match="since it was copied"):
        store.copy_to(target, on_progress=silent)
    target.copy_to(store, on_progress=silent)
    assert store.stats()["articles"] == 2


def test_others_may_write_while_it_is_copied(store: Store, target: Store, tmp_path: Path) -> None:
    take_in(store, "copper")

    def write(table: str, rows: int) -> None:
        if table == "entries":
            with open_store(tmp_path / "from.db") as other:
                take_in(other, "harbour", at=NOON + timedelta(hours=1))

    store.copy_to(target, on_progress=write)
    assert target.stats()["articles"] == 1
    store.copy_to(target, on_progress=silent)
    assert target.stats()["articles"] == 2


def test_a_target_that_another_program_writes_to_is_told(store: Store, target: Store, database: str) -> None:
    take_in(store, "copper", "harbour")

    def spoil(table: str, rows: int) -> None:
        if table == "story_terms":
            with connect_any(database) as connection:
                connection.execute("UPDATE articles SET headline = 'Another'")

    with pytest.raises(StorageError, match="articles: 2 rows of digest"):
        store.copy_to(target, on_progress=spoil)
