"""CSV for spreadsheets. What a spreadsheet would take for a formula is defused."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from copydesk.text import defuse_formula
from storage.articles import KEYS
from storage.export.writers import FileWriter
from storage.store import Row

BOM = b"\xef\xbb\xbf"
"""Tells Excel that the file is UTF-8."""


class CsvFile:
    def __init__(self, stream: IO[bytes], file: FileWriter | None = None) -> None:
        self._stream = stream
        self._file = file
        self._line = io.StringIO(newline="")
        self._writer = csv.writer(self._line)
        stream.write(BOM)
        self._put(KEYS)

    def write(self, row: Row) -> None:
        self._put([flat(row[key]) for key in KEYS])

    def _put(self, cells: list[Any]) -> None:
        self._writer.writerow(cells)
        self._stream.write(self._line.getvalue().encode("utf-8", "replace"))
        self._line.seek(0)
        self._line.truncate()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close(is_whole=error is None)
        elif error is None:
            self._stream.flush()


def flat(value: Any) -> Any:
    """A value as one cell: lists joined by `; `, nothing for null."""
    if isinstance(value, str):
        return defuse_formula(value)
    if isinstance(value, list | tuple):
        return defuse_formula("; ".join(map(str, value)))
    return value


def open_writer(out: Path) -> CsvFile:
    file = FileWriter(out)
    return CsvFile(file.stream, file)


def open_stream(stream: IO[bytes]) -> CsvFile:
    return CsvFile(stream)
