"""Polls: what each look at an endpoint found, and what it leaves for the next one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from copydesk.polling import MOST_REMEMBERED
from copydesk.urls import is_too_long
from storage.database import Connection, Database
from storage.entries import Seen, due_rows, last_reading, see
from storage.gaps import note_gaps
from storage.instants import to_text, to_text_or_none
from storage.records import EntryRow, PollOutcome, PollRecord

FAILURES = (PollOutcome.FAILED, PollOutcome.REFUSED, PollOutcome.NOT_A_FEED, PollOutcome.GONE)


class SqlPolls:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, poll: PollRecord, *, now: datetime) -> list[EntryRow]:
        """Store a poll with its entries and return those entries that are due, in document order.

        A known entry whose title or modified date differs becomes due at once. One whose URL is endless is left out.
        """
        with self._database.transaction() as connection:
            source = connection.execute("SELECT source FROM endpoints WHERE id = ?", (poll.endpoint_id,)).fetchone()[0]
            last_at = last_reading(connection, poll.endpoint_id)
            found = [
                see(connection, seen, poll, source, last_at=last_at, now=to_text(now))
                for seen in poll.entries
                if not is_too_long(seen.key)
            ]
            note_gaps(connection, poll, source, found, now=to_text(now))
            listed, new, known = _overlap(connection, poll, found)
            _update_endpoint(connection, poll, source)
            connection.execute(
                """
                INSERT INTO polls (endpoint_id, crawl_id, at, outcome, status, detail, entries, entries_new,
                                   entries_known)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                (
                    poll.endpoint_id,
                    poll.crawl_id,
                    to_text(poll.at),
                    poll.outcome,
                    poll.status,
                    poll.detail,
                    listed,
                    new,
                    known,
                ),
            )
            return due_rows(connection, [each.id for each in found], now=to_text(now))


def _overlap(connection: Connection, poll: PollRecord, found: Sequence[Seen]) -> tuple[int, int, int]:
    """Entries of the document, those never seen before, and those that the look before saw too. A document that did
    not change overlaps with all it lists."""
    if poll.outcome is PollOutcome.UNCHANGED:
        listed = connection.execute("SELECT listed FROM endpoints WHERE id = ?", (poll.endpoint_id,)).fetchone()[0]
        return listed, 0, listed
    return len(found), sum(each.is_new for each in found), sum(each.was_in_last for each in found)


def _update_endpoint(connection: Connection, poll: PollRecord, source: str) -> None:
    connection.execute("UPDATE sources SET last_crawled_at = ? WHERE name = ?", (to_text(poll.at), source))
    if poll.outcome is PollOutcome.READ:
        _remember_publications(connection, poll)
    if poll.depth:
        return  # a sitemap of an index decides nothing for the index
    validators = poll.validators
    if validators is not None:
        connection.execute(
            "UPDATE endpoints SET etag = ?, last_modified = ?, digest = ? WHERE id = ?",
            (validators.etag, validators.last_modified, validators.digest, poll.endpoint_id),
        )
    connection.execute(
        """
        UPDATE endpoints SET last_polled_at = :at, next_look_at = :next_look_at, next_look_why = :why,
               trouble = NULLIF(:trouble, ''), failures = CASE WHEN :failed THEN failures + 1 ELSE 0 END,
               gone_at = CASE WHEN :outcome = 'gone' THEN :at END,
               read_at = CASE WHEN :has_body THEN :at ELSE read_at END,
               listed = CASE WHEN :outcome = 'read' THEN :listed ELSE listed END
         WHERE id = :id
        """,
        {
            "at": to_text(poll.at),
            "next_look_at": to_text_or_none(poll.next_look_at),
            "why": poll.next_look_why,
            "trouble": poll.trouble,
            "failed": poll.outcome in FAILURES,
            "outcome": poll.outcome,
            "has_body": poll.outcome in (PollOutcome.READ, PollOutcome.UNCHANGED) and poll.status != 304,
            "listed": len(poll.entries),
            "id": poll.endpoint_id,
        },
    )
    if poll.outcome not in FAILURES:
        _note_move(connection, poll)


def _note_move(connection: Connection, poll: PollRecord) -> None:
    """Count the looks in a row that were redirected for good to one place. One that was not, begins anew; one that
    asked the remembered place itself says nothing, unless that has moved on."""
    if poll.moved_to is not None:
        connection.execute(
            """
            UPDATE endpoints SET moved_times = CASE WHEN moved_to IS :moved_to THEN moved_times + 1 ELSE 1 END,
                   moved_to = :moved_to WHERE id = :id
            """,
            {"moved_to": poll.moved_to, "id": poll.endpoint_id},
        )
    elif not poll.asked_url:
        connection.execute("UPDATE endpoints SET moved_to = NULL, moved_times = 0 WHERE id = ?", (poll.endpoint_id,))


def _remember_publications(connection: Connection, poll: PollRecord) -> None:
    """Keep when its newest entries were published. The key of sightings finds the entries that were seen last."""
    rows = connection.execute(
        """
        SELECT COALESCE(entries.published_at, sightings.first_at) AS at
          FROM sightings JOIN entries ON entries.id = entry_id
         WHERE endpoint_id = ? ORDER BY entry_id DESC LIMIT ?
        """,
        (poll.endpoint_id, MOST_REMEMBERED),
    )
    found = {int(datetime.fromisoformat(row["at"]).timestamp()) for row in rows}
    seconds = sorted(second for second in found if second <= poll.at.timestamp())
    connection.execute("UPDATE endpoints SET published = ? WHERE id = ?", (json.dumps(seconds), poll.endpoint_id))
