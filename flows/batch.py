"""Extraction of many pages from files to a file, without a database: `copydesk extract --batch`."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.model import Article, Page, Reason, Refusal
from flows.ingest import refusal_of, worker_count
from flows.workers import Outcome, WorkerPool

log = logging.getLogger(__name__)

AHEAD = 256
"""Pages that may be done before an earlier one is: bounds the memory of keeping the order."""
PRELOAD = ("copydesk.extraction.article", "flows.batch")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileTask:
    """One page of a batch."""

    number: int
    """Place in the output, from 0."""
    id: str
    url: str
    path: str
    """File, `.html` or `.html.gz`."""


def article_row(article: Article, *, row_id: object = None) -> dict[str, Any]:
    """An article with the keys of the JSON contract; what only a store knows is null."""
    return {
        "id": row_id,
        "canonical_url": article.canonical_url,
        "url": article.url,
        "source": None,
        "publisher": article.publisher,
        "headline": article.headline,
        "standfirst": article.standfirst,
        "body_text": article.body_text,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "modified_at": article.modified_at.isoformat() if article.modified_at else None,
        "section": article.section,
        "keywords": list(article.keywords),
        "language": article.language,
        "lead_image_url": article.lead_image_url,
        "based_on_url": article.based_on_url,
        "paywalled": article.paywalled,
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "revision": None,
        "first_seen_at": None,
        "fetched_at": None,
        "duplicate_of": None,
        "relation": None,
        "story_id": None,
        "extractor": article.extractor,
    }


def refusal_row(refusal: Refusal, *, row_id: object, url: str) -> dict[str, Any]:
    """A page that is no article: the contract's keys, no text, and why."""
    row = dict.fromkeys(article_row(Article(canonical_url="", url="", headline="", body_text="")))
    row |= {"id": row_id, "url": url, "body_text": "", "authors": [], "keywords": [], "word_count": 0}
    return row | {"reason": refusal.reason.value, "detail": refusal.detail}


def read_page(path: Path) -> bytes:
    """Return the bytes of a page file, unpacked where it is gzip.

    Raises:
        OSError: the file cannot be read, or is damaged.
    """
    raw = path.read_bytes()
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.decompress(raw)
    except (EOFError, zlib.error) as error:
        raise OSError(f"damaged gzip file: {error}") from error


def extract_file(task: FileTask) -> Article | Refusal:
    """Return what a page file is. Runs in a worker."""
    from copydesk.extraction.article import extract_article

    try:
        body = read_page(Path(task.path))
    except OSError as error:
        return Refusal(reason=Reason.UNREADABLE, detail=f"{error.strerror or error}: {task.path}")
    return extract_article(Page(url=task.url, body=body))


def read_tasks(lines: Iterable[str], folder: Path, on_broken: Callable[[int, str], None]) -> Iterator[FileTask]:
    """The pages that the lines of a JSON Lines file name; what is wrong with the others goes to `on_broken`."""
    number = 0
    for line_number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            task = _task(json.loads(line), number, folder)
        except json.JSONDecodeError as error:
            on_broken(line_number, f"not JSON: {error.msg} at column {error.colno}")
        except ValueError as error:
            on_broken(line_number, str(error))
        else:
            number += 1
            yield task


def extract_batch(
    tasks: Iterable[FileTask],
    *,
    jobs: int = 0,
    timeout_s: float = 20,
    extract: Callable[[FileTask], Article | Refusal] = extract_file,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each page, in the order of the tasks; workers read the files themselves."""
    waiting: dict[int, dict[str, Any]] = {}
    following = 0
    source = iter(tasks)
    is_more = True
    with WorkerPool(extract, workers=worker_count(jobs), timeout_s=timeout_s, preload=PRELOAD) as pool:
        while is_more or pool.in_flight:
            while is_more and pool.room and len(waiting) < AHEAD:
                task = next(source, None)
                if task is None:
                    is_more = False
                else:
                    pool.submit(task)
            for outcome in pool.collect(1.0):
                if outcome.error:
                    log.error("extraction failed id=%s path=%s\n%s", outcome.task.id, outcome.task.path, outcome.trace)
                waiting[outcome.task.number] = _row(outcome, timeout_s)
            while following in waiting:
                yield waiting.pop(following)
                following += 1


def _task(raw: object, number: int, folder: Path) -> FileTask:
    if not isinstance(raw, Mapping):
        raise ValueError('expected an object such as {"id": "a", "url": "https://…", "path": "pages/a.html"}')
    for key in ("id", "path"):
        if not isinstance(raw.get(key), str | int) or raw[key] == "":
            raise ValueError(f'expected a text under "{key}"')
    return FileTask(number=number, id=raw["id"], url=str(raw.get("url") or ""), path=str(folder / str(raw["path"])))


def _row(outcome: Outcome[FileTask, Article | Refusal], timeout_s: float) -> dict[str, Any]:
    if isinstance(outcome.value, Article):
        return article_row(outcome.value, row_id=outcome.task.id)
    refusal = outcome.value or refusal_of(outcome, timeout_s=timeout_s)
    return refusal_row(refusal, row_id=outcome.task.id, url=outcome.task.url)
