"""Reads for the page: on threads, each with a read-only database of its own, and with a time limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from storage.database import Database
from storage.engines.sqlite import SqliteDatabase

THREADS = 4
LIMIT_S = 5.0
"""A page; what takes longer is given up and said so."""

Answer = TypeVar("Answer")


class Reader:
    """Answers questions to the database without holding up the server."""

    def __init__(self, path: Path, *, limit_s: float = LIMIT_S) -> None:
        self._path = path
        self._limit_s = limit_s
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def ask(self, question: Callable[[Database], Answer]) -> Answer:
        """Return what a question answers, from one state of the database.

        Raises:
            StorageError: the database cannot be read, or takes too long.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.ask_here, question)

    def ask_here(self, question: Callable[[Database], Answer]) -> Answer:
        """The same on this thread."""
        database = self._database()
        with database.limited(self._limit_s), database.reading():
            return question(database)

    def _database(self) -> Database:
        """This thread's database; a new one where the file was replaced since (`copydesk demo` does)."""
        database: Database | None = getattr(self._local, "database", None)
        here = _identity(self._path)
        if database is not None and self._local.identity != here:
            database.close()
            database = None
        if database is None:
            database = SqliteDatabase(self._path, read_only=True)
            self._local.database, self._local.identity = database, _identity(self._path)
        return database


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)
