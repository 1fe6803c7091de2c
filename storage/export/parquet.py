"""Parquet: typed columns, a folder a day of publication (`published_on=…`), as pandas, Spark and DuckDB read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from copydesk.errors import StorageError
from storage.articles import KEYS
from storage.export.writers import part_of
from storage.store import Row

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 2_000
"""Articles that are turned into columns at once."""
WHOLE_NUMBERS = ("id", "word_count", "revision", "duplicate_of", "story_id")
INSTANTS = ("published_at", "modified_at", "first_seen_at", "fetched_at")
LISTS = ("authors", "keywords")
TRUTHS = ("paywalled",)


class ParquetFolder:
    def __init__(self, out: Path) -> None:
        try:
            import pyarrow as pa
        except ImportError as error:
            raise StorageError(
                "parquet", "this format needs a package more: pip install 'copydesk[parquet]'"
            ) from error
        self._pa = pa
        self._schema = make_schema()
        self._out = out
        self._part = part_of(out)
        self._rows: list[dict[str, Any]] = []
        self._batches = 0

    def write(self, row: Row) -> None:
        self._rows.append(typed(row))
        if len(self._rows) == BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow.dataset as ds

        if not self._rows and self._batches:
            return
        ds.write_dataset(
            self._pa.Table.from_pylist(self._rows, schema=self._schema),
            self._part,
            format="parquet",
            partitioning=ds.partitioning(self._pa.schema([("published_on", self._pa.string())]), flavor="hive"),
            basename_template=f"articles-{self._batches:06d}-{{i}}.parquet",
            existing_data_behavior="overwrite_or_ignore",
            max_partitions=BATCH,
        )
        self._batches += 1
        self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        self._flush()
        self._part.mkdir(exist_ok=True)
        self._part.replace(self._out)


def make_schema() -> pa.Schema:
    """The columns: those of the JSON contract, and `published_on`, the day that the folder is named by."""
    import pyarrow as pa

    kinds = (
        dict.fromkeys(WHOLE_NUMBERS, pa.int64())
        | dict.fromkeys(INSTANTS, pa.timestamp("us", tz="UTC"))
        | dict.fromkeys(LISTS, pa.list_(pa.string()))
        | dict.fromkeys(TRUTHS, pa.bool_())
    )
    return pa.schema([(key, kinds.get(key, pa.string())) for key in KEYS] + [("published_on", pa.string())])


def typed(row: Row) -> dict[str, Any]:
    """A row with its instants as such, in UTC; the offset that a page stated is not kept here."""
    made = {key: row[key] for key in KEYS}
    for key in INSTANTS:
        if made[key] is not None:
            made[key] = datetime.fromisoformat(made[key]).astimezone(UTC)
    day = made["published_at"] or made["first_seen_at"]
    return made | {"published_on": day.date().isoformat()}


def open_writer(out: Path) -> ParquetFolder:
    return ParquetFolder(out)
