"""Stores of 10,000 to 1,000,000 articles to match against, made once and kept outside the repository: $BENCH_CACHE,
else ~/.cache.

Texts are the pack's where it is here, else invented ones. Each becomes stories of its own, one a day (other names,
numbers, most words; of the last day as it is), and each story re-worded copies, as papers take a report over: half of
the stories have one article, one in sixteen has ten. Copies are in their story's group, as matching leaves them.
Bodies are as long as they were, without their words: nobody looks at those.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from copydesk.duplicates.fingerprint import Fingerprint, keys_of, marks_of
from copydesk.duplicates.index import Known
from copydesk.duplicates.signature import pack
from copydesk.duplicates.words import Kind, Words, read_words
from storage.database import Connection
from storage.engines.sqlite import SqliteDatabase
from storage.instants import to_text
from storage.match_index import make_values
from storage.match_tables import VERSION
from tests.benchmarks.corpus import Corpus
from tests.prose import make_headline, make_paragraphs

AT_ONCE = 100_000
"""Articles whose postings are sorted before they are stored: pages are left as full as arrivals leave them."""
STORY_SIZES = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 5, 10)
REWORDED = (0.15, 0.3, 0.5, 0.8)
LAST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = """
INSERT INTO articles (id, canonical_url, url, source, publisher, headline, body_text, authors, published_utc, keywords,
                      word_count, content_hash, body_hash, revision, first_seen_at, fetched_at, snapshot_id, extractor,
                      candidates, duplicate_of, relation)
VALUES (?1, ?2, ?2, 'ledger', ?3, ?4, ?5, '[]', ?6, '[]', ?7, '', ?8, 1, ?6, ?6, 1, '', '[]', ?9, ?10)
"""
EDGE = """
INSERT INTO duplicates (article_id, of_id, relation, score, rule, evidence, at)
VALUES (?1, ?2, ?3, 0.9, 'made so', '{"passages": [[0, 200, 0, 200]]}', '')
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One article to begin with."""

    headline: str
    body_text: str
    is_copy: bool = False
    """Of another one: not held, so that the stories in the index are those that this benchmark makes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One article of the store, as words: reading is not timed here."""

    headline: Words
    body: Words
    day: int
    """How many days before the last one."""
    copy: int
    """Number in its story, from 0."""
    share: float
    """Of its words that differ from the first of the story."""


def read_texts(corpus: Corpus) -> tuple[list[Text], str]:
    for folder in (corpus.pack, *corpus.pack.parents):
        path = folder / "duplicates" / "dev" / "docs.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            labels = json.loads(path.with_name("truth.json").read_text(encoding="utf-8"))
            return [
                Text(
                    headline=row["headline"],
                    body_text=row["body_text"],
                    is_copy=labels[row["id"]]["class"] not in ("bg", "orig", "tmpl"),
                )
                for row in rows
            ], "real texts"
    made = [
        Text(headline=make_headline(number), body_text="\n\n".join(make_paragraphs(number, count=8)))
        for number in range(3000)
    ]
    return made, "invented texts (DATA=… names a folder of real ones)"


def open_index(held: Sequence[Text], size: int) -> Path:
    """The file of a store with so many articles."""
    folder = Path(os.environ.get("BENCH_CACHE") or Path.home() / ".cache" / "copydesk-bench")
    mark = hashlib.sha256(repr((VERSION, AT_ONCE, [text.body_text for text in held])).encode())
    path = folder / f"matching-{size}-{mark.hexdigest()[:12]}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"matching-{size}-*"):
            old.unlink()
        start, part = time.monotonic(), path.with_suffix(".part")
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:  # what it takes of memory is not counted
            apart.submit(_fill, part, held, size).result()
        part.rename(path)
        print(f"made {size:,} articles in {time.monotonic() - start:.0f} s, once, in {path}", flush=True)
    return path


def _multiply(base: Sequence[tuple[Words, Words]]) -> Iterator[Held]:
    """Stories made of texts, without end, each with its re-worded copies."""
    chance = random.Random(2)
    for day in count():
        for headline, body in base:
            story = chance.getrandbits(64) if day else 0
            for copy in range(chance.choice(STORY_SIZES)):
                share = chance.choice(REWORDED) if copy else 0.0
                salts = (story, chance.getrandbits(64))
                made = (_reword(each, salts, share) for each in (headline, body))
                yield Held(headline=next(made), body=next(made), day=day, copy=copy, share=share)


def _reword(words: Words, salts: tuple[int, int], share: float) -> Words:
    """Other names, numbers and most of the words for the story (0: as it is); for the copy, a share of the words."""
    story, copy = (np.uint64(salt) for salt in salts)
    ids, kinds = np.array(words.ids, dtype=np.uint64), np.array(words.kinds, dtype=np.int8)
    if story:
        mixed = (ids ^ story) * np.uint64(0x9E3779B97F4A7C15)
        is_other = (kinds >= Kind.NAME) | ((kinds == Kind.WORD) & (mixed >> np.uint64(32) & np.uint64(3) != 0))
        ids = np.where(is_other, mixed, ids)
    mixed = (ids ^ copy) * np.uint64(0xC2B2AE3D27D4EB4F)
    is_swapped = (kinds == Kind.WORD) & ((mixed >> np.uint64(40)) < np.uint64(share * (1 << 24)))
    return Words(np.where(is_swapped, mixed, ids).tolist(), words.kinds)


def _fill(path: Path, texts: Sequence[Text], size: int) -> None:
    """Postings are sorted before they are stored, a part at a time; of the full-text search nothing is filled."""
    articles = _multiply([(read_words(text.headline), read_words(text.body_text)) for text in texts])
    database = SqliteDatabase(path, read_only=False)
    for pragma in ("synchronous = OFF", "cache_size = -600000"):
        database.row(f"PRAGMA {pragma}")
    with database.transaction() as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name GLOB 'articles_*_insert'")
        kept = triggers.fetchall()
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        _give_snapshot(connection)
    for start in range(0, size, AT_ONCE):
        with database.transaction() as connection:
            _add(connection, articles, range(start + 1, min(start + AT_ONCE, size) + 1))
    with database.transaction() as connection:
        for _, sql in kept:
            connection.execute(sql)
    database.row("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _add(connection: sqlite3.Connection, articles: Iterator[Held], numbers: range) -> None:
    postings: list[tuple[int, int]] = []
    first = numbers.start
    for number in numbers:
        article = next(articles)
        first = number if article.copy == 0 else first
        words = len(article.body.ids)
        made = Fingerprint(
            keys=keys_of(article.headline, article.body),
            marks=marks_of([address(number)], ""),
            signature=pack(article.headline, article.body),
            words=words,
        )
        known = _known(number, article, made.signature)
        relation = ("near" if article.share <= REWORDED[0] else "derived") if number != first else None
        insert(connection, known, body_text="word " * words, words=words, of=first if relation else None,
               relation=relation)  # fmt: skip
        connection.execute("INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", make_values(known, made))
        if relation:
            connection.execute(EDGE, (number, first, relation))
        postings += [(key, number) for key in (*made.keys, *made.marks)]
    postings.sort()
    connection.executemany("INSERT INTO postings VALUES (?, ?)", postings)


def _known(number: int, article: Held, signature: bytes) -> Known:
    return Known(
        number=number,
        headline="",
        body_hash=hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).hexdigest(),
        signature=signature,
        published_at=LAST_DAY - timedelta(days=article.day) + timedelta(minutes=number % 60),
        publisher=f"paper {number % 997}",
    )


def address(number: int) -> str:
    """Where an article of the store was published."""
    return f"https://paper.example/{number}"


def insert(
    connection: Connection,
    known: Known,
    *,
    body_text: str,
    words: int,
    of: int | None = None,
    relation: str | None = None,
) -> None:
    """Store the row of an article."""
    at = to_text(known.published_at or LAST_DAY)
    values = (
        known.number,
        address(known.number),
        known.publisher,
        known.headline,
        body_text,
        at,
        words,
        known.body_hash,
        of,
        relation,
    )
    connection.execute(ARTICLE, values)


def _give_snapshot(connection: sqlite3.Connection) -> None:
    """The one snapshot that all articles of the benchmark name."""
    connection.execute("INSERT OR IGNORE INTO crawls (id, trigger, sources, started_at) VALUES (1, '', '[]', '')")
    entry = "INSERT OR IGNORE INTO entries (id, key, source, url, state, first_seen_at) VALUES (1, '', '', '', '', '')"
    connection.execute(entry)
    connection.execute(
        """
        INSERT OR IGNORE INTO snapshots (id, entry_id, crawl_id, source, url, final_url, status, content_type, headers,
                                         fetched_at, digest, body_bytes, file, offset, length)
        VALUES (1, 1, 1, '', '', '', 200, '', '{}', '', '', 0, '', 0, 0)
        """
    )
