"""Milliseconds an article for matching against indexes of 10,000 to 1,000,000 articles on disk, beside MinHash.

Texts are the pack's where it is here (`--data`), else invented ones. Most of them are held in the index, many times:
each becomes stories of its own (other names, numbers, most words; the first as it is), and each story re-worded copies,
as papers take a report over: half of the stories have one article, one in sixteen has ten. What is timed are whole
articles, one after the other, as the store takes them: fingerprint, candidates, verdicts, index, edges, groups, and
their share of transactions of 32.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from copydesk.duplicates.fingerprint import Fingerprint, keys_of
from copydesk.duplicates.index import Known
from copydesk.duplicates.signature import pack
from copydesk.duplicates.words import Kind, Words, read_words
from copydesk.text import body_hash
from storage.database import Database
from storage.duplicates import match_article
from storage.instants import to_text
from storage.match_index import make_values, unpack
from storage.records import Matching
from tests.benchmarks.corpus import Corpus
from tests.prose import make_headline, make_paragraphs

SIZES = tuple(int(size) for size in os.environ.get("MATCHING_SIZES", "10000,100000,1000000").split(","))
PEERS_TO = 100_000
"""datasketch's index is in memory: at a million it would take what the last column of its row says, ten times."""
PROBES = 400
BATCH = 32
STORY_SIZES = (1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 5, 10)
REWORDED = (0.15, 0.3, 0.5, 0.8)
START = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = """
INSERT INTO articles (id, canonical_url, url, source, publisher, headline, body_text, authors, published_utc, keywords,
                      word_count, content_hash, body_hash, revision, first_seen_at, fetched_at, snapshot_id, extractor,
                      candidates)
VALUES (?1, ?2, ?2, 'ledger', ?3, ?4, ?5, '[]', ?6, '[]', ?7, '', ?8, 1, ?6, ?6, 1, '', '[]')
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One article to begin with."""

    headline: str
    body_text: str
    is_copy: bool = False
    """Of another one: not held, so that the stories in the index are those that this benchmark makes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """What one program took for each of some articles, ms."""

    name: str
    size: int
    wall: list[float]
    cpu: list[float]
    bytes_each: float
    memory_mb: float
    found: float
    """Share of the probes for which anything was found."""

    def row(self) -> str:
        def at(share: float, values: list[float]) -> float:
            return sorted(values)[int(share * (len(values) - 1))]

        wall = "".join(f"{at(share, self.wall):>8.2f}" for share in (0.5, 0.95, 0.99))
        cpu = "".join(f"{at(share, self.cpu):>8.2f}" for share in (0.5, 0.95))
        facts = f"{self.bytes_each:>9,.0f}{self.memory_mb:>8,.0f}{self.found:>7.0%}"
        return f"{self.name:<22}{self.size:>10,}{wall}{cpu}{facts}"


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    work.mkdir(parents=True, exist_ok=True)
    texts, title = _read_texts(corpus)
    random.Random(1).shuffle(texts)
    probes, held = texts[:PROBES], [text for text in texts[PROBES:] if not text.is_copy]
    print(f"\nMatching: {title}; {PROBES} articles against each index")
    names = ("articles", "p50 ms", "p95", "p99", "cpu p50", "p95", "bytes", "MB", "found")
    widths = (10, 8, 8, 8, 8, 8, 9, 8, 7)
    print(" " * 22 + "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True)))
    database = Database(work / "matching.db", read_only=False)
    base = [(read_words(text.headline), read_words(text.body_text)) for text in held]
    copies = _multiply(base)
    size = 0
    for wanted in SIZES:
        _fill(database, copies, size, wanted)
        size = wanted
        print(_time_store(database, probes, size).row(), flush=True)
    database.close()
    for wanted in (each for each in SIZES if each <= PEERS_TO):
        for peer in (_time_datasketch, _time_minhash):
            print(peer(held, probes, wanted, work).row(), flush=True)


def _read_texts(corpus: Corpus) -> tuple[list[Text], str]:
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


def _multiply(base: Sequence[tuple[Words, Words]]) -> Iterator[tuple[Words, Words]]:
    """Stories made of texts, without end, each with its re-worded copies: as words, since reading is not timed here."""
    chance = random.Random(2)
    for turn in count():
        for headline, body in base:
            story = chance.getrandbits(64) if turn else 0
            for copy in range(chance.choice(STORY_SIZES)):
                share = chance.choice(REWORDED) if copy else 0.0
                salts = (story, chance.getrandbits(64))
                yield _reword(headline, salts, share), _reword(body, salts, share)


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


def _fill(database: Database, copies: Iterator[tuple[Words, Words]], size: int, wanted: int) -> None:
    """Bring the index to a size; postings are sorted before they are stored, a part of a million at a time."""
    for start in range(size, wanted, 250_000):
        postings: list[tuple[int, int]] = []
        with database.transaction() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for number in range(start + 1, min(start + 250_000, wanted) + 1):
                headline, body = next(copies)
                made = Fingerprint(keys=keys_of(headline, body), signature=pack(headline, body), words=len(body.ids))
                known = _known(number, made.signature)
                _insert(connection, number, known, Text(headline="", body_text=""), made.words)
                connection.execute(
                    "INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", make_values(known, made)
                )
                postings += [(key, number) for key in made.keys]
            postings.sort()
            connection.executemany("INSERT INTO postings VALUES (?, ?)", postings)
            _give_snapshot(connection)


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


def _known(number: int, signature: bytes) -> Known:
    return Known(
        number=number,
        headline="",
        body_hash=f"{number:032x}",
        signature=signature,
        published_at=START,
        publisher=f"paper {number % 997}",
    )


def _insert(connection: sqlite3.Connection, number: int, known: Known, text: Text, words: int) -> None:
    url, at = f"https://paper.example/{number}", to_text(known.published_at or START)
    values = (number, url, known.publisher, text.headline, text.body_text, at, words, known.body_hash)
    connection.execute(ARTICLE, values)


def _time_store(database: Database, probes: Sequence[Text], size: int) -> Times:
    """Probes are stored above all held articles, and taken out again."""
    wall: list[float] = []
    cpu: list[float] = []
    found = 0
    first = 1 << 40
    for start in range(0, len(probes), BATCH):
        batch = probes[start : start + BATCH]
        each_wall, each_cpu = [], []
        with database.transaction() as connection:
            for place, text in enumerate(batch):
                number = first + start + place
                at = START + timedelta(minutes=number % 60)
                known = Known(number=number, headline="", body_hash=body_hash(text.body_text), signature=b"",
                              published_at=at, publisher="the prober")  # fmt: skip
                _insert(connection, number, known, text, len(text.body_text.split()))
                since, since_cpu = time.perf_counter(), time.process_time()
                match_article(connection, number, Matching(), now=to_text(at))
                each_wall.append(time.perf_counter() - since)
                each_cpu.append(time.process_time() - since_cpu)
                found += (
                    connection.execute("SELECT 1 FROM duplicates WHERE article_id = ?", (number,)).fetchone()
                    is not None
                )
            committing, committing_cpu = time.perf_counter(), time.process_time()
        share = (time.perf_counter() - committing) / len(batch)
        share_cpu = (time.process_time() - committing_cpu) / len(batch)
        wall += [(each + share) * 1000 for each in each_wall]
        cpu += [(each + share_cpu) * 1000 for each in each_cpu]
    _take_out(database, first)
    return Times(name="copydesk", size=size, wall=wall, cpu=cpu, bytes_each=_index_bytes(database) / size,
                 memory_mb=_memory_mb(), found=found / len(probes))  # fmt: skip


def _take_out(database: Database, first: int) -> None:
    with database.transaction() as connection:
        connection.execute("UPDATE articles SET duplicate_of = NULL, relation = NULL WHERE duplicate_of IS NOT NULL")
        connection.execute("DELETE FROM duplicates")
        for row in connection.execute("SELECT article, keys FROM fingerprints WHERE article >= ?", (first,)).fetchall():
            gone = [(key, row["article"]) for key in unpack(row["keys"])]
            connection.executemany("DELETE FROM postings WHERE key = ? AND article = ?", gone)
        connection.execute("DELETE FROM fingerprints WHERE article >= ?", (first,))
        connection.execute("DELETE FROM articles WHERE id >= ?", (first,))


def _index_bytes(database: Database) -> int:
    """What postings, fingerprints and their indexes take of the file; estimated from rows where SQLite cannot tell."""
    try:
        return database.number(
            "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'postings%' OR name LIKE 'fingerprints%'"
        )
    except sqlite3.OperationalError:
        rows = database.number("SELECT COUNT(*) FROM fingerprints")
        sample = database.number(
            "SELECT AVG(length(keys) * 2 + length(signature) + 140) FROM (SELECT * FROM fingerprints LIMIT 5000)"
        )
        return rows * sample


def _memory_mb() -> float:
    return float(psutil.Process().memory_info().rss / 1e6)


def _hashed(text: Text) -> Any:
    from datasketch import MinHash

    words = text.body_text.lower().split()
    made = MinHash(num_perm=128, seed=1)
    made.update_batch([" ".join(words[at : at + 5]).encode() for at in range(max(1, len(words) - 4))])
    return made


def _spun(held: Sequence[Text], wanted: int) -> Iterator[Text]:
    """As many articles for the peers: the held texts, then the same with every seventh word another one."""
    for number in range(wanted):
        text = held[number % len(held)]
        turn = number // len(held)
        words = text.body_text.split()
        if turn:
            words = [f"{word}{turn}" if at % 7 == turn % 7 else word for at, word in enumerate(words)]
        yield Text(headline=text.headline, body_text=" ".join(words))


def _time_each(probes: Sequence[Text], ask: Callable[[int, Text], bool]) -> tuple[list[float], list[float], float]:
    wall, cpu, found = [], [], 0
    for number, text in enumerate(probes):
        since, since_cpu = time.perf_counter(), time.process_time()
        found += ask(number, text)
        wall.append((time.perf_counter() - since) * 1000)
        cpu.append((time.process_time() - since_cpu) * 1000)
    return wall, cpu, found / len(probes)


def _time_datasketch(held: Sequence[Text], probes: Sequence[Text], size: int, work: Path) -> Times:
    from datasketch import MinHashLSH

    before = _memory_mb()
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(_spun(held, size)):
        index.insert(number, _hashed(text), check_duplication=False)
    memory = _memory_mb()

    def ask(number: int, text: Text) -> bool:
        made = _hashed(text)
        found = index.query(made)
        index.insert(f"probe {number}", made)
        return bool(found)

    wall, cpu, found = _time_each(probes, ask)
    return Times(name="datasketch LSH .5", size=size, wall=wall, cpu=cpu, bytes_each=(memory - before) * 1e6 / size,
                 memory_mb=memory, found=found)  # fmt: skip


def _time_minhash(held: Sequence[Text], probes: Sequence[Text], size: int, work: Path) -> Times:
    """14 bands of 8 rows in a table, as datatrove's buckets have them; what shares a band is a copy."""
    path = work / f"minhash-{size}.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) WITHOUT ROWID")

    def bands(text: Text) -> list[int]:
        values = _hashed(text).hashvalues
        return [hash((band, values[8 * band : 8 * band + 8].tobytes())) for band in range(14)]

    rows = sorted((band, number) for number, text in enumerate(_spun(held, size)) for band in bands(text))
    connection.execute("BEGIN")
    connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bytes_each = path.stat().st_size / size

    def ask(number: int, text: Text) -> bool:
        own = bands(text)
        connection.execute("BEGIN IMMEDIATE")
        found = [
            connection.execute("SELECT article FROM bands WHERE band = ? LIMIT 1", (band,)).fetchone() for band in own
        ]
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, size + number) for band in own])
        connection.execute("COMMIT")
        return any(found)

    wall, cpu, found = _time_each(probes, ask)
    connection.close()
    return Times(name="MinHash 14x8, SQLite", size=size, wall=wall, cpu=cpu, bytes_each=bytes_each,
                 memory_mb=_memory_mb(), found=found)  # fmt: skip
