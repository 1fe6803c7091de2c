"""Mutated pages through the workers that ingest uses, each within its limit, each checked.

A page is made in the worker from its seed, so what is reported can be made again: `make fuzz FIRST=seed PAGES=1`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from copydesk.extraction.article import extract_article, reset_caches
from copydesk.model import Article, Page
from flows.batch import read_page
from flows.workers import WorkerPool
from tests.copydesk.extraction.gate_articles import ARTICLES
from tests.copydesk.extraction.gate_others import OTHERS
from tests.copydesk.extraction.gate_walls import WALLS
from tests.copydesk.extraction.hostile_pages import BUILDERS
from tests.copydesk.extraction.pages import NOW
from tests.fuzz.mutate import mutated_page

PRELOAD = ("copydesk.extraction.article", "tests.fuzz.run")
HOSTILE_SIZE = 60
"""Of the pages made to be slow, before they are mutated."""
SLOWEST = 5
RESET_EVERY = 500
PATIENCE = 15
"""Times its limit that a page may take by the clock: other work on the machine is not the page's fault."""


@dataclass(frozen=True, slots=True)
class Task:
    """One page to be made and read."""

    seed: int
    folder: str = ""
    """Of real pages, beside the invented ones; empty for none."""


@dataclass(slots=True)
class Findings:
    """What came of many pages."""

    pages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """`article`, or the reason of the refusal."""
    failures: list[str] = field(default_factory=list)
    """Seed and what went wrong: an exception, a dead worker, a limit passed, an article that cannot be stored."""
    slowest: list[tuple[float, int]] = field(default_factory=list)
    """(seconds, seed)."""


def fuzz(seeds: Iterable[int], *, workers: int, timeout_s: float, folder: str = "") -> Iterator[Findings]:
    """Yield the findings so far, now and then and at the end. `timeout_s`: seconds of CPU that a page may take."""
    findings = Findings()
    source = iter(seeds)
    is_more = True
    with WorkerPool(read_mutated, workers=workers, timeout_s=PATIENCE * timeout_s, preload=PRELOAD) as pool:
        while is_more or pool.in_flight:
            while is_more and pool.room:
                seed = next(source, None)
                if seed is None:
                    is_more = False
                else:
                    pool.submit(Task(seed, folder))
            for outcome in pool.collect(1.0):
                findings.pages += 1
                if outcome.value is None:
                    why = outcome.trace or outcome.died or ("passed its limit" if outcome.timed_out else outcome.error)
                    findings.failures.append(f"seed {outcome.task.seed}: {why}")
                    continue
                kind, seconds = outcome.value
                findings.outcomes[kind] += 1
                if seconds > timeout_s:
                    findings.failures.append(f"seed {outcome.task.seed}: {seconds:.1f} s of CPU")
                findings.slowest = sorted([*findings.slowest, (seconds, outcome.task.seed)], reverse=True)[:SLOWEST]
                if findings.pages % 1_000 == 0:
                    yield findings
    yield findings


def read_mutated(task: Task) -> tuple[str, float]:
    """Return (what a mutated page is, seconds of CPU). Runs in a worker.

    Raises:
        AssertionError: an article could not be stored or sent, or a refusal does not say why.
    """
    body, content_type = mutated_page(task.seed, _pages(task.folder))
    if task.seed % RESET_EVERY == 0:
        reset_caches()
    start = time.process_time()
    result = extract_article(
        Page(url="https://courier.example/a/b-c-d", body=body, content_type=content_type, fetched_at=NOW)
    )
    seconds = time.process_time() - start
    if isinstance(result, Article):
        assert len(result.content_hash) == len(result.body_hash) == 32
        assert all(at is None or at.utcoffset() is not None for at in (result.published_at, result.modified_at))
        json.dumps(asdict(result), default=str, ensure_ascii=False).encode("utf-8")
        return "article", seconds
    assert result.detail
    return result.reason.value, seconds


@cache
def _pages(folder: str) -> Sequence[bytes]:
    cases = [case.html for case in (*ARTICLES, *WALLS, *OTHERS)]
    invented = [
        *cases,
        *(build(HOSTILE_SIZE if name != "entities of entities" else 9) for name, build in BUILDERS.items()),
    ]
    pages = [page.encode("utf-8", "replace") for page in invented]
    if folder:
        pages += [read_page(path) for path in sorted(Path(folder).glob("*.html*"))]
    return pages
