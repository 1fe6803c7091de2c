"""What this room asks of a database, whichever engine it is: one of `storage.engines`.

Every statement is written once, in words that all engines understand, with the marks of SQLite for values: `?`, `?1`,
`:name`. Where an engine has another word for a thing, it is the engine that translates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

Noun = TypeVar("Noun")
Values = Sequence[Any] | Mapping[str, Any]
EVERY = (1 << 62) - 1
"""A LIMIT that is none."""
STREAMED = 200
"""Rows that are read at once, where all of a query go out one after the other."""


class StoredRow(Protocol):
    """One row of an answer: read by name or by position; `dict(row)` and `tuple(row)` make what they say."""

    def keys(self) -> list[str]: ...

    def __getitem__(self, key: str | int, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int: ...


class Cursor(Protocol):
    """The answer to one statement."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any: ...

    def fetchmany(self, size: int = ..., /) -> list[Any]: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What a transaction is given."""

    def execute(self, sql: str, values: Values = ..., /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Values], /) -> Cursor: ...

    def every(self, sql: str, rows: Sequence[Values], /) -> list[list[Any]]:
        """The answers to one question with many values, in their order; a server is asked once."""


class SearchWords(Protocol):
    """How an engine says what a search finds. Matches are rows of `articles_fts`, whose `rowid` is the article's."""

    def match(self, search: str, *, fts: str = ..., table: str = ...) -> tuple[list[str], dict[str, Any]]:
        """The conditions that make `table` (articles, listings) a match, and their values: none where nothing is
        searched for. Where `match` is among the values, a condition is on articles_fts, which the caller joins."""

    def score(self, *, fts: str = ...) -> str:
        """The expression that the best matches come first by, where articles_fts is joined."""


class Database(Protocol):
    """A connection that any thread may use, one at a time. What cannot be done now is a StorageError."""

    name: str
    """As messages name it: a path, or an address without its password."""
    read_only: bool
    bad_search: type[Exception]
    """What it raises where raw search syntax is wrong."""

    @property
    def search(self) -> SearchWords: ...

    passing_locked: str
    """At the end of a SELECT of rows to be changed: pass over those that others are changing now."""

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[Connection]:
        """One domain act: all of it or nothing. One at a time writes, so what it reads is still true when it writes;
        without `alone`, others may write beside it where the engine lets them."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Several reads of one state of the database."""

    def rows(self, sql: str, values: Values = ()) -> list[StoredRow]: ...

    def row(self, sql: str, values: Values = ()) -> StoredRow | None:
        """The first row; None where there is none."""

    def number(self, sql: str, values: Values = ()) -> int:
        """The first column of the first row; 0 where that is null or there is none."""

    def stream(self, sql: str, values: Mapping[str, Any]) -> Iterator[StoredRow]:
        """Rows of one state of the database, one after the other, while others go on writing: on a connection of its
        own, in constant memory."""

    def stream_found(self, ids: str, values: Mapping[str, Any], rows: str) -> Iterator[tuple[Any, ...]]:
        """The same where rows are large and an order has to be made: only ids are sorted. `ids` selects them in the
        order of the rows; `rows` selects the rows of some (`?`: a JSON list of ids), each with its id first."""

    def limited(self, limit_s: float) -> AbstractContextManager[None]:
        """Give up reads that go on for longer, with a StorageError."""

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""

    def renumber(self, tables: Sequence[str]) -> None:
        """Let the next id of each table come after its largest: rows were put in with ids of their own."""

    def size_bytes(self) -> int:
        """What it takes on the disk."""

    def tidy(self) -> int:
        """Merge search indexes, renew what the planner knows, write logs back; how many pages of a log were written."""

    def begin_erasing(self) -> None:
        """What is deleted from now on is overwritten, where the engine can do so."""

    def erase_traces(self) -> None:
        """Leave nothing of what was deleted in free pages, indexes and logs.

        Raises:
            StorageError: somebody reads or writes for so long that it cannot be done now.
        """

    def copy_to(self, path: Path) -> None:
        """Copy one state of the whole database into an SQLite file, while others go on writing.

        Raises:
            StorageError: it cannot be done; what to do instead.
        """

    def patient(self, noun: Noun) -> Noun:
        """A noun of the store whose acts are tried again where the engine lost its connection within one."""

    def close(self) -> None: ...
