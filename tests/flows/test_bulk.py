"""Bulk work on a real Dask cluster of two worker processes, through a real Prefect server: what is stored is what the
plain run stores, whatever is slow, poisoned or killed."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from flows import backfill_bulk
from flows.backfill import Backfilled, backfill_files, find_files
from flows.bulk import Engine, run_on
from flows.cli import cli
from flows.config import Settings, load_settings
from flows.engines import Where, parse_where
from flows.reextract import Reextraction
from flows.warcpages import Wanted
from storage.records import ArticleQuery, EdgeQuery
from storage.store import open_store
from tests.flows import kept_pages
from tests.flows.dask import dask_cluster
from tests.flows.test_reextract import ARTICLES, LATER, SOURCES, Desk
from tests.flows.test_reextract import desk as desk
from tests.flows.warcfiles import make_warc, packed_whole, packed_zstd
from tests.prose import make_page

pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),  # warcio's writer leaves them
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HERE = Where()
FILES = 6
PAGES = 12
LARGE_BYTES = 200_000


@dataclass
class Cluster:
    cluster: Any
    where: Where

    def kill_a_worker(self) -> None:
        nanny = next(iter(self.cluster.workers.values()))
        os.kill(nanny.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as (cluster, where):
        yield Cluster(cluster, where)


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
    monkeypatch.setattr(backfill_bulk, "BATCH", 5)


def pages_of(file: int) -> Iterator[tuple[str, str, bytes]]:
    """Pages of a file. Some stand in another file as well: word for word under another address, as a later state of
    the same page, or byte for byte. One is larger than pages may be."""
    for number in range(PAGES):
        at = f"2026-11-{1 + file:02}T{number:02}:00:00Z"
        piece = file * PAGES + number
        url, body = f"https://host{number % 3}.example/page-{piece}", make_page(piece).body
        if file and number % 5 == 1:
            url, body = f"https://copy{file}.example/page-{piece}", make_page(number).body
        if file and number % 5 == 2:
            url = f"https://host{number % 3}.example/page-{number}"
        if file and number % 5 == 3:
            url, body = f"https://host{number % 3}.example/page-{number}", make_page(number).body
        if (file, number) == (1, 0):
            body += b" " * LARGE_BYTES
        yield url, at, body


def write_files(folder: Path) -> list[Path]:
    folder.mkdir()
    for file in range(FILES):
        name, raw = f"{file}.warc.gz", make_warc(pages_of(file))
        plain = make_warc(pages_of(file), gzipped=False)
        if file == 2:
            raw = raw[: -len(raw) // 4]  # torn
        if file == 3:
            name, raw = "3.warc", plain
        if file == 4:
            raw = packed_whole(plain)
        if file == 5:
            name, raw = "5.warc.zst", packed_zstd(plain)
        (folder / name).write_bytes(raw)
    return find_files([folder])


def make_desk(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    news = f"[extract]\nworkers = 1\n[crawl]\nmax_body_bytes = {LARGE_BYTES}\n"
    (folder / "news.toml").write_text(news, encoding="utf-8")
    return load_settings(folder)


def take_in(where: Where, settings: Settings, files: list[Path], **given: Any) -> Backfilled:
    def act(engine: Engine | None) -> Backfilled:
        return backfill_files(files, settings, [], Wanted(), engine=engine, **given)

    return run_on(where, settings, act, name="backfill")


def stored(settings: Settings) -> Mapping[str, Any]:
    """Articles with their revisions, their groups, the exact edges, and what was refused: by URL."""
    with open_store(settings.desk.database, read_only=True) as store:
        rows = list(store.articles.find(ArticleQuery(limit=None, duplicates=True)))
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


@dataclass
class Plain:
    """What the plain run makes of the files."""

    files: list[Path]
    row: dict[str, int]
    stored: Mapping[str, Any]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    folder = tmp_path_factory.mktemp("plain")
    files, settings = write_files(folder / "files"), make_desk(folder)
    row = take_in(HERE, settings, files).row()
    return Plain(files, row, stored(settings))


@pytest.mark.usefixtures("small_spans")
def test_a_back_fill_on_dask_stores_what_the_plain_one_does(tmp_path: Path, dask: Cluster, plain: Plain) -> None:
    settings = make_desk(tmp_path)
    done = take_in(dask.where, settings, plain.files)

    assert done.row() == plain.row
    assert (done.row()["too_large"], done.row()["damaged"]) == (1, 1)
    assert "2.warc.gz: is no WARC, or is damaged: it ends in the middle" in done.damaged[0]
    assert stored(settings) == plain.stored
    assert len(plain.stored["edges"]) > FILES
    assert len(plain.stored["articles"]) == plain.row["new"] > FILES * PAGES / 2
    again = take_in(HERE, settings, plain.files)
    assert (again.kept, again.counts) == (0, {})


@pytest.mark.faults
@pytest.mark.usefixtures("small_spans")
def test_a_worker_that_is_killed_costs_no_page_and_doubles_none(tmp_path: Path, dask: Cluster, plain: Plain) -> None:
    settings, killed = make_desk(tmp_path), Event()

    def kill_once(done: Backfilled) -> None:
        if done.kept and not killed.is_set():
            killed.set()
            dask.kill_a_worker()

    done = take_in(dask.where, settings, plain.files, on_progress=kill_once)

    assert killed.is_set()
    assert done.row() == plain.row
    assert stored(settings) == plain.stored


@pytest.mark.faults
def test_ctrl_c_ends_all_of_it_and_the_next_run_goes_on_where_it_was(tmp_path: Path, plain: Plain) -> None:
    """With a cluster and a Prefect server of the command's own."""
    settings = make_desk(tmp_path)
    names = [str(file) for file in plain.files]
    code = "import sys; from flows import backfill_bulk as b; b.SMALL_BYTES, b.BATCH = 0, 5; from flows.cli import main"
    code += "; sys.argv = ['copydesk', *sys.argv[1:]]; main()"
    command = [sys.executable, "-c", code, "backfill", *names, "--on", "dask", "--home", str(tmp_path)]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ, start_new_session=True
    ) as process:
        until = time.monotonic() + 200
        while time.monotonic() < until and process.poll() is None and not _has_pages(settings):
            time.sleep(0.05)
        others = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: it reaches the workers, too
        _, stderr = process.communicate()

    assert process.returncode == 130, stderr.decode()
    assert "Traceback" not in stderr.decode()
    assert len(others) > 3
    assert psutil.wait_procs(others, timeout=60)[1] == []
    before = len(stored(settings)["articles"])
    take_in(HERE, settings, plain.files)
    assert 0 < before < len(plain.stored["articles"])
    assert stored(settings) == plain.stored


def _has_pages(settings: Settings) -> bool:
    if not settings.desk.database.exists():
        return False
    with open_store(settings.desk.database, read_only=True) as store:
        return bool(store.stats()["snapshots"])


def test_a_re_extraction_on_dask_finds_and_stores_what_the_plain_one_does(desk: Desk, dask: Cluster) -> None:
    """Also of pages that kill the process which reads them, hold it up, or break the rules."""
    desk.take_in(kept_pages.extract_as_before)
    settings = replace(desk.settings, extract=replace(desk.settings.extract, timeout_s=4))
    rules = kept_pages.extract_with_poison
    with Reextraction(desk.store, settings, SOURCES, extract=rules) as work:
        plain = work.compare()
    desk.store.close()

    def act(engine: Engine | None) -> tuple[Any, int]:
        with (
            open_store(settings.desk.database) as store,
            Reextraction(store, settings, SOURCES, extract=rules, engine=engine) as work,
        ):
            return work.compare(), work.apply(now=LATER)

    report, changed = run_on(dask.where, settings, act, name="reextract")

    refused = {each.article_id: each.refusal.reason for each in report.refusals}
    assert refused == {1: "extract_crash", 2: "extract_timeout", 3: "extract_crash"}
    assert {each.article_id: each.refusal.reason for each in plain.refusals} == refused
    assert replace(report, refusals=[]) == replace(plain, refusals=[])
    assert changed == ARTICLES - len(refused)


def test_what_is_named_is_what_runs_the_work() -> None:
    assert parse_where("here") == Where()
    assert parse_where("dask") == Where(engine="dask")
    assert parse_where("dask=tcp://10.0.0.5:8786") == Where(engine="dask", address="tcp://10.0.0.5:8786")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ray", 'expected "here", "dask" or "dask=ADDRESS", found "ray"'),
        ("daks", 'did you mean "dask"?'),
        ("here=tcp://10.0.0.5:8786", 'expected "here"'),
        ("dask=10.0.0.5", 'expected the address of a Dask scheduler such as "tcp://10.0.0.5:8786", found "10.0.0.5"'),
        ("dask=", "expected the address"),
    ],
)
def test_what_is_no_engine_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    result = CliRunner().invoke(cli, ["reextract", "--on", text, "--home", str(tmp_path)], prog_name="copydesk")

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_where_no_scheduler_answers_the_line_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    args = ["reextract", "--on", f"dask={address}", "--home", str(tmp_path)]
    result = CliRunner().invoke(cli, args, prog_name="copydesk")

    assert result.exit_code == 1
    assert f"{address}: no Dask scheduler answers here (" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_the_extra_the_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "prefect_dask" else find(name))
    result = CliRunner().invoke(cli, ["reextract", "--on", "dask", "--home", str(tmp_path)], prog_name="copydesk")

    assert result.exit_code == 1
    assert "pip install 'copydesk[dask]'" in result.stderr
