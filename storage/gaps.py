"""The completeness ledger: gaps between looks, what closes them, and what only a sitemap told of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.gaps import Evidence, Listed, find_gap, next_try, reach
from copydesk.model import EndpointKind, Entry
from copydesk.urls import canonical_url
from storage.database import Connection, Database, StoredRow
from storage.entries import Seen
from storage.instants import to_instant, to_text, to_text_or_none
from storage.records import GapRow, PollOutcome, PollRecord
from storage.store import Row

MISS_DAYS = 30
"""How far back articles are counted that no feed listed."""
MISS_GRACE = timedelta(hours=6)
"""A feed may list an article later than the sitemap does."""


class SqlGaps:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, *, source: str = "", state: str = "", now: datetime) -> list[Row]:
        """id source endpoint_url from_at until_at state reason closed_by may_miss, newest first; then a row a source
        of state `missed`: articles that its sitemaps listed and none of its feeds."""
        rows = self._database.rows(ROWS, (source, source, state, state))
        values = {
            "source": source,
            "since": to_text(now - timedelta(days=MISS_DAYS)),
            "until": to_text(now - MISS_GRACE),
        }
        missed = self._database.rows(MISSED, values) if state in ("", "missed") else []
        return [*map(dict, rows), *(_miss(row) for row in missed)]

    def due(self, sources: Sequence[str], *, now: datetime) -> list[GapRow]:
        """Open gaps of some sources whose other listings are to be searched now."""
        rows = self._database.rows(
            OPEN + "AND next_try_at <= ? AND source IN (SELECT value FROM json_each(?)) ORDER BY gaps.id",
            (to_text(now), json.dumps(list(sources))),
        )
        return [_gap(row) for row in rows]

    def opened(self, endpoint_id: int, *, at: datetime) -> list[GapRow]:
        """The gap that one poll found, where it found one."""
        rows = self._database.rows(OPEN + "AND endpoint_id = ? AND opened_at = ?", (endpoint_id, to_text(at)))
        return [_gap(row) for row in rows]

    def note_try(self, gap_id: int, *, now: datetime) -> None:
        """The other listings of a gap's source are being searched."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT tries FROM gaps WHERE id = ?", (gap_id,)).fetchone()
            tries = int(row["tries"]) + 1
            following = to_text_or_none(next_try(tries, now))
            connection.execute("UPDATE gaps SET tries = ?, next_try_at = ? WHERE id = ?", (tries, following, gap_id))

    def close(self, gap_id: int, *, closed_by: str, now: datetime) -> bool:
        """Close a gap; False: there is no open one of this id."""
        with self._database.transaction() as connection:
            return _close(connection, gap_id, closed_by=closed_by, now=to_text(now))

    def fill(self, source: str, entries: Sequence[Entry], *, url: str, now: datetime) -> list[int]:
        """The gaps that a sitemap's past closes, once its pages were fetched; others may be narrower then."""
        dates = [entry.published_at or entry.modified_at for entry in entries]
        keys = json.dumps([canonical_url(entry.url) for entry in entries])
        with self._database.transaction() as connection:
            known = "SELECT id FROM entries WHERE key IN (SELECT value FROM json_each(?))"
            listing = _Listing(
                kind=EndpointKind.SITEMAP,
                url=url,
                ids=[row["id"] for row in connection.execute(known, (keys,))],
                oldest_at=min((date for date in dates if date is not None), default=None),
            )
            gaps = connection.execute(OPEN + "AND source = ? ORDER BY gaps.id", (source,)).fetchall()
            return [gap["id"] for gap in gaps if _fill(connection, gap, listing, now=to_text(now))]


ROWS = """
SELECT gaps.id, source, url AS endpoint_url, from_at, until_at, state, reason, closed_by, may_miss
  FROM gaps JOIN endpoints ON endpoints.id = endpoint_id
 WHERE (? = '' OR source = ?) AND (? = '' OR state = ?)
 ORDER BY gaps.id DESC
"""
OPEN = """
SELECT gaps.*, source, kind FROM gaps JOIN endpoints ON endpoints.id = endpoint_id WHERE state = 'open'
"""

# Only what was published since the source is followed, and what was wanted: what include and exclude patterns leave out
# is no miss, nor what a sitemap's first look brings of its past, whichever endpoint was looked at first.
MISSED = """
WITH followed AS (
    SELECT source, MIN(polls.at) AS since, MIN(endpoints.url) AS feed_url
      FROM endpoints JOIN polls ON polls.endpoint_id = endpoints.id AND outcome = 'read'
     WHERE kind = 'feed' AND enabled AND (:source = '' OR source = :source) GROUP BY source
), listed AS (
    SELECT DISTINCT followed.source, feed_url, entries.id, sightings.first_at, endpoints.url AS sitemap_url,
           NOT EXISTS (
               SELECT 1 FROM sightings AS other JOIN endpoints AS feeds ON feeds.id = other.endpoint_id
                WHERE other.entry_id = entries.id AND feeds.kind = 'feed') AS missed
      FROM followed
      JOIN endpoints ON endpoints.source = followed.source AND endpoints.kind = 'sitemap'
      JOIN sightings ON sightings.endpoint_id = endpoints.id
      JOIN entries ON entries.id = sightings.entry_id
     WHERE sightings.first_at >= :since AND sightings.first_at >= followed.since AND sightings.first_at <= :until
       AND entries.state != 'known'
       AND COALESCE(entries.published_at, sightings.first_at) > followed.since
       AND sightings.first_at > (
               SELECT MAX(at) FROM polls WHERE endpoint_id = endpoints.id AND crawl_id = (
                      SELECT MIN(crawl_id) FROM polls WHERE endpoint_id = endpoints.id AND outcome = 'read'))
)
SELECT source, feed_url, MIN(CASE WHEN missed THEN sitemap_url END) AS sitemap_url, COUNT(DISTINCT id) AS listed,
       COUNT(DISTINCT CASE WHEN missed THEN id END) AS missed,
       MIN(CASE WHEN missed THEN first_at END) AS from_at, MAX(CASE WHEN missed THEN first_at END) AS until_at
  FROM listed GROUP BY source, feed_url HAVING COUNT(CASE WHEN missed THEN 1 END) > 0 ORDER BY source
"""


def _miss(row: StoredRow) -> Row:
    return {
        "id": None,
        "source": row["source"],
        "endpoint_url": row["feed_url"],
        "from_at": row["from_at"],
        "until_at": row["until_at"],
        "state": "missed",
        "reason": f"{row['missed']} of {row['listed']} new articles of the sitemap were in no feed; they were fetched",
        "closed_by": row["sitemap_url"],
        "may_miss": 0,
    }


def _gap(row: StoredRow) -> GapRow:
    from_at, until_at = to_instant(row["from_at"]), to_instant(row["until_at"])
    assert from_at is not None
    assert until_at is not None
    return GapRow(
        id=row["id"], endpoint_id=row["endpoint_id"], source=row["source"], from_at=from_at, until_at=until_at
    )


def note_gaps(connection: Connection, poll: PollRecord, source: str, found: Sequence[Seen], *, now: str) -> None:
    """Note what a document says of gaps: its own, and those of its source that it fills. Before the poll is stored."""
    if poll.outcome is not PollOutcome.READ or not found:
        return
    if poll.depth == 0:
        _open(connection, poll, found, now=now)
    gaps = connection.execute(OPEN + "AND source = ? AND endpoint_id != ?", (source, poll.endpoint_id)).fetchall()
    if not gaps:
        return
    endpoint = connection.execute("SELECT kind, url FROM endpoints WHERE id = ?", (poll.endpoint_id,)).fetchone()
    dates = [each.entry.published_at or each.entry.modified_at for each in found]
    listing = _Listing(
        kind=EndpointKind(endpoint["kind"]),
        url=endpoint["url"],
        ids=[each.id for each in found],
        oldest_at=min((date for date in dates if date is not None), default=None),
    )
    searched_from = to_text_or_none(poll.searched_from) or now
    for gap in gaps:
        # Of a sitemap, what is older than a few days was left out, unless it was searched for this.
        if listing.kind is not EndpointKind.SITEMAP or searched_from <= gap["from_at"]:
            _fill(connection, gap, listing, now=now)


def _open(connection: Connection, poll: PollRecord, found: Sequence[Seen], *, now: str) -> None:
    endpoint = connection.execute("SELECT * FROM endpoints WHERE id = ?", (poll.endpoint_id,)).fetchone()
    last_look = """
    SELECT at FROM polls WHERE endpoint_id = ? AND outcome IN ('read', 'unchanged') ORDER BY id DESC LIMIT 1
    """
    last = connection.execute(last_look, (poll.endpoint_id,)).fetchone()
    if last is None or not endpoint["enabled"]:
        return
    last_look_at = to_instant(last["at"])
    assert last_look_at is not None
    history = [datetime.fromtimestamp(second, poll.at.tzinfo) for second in json.loads(endpoint["published"])]
    gap = find_gap([_listed(each) for each in found], history, last_look_at=last_look_at, now=poll.at)
    if gap is None:
        return
    connection.execute(
        """
        INSERT INTO gaps (endpoint_id, from_at, until_at, opened_at, state, reason, may_miss, next_try_at)
        VALUES (?, ?, ?, ?, 'open', ?, ?, ?)
        """,
        (poll.endpoint_id, to_text(gap.from_at), to_text(gap.until_at), now, gap.reason, gap.may_miss, now),
    )


def _listed(seen: Seen) -> Listed:
    return Listed(
        published_at=seen.entry.published_at or seen.entry.modified_at,
        since=to_instant(seen.since),
        was_in_last=seen.was_in_last,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listing:
    """What may show that nothing is missing."""

    kind: EndpointKind
    url: str
    ids: Sequence[int]
    """Of its entries."""
    oldest_at: datetime | None
    """None: all are undated."""


def _fill(connection: Connection, gap: StoredRow, listing: _Listing, *, now: str) -> bool:
    """Close or narrow a gap by what another listing of its source has; whether it is closed."""
    evidence = Evidence(kind=listing.kind, oldest_at=listing.oldest_at, **_counts(connection, gap, listing.ids))
    from_at, until_at = to_instant(gap["from_at"]), to_instant(gap["until_at"])
    assert from_at is not None
    assert until_at is not None
    reached_at = reach(evidence, from_at, until_at)
    if reached_at is None:
        return False
    if reached_at <= from_at:
        return _close(connection, gap["id"], closed_by=listing.url, now=now)
    reason = f"{gap['reason']}; {listing.url} lists what came since {to_text(reached_at)[:16]}"
    connection.execute(
        "UPDATE gaps SET until_at = ?, reason = ? WHERE id = ?", (to_text(reached_at), reason, gap["id"])
    )
    return False


def _counts(connection: Connection, gap: StoredRow, ids: Sequence[int]) -> dict[str, int]:
    """Entries of the document that left the gap, how many of them are among `ids`, and which of those are older."""
    row = connection.execute(
        """
        SELECT COUNT(*) AS of,
               COUNT(CASE WHEN entry_id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids)) THEN 1 END) AS shared,
               (SELECT COUNT(*) FROM entries WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids))
                                               AND first_seen_at <= :from_at) AS known_before
          FROM sightings WHERE endpoint_id = :endpoint_id AND first_at = :opened_at
        """,
        {"ids": json.dumps(list(ids)), **{key: gap[key] for key in ("from_at", "endpoint_id", "opened_at")}},
    ).fetchone()
    return dict(row)


def _close(connection: Connection, gap_id: int, *, closed_by: str, now: str) -> bool:
    cursor = connection.execute(
        """
        UPDATE gaps SET state = 'closed', closed_by = ?, closed_at = ?, next_try_at = NULL
         WHERE id = ? AND state = 'open' RETURNING id
        """,
        (closed_by, now, gap_id),
    )
    return cursor.fetchone() is not None
