"""The whole suite on PostgreSQL: TEST_STORE=postgresql makes every path of a database one on a server.

Whatever opens a store by its path gets a PostgreSQL database of that name instead, in this process and in all that it
starts: this folder is on their PYTHONPATH, and Python loads `sitecustomize` by itself.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import postgres

NOT_ON_A_SERVER = {
    "tests/browser/": "the inspection page reads SQLite files",
    "tests/storage/web/": "the inspection page reads SQLite files",
    "tests/flows/test_web.py": "the inspection page reads SQLite files",
    "tests/storage/test_migrations.py": "how SQLite files of older versions are brought up to date",
    "tests/faults/test_storage_trouble.py": "a disk that is full or read-only under an SQLite file",
    "tests/benchmarks/": "figures, not tests",
}
"""Where tests are about the SQLite file itself, and why. Single tests say so by the mark `sqlite_file`."""


def begin() -> None:
    """Start the server, and tell all processes to come of it."""
    os.environ["TEST_STORE_SERVER"] = postgres.address(postgres.server(), "{name}")
    here = str(Path(__file__).parent)
    os.environ["PYTHONPATH"] = os.pathsep.join([here, os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
    from tests.everywhere import sitecustomize

    sitecustomize.patch()


def leave_out(items: list[pytest.Item]) -> None:
    """Skip what is about the SQLite file."""
    root = Path(__file__).parents[2]
    for item in items:
        path = str(item.path.relative_to(root))
        mark = item.get_closest_marker("sqlite_file")
        why = mark.args[0] if mark else next((w for name, w in NOT_ON_A_SERVER.items() if path.startswith(name)), "")
        if why:
            item.add_marker(pytest.mark.skip(reason=f"on a server: {why}"))
