"""The numbers that a source's health is judged by, out of what the desk remembers of its looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from copydesk.health.history import (
    FIELDS,
    SAMPLE,
    WEEKS,
    ArticleMeasure,
    EndpointHistory,
    PageLook,
    PageResult,
    Samples,
    SourceHistory,
    Verdict,
)
from storage.database import Connection, StoredRow
from storage.instants import to_instant, to_text

WEEK = timedelta(weeks=1)
GOOD_POLLS = "('read', 'unchanged')"
BAD_POLLS = "('failed', 'refused', 'not_a_feed', 'gone')"
CAME_AT = "CASE WHEN entries.published_at < sightings.first_at THEN entries.published_at ELSE sightings.first_at END"
"""When an entry came: as it is dated, where it is."""
SLOW_AFTER = timedelta(days=7)
"""Days are read only of endpoints that listed nothing new for so long."""
SLOW_DAYS = timedelta(days=400)
FEW = 500
"""An endpoint with fewer sightings is slow or young: its days are read too."""
NEWEST = 500
"""Sightings, the latest first, among which the newest entry of an endpoint is."""

NEWEST_AT = f"""
SELECT MAX(at) FROM (
    SELECT {CAME_AT} AS at FROM sightings JOIN entries ON entries.id = entry_id
     WHERE endpoint_id = ? ORDER BY first_at DESC LIMIT {NEWEST}) AS newest
"""
DAYS = f"""
SELECT DISTINCT substr(at, 1, 10) AS day FROM (
    SELECT {CAME_AT} AS at FROM sightings JOIN entries ON entries.id = entry_id
     WHERE endpoint_id = ?1 AND first_at >= ?2) AS came WHERE at >= ?2 ORDER BY day
"""
# What the first poll finds without a date may have been there for years.
HOURS = f"""
SELECT DISTINCT substr(at, 1, 13) AS hour FROM (
    SELECT {CAME_AT} AS at
      FROM endpoints JOIN sightings ON sightings.endpoint_id = endpoints.id JOIN entries ON entries.id = entry_id
     WHERE endpoints.source = ?1 AND endpoints.enabled AND first_at >= ?2
       AND NOT (entries.published_at IS NULL
                AND first_at = (SELECT MIN(first_at) FROM sightings WHERE endpoint_id = endpoints.id))) AS came
 WHERE at >= ?2 ORDER BY hour
"""
FAILING_SINCE = f"""
SELECT MIN(at) FROM polls WHERE endpoint_id = ?1 AND outcome IN {BAD_POLLS} AND id > COALESCE(
    (SELECT id FROM polls WHERE endpoint_id = ?1 AND outcome IN {GOOD_POLLS} ORDER BY id DESC LIMIT 1), 0)
"""
LAST_POLL = "SELECT * FROM polls WHERE endpoint_id = ? ORDER BY id DESC LIMIT 1"
LAST_GOOD = f"SELECT at FROM polls WHERE endpoint_id = ? AND outcome IN {GOOD_POLLS} ORDER BY id DESC LIMIT 1"
LAST_POLLS = """
SELECT polls.at FROM polls WHERE endpoint_id = (
    SELECT id FROM endpoints WHERE source = ? AND enabled ORDER BY last_polled_at DESC NULLS LAST LIMIT 1)
 ORDER BY id DESC LIMIT 20
"""
FAILED_SLOTS = f"""
SELECT substr(at, 1, 13) AS hour, COUNT(*) AS polls, COUNT(CASE WHEN outcome IN {BAD_POLLS} THEN 1 END) AS failed
  FROM polls JOIN endpoints ON endpoints.id = endpoint_id
 WHERE source = ? AND at >= ? AND at < ? GROUP BY hour
"""
LOOKS = "SELECT at, outcome, status, detail FROM fetches WHERE source = ? AND at <= ? ORDER BY at DESC LIMIT ?"
RESULTS = """
SELECT snapshots.fetched_at AS at, reason
  FROM snapshots LEFT JOIN quarantine ON quarantine.snapshot_id = snapshots.id
 WHERE snapshots.source = ? AND snapshots.fetched_at <= ? AND state IN ('stored', 'quarantined')
 ORDER BY snapshots.fetched_at DESC LIMIT ?
"""
ARTICLES = f"""
SELECT first_seen_at AS at, word_count, LENGTH(body_text) AS kept, LENGTH(uncut_text) AS uncut, {", ".join(FIELDS)}
  FROM articles WHERE source = ? AND first_seen_at <= ? ORDER BY first_seen_at DESC LIMIT ?
"""
EMPTY = (None, "", "[]")


def read_history(
    connection: Connection,
    source: StoredRow,
    *,
    now: datetime,
    before: Verdict | None,
    baseline_from: datetime | None,
) -> SourceHistory:
    """What the health of one source is judged by. `before`: the last judgement; the baseline ends where its trouble
    began. `baseline_from`: nothing older belongs to the baseline."""
    name, added_at = source["name"], _instant(source["added_at"])
    rows = connection.execute(
        "SELECT * FROM endpoints WHERE source = ? AND enabled ORDER BY position, id", (name,)
    ).fetchall()
    endpoints = tuple(_read_endpoint(connection, row, now) for row in rows)
    newest_at = max((each.newest_at for each in endpoints if each.newest_at is not None), default=None)
    is_failing = any(each.failures for each in endpoints)
    anchor = min(now, before.since) if before is not None and before.is_sick and before.since else now
    return SourceHistory(
        source=name,
        enabled=bool(source["enabled"]),
        added_at=added_at,
        endpoints=endpoints,
        poll_gap_s=_poll_gap_s(connection, name),
        next_look_at=to_instant(min((row["next_look_at"] for row in rows if row["next_look_at"]), default=None)),
        hours=tuple(_hours(connection, name, newest_at)),
        failed_slots=_failed_slots(connection, name, endpoints) if is_failing else {},
        now=_read_samples(connection, name, now),
        weeks=tuple(_weeks(connection, name, now, anchor, max(added_at, baseline_from or added_at))),
        before=before,
    )


def _read_endpoint(connection: Connection, row: StoredRow, now: datetime) -> EndpointHistory:
    last = connection.execute(LAST_POLL, (row["id"],)).fetchone()
    good = connection.execute(LAST_GOOD, (row["id"],)).fetchone()
    newest_at = to_instant(connection.execute(NEWEST_AT, (row["id"],)).fetchone()[0])
    since = connection.execute(FAILING_SINCE, (row["id"],)).fetchone()[0] if row["failures"] else None
    return EndpointHistory(
        url=row["url"],
        kind=row["kind"],
        failures=row["failures"],
        failing_since=to_instant(since),
        last_polled_at=to_instant(row["last_polled_at"]),
        last_good_at=_instant(good["at"]) if good else None,
        outcome=last["outcome"] if last else "",
        status=last["status"] if last else None,
        detail=last["detail"] if last else "",
        moved_to=row["moved_to"],
        newest_at=newest_at,
        days=tuple(_days(connection, row["id"], newest_at, now)),
    )


def _days(connection: Connection, endpoint_id: int, newest_at: datetime | None, now: datetime) -> list[date]:
    few = f"SELECT COUNT(*) FROM (SELECT 1 FROM sightings WHERE endpoint_id = ? LIMIT {FEW}) AS few"
    if newest_at is None or (
        now - newest_at < SLOW_AFTER and connection.execute(few, (endpoint_id,)).fetchone()[0] == FEW
    ):
        return []
    rows = connection.execute(DAYS, (endpoint_id, to_text(newest_at - SLOW_DAYS)))
    return [date.fromisoformat(row["day"]) for row in rows]


def _hours(connection: Connection, source: str, newest_at: datetime | None) -> Iterator[datetime]:
    """Of the weeks before the newest entry, not before now: silence does not wear its own baseline away."""
    if newest_at is None:
        return
    for row in connection.execute(HOURS, (source, to_text(newest_at - WEEKS * WEEK))):
        yield _hour(row["hour"])


def _poll_gap_s(connection: Connection, source: str) -> float:
    polls = [_instant(row["at"]) for row in connection.execute(LAST_POLLS, (source,))]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(polls)]
    return median(gaps) if gaps else 0.0


def _failed_slots(connection: Connection, source: str, endpoints: Sequence[EndpointHistory]) -> dict[int, float]:
    """From the weeks before the present failures."""
    until = min((each.failing_since for each in endpoints if each.failing_since is not None), default=None)
    if until is None:
        return {}
    rows = connection.execute(FAILED_SLOTS, (source, to_text(until - WEEKS * WEEK), to_text(until)))
    polls, failed = Counter[int](), Counter[int]()
    for row in rows:
        at = _hour(row["hour"])
        polls[at.weekday() * 24 + at.hour] += row["polls"]
        failed[at.weekday() * 24 + at.hour] += row["failed"]
    return {slot: failed[slot] / polls[slot] for slot in polls}


def _weeks(connection: Connection, source: str, now: datetime, anchor: datetime, since: datetime) -> Iterator[Samples]:
    """The samples as of this weekday and hour in the weeks before the anchor."""
    at = now - max(1, -(-(now - anchor) // WEEK)) * WEEK
    for _ in range(WEEKS):
        if at < since:
            return
        yield _read_samples(connection, source, at)
        at -= WEEK


def _read_samples(connection: Connection, source: str, at: datetime) -> Samples:
    values = (source, to_text(at), SAMPLE)
    looks = [
        PageLook(
            at=_instant(row["at"]),
            is_good=row["outcome"] in ("kept", "revisit"),
            outcome=row["outcome"],
            status=row["status"],
            detail=row["detail"],
        )
        for row in connection.execute(LOOKS, values)
    ]
    results = [
        PageResult(at=_instant(row["at"]), reason=row["reason"] or "") for row in connection.execute(RESULTS, values)
    ]
    articles = [_measure(row) for row in connection.execute(ARTICLES, values)]
    return Samples(looks=tuple(looks[::-1]), results=tuple(results[::-1]), articles=tuple(articles[::-1]))


def _measure(row: StoredRow) -> ArticleMeasure:
    return ArticleMeasure(
        at=_instant(row["at"]),
        words=row["word_count"],
        filled=frozenset(name for name in FIELDS if row[name] not in EMPTY),
        junk_share=1 - row["kept"] / row["uncut"] if row["uncut"] else 0.0,
    )


def _hour(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00:00+00:00")


def _instant(text: str) -> datetime:
    found = to_instant(text)
    assert found is not None
    return found
