"""The tables that keep a desk well: the state of each source, and alerts that wait to be told."""

from __future__ import annotations

HEALTH = """
CREATE TABLE health (
    source          TEXT PRIMARY KEY,
    state           TEXT NOT NULL,           -- healthy, quiet, sick, new, unwatched, paused
    cause           TEXT NOT NULL,           -- empty: none
    since           TEXT NOT NULL,
    evidence        TEXT NOT NULL,
    checked_at      TEXT NOT NULL,
    told            TEXT NOT NULL,           -- cause that people were last told of; empty: they think that it is well
    baseline_from   TEXT                     -- nothing from before this counts as usual: a person said so
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id              INTEGER PRIMARY KEY,
    address         TEXT NOT NULL,           -- digest of the apprise address, which may hold a password
    source          TEXT NOT NULL,
    title           TEXT NOT NULL,
    text            TEXT NOT NULL,
    at              TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    claimed_until   TEXT                     -- somebody is sending it
) STRICT;

ALTER TABLE fetches ADD COLUMN source TEXT;  -- of the entry
UPDATE fetches SET source = (SELECT source FROM entries WHERE entries.id = entry_id);
CREATE INDEX fetches_by_source ON fetches (source, at);
CREATE INDEX snapshots_by_source ON snapshots (source, fetched_at);
CREATE INDEX articles_by_sight ON articles (source, first_seen_at);
CREATE INDEX sightings_by_time ON sightings (endpoint_id, first_at);
"""

REMOVALS = """
CREATE TABLE removals (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL,           -- url, domain
    what            TEXT NOT NULL UNIQUE,    -- canonical URL; or a host, with all below it
    at              TEXT NOT NULL,
    done_at         TEXT                     -- null: bytes of it may still lie somewhere
) STRICT;

CREATE TABLE rewrites (                      -- archive files that hold what no row points at any more
    file            TEXT PRIMARY KEY,
    new_file        TEXT NOT NULL DEFAULT '',  -- where the rest of it is written; empty: not yet, or all goes
    moved_at        TEXT                     -- rows point into the new one: the old one is to be deleted
) STRICT, WITHOUT ROWID;
"""

CLAIMS = """
ALTER TABLE snapshots ADD COLUMN claimed_by INTEGER;     -- the crawl whose ingest extracts it now
ALTER TABLE snapshots ADD COLUMN claimed_until TEXT;
"""
