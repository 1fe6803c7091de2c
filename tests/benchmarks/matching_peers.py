"""What stands beside Copydesk in the matching benchmark: datasketch's LSH, in memory, and a MinHash in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.matching_store import Text
from tests.benchmarks.matching_times import Times, memory_mb, time_each


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


def time_datasketch(held: Sequence[Text], probes: Sequence[Text], size: int, work: Path) -> Times:
    from datasketch import MinHashLSH

    before = memory_mb()
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number, text in enumerate(_spun(held, size)):
        index.insert(number, _hashed(text), check_duplication=False)
    memory = memory_mb()

    def ask(number: int, text: Text) -> bool:
        made = _hashed(text)
        found = index.query(made)
        index.insert(f"probe {number}", made)
        return bool(found)

    wall, cpu, found = time_each(probes, ask)
    return Times(name="datasketch LSH .5", size=size, wall=wall, cpu=cpu, bytes_each=(memory - before) * 1e6 / size,
                 memory_mb=memory - before, found=found)  # fmt: skip


def time_minhash(held: Sequence[Text], probes: Sequence[Text], size: int, work: Path) -> Times:
    """14 bands of 8 rows in a table, as datatrove's buckets have them; what shares a band is a copy."""
    before = memory_mb()
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

    wall, cpu, found = time_each(probes, ask)
    connection.close()
    return Times(name="MinHash 14x8, SQLite", size=size, wall=wall, cpu=cpu, bytes_each=bytes_each,
                 memory_mb=memory_mb() - before, found=found)  # fmt: skip
