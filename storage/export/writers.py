"""What every format is: rows in, a file or a folder out, and a digest of what was written."""

from __future__ import annotations

import hashlib
import importlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from copydesk.errors import StorageError
from storage.places import ArchivePlace
from storage.store import Row, Store


class Writer(Protocol):
    """One export under way. A context manager: leaving it without an error puts what was written in its place."""

    def write(self, row: Row) -> None:
        """Add an article, a row of the JSON contract."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """A format that articles can be exported in."""

    module: str
    """Under storage.export; its `open_writer(out: Path) -> Writer` is loaded when it is asked for."""
    suffixes: tuple[str, ...]
    """File names that mean it."""
    is_folder: bool = False
    to_stream: bool = False
    """Whether it can be written into a pipe; `open_stream(stream) -> Writer` does."""
    about: str = ""


FORMATS: dict[str, Format] = {
    "jsonl": Format(module="jsonl", suffixes=(".jsonl", ".ndjson"), to_stream=True, about="an article a line, as JSON"),
    "csv": Format(module="csv_file", suffixes=(".csv",), to_stream=True, about="a table; formulas are defused"),
    "markdown": Format(module="markdown", suffixes=(".md",), is_folder=True, about="a file an article, front matter"),
    "parquet": Format(module="parquet", suffixes=(".parquet",), is_folder=True, about="typed, a folder a day"),
    "sqlite": Format(module="sqlite_file", suffixes=(".db", ".sqlite"), about="the articles alone, searchable"),
    "warc": Format(module="warc", suffixes=(".warc", ".warc.gz"), about="the pages as fetched, for replay tools"),
}


def format_of(out: Path) -> str | None:
    """The format that a file's name means; None where it means none.

    >>> format_of(Path("monday.CSV"))
    'csv'
    """
    return next((name for name, each in FORMATS.items() if out.name.lower().endswith(each.suffixes)), None)


def open_writer(name: str, out: Path, store: Store | None = None, archive: ArchivePlace | None = None) -> Writer:
    """Begin an export into a file, or into a folder that is new or empty. WARC needs the store and the archive as well.

    Raises:
        StorageError: `out` is there already, or cannot be written; or a package that the format needs is missing.
    """
    if out.is_dir() and FORMATS[name].is_folder and not any(out.iterdir()):
        out.rmdir()
    if out.exists():
        raise StorageError(str(out), "is there already; name another one, or remove it first")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if part_of(out).is_dir():  # left by an export that broke off
            shutil.rmtree(part_of(out))
    except OSError as error:
        raise StorageError(str(out), f"its folder cannot be made ({error.strerror})") from error
    if name == "warc":
        from storage.export.warc import WarcFile

        assert store is not None
        assert archive is not None
        return WarcFile(out, store, archive)
    writer: Writer = _load(name).open_writer(out)
    return writer


def open_stream(name: str, stream: IO[bytes]) -> Writer:
    """Begin an export into a pipe, in a format that is `to_stream`."""
    writer: Writer = _load(name).open_stream(stream)
    return writer


def part_of(out: Path) -> Path:
    """Where an export is written until it is whole."""
    return out.with_name(out.name + ".part")


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 over the bytes of files, one after the other, in hexadecimal."""
    found = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def files_of(out: Path) -> list[Path]:
    """The files of an export, in order of their names."""
    return [out] if out.is_file() else sorted(path for path in out.rglob("*") if path.is_file())


def _load(name: str):  # type: ignore[no-untyped-def]
    return importlib.import_module(f"storage.export.{FORMATS[name].module}")


class FileWriter:
    """A writer into one file of bytes: `OUT.part` while it is written, `OUT` once it is whole."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = part_of(out)
        try:
            self.stream: IO[bytes] = self._part.open("wb", buffering=1 << 20)
        except OSError as error:
            raise StorageError(str(out), f"cannot be written ({error.strerror})") from error

    def close(self, *, is_whole: bool) -> None:
        """Raises: StorageError: the disk is full."""
        try:
            self.stream.close()
            if is_whole:
                self._part.replace(self._out)
        except OSError as error:
            raise StorageError(str(self._out), f"cannot be written ({error.strerror})") from error
