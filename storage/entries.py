"""Entries: what polls find, and which pages are due."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from copydesk.model import Entry
from copydesk.urls import canonical_url, is_too_long
from storage.database import EVERY, Connection, Database, StoredRow
from storage.instants import to_instant, to_text, to_text_or_none
from storage.records import EntryRow, EntryState, PollRecord, SeenEntry, Validators
from storage.removed import removal_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One entry of a poll, as stored."""

    id: int
    entry: Entry
    is_new: bool
    """Never seen before, anywhere."""
    since: str | None
    """When this endpoint was first seen to list it; None: only now."""
    was_in_last: bool
    """Whether the document before this one listed it."""


def last_reading(connection: Connection, endpoint_id: int) -> str | None:
    """When an endpoint's last document was read; None: never."""
    row = connection.execute(
        "SELECT at FROM polls WHERE endpoint_id = ? AND outcome = 'read' ORDER BY id DESC LIMIT 1", (endpoint_id,)
    ).fetchone()
    return None if row is None else row["at"]


def see(
    connection: Connection, seen: SeenEntry, poll: PollRecord, source: str, *, last_at: str | None, now: str
) -> Seen:
    """Store one entry of a poll. `last_at`: when the document before was read."""
    known = connection.execute(
        "SELECT id, title, modified_at, state FROM entries WHERE key = ?", (seen.key,)
    ).fetchone()
    sighting = None
    if known is None:
        entry_id = _insert(connection, seen, source, now)
    else:
        entry_id = known["id"]
        sighting = connection.execute(
            "SELECT first_at, last_at FROM sightings WHERE endpoint_id = ? AND entry_id = ?",
            (poll.endpoint_id, entry_id),
        ).fetchone()
        _refresh(connection, known, seen, sighting is not None, now)
    connection.execute(
        """
        INSERT INTO sightings (endpoint_id, entry_id, first_at, last_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (endpoint_id, entry_id) DO UPDATE SET last_at = excluded.last_at
        """,
        (poll.endpoint_id, entry_id, now, now),
    )
    return Seen(
        id=entry_id,
        entry=seen.entry,
        is_new=known is None,
        since=None if sighting is None else sighting["first_at"],
        was_in_last=sighting is not None and last_at is not None and sighting["last_at"] >= last_at,
    )


def _insert(connection: Connection, seen: SeenEntry, source: str, now: str) -> int:
    entry, removed = seen.entry, removal_of(connection, seen.key) is not None
    row = connection.execute(
        """
        INSERT INTO entries (key, source, url, title, published_at, modified_at, language, state, first_seen_at,
                             next_look_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        (
            seen.key,
            source,
            entry.url,
            None if removed else entry.title,
            to_text_or_none(entry.published_at),
            to_text_or_none(entry.modified_at),
            entry.language,
            EntryState.REMOVED if removed else EntryState.NEW if seen.wanted else EntryState.KNOWN,
            now,
            now if seen.wanted and not removed else None,
        ),
    ).fetchone()
    return int(row["id"])


def _refresh(connection: Connection, known: StoredRow, seen: SeenEntry, known_here: bool, now: str) -> None:
    """A hint that differs makes a fetched page due; a hint that is missing says nothing. A page that was not wanted
    becomes due when another endpoint wants it: one that lists it again and again says nothing new. One that was taken
    down stays so."""
    if known["state"] == EntryState.REMOVED:
        return
    entry, modified_at = seen.entry, to_text_or_none(seen.entry.modified_at)
    changed = (entry.title and known["title"] and entry.title != known["title"]) or (
        modified_at and known["modified_at"] and modified_at > known["modified_at"]
    )
    is_unwanted = known["state"] == EntryState.KNOWN
    wakes = seen.wanted and ((seen.insists or not known_here) if is_unwanted else changed)
    if wakes or (entry.title and not known["title"]) or (modified_at and not known["modified_at"]):
        connection.execute(
            """
            UPDATE entries SET title = COALESCE(?, title), modified_at = COALESCE(?, modified_at),
                   state = CASE WHEN state = 'known' AND ? THEN 'new' ELSE state END,
                   next_look_at = CASE WHEN ? AND state != 'gone' THEN ? ELSE next_look_at END
             WHERE id = ?
            """,
            (entry.title, modified_at, bool(wakes), bool(wakes), now, known["id"]),
        )


def due_rows(connection: Connection, ids: Sequence[int], *, now: str | None) -> list[EntryRow]:
    """The entries of `ids`, in that order, each once; with `now`, only those that are due."""
    rows = connection.execute(
        """
        SELECT entries.* FROM json_each(?) AS wanted JOIN entries ON entries.id = CAST(wanted.value AS BIGINT)
         WHERE state != 'removed' AND (CAST(? AS TEXT) IS NULL OR next_look_at <= ?)
         GROUP BY entries.id ORDER BY MIN(wanted.key)
        """,
        (json.dumps(list(ids)), now, now),
    )
    return [make_entry_row(row) for row in rows]


def make_entry_row(row: StoredRow) -> EntryRow:
    first_seen_at = to_instant(row["first_seen_at"])
    assert first_seen_at is not None
    return EntryRow(
        id=row["id"],
        source=row["source"],
        entry=Entry(
            url=row["url"],
            title=row["title"],
            published_at=to_instant(row["published_at"]),
            modified_at=to_instant(row["modified_at"]),
            language=row["language"],
        ),
        state=EntryState(row["state"]),
        first_seen_at=first_seen_at,
        next_look_at=to_instant(row["next_look_at"]),
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"], digest=row["digest"]),
        attempts=row["attempts"],
    )


class SqlEntries:
    def __init__(self, database: Database) -> None:
        self._database = database

    def due(
        self, source_names: Sequence[str], *, now: datetime, limit: int | None = None, most_of_one: int | None = None
    ) -> list[EntryRow]:
        """Entries whose `next_look_at` has come: of each source its never fetched ones first, then the longest due,
        `most_of_one` at most; sources take turns, so that one with thousands leaves room for the others."""
        rows = self._database.rows(
            """
            WITH due AS (
                SELECT id, ROW_NUMBER() OVER (PARTITION BY source ORDER BY state != 'new', next_look_at, id) AS place
                  FROM entries WHERE source IN (SELECT value FROM json_each(?1)) AND next_look_at <= ?2)
            SELECT entries.* FROM due JOIN entries USING (id)
             WHERE place <= ?4 ORDER BY place, next_look_at, id LIMIT ?3
            """,
            (
                json.dumps(list(source_names)),
                to_text(now),
                EVERY if limit is None else limit,
                EVERY if most_of_one is None else most_of_one,
            ),
        )
        return [make_entry_row(row) for row in rows]

    def is_due(self, entry_id: int, *, now: datetime) -> bool:
        """Whether an entry that was due is so still: another crawl may have looked at it since."""
        return bool(
            self._database.rows("SELECT 1 FROM entries WHERE id = ? AND next_look_at <= ?", (entry_id, to_text(now)))
        )

    def add(self, source: str, urls: Sequence[str], *, crawl_id: int, now: datetime) -> list[EntryRow]:
        """Rows of pages asked for by hand, due at once, known or not, in the order of `urls`; without what was taken
        down."""
        with self._database.transaction() as connection:
            ids = []
            for url in urls:
                if removal_of(connection, url) is not None or is_too_long(canonical_url(url)):
                    continue
                row = connection.execute(
                    """
                    INSERT INTO entries (key, source, url, state, first_seen_at, next_look_at)
                    VALUES (?, ?, ?, 'new', ?, ?)
                    ON CONFLICT (key) DO UPDATE SET next_look_at = excluded.next_look_at
                    RETURNING id
                    """,
                    (canonical_url(url), source, url, to_text(now), to_text(now)),
                ).fetchone()
                ids.append(row["id"])
            return due_rows(connection, ids, now=None)
