"""The contract of a store: what is tested with these fixtures holds for each engine, word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.store import Store, open_store
from tests.postgres import ENGINES, make_database


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_database(engine: str, tmp_path: Path) -> Callable[[], str]:
    """Call it for the path or the address of a database that nothing is stored in yet."""
    made: list[str] = []

    def make() -> str:
        made.append(make_database() if engine == "postgresql" else str(tmp_path / f"copydesk{len(made) or ''}.db"))
        return made[-1]

    return make


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with open_store(database) as opened:
        yield opened
