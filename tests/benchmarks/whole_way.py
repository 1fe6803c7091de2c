"""Fetch only, extract only, and the whole way, each beside what a textbook would run, on the same pages in one run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.corpus import Corpus, request_log, served
from tests.benchmarks.measure import Cost, run_measured

COPYDESK = [sys.executable, "-m", "flows.cli"]
SETTINGS = """
[crawl]
delay_s = 0
concurrency_per_host = 8
allow_private_addresses = true
"""
LOADED = "tests.benchmarks.textbook sqlite_utils trafilatura flows.cli.crawl flows.crawl spiders.crawl spiders.download"


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the tables."""
    print(f"\n# The whole way, on {corpus.title}\n")
    print(f"{'':36}{'pages':>7}{'wall s':>9}{'pages/s':>9}{'CPU ms/page':>13}{'peak MB':>9}")
    rows: dict[str, Cost] = {}
    pages = 0
    for name, cost, pages in _rows(corpus, work=work):
        rows[name] = cost
        print(
            f"{name:36}{pages:>7}{cost.wall_s:>9.2f}{pages / cost.wall_s:>9.1f}"
            f"{cost.cpu_s / pages * 1000:>13.1f}{cost.peak_bytes / 1e6:>9.0f}",
            flush=True,
        )
    ours, textbook = rows["copydesk, whole way"], rows["textbook, whole way"]
    second, textbook_second = rows["copydesk, second crawl"], rows["textbook, second crawl"]
    ours_alone, alone = (rows[f"{name}, 1 worker(s)"] for name in ("copydesk, extract only", "trafilatura alone"))
    print(f"\nextraction: {ours_alone.cpu_s / alone.cpu_s:.2f} of the CPU of trafilatura with metadata")
    print(f"whole way: {textbook.wall_s / ours.wall_s:.2f} times the textbook's pages/s, ", end="")
    print(f"{ours.cpu_s / textbook.cpu_s:.2f} of its CPU, {ours.peak_bytes / 1e6:.0f} MB in all")
    print(f"second crawl: {second.cpu_s:.2f} s CPU, {second.cpu_s / textbook_second.cpu_s:.2f} times the textbook's")


def _rows(corpus: Corpus, *, work: Path) -> Iterator[tuple[str, Cost, int]]:
    work.mkdir(parents=True)
    _keep_bytecode(work)
    log = work / "output.log"
    textbook = [sys.executable, "-m", "tests.benchmarks.textbook"]
    with served(corpus) as web:
        feeds, pages = [url for _, url in web["feeds"]], web["pages"]
        yield "bare Scrapy, fetch only", run_measured([*textbook, "--fetch-only", "-", *feeds], log=log), pages
        fetch_only = [sys.executable, "-m", "tests.benchmarks.crawl_once", str(work / "fetch"), *feeds]
        yield "copydesk, fetch and keep only", run_measured(fetch_only, log=log), pages
    listed = str(corpus.pack / "pages.jsonl")
    for jobs in (1, 2):
        alone = [sys.executable, "-m", "tests.benchmarks.trafilatura_alone", listed, str(jobs)]
        yield f"trafilatura alone, {jobs} worker(s)", run_measured(alone, log=log), _count(corpus)
        batch = ["extract", "--batch", listed, "--out", str(work / "pred.jsonl")]
        cost = run_measured([*COPYDESK, *batch, "--jobs", str(jobs)], log=log)
        yield f"copydesk, extract only, {jobs} worker(s)", cost, _count(corpus)
    with served(corpus) as web:
        feeds, pages = [url for _, url in web["feeds"]], web["pages"]
        for name in ("textbook, whole way", "textbook, second crawl"):
            yield name, run_measured([*textbook, str(work / "textbook.db"), *feeds], log=log), pages
    with served(corpus) as web:
        home = _write_home(work / "home", web["feeds"])
        crawl = [*COPYDESK, "crawl", "--all", "--home", str(home)]
        yield "copydesk, whole way", run_measured(crawl, log=log), web["pages"]
        before = len(request_log(web["feeds"]))
        yield "copydesk, second crawl", run_measured(crawl, log=log), web["pages"]
        _check_second_crawl(request_log(web["feeds"])[before:])


def _keep_bytecode(work: Path) -> None:
    """Let all that is measured find its modules compiled, as Python does by itself unless it is told not to."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")
    subprocess.run([sys.executable, "-c", f"import {', '.join(LOADED.split())}"], check=True)


def _write_home(home: Path, feeds: list[tuple[str, str]]) -> Path:
    home.mkdir(parents=True)
    (home / "news.toml").write_text(SETTINGS, encoding="utf-8")
    tables = (f'[[source]]\nname = "{name}"\nhomepage = "{url}"\nfeeds = ["{url}"]\n' for name, url in feeds)
    (home / "sources.toml").write_text("\n".join(tables), encoding="utf-8")
    return home


def _check_second_crawl(requests: list[dict[str, object]]) -> None:
    asked = [request for request in requests if request["path"] not in ("/robots.txt", "/.well-known/tdmrep.json")]
    unconditional = [request["path"] for request in asked if not request["conditional"]]
    if unconditional:
        raise SystemExit(f"the second crawl sent unconditional requests: {unconditional[:5]}")


def _count(corpus: Corpus) -> int:
    return len((corpus.pack / "pages.jsonl").read_text(encoding="utf-8").splitlines())
