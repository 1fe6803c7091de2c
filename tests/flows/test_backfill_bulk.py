"""Many WARC files on a real Dask cluster: what is stored is what the plain run stores, whatever is slow or dies."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flows import backfill_bulk
from flows.backfill import Backfilled, backfill_files, find_files
from flows.bulk import Engine, run_on
from flows.config import Settings, load_settings
from flows.engines import Where
from flows.warcpages import Wanted
from storage.records import ArticleQuery, EdgeQuery
from storage.store import open_store
from tests.flows.dask import dask_cluster
from tests.flows.warcfiles import make_warc, packed_whole, packed_zstd
from tests.prose import make_page

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),  # warcio's writer leaves them
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HERE = Where()
FILES = 6
PAGES = 10


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Where]]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


@pytest.fixture(autouse=True)
def closed_files() -> Iterator[None]:
    """warcio's writer leaves temporary files open: they are closed here, before another test is blamed for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()


@pytest.fixture
def small_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are divided, however small they are."""
    monkeypatch.setattr(backfill_bulk, "SMALL_BYTES", 0)
    monkeypatch.setattr(backfill_bulk, "BATCH", 4)


def pages_of(file: int) -> list[tuple[str, str, bytes]]:
    """Pages of a file: some stand in the file before as well, word for word under another address, or as an earlier
    state of the same page."""
    found = []
    for number in range(PAGES):
        at = f"2026-11-{1 + file:02}T{number:02}:00:00Z"
        piece = file * PAGES + number
        url, body = f"https://host{number % 3}.example/page-{piece}", make_page(piece).body
        if file and number % 5 == 1:
            url, body = f"https://copy{file}.example/page-{piece}", make_page(number).body
        if file and number % 5 == 2:
            url = f"https://host{(number) % 3}.example/page-{piece - PAGES}"
        if file and number % 5 == 3:
            url, body = f"https://host{number % 3}.example/page-{piece - PAGES}", make_page(piece - PAGES).body
        found.append((url, at, body))
    return found


def write_files(folder: Path) -> list[Path]:
    folder.mkdir()
    for file in range(FILES):
        raw = make_warc(pages_of(file))
        name = f"{file}.warc.gz"
        if file == 3:
            name, raw = "3.warc", make_warc(pages_of(file), gzipped=False)
        if file == 4:
            raw = packed_whole(make_warc(pages_of(file), gzipped=False))
        if file == 5:
            name, raw = "5.warc.zst", packed_zstd(make_warc(pages_of(file), gzipped=False))
        (folder / name).write_bytes(raw)
    return find_files([folder])


def desk(folder: Path) -> Settings:
    folder.mkdir()
    (folder / "news.toml").write_text("[extract]\nworkers = 1\n[crawl]\nmax_body_bytes = 200000\n", encoding="utf-8")
    return load_settings(folder)


def take_in(where: Where, settings: Settings, files: list[Path], **given: Any) -> Backfilled:
    def act(engine: Engine | None) -> Backfilled:
        return backfill_files(files, settings, [], Wanted(), engine=engine, **given)

    return run_on(where, settings, act, name="backfill")


def stored(settings: Settings) -> Mapping[str, Any]:
    """Articles with their revisions, their groups, the exact edges, and what was refused: by URL."""
    with open_store(settings.desk.database, read_only=True) as store:
        rows = store.articles.find(ArticleQuery(limit=None, duplicates=True))
        urls = {row["id"]: row["canonical_url"] for row in rows}
        articles = {
            row["canonical_url"]: (
                row["headline"],
                row["body_text"],
                row["source"],
                row["fetched_at"],
                urls.get(row["duplicate_of"]),
                tuple(each["headline"] for each in store.articles.revisions(row["id"])),
            )
            for row in rows
        }
        edges = {
            (urls[edge["article_id"]], urls[edge["of"]])
            for edge in store.duplicates.edges(EdgeQuery(relation="exact", limit=None))
        }
        refused = sorted((row["url"], row["reason"]) for row in store.quarantine.rows())
        pending = store.snapshots.count_pending()
    return {"articles": articles, "edges": edges, "refused": refused, "pending": pending}


@pytest.mark.usefixtures("small_spans")
def test_what_is_stored_is_what_the_plain_run_stores(tmp_path: Path, cluster: tuple[Any, Where]) -> None:
    files = write_files(tmp_path / "files")
    plain, bulk = desk(tmp_path / "plain"), desk(tmp_path / "bulk")

    first = take_in(HERE, plain, files)
    second = take_in(cluster[1], bulk, files)

    assert second.row() == first.row()
    assert stored(bulk) == stored(plain)
    assert len(stored(bulk)["edges"]) > FILES
    assert take_in(cluster[1], bulk, files).row() == dict.fromkeys(first.row(), 0)
