"""How the store matches; and copies among many articles from a file to a file: `copydesk duplicates --batch`."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from copydesk.duplicates.groups import Groups, telling
from copydesk.duplicates.index import MemoryIndex
from copydesk.duplicates.matching import describe, match
from copydesk.duplicates.verdict import DEFAULT, Thresholds, Verdict
from flows.config import Settings
from storage.records import Matching
from storage.store import Store

log = logging.getLogger(__name__)

STEP = 100
"""Articles matched in one transaction, where they were stored before there was a match index."""
MOST = 2_000
"""Of them after one ingest; the rest waits for the next one, or for `copydesk rematch`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One article of a batch."""

    id: str | int
    headline: str
    body_text: str
    published_at: datetime | None
    publisher: str


def matching_of(settings: Settings, *, window_h: float | None = None, limits: Thresholds = DEFAULT) -> Matching:
    """How news.toml wants copies to be looked for; `window_h` in its place where one is given, 0 for no limit."""
    hours = settings.matching.window_h if window_h is None else window_h
    return Matching(window=timedelta(hours=hours) if hours else None, limits=limits)


def match_waiting(store: Store, *, now: datetime, most: int | None = MOST) -> int:
    """Match articles that an older Copydesk stored, a bounded part; how many there were."""
    done = 0
    while (most is None or done < most) and (found := store.duplicates.match_waiting(limit=STEP, now=now)):
        done += found
    if done:
        log.info("matched stored articles=%d", done)
    return done


@contextmanager
def open_lines(path: Path) -> Iterator[TextIO]:
    """The lines of a text file, unpacked where it is gzip.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rt", encoding="utf-8") if is_packed else path.open(encoding="utf-8") as lines:
        yield lines


def read_documents(lines: Iterable[str], on_broken: Callable[[int, str], None]) -> Iterator[Document]:
    """The articles of JSON Lines; what is wrong with the other lines goes to `on_broken`."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            document = _document(json.loads(line))
        except json.JSONDecodeError as error:
            on_broken(number, f"not JSON: {error.msg} at column {error.colno}")
        except ValueError as error:
            on_broken(number, str(error))
        else:
            yield document


def match_batch(documents: Iterable[Document], *, window: timedelta | None) -> Iterator[list[dict[str, Any]]]:
    """Yield for each article, in order, its lines about earlier ones: one for each group of copies that it matches."""
    index, groups = MemoryIndex(), Groups()
    ids: list[str | int] = []
    for number, document in enumerate(documents):
        ids.append(document.id)
        known, made = describe(
            number,
            headline=document.headline,
            body_text=document.body_text,
            published_at=document.published_at,
            publisher=document.publisher,
        )
        found = telling(match(known, made, index, window=window), groups.of)
        groups.join(number, found)
        index.add(known, made)
        yield [_row(document, ids[each.of], each.verdict) for each in found]


def _row(document: Document, of: str | int, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": document.id,
        "of": of,
        "relation": verdict.relation.value,
        "score": verdict.score,
        "rule": verdict.rule,
    }


def _document(raw: object) -> Document:
    if not isinstance(raw, Mapping):
        raise ValueError('expected an object such as {"id": "a", "headline": "…", "body_text": "…"}')
    if not isinstance(raw.get("id"), str | int) or raw["id"] == "":
        raise ValueError('expected a text under "id"')
    for key in ("headline", "body_text", "publisher", "published_at"):
        if not isinstance(raw.get(key), str | None):
            raise ValueError(f'expected a text under "{key}"')
    return Document(
        id=raw["id"],
        headline=raw.get("headline") or "",
        body_text=raw.get("body_text") or "",
        published_at=_instant(raw.get("published_at")),
        publisher=raw.get("publisher") or "",
    )


def _instant(stated: str | None) -> datetime | None:
    if not stated:
        return None
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        raise ValueError(f'expected an ISO 8601 instant under "published_at", found "{stated}"') from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
