"""What a crawl costs beside bare Scrapy that makes the same requests and keeps nothing: polls (304), and pages.

CPU is that of the processes that crawl, less what the same command costs with one feed: starting up. The rate is from
the first to the last request, as the server saw them; it depends on what else the machine does, CPU hardly does.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.corpus import Corpus, request_log, served
from tests.benchmarks.feeds_web import feeds_served

FEEDS = 1_000
HOSTS = 250
ROUNDS = 3
"""Of each, in turns; the median counts."""
OURS = [sys.executable, "-m", "tests.benchmarks.crawl_once"]
BARE_POLLS = [sys.executable, "-m", "tests.benchmarks.bare_polls"]
BARE_PAGES = [sys.executable, "-m", "tests.benchmarks.textbook", "--fetch-only", "-"]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One command."""

    cpu_s: float
    requests: int
    took_s: float
    """From the first request to the last."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print both tables."""
    work.mkdir(parents=True)
    bench_polls(work)
    bench_pages(corpus, work)


def bench_polls(work: Path) -> None:
    with feeds_served(FEEDS, hosts=HOSTS) as feeds:
        listed, first = work / "feeds.json", work / "first.json"
        listed.write_text(json.dumps(feeds), encoding="utf-8")
        first.write_text(json.dumps(feeds[:1]), encoding="utf-8")
        runs: dict[str, Callable[[bool], Sequence[str]]] = {
            "bare Scrapy": lambda whole: [*BARE_POLLS, str(listed if whole else first)],
            "copydesk": lambda whole: [*OURS, str(work / f"polls-{whole}"), f"@{listed if whole else first}"],
        }
        for whole in (True, False):
            measure(runs["copydesk"](whole), feeds[0][0])  # learns the validators
        print(f"\n# Polls of {FEEDS} feeds on {HOSTS} hosts that answer 304\n")
        compare(runs, feeds[0][0], number=FEEDS, what="poll")


def bench_pages(corpus: Corpus, work: Path) -> None:
    with served(corpus) as web:
        urls = [url for _, url in web["feeds"]]
        rounds = iter(range(1000))
        runs: dict[str, Callable[[bool], Sequence[str]]] = {
            "bare Scrapy": lambda whole: [*BARE_PAGES, *urls] if whole else [*BARE_PAGES, nothing(urls[0])],
            "copydesk": lambda whole: [
                *OURS,
                str(work / f"pages-{next(rounds)}"),
                *(urls if whole else [nothing(urls[0])]),
            ],
        }
        print(f"\n# Pages fetched and kept, on {corpus.title}\n")
        compare(runs, urls[0], number=web["pages"], what="page")


def nothing(url: str) -> str:
    """A feed that is not there."""
    return url.replace("/feed.xml", "/no-feed.xml")


def compare(runs: dict[str, Callable[[bool], Sequence[str]]], log_url: str, *, number: int, what: str) -> None:
    """Print a line each, and how they compare."""
    whole: dict[str, list[Ran]] = {name: [] for name in runs}
    start: dict[str, list[Ran]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, command in runs.items():
            whole[name].append(measure(command(True), log_url))
            start[name].append(measure(command(False), log_url))
    print(f"{'':14}{'requests':>10}{'requests/s':>12}{'CPU ms/' + what:>14}{'start, CPU s':>14}")
    cost, rate = {}, {}
    for name in runs:
        start_s = median(ran.cpu_s for ran in start[name])
        cost[name] = (median(ran.cpu_s for ran in whole[name]) - start_s) / number * 1000
        rate[name] = median(ran.requests / ran.took_s for ran in whole[name])
        asked = whole[name][0].requests
        print(f"{name:14}{asked:>10}{rate[name]:>12.0f}{cost[name]:>14.2f}{start_s:>14.2f}", flush=True)
    bare, ours = runs
    print(f"\n{rate[ours] / rate[bare]:.2f} of its rate, {cost[bare] / cost[ours]:.2f} by CPU")


def measure(command: Sequence[str], log_url: str) -> Ran:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with another code than 0.
    """
    before, cpu_s = len(request_log([("", log_url)])), _children_s()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    cpu_s = _children_s() - cpu_s
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    requests = request_log([("", log_url)])[before:]
    times = [float(row["at"]) for row in requests]
    return Ran(cpu_s=cpu_s, requests=len(requests), took_s=max(times) - min(times) or 1.0)


def _children_s() -> float:
    """CPU seconds of all processes that ended and were waited for, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
