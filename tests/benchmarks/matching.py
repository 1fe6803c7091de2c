"""Milliseconds an article for matching against stores of 10,000 to 1,000,000 articles, by engine, beside MinHash.

The stores are those of `matching_store`. What is timed are whole articles, one after the other, as a store takes them:
fingerprint, candidates, verdicts, index, edges, groups, and their share of transactions of 32. They are not in the
store, but a third of them are copies of what is. CPU is that of the process that asks, without a server's.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from copydesk.duplicates.index import Known
from copydesk.text import body_hash
from storage.duplicates import match_article
from storage.engines.sqlite import SqliteDatabase
from storage.instants import to_text
from storage.records import Matching
from storage.store import open_database
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.matching_peers import time_datasketch, time_minhash
from tests.benchmarks.matching_postgres import index_bytes, load
from tests.benchmarks.matching_store import LAST_DAY, Text, insert, open_index, read_texts
from tests.benchmarks.matching_times import Times, memory_mb

SIZES = tuple(int(size) for size in os.environ.get("MATCHING_SIZES", "10000,100000,1000000").split(","))
PEERS_TO = int(os.environ.get("MATCHING_PEERS_TO", "100000"))
"""datasketch's index is in memory, and hashing a million texts takes either of them most of an hour."""
PROBES = 1000
BATCH = 32


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    work.mkdir(parents=True, exist_ok=True)
    texts, title = read_texts(corpus)
    random.Random(1).shuffle(texts)
    probes, held = texts[:PROBES], [text for text in texts[PROBES:] if not text.is_copy]
    print(f"\nMatching: {title}; {PROBES} articles against each index; load {os.getloadavg()[0]:.1f}")
    names = ("articles", "p50 ms", "p95", "p99", "cpu p50", "p95", "p99", "bytes", "MB", "found")
    widths = (10, 8, 8, 8, 8, 8, 8, 9, 8, 7)
    print(" " * 22 + "".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True)))
    for size in SIZES:
        path = work / "matching.db"
        shutil.copyfile(open_index(held, size), path)
        _warm(path)
        print(_time_store("copydesk, SQLite", str(path), probes, size).row(), flush=True)
        print(_time_store("copydesk, PostgreSQL", load(open_index(held, size)), probes, size).row(), flush=True)
        path.unlink()
    for size in (each for each in SIZES if each <= PEERS_TO):
        for peer in (time_datasketch, time_minhash):
            print(peer(held, probes, size, work).row(), flush=True)


def _warm(path: Path) -> None:
    """On the disk before it is timed, and read."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _time_store(name: str, address: str, probes: Sequence[Text], size: int) -> Times:
    before = memory_mb()
    database = open_database(address, read_only=False)
    taken = _index_bytes(database) if isinstance(database, SqliteDatabase) else index_bytes(address)
    bytes_each = taken / size
    wall: list[float] = []
    cpu: list[float] = []
    found = 0
    for start in range(0, len(probes), BATCH):
        batch = probes[start : start + BATCH]
        each_wall, each_cpu = [], []
        with database.transaction() as connection:
            for number, text in enumerate(batch, size + start + 1):
                at = LAST_DAY + timedelta(minutes=number % 60)
                known = Known(number=number, headline=text.headline, body_hash=body_hash(text.body_text), signature=b"",
                              published_at=at, publisher="the prober")  # fmt: skip
                insert(connection, known, body_text=text.body_text, words=len(text.body_text.split()))
                since, since_cpu = time.perf_counter(), time.process_time()
                match_article(connection, number, Matching(), now=to_text(at))
                each_wall.append(time.perf_counter() - since)
                each_cpu.append(time.process_time() - since_cpu)
                told = (
                    "SELECT 1 FROM duplicates WHERE article_id = ?1 UNION ALL SELECT 1 FROM duplicates WHERE of_id = ?1"
                )
                found += connection.execute(told, (number,)).fetchone() is not None
            committing, committing_cpu = time.perf_counter(), time.process_time()
        share = (time.perf_counter() - committing) / len(batch)
        share_cpu = (time.process_time() - committing_cpu) / len(batch)
        wall += [(each + share) * 1000 for each in each_wall]
        cpu += [(each + share_cpu) * 1000 for each in each_cpu]
    database.close()
    return Times(name=name, size=size, wall=wall, cpu=cpu, bytes_each=bytes_each,
                 memory_mb=memory_mb() - before, found=found / len(probes))  # fmt: skip


def _index_bytes(database: SqliteDatabase) -> int:
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
