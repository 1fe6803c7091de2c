"""What `copydesk up` costs while nothing happens, and how soon the first article is there.

`python -m tests.benchmarks.up [--idle SECONDS] [--freshness SECONDS]`
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import Desk, source_toml, wait_for
from tests.prose import make_page
from tests.static_web import StaticWeb

PROGRAMS = ("flows.server", "flows.runner", "flows.page")
SOURCES = 50
SCHEDULE = "every 5 minutes"


def cpu_s(process: psutil.Process) -> float:
    """Seconds that a process and its dead children worked."""
    times = process.cpu_times()
    return float(times.user + times.system)


def measure_idle(desk: Desk, seconds: float) -> None:
    """Memory and share of a core of each process while no run is due."""
    assert desk.process is not None
    found = {name: desk.find(name)[0] for name in PROGRAMS} | {"up itself": psutil.Process(desk.process.pid)}
    before = {name: cpu_s(process) for name, process in found.items()}
    time.sleep(seconds)
    print(f"idle for {seconds:.0f} s      memory    CPU")
    memory = share = 0.0
    for name, process in found.items():
        used = (cpu_s(process) - before[name]) / seconds * 100
        size = process.memory_full_info().uss / 1e6
        memory, share = memory + size, share + used
        print(f"  {name:<16} {size:6.0f} MB {used:5.1f} % of a core")
    print(f"  {'together':<16} {memory:6.0f} MB {share:5.1f} % of a core")


def first_article_s(home: Path, *command: str) -> tuple[float, float]:
    """Seconds from typing a command to the first stored article, and, where it stays, to all being well."""
    with (
        StaticWeb([make_page(number) for number in range(20)], hosts=4) as web,
        Desk(home, news="delay_s = 0.1") as desk,
    ):
        desk.write_sources(source_toml(source) for source in web.sources())
        began = time.monotonic()
        worker = threading.Thread(target=desk.up if command == ("up",) else lambda: desk.run(*command), daemon=True)
        worker.start()
        wait_for(lambda: has_articles(home), within_s=200, every_s=0.05)
        first_s = time.monotonic() - began
        worker.join()
        well_s = time.monotonic() - began
    return first_s, well_s


def has_articles(home: Path) -> bool:
    database = home / "data" / "copydesk.db"
    if not database.exists():
        return False
    with suppress(Exception), open_store(database, read_only=True) as store:  # it is being made
        return not store.is_empty()
    return False


def note_stored(home: Path, stored_at: dict[str, float]) -> int:
    """Note the time for pages whose articles have come since the last look; how many are there. (What an article itself
    says is when its entry was seen first.)"""
    with open_store(home / "data" / "copydesk.db", read_only=True) as store:
        for row in store.articles.find(ArticleQuery(limit=None, duplicates=True)):
            stored_at.setdefault(str(row["canonical_url"]).rpartition("/")[2].removesuffix(".html"), time.time())
    return len(stored_at)


def measure_freshness(home: Path, seconds: float) -> None:
    """Delay between publication and storage: 50 sources, each of which publishes now and then."""
    published: dict[str, float] = {}
    stored_at: dict[str, float] = {}
    news = "delay_s = 0.2\nrelook_hours = []"
    with StaticWeb([], hosts=SOURCES) as web, Desk(home, news=news, schedule=SCHEDULE) as desk:
        desk.write_sources(source_toml(source) for source in web.sources())
        for number in range(SOURCES):  # a feed that lists nothing at its first look is left alone for an hour
            web.publish(make_page(number))
        desk.up()
        number, until = SOURCES, time.time() + seconds
        while time.time() < until:
            page = make_page(number)
            web.publish(page)
            published[page.id] = time.time()
            number += 1
            time.sleep(1.0)
            note_stored(home, stored_at)
        with suppress(AssertionError):  # what is missing by then is missing in the count
            wait_for(lambda: note_stored(home, stored_at) >= number, within_s=2 * 300, every_s=1)
        desk.down()
    delays = sorted(stored_at[page] - at for page, at in published.items() if page in stored_at)
    p95 = delays[int(len(delays) * 0.95)]
    print(f"{len(delays)} of {len(published)} articles of {SOURCES} sources, {SCHEDULE}:")
    print(f"  from publication to storage: p50 {statistics.median(delays):.0f} s, p95 {p95:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=60)
    parser.add_argument("--freshness", type=float, default=0, help="seconds of publishing; 0: leave it out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-up-") as folder:
        crawl_s, _ = first_article_s(Path(folder) / "crawl", "crawl", "--all")
        print(f"first article after: {crawl_s:.1f} s  (`copydesk crawl --all`, what `make run` does first)")
        up_s, well_s = first_article_s(Path(folder) / "up", "up")
        print(
            f"first article after: {up_s:.1f} s  (`copydesk up` in an empty folder; all is well after {well_s:.1f} s)"
        )
        with Desk(Path(folder) / "idle", schedule="every 2 hours") as desk:
            desk.write_sources(['[[source]]\nname = "a"\ncron = "0 0 1 1 *"\nfeeds = ["http://127.0.0.1:9/feed"]\n'])
            desk.up()
            time.sleep(30)  # what a start leaves to be done
            measure_idle(desk, arguments.idle)
        if arguments.freshness:
            measure_freshness(Path(folder) / "fresh", arguments.freshness)


if __name__ == "__main__":
    main()
