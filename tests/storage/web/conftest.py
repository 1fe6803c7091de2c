"""A store, and the read-only database that pages read it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engines.sqlite import SqliteDatabase
from storage.store import Store, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copydesk.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def database(path: Path, store: Store) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(path, read_only=True)
    yield opened
    opened.close()
