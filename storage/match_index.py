"""The match index on SQLite: keys with their articles, and what is compared of each article."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

from copydesk.duplicates.fingerprint import FEWEST_WORDS, Fingerprint, facing, is_mark
from copydesk.duplicates.index import MOST_POSTINGS, Candidate, Known, choose
from copydesk.urls import canonical_url
from storage.database import Connection, StoredRow
from storage.instants import to_instant, to_text_or_none
from storage.match_tables import VERSION

PROBE = "SELECT article FROM postings WHERE key = ? ORDER BY article DESC LIMIT ?"
"""One probe a key: SQLite reads the end of a range. All keys in one `IN … GROUP BY` cannot stop early."""


class SqlIndex:
    """See `copydesk.duplicates.index.Index`; numbers are ids of articles. For use inside a transaction."""

    def __init__(self, connection: Connection, *, but: int | None = None) -> None:
        """`but`: this article is not looked at, as it is the one that others are looked up for."""
        self._connection = connection
        self._but = but

    def same_body(self, body_hash: str) -> Sequence[int]:
        """Numbers of the articles with this body, the first one first."""
        rows = self._connection.execute(
            "SELECT article FROM fingerprints WHERE body_hash = ? ORDER BY article", (body_hash,)
        )
        return [row[0] for row in rows if row[0] != self._but]

    def candidates(self, keys: Sequence[int]) -> Sequence[Candidate]:
        """Articles that share FEWEST_SHARED_KEYS keys or more; most shared first, MOST_CANDIDATES at most."""
        return choose(zip(keys, self._postings(keys), strict=True))

    def credited(self, marks: Sequence[int]) -> Sequence[int]:
        """Numbers of articles that one with these marks credits, and of those that credit it; the newest ones."""
        found = self._postings([facing(mark) for mark in marks])
        return list(dict.fromkeys(number for numbers in found for number in numbers[:MOST_POSTINGS]))

    def get(self, number: int) -> Known:
        row = self._row(number)
        return Known(
            number=number,
            headline=row["headline"],
            body_hash=row["body_hash"],
            signature=row["signature"],
            published_at=to_instant(row["published_utc"]),
            publisher=row["publisher"],
        )

    def fingerprint(self, number: int) -> Fingerprint:
        """What an article was added with."""
        row = self._row(number)
        return read_fingerprint(row)

    def words(self, number: int) -> int:
        """Of an article's body."""
        row = self._connection.execute("SELECT words FROM fingerprints WHERE article = ?", (number,)).fetchone()
        return int(row["words"])

    def add(self, known: Known, fingerprint: Fingerprint) -> None:
        self.remove(known.number)
        self._connection.execute(
            "INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", make_values(known, fingerprint)
        )
        self._connection.executemany(
            "INSERT INTO postings VALUES (?, ?)",
            [(key, known.number) for key in (*fingerprint.keys, *fingerprint.marks)],
        )

    def remove(self, number: int) -> None:
        """Forget an article; one that is not there is forgotten already."""
        row = self._connection.execute("SELECT keys FROM fingerprints WHERE article = ?", (number,)).fetchone()
        if row is not None:
            values = [(key, number) for key in unpack(row["keys"])]
            self._connection.executemany("DELETE FROM postings WHERE key = ? AND article = ?", values)
            self._connection.execute("DELETE FROM fingerprints WHERE article = ?", (number,))

    def _postings(self, keys: Sequence[int]) -> list[list[int]]:
        """The newest articles of each key, one more than are needed to see that it is crowded."""
        most = MOST_POSTINGS + (1 if self._but is None else 2)
        answers = self._connection.every(PROBE, [(key, most) for key in keys])
        return [[row[0] for row in rows if row[0] != self._but][: MOST_POSTINGS + 1] for rows in answers]

    def _row(self, number: int) -> StoredRow:
        row: StoredRow = self._connection.execute("SELECT * FROM fingerprints WHERE article = ?", (number,)).fetchone()
        return row


def make_values(known: Known, made: Fingerprint) -> tuple[object, ...]:
    """The row of an article in `fingerprints`."""
    return (
        known.number,
        known.body_hash,
        known.headline if made.words < FEWEST_WORDS else "",
        to_text_or_none(known.published_at),
        known.publisher,
        made.words,
        VERSION,
        _pack((*made.keys, *made.marks)),
        made.signature,
    )


def addresses_of(article: StoredRow) -> tuple[tuple[str, str], str]:
    """(its own addresses, the one that it credits or nothing) of a row of `articles`, as marks are made of them."""
    return (article["canonical_url"], canonical_url(article["url"])), article["based_on_url"] or ""


def read_fingerprint(row: StoredRow) -> Fingerprint:
    """What an article was added with, of its row in `fingerprints`."""
    kept = unpack(row["keys"])
    return Fingerprint(
        keys=tuple(key for key in kept if not is_mark(key)),
        marks=tuple(key for key in kept if is_mark(key)),
        signature=row["signature"],
        words=row["words"],
    )


def _pack(keys: Sequence[int]) -> bytes:
    values = array("Q", keys)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpack(packed: bytes) -> Sequence[int]:
    """Keys as `fingerprints` keeps them."""
    values = array("Q", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return values
