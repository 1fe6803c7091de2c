"""The inspection page and a search at the command line, on a million articles: how long a person waits."""

from __future__ import annotations

import http.client
import math
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import run_measured
from tests.benchmarks.million import DAYS, open_million
from tests.browser.conftest import serving
from tests.browser.desk import make_texts

ARTICLES = int(os.environ.get("BENCH_ARTICLES") or 1_000_000)
LOOKS = 200
PROMISES_MS = {"search": 150, "search, best first": 150, "today": 300, "another day": 300, "article": 50}


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the tables."""
    work.mkdir(parents=True)
    home, now = open_million(ARTICLES)
    bytes_ = (home / "data" / "copydesk.db").stat().st_size
    print(f"\n# The page on {ARTICLES:,} articles, a database of {bytes_ / 1e9:.1f} GB\n")
    print(f"{'':24}{'looks':>7}{'median ms':>11}{'p95 ms':>9}{'worst ms':>10}{'promised':>10}")
    words = _searches()
    dice = random.Random(3)
    days = [f"{now - timedelta(days=dice.randrange(1, DAYS)):%Y-%m-%d}" for _ in range(LOOKS // 4)]
    ids = [dice.randrange(1, ARTICLES + 1) for _ in range(LOOKS)]
    with serving(home) as url:
        get = _getter(url)
        get("/sources")  # imports and templates are loaded
        _row("search", get, (f"/search?q={quote_plus(text)}" for text in words))
        _row("search, best first", get, (f"/search?q={quote_plus(text)}&order=best" for text in words))
        _row("today", get, ["/"] * (LOOKS // 10))
        _row("another day", get, (f"/day/{day}" for day in days))
        _row("article", get, (f"/article/{number}" for number in ids))
        _row("feed", get, ["/feed"] * (LOOKS // 10))
        _row("feed of a tag", get, [f"/feed?tag={tag}" for tag in ("uk", "markets", "world")] * (LOOKS // 30))
        _row("feed of a search", get, (f"/feed?q={quote_plus(text)}" for text in words[: LOOKS // 4]))
    for text in ("rate cut", "the", "S&P 500"):
        command = [
            sys.executable,
            "-m",
            "flows.cli",
            "articles",
            "--home",
            str(home),
            "--search",
            text,
            "--limit",
            "50",
        ]
        cost = run_measured(command, log=work / "output.log")
        print(
            f'copydesk articles --search "{text}" --limit 50: {cost.wall_s:.2f} s with start-up (promised: under 1 s)'
        )


def _searches() -> list[str]:
    """Words of the texts, common and rare, one to three of them."""
    dice = random.Random(5)
    words = sorted({word for _, body in make_texts(300) for word in re.findall(r"[A-Za-z]{2,}", body)})
    common = ["the", "market", "company", "said", "of the", "price", "bank", "new", "year"]
    return common + [" ".join(dice.sample(words, dice.choice((1, 1, 2, 3)))) for _ in range(LOOKS - len(common))]


def _getter(url: str) -> Callable[[str], None]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def get(path: str) -> None:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}")

    return get


def _row(name: str, get: Callable[[str], None], paths: Iterable[str]) -> None:
    took = []
    for path in paths:
        start = time.perf_counter()
        get(path)
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    p95 = took[min(len(took) - 1, math.ceil(len(took) * 0.95) - 1)]
    print(
        f"{name:24}{len(took):>7}{took[len(took) // 2]:>11.1f}{p95:>9.1f}{took[-1]:>10.1f}"
        f"{PROMISES_MS.get(name, '-'):>10}",
        flush=True,
    )
