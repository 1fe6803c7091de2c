"""Story clusters: B³ on events that readers told apart, and what placing an article costs in a busy store.

`--data` names a folder with `duplicates/dev/docs.jsonl.gz` and truth.json (id -> class, event): real articles, of which
some are marked with the event that they report. Without it, nothing is measured.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from storage.engines.sqlite import SqliteDatabase
from storage.instants import to_text
from storage.placing import place_article
from tests.benchmarks.corpus import Corpus

UNEDITED = ("orig", "bg")
"""Classes of real articles as they were published."""
SIZES = (10_000, 100_000)
TIMED = 1_000
BUSY = timedelta(days=10)
"""In which the articles of the cost table are published: as many as are compared at all."""
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    id: str
    headline: str
    body_text: str
    at: datetime
    event: str
    """Empty: nobody said."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the tables."""
    found = [each for each in (corpus.pack, *corpus.pack.parents) if (each / "duplicates" / "dev").is_dir()]
    if not found:
        print("\n# Story clusters: DATA=… names no folder with duplicates/dev; nothing to measure")
        return
    work.mkdir(parents=True)
    documents = read_documents(found[0] / "duplicates" / "dev")
    _print_quality(documents, work)
    _print_cost(documents, work)


def read_documents(folder: Path) -> list[Document]:
    """The unedited articles of a pack, in its order."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Document(
            id=row["id"],
            headline=row["headline"],
            body_text=row["body_text"],
            at=datetime.fromisoformat(row["published_at"]),
            event=truth[row["id"]].get("event", ""),
        )
        for row in rows
        if truth[row["id"]]["class"] in UNEDITED
    ]


def b_cubed(story_of: dict[str, int], event_of: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of stories against events, over the articles that have one (Bagga and Baldwin 1998)."""
    both = Counter((story_of[each], event) for each, event in event_of.items())
    stories, events = Counter(story_of[each] for each in event_of), Counter(event_of.values())
    shares = [both[story_of[each], event] for each, event in event_of.items()]
    precision = sum(share / stories[story_of[each]] for share, each in zip(shares, event_of, strict=True)) / len(shares)
    recall = sum(share / events[event] for share, event in zip(shares, event_of.values(), strict=True)) / len(shares)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _print_quality(documents: Sequence[Document], work: Path) -> None:
    told = [each for each in documents if each.event]
    start, length = documents[0].at, documents[-1].at - documents[0].at
    squeezed = [replace(each, at=start + (each.at - start) * (timedelta(days=3) / length)) for each in documents]
    shuffled = random.Random(4).sample(documents, len(documents))
    events = len({each.event for each in told})
    print(f"\n# Story clusters: B³ on {len(told)} articles about {events} events\n")
    print(f"{'':62}{'precision':>10}{'recall':>8}{'F1':>8}")
    for number, (name, stream) in enumerate(
        (
            (f"in a stream of {len(documents)} articles over {length.days} days", documents),
            ("the same, arriving in any order", shuffled),
            ("the same, all published within three days", squeezed),
            ("those articles alone, in an empty store", told),
        )
    ):
        story_of = _cluster(stream, work / f"quality-{number}.db")
        figures = b_cubed(story_of, {each.id: each.event for each in told})
        print(f"{name:62}{figures[0]:>10.3f}{figures[1]:>8.3f}{figures[2]:>8.3f}", flush=True)


def _cluster(documents: Sequence[Document], path: Path) -> dict[str, int]:
    """Article -> story. Each arrives when it is published, or when the latest before it was."""
    database = _open(path)
    now = documents[0].at
    with database.transaction() as connection:
        ids = {insert(connection, each): each.id for each in documents}
        for article_id, each in zip(ids, documents, strict=True):
            now = max(now, each.at)
            place_article(connection, article_id, now=to_text(now))
        rows = connection.execute("SELECT id, story_id FROM articles").fetchall()
    database.close()
    return {ids[row["id"]]: row["story_id"] for row in rows}


def _print_cost(documents: Sequence[Document], work: Path) -> None:
    print(f"\n# Story clusters: placing an article, all of them published within {BUSY.days} days\n")
    print(f"{'articles in the store':>22}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'bytes an article':>18}{'peak MB':>9}")
    database = _open(work / "cost.db")
    stream = enumerate(_mixed(documents, SIZES[-1]))
    for size in SIZES:
        times = []
        for number, each in stream:
            with database.transaction() as connection:
                article_id = insert(connection, each)
                begun = time.perf_counter()
                place_article(connection, article_id, now=to_text(each.at))
                times.append(1000 * (time.perf_counter() - begun))
            if number + 1 == size:
                break
        last = sorted(times[-TIMED:])
        own = _bytes(database)
        memory = psutil.Process().memory_info().rss
        figures = "".join(f"{last[int(share * len(last))]:>9.2f}" for share in (0.5, 0.95, 0.99))
        print(f"{size:>22,}{figures}{own / size:>18,.0f}{memory / 1e6:>9.0f}", flush=True)
    database.close()


def _mixed(documents: Sequence[Document], count: int) -> Iterator[Document]:
    """Articles of real sentences, each with those of two real articles; none is a copy of another one."""
    rnd = random.Random(5)
    start = documents[0].at
    for number in range(count):
        one, other = rnd.choice(documents), rnd.choice(documents)
        pieces = [(text, SENTENCE_END.split(text.body_text)) for text in (one, other)]
        chosen = [piece for _, sentences in pieces for piece in sentences if rnd.random() < 0.5]
        yield Document(
            id=str(number),
            headline=one.headline,
            body_text=" ".join(chosen),
            at=start + BUSY * (number / count),
            event="",
        )


def _open(path: Path) -> SqliteDatabase:
    database = SqliteDatabase(path, read_only=False)
    now = to_text(datetime(2026, 11, 1, tzinfo=UTC))
    with database.transaction() as connection:
        connection.execute("INSERT INTO crawls (id, trigger, sources, started_at) VALUES (1, 'bench', '[]', ?)", (now,))
        connection.execute(
            """
            INSERT INTO entries (id, key, source, url, state, first_seen_at)
            VALUES (1, 'https://a.example/', 'a', 'https://a.example/', 'fetched', ?)
            """,
            (now,),
        )
        connection.execute(
            """
            INSERT INTO snapshots (id, entry_id, crawl_id, source, url, final_url, status, content_type, headers,
                                   fetched_at, digest, body_bytes, file, offset, length)
            VALUES (1, 1, 1, 'a', '', '', 200, 'text/html', '{}', ?, '', 0, '', 0, 0)
            """,
            (now,),
        )
    return database


def insert(connection: sqlite3.Connection, document: Document) -> int:
    """An article as the ingest leaves it, before it has a story."""
    at = to_text(document.at)
    cursor = connection.execute(
        """
        INSERT INTO articles (canonical_url, url, source, headline, body_text, authors, published_at, published_utc,
                              keywords, language, word_count, content_hash, body_hash, revision, first_seen_at,
                              fetched_at, snapshot_id, extractor, candidates)
        VALUES (?1, ?1, 'a', ?2, ?3, '[]', ?4, ?4, '[]', 'en', 1, '', ?1, 1, ?4, ?4, 1, '', '[]')
        """,
        (f"https://a.example/{document.id}", document.headline, document.body_text, at),
    )
    return int(cursor.lastrowid or 0)


def _bytes(database: SqliteDatabase) -> int:
    """What the tables of stories take, without the file's other tables."""
    return database.number("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'stor%' OR name LIKE 'articles%story'")
