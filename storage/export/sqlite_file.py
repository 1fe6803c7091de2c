"""A SQLite file for sharing: articles and full-text search, without pages, crawls or anything else of the desk's."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from copydesk.errors import StorageError
from storage.articles import KEYS
from storage.export.writers import part_of
from storage.store import Row

BATCH = 1_000
WHOLE_NUMBERS = {"word_count", "revision", "duplicate_of", "story_id", "paywalled"}
COLUMNS = ", ".join(f"{key} {'INTEGER' if key in WHOLE_NUMBERS else 'TEXT'}" for key in KEYS if key != "id")
TABLES = f"""
CREATE TABLE articles (id INTEGER PRIMARY KEY, {COLUMNS}) STRICT;   -- authors and keywords are JSON lists
CREATE VIRTUAL TABLE articles_fts USING fts5 (headline, body_text, content='articles', content_rowid='id');
"""
AFTER = """
CREATE INDEX articles_by_time ON articles (published_at);
CREATE INDEX articles_by_source ON articles (source, published_at);
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
"""
INSERT = f"INSERT INTO articles ({', '.join(KEYS)}) VALUES ({', '.join(f':{key}' for key in KEYS)})"


class SqliteFile:
    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = part_of(out)
        self._rows: list[dict[str, Any]] = []
        try:
            self._part.unlink(missing_ok=True)
            self._connection = sqlite3.connect(self._part, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = OFF")  # a torn file is thrown away: it is still `.part`
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.executescript(TABLES)
        except (sqlite3.Error, OSError) as error:
            raise StorageError(str(out), f"cannot be written ({error})") from error

    def write(self, row: Row) -> None:
        lists = {key: json.dumps(row[key], ensure_ascii=False) for key in ("authors", "keywords")}
        self._rows.append(dict(row) | lists)
        if len(self._rows) == BATCH:
            self._flush()

    def _flush(self) -> None:
        try:
            self._connection.execute("BEGIN")
            self._connection.executemany(INSERT, self._rows)
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise StorageError(str(self._out), f"cannot be written ({error})") from error
        self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._flush()
                self._connection.executescript(AFTER)
        finally:
            self._connection.close()
        if error is None:
            self._part.replace(self._out)


def open_writer(out: Path) -> SqliteFile:
    return SqliteFile(out)
