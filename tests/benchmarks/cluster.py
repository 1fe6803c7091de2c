"""`make bench-cluster`: articles a minute with 1, 2 and 4 worker processes on one store, by engine.

The web answers each request after 300 ms. A worker crawls hosts of its own, as one shard of a deployment does, with 3
requests at a time and one extraction process, so that waiting is the limit and not the cores of this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from copydesk.model import Source
from storage.store import open_store
from tests.benchmarks.corpus import Corpus
from tests.desk import source_toml
from tests.postgres import keep_safe, make_database
from tests.prose import make_page
from tests.static_web import StaticWeb

WORKERS = (1, 2, 4)
HOSTS_A_WORKER = 3
ARTICLES_A_WORKER = 400
ANSWER_S = 0.3
WANTED = 0.85
"""Of linear."""
SETTINGS = """
[desk]
database = "{database}"

[crawl]
delay_s = 0
concurrency_per_host = 3
concurrency = 3
allow_private_addresses = true

[extract]
workers = 1
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What some workers did."""

    articles: int
    took_s: float
    """From the first request for a page to the end of the last worker."""
    cpu_s: float
    """Of the workers, without the web and the database server."""

    @property
    def a_minute(self) -> float:
        return self.articles / self.took_s * 60


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table. Needs no pages."""
    print(f"\n# Workers on one store: each {ARTICLES_A_WORKER} articles, answers after {ANSWER_S:g} s\n")
    print(f"{'':14}{'workers':>8}{'articles':>10}{'a minute':>10}{'of linear':>11}{'CPU ms/article':>16}")
    for engine in ("SQLite", "PostgreSQL"):
        alone = 0.0
        for workers in WORKERS:
            with a_store(engine, work / f"{engine}-{workers}") as (home, database):
                row = measure(home, database, workers)
            alone = alone or row.a_minute
            share = row.a_minute / alone / workers
            cpu_ms = row.cpu_s / row.articles * 1000
            print(
                f"{engine:14}{workers:>8}{row.articles:>10}{row.a_minute:>10.0f}{share:>11.2f}{cpu_ms:>16.1f}",
                flush=True,
            )


@contextmanager
def a_store(engine: str, home: Path) -> Iterator[tuple[Path, str]]:
    """A new home folder, and the address of its database."""
    home.mkdir(parents=True)
    if engine == "SQLite":
        yield home, str(home / "copydesk.db")
        return
    keep_safe()
    yield home, make_database()


def measure(home: Path, database: str, workers: int) -> Row:
    """
    Raises:
        RuntimeError: a worker failed, or not every article is there once.
    """
    wanted = workers * ARTICLES_A_WORKER
    pages = [make_page(number) for number in range(wanted)]
    with StaticWeb(pages, hosts=workers * HOSTS_A_WORKER, delay_s=ANSWER_S) as web:
        sources = web.sources()
        (home / "news.toml").write_text(SETTINGS.format(database=database), encoding="utf-8")
        (home / "sources.toml").write_text("\n".join(map(source_toml, sources)), encoding="utf-8")
        open_store(database).close()
        cpu_s = _crawl(home, [sources[number::workers] for number in range(workers)])
        ended = time.monotonic()
        begun = min(asked.at for asked in web.log if asked.path.startswith("/page-"))
    with open_store(database, read_only=True) as store:
        articles = int(store.stats()["articles"])
    if articles != wanted:
        raise RuntimeError(f"{wanted} articles were published, {articles} are stored")
    return Row(articles=articles, took_s=ended - begun, cpu_s=cpu_s)


def _crawl(home: Path, shards: Iterable[Sequence[Source]]) -> float:
    """Crawl shards at the same time; CPU seconds of all processes."""
    begun = [_begin(home, [source.name for source in shard], number) for number, shard in enumerate(shards)]
    cpu: dict[int, float] = {}
    while any(process.poll() is None for process in begun):
        for process in begun:
            cpu.update(_cpu_of(process.pid))
        time.sleep(0.2)
    for number, process in enumerate(begun):
        if process.returncode:
            said = (home / f"worker-{number}.log").read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"a worker ended with {process.returncode}:\n{said}")
    return sum(cpu.values())


def _begin(home: Path, names: Sequence[str], number: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flows.cli", "crawl", *names, "--home", str(home)]
    with (home / f"worker-{number}.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=os.environ)


def _cpu_of(pid: int) -> dict[int, float]:
    found = {}
    try:
        root = psutil.Process(pid)
        for each in (root, *root.children(recursive=True)):
            times = each.cpu_times()
            found[each.pid] = times.user + times.system
    except psutil.Error:
        pass
    return found
