"""JSON Lines: an article a line, with the keys of the contract."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

from storage.export.writers import FileWriter
from storage.store import Row


class JsonLines:
    def __init__(self, stream: IO[bytes], file: FileWriter | None = None) -> None:
        self._stream = stream
        self._file = file

    def write(self, row: Row) -> None:
        self._stream.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close(is_whole=error is None)
        elif error is None:
            self._stream.flush()


def open_writer(out: Path) -> JsonLines:
    file = FileWriter(out)
    return JsonLines(file.stream, file)


def open_stream(stream: IO[bytes]) -> JsonLines:
    return JsonLines(stream)
