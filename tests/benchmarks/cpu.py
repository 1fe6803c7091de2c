"""CPU time a page of extraction, beside trafilatura alone: in one process, page by page, so that both see one machine.

What starting costs is not in it. Parsing is: both get the page as bytes.
"""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura
from lxml.html import document_fromstring

from copydesk.extraction.article import extract_article, reset_caches
from copydesk.model import Page
from tests.benchmarks.corpus import Corpus

WARM_UP = 5
MUCH_MS = 100
"""For one page: it is read again, and the lower cost counts."""
RESET_EVERY = 200
"""Pages after which the libraries' caches are emptied, as workers do."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    pages = _read(corpus.pack)
    print(f"\n# CPU time a page of extraction, on {corpus.title}: {len(pages)} pages\n")
    times = measure(pages)
    print(f"{'milliseconds':40}{'mean':>8}{'median':>8}{'95 %':>8}{'most':>8}")
    for name, own in times.items():
        ranked = sorted(own)
        quantile = ranked[int(len(ranked) * 0.95)]
        print(f"{name:40}{statistics.fmean(own):>8.1f}{statistics.median(own):>8.1f}{quantile:>8.1f}{ranked[-1]:>8.1f}")
    ours, alone = (statistics.fmean(times[name]) for name in ("copydesk", "trafilatura with metadata"))
    print(f"\ncopydesk: {ours / alone:.2f} of the mean CPU of trafilatura with metadata, {1000 / ours:.0f} pages/s")


def measure(pages: list[Page]) -> dict[str, list[float]]:
    """Return what each way of reading costs for each page, in milliseconds."""
    ways: dict[str, Callable[[Page], object]] = {
        "parsing alone": lambda page: document_fromstring(page.body),
        "trafilatura with metadata": _trafilatura,
        "copydesk": extract_article,
    }
    for page in pages[:WARM_UP]:
        for read in ways.values():
            read(page)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number, page in enumerate(pages):
        if number % RESET_EVERY == 0:
            reset_caches()
        for name in list(ways)[:: 1 if number % 2 else -1]:
            times[name].append(_cost(ways[name], page))
    return times


def _cost(read: Callable[[Page], object], page: Page) -> float:
    """What reading a page costs, in milliseconds. Where that is much, what was loaded on first need may be in it."""
    costs = []
    while not costs or (costs[-1] > MUCH_MS and len(costs) < 2):
        start = time.process_time()
        read(page)
        costs.append((time.process_time() - start) * 1000)
    return min(costs)


def _trafilatura(page: Page) -> object:
    html = page.body.decode("utf-8", "replace")
    return trafilatura.bare_extraction(html, url=page.url or None, with_metadata=True, include_comments=False)


def _read(pack: Path) -> list[Page]:
    rows = [json.loads(line) for line in (pack / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    return [Page(url=row["url"] or "", body=_unpacked(pack / row["path"])) for row in rows]


def _unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else raw
