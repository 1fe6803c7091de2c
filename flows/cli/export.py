"""`copydesk export`."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.filters import article_filters
from flows.cli.lookup import check_filters

if TYPE_CHECKING:
    from storage.places import ArchivePlace
    from storage.records import ArticleQuery
    from storage.store import Store

EVERY = 500
"""Articles between two looks at the progress bar."""
NAMES = ("jsonl", "csv", "markdown", "parquet", "sqlite", "warc")
"""Those of storage.export.writers.FORMATS, which is loaded later than the help; a test holds them together."""


@command(example="copydesk export articles.csv --since 2026-11-01 --tag uk", has_format=False)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(NAMES), help="Of the file.  [default: as OUT is named, else jsonl]")
@article_filters
@click.option("--after", "after_id", type=click.IntRange(min=0), default=0, metavar="ID", help="Only later articles.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@click.option("--without-paywalled", is_flag=True, help="Leave out what must be paid for.")
@click.option(
    "--without-reserved", is_flag=True, help="Leave out noindex, noarchive, and what is kept from text and data mining."
)
def export(session: Session, out: Path, name: str | None, **filters: Any) -> None:
    """Write articles, with their texts, into a file, a folder (markdown, parquet), or a pipe (`-`; jsonl, csv).

    They go out in order of their ids. The last line on stderr names the last id, so that `--after` goes on from there,
    and SHA-256 digests; `sha256sum -c OUT.sha256` checks a file.
    """
    from storage.export.writers import FORMATS, format_of
    from storage.records import ArticleQuery

    is_pipe = str(out) == "-"
    name = name or (None if is_pipe else format_of(out)) or "jsonl"
    if is_pipe and not FORMATS[name].to_stream:
        raise click.UsageError(f"{name} cannot be written into a pipe; name a file or folder")
    query = ArticleQuery(**filters, by_id=True)
    with session.store() as store:
        check_filters(store, query)
        if is_pipe:
            _to_pipe(store, query, name)
        else:
            _to_file(store, query, name, out, session.settings().desk.archive)


def _to_pipe(store: Store, query: ArticleQuery, name: str) -> None:
    from storage.export.writers import open_stream

    stream = _Digesting(sys.stdout.buffer)
    with open_stream(name, stream) as writer:  # type: ignore[arg-type]  # of a stream, `write` and `flush` are used
        count, last = _write(store, query, writer.write)
    say(f"{_told(count, last)}; sha256 {stream.digest}")


def _to_file(store: Store, query: ArticleQuery, name: str, out: Path, archive: ArchivePlace) -> None:
    from storage.export.writers import digest_of, files_of, open_writer

    with open_writer(name, out, store, archive) as writer:
        count, last = _write(store, query, writer.write)
    files = files_of(out)
    sums = out.with_name(out.name + ".sha256")
    lines = [f"{digest_of([path])}  {path.relative_to(out.parent)}\n" for path in files]
    try:
        sums.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise CopydeskError(str(sums), f"cannot be written ({error.strerror})") from error
    what = f"sha256 {lines[0].split()[0]}" if out.is_file() else f"{len(files):,} files, their sha256 in {sums.name}"
    say(f"{out}: {_told(count, last)}; {what}")


def _told(count: int, last: int) -> str:
    if not count:
        return "no article matches"
    return f"{count:,} articles, the last with id {last} (go on with --after {last})"


def _write(store: Store, query: ArticleQuery, write: Callable[[Any], None]) -> tuple[int, int]:
    """How many articles were written, and the id of the last one."""
    count = last = 0
    with _progress() as tell:
        for row in store.articles.find(query):
            write(row)
            count, last = count + 1, int(row["id"])
            if count % EVERY == 0:
                tell(count)
    return count, last


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A count on stderr where that is a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from flows.cli.output import console

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} articles"), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("export", total=None)
        yield lambda done: bar.update(task, completed=done)


class _Digesting:
    """A stream that counts what passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._sum = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()

    def write(self, block: bytes) -> int:
        self._sum.update(block)
        return self._stream.write(block)

    def flush(self) -> None:
        self._stream.flush()
