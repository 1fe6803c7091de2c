"""Values on their way to PostgreSQL and back, and rows that are read by name and by position."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper


class Row(tuple[Any, ...]):
    """See `storage.database.StoredRow`."""

    __slots__ = ()
    names: tuple[str, ...] = ()
    places: dict[str, int] = {}  # noqa: RUF012 (of a class of its own for each answer's columns)

    def keys(self) -> list[str]:
        return list(self.names)

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.places[key] if key.__class__ is str else key)


@lru_cache(maxsize=1_000)
def row_class(names: tuple[str, ...]) -> type[Row]:
    """A class of rows with these columns; of two with one name, the first is found by it."""
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    return type("Row", (Row,), {"__slots__": (), "names": names, "places": places})


def make_row(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
    """A row factory."""
    return row_class(tuple(column.name for column in cursor.description or ()))


class TextDumper(StrDumper):
    """A text as text, not as a literal of unknown type; without NUL, which PostgreSQL's texts cannot hold."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", ""))


class NumberLoader(Loader):
    """Sums and averages as Python's own numbers."""

    def load(self, data: Buffer) -> int | float:
        words = bytes(data)
        return float(words) if b"." in words or b"N" in words else int(words)


class FlagLoader(Loader):
    """A BOOLEAN as SQLite has it: 1 or 0. Rows are the same whichever engine they come from."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


def adapt(connection: psycopg.Connection[Any]) -> None:
    """Give a connection our rows and values. Whole numbers are all of one type: so a statement is prepared once."""
    connection.row_factory = make_row
    connection.adapters.register_dumper(str, TextDumper)
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_loader("numeric", NumberLoader)
    connection.adapters.register_loader("bool", FlagLoader)
