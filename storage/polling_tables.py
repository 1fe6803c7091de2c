"""What the desk remembers of endpoints and hosts: tables and columns, as migrations make them."""

from __future__ import annotations

POLLING = """
ALTER TABLE endpoints ADD COLUMN next_look_why TEXT NOT NULL DEFAULT '';
ALTER TABLE endpoints ADD COLUMN trouble TEXT;            -- kind of the last failure; null: it answered as it should
ALTER TABLE endpoints ADD COLUMN published TEXT NOT NULL DEFAULT '[]';  -- JSON list: seconds since 1970, newest entries
ALTER TABLE endpoints ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;     -- entries in its last document
ALTER TABLE endpoints ADD COLUMN moved_times INTEGER NOT NULL DEFAULT 0;  -- looks in a row redirected to moved_to
ALTER TABLE endpoints ADD COLUMN read_at TEXT;            -- when a body last came from it
ALTER TABLE endpoints ADD COLUMN gone_at TEXT;            -- it answered 410: no more looks
"""

GAPS = """
CREATE TABLE gaps (
    id              INTEGER PRIMARY KEY,
    endpoint_id     INTEGER NOT NULL REFERENCES endpoints,
    from_at         TEXT NOT NULL,           -- the last look before
    until_at        TEXT NOT NULL,           -- from here on, everything was listed
    opened_at       TEXT NOT NULL,           -- the look that found it
    state           TEXT NOT NULL,           -- open, closed
    reason          TEXT NOT NULL,
    may_miss        INTEGER,                 -- articles, at the usual pace; null: unknown
    closed_by       TEXT,                    -- URL of the listing that has everything, or who said so
    closed_at       TEXT,
    tries           INTEGER NOT NULL DEFAULT 0,  -- how often other listings were searched
    next_try_at     TEXT                     -- null: no more
) STRICT;
CREATE INDEX gaps_by_endpoint ON gaps (endpoint_id, opened_at);
CREATE INDEX gaps_open ON gaps (next_try_at) WHERE state = 'open';
"""

MANNERS = """
CREATE TABLE site_files (
    url             TEXT PRIMARY KEY,        -- of a robots.txt or a tdmrep.json
    fetched_at      TEXT NOT NULL,           -- its last answer that counts
    status          INTEGER NOT NULL,        -- 0: never answered
    body            TEXT NOT NULL,           -- at most 500 KiB
    failing_since   TEXT                     -- server errors, or no answer; null: it answers
) STRICT, WITHOUT ROWID;

CREATE TABLE host_rests (
    host            TEXT PRIMARY KEY,
    until_at        TEXT NOT NULL,
    why             TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE snapshots ADD COLUMN noindex INTEGER NOT NULL DEFAULT 0;    -- X-Robots-Tag, meta robots
ALTER TABLE snapshots ADD COLUMN noarchive INTEGER NOT NULL DEFAULT 0;
ALTER TABLE snapshots ADD COLUMN tdm_reserved INTEGER;    -- text and data mining; null: the publisher does not say
ALTER TABLE snapshots ADD COLUMN tdm_policy_url TEXT;     -- where a licence can be had
ALTER TABLE snapshots ADD COLUMN rights_why TEXT;         -- each word and where it stood
CREATE INDEX snapshots_by_article ON snapshots (article_id) WHERE article_id IS NOT NULL;
"""
