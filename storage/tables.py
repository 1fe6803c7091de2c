"""The tables, as the migrations make them. Instants are ISO 8601 UTC text, lists and maps are JSON."""

from __future__ import annotations

FIRST = """
CREATE TABLE sources (
    name            TEXT PRIMARY KEY,
    position        INTEGER NOT NULL,        -- in sources.toml
    homepage        TEXT NOT NULL,
    schedule        TEXT NOT NULL,           -- or the cron line; empty: the default
    tags            TEXT NOT NULL,           -- JSON list
    language        TEXT NOT NULL,
    enabled         INTEGER NOT NULL,
    added_at        TEXT NOT NULL,
    last_crawled_at TEXT                     -- last poll of any of its endpoints
) STRICT;

CREATE TABLE endpoints (
    id              INTEGER PRIMARY KEY,
    source          TEXT NOT NULL REFERENCES sources,
    url             TEXT NOT NULL,
    kind            TEXT NOT NULL,           -- feed, sitemap, section
    position        INTEGER NOT NULL,        -- within its source
    enabled         INTEGER NOT NULL,
    etag            TEXT,
    last_modified   TEXT,
    digest          TEXT,
    moved_to        TEXT,                    -- target of a permanent redirect, as last seen
    last_polled_at  TEXT,
    next_look_at    TEXT,
    failures        INTEGER NOT NULL DEFAULT 0,  -- in a row
    UNIQUE (source, url)
) STRICT;

CREATE TABLE crawls (
    id              INTEGER PRIMARY KEY,
    trigger         TEXT NOT NULL,           -- `by hand`, a schedule
    sources         TEXT NOT NULL,           -- JSON list of names
    started_at      TEXT NOT NULL,
    ended_at        TEXT,
    finish_reason   TEXT,                    -- null while it runs
    polled          INTEGER NOT NULL DEFAULT 0,
    fetched         INTEGER NOT NULL DEFAULT 0,
    new             INTEGER NOT NULL DEFAULT 0,
    revised         INTEGER NOT NULL DEFAULT 0,
    unchanged       INTEGER NOT NULL DEFAULT 0,
    duplicates      INTEGER NOT NULL DEFAULT 0,
    quarantined     INTEGER NOT NULL DEFAULT 0,
    failed          INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE leases (
    host            TEXT PRIMARY KEY,
    crawl_id        INTEGER NOT NULL REFERENCES crawls,
    expires_at      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE polls (
    id              INTEGER PRIMARY KEY,
    endpoint_id     INTEGER NOT NULL REFERENCES endpoints,
    crawl_id        INTEGER NOT NULL REFERENCES crawls,
    at              TEXT NOT NULL,
    outcome         TEXT NOT NULL,           -- read, unchanged, failed, refused, not_a_feed
    status          INTEGER,
    detail          TEXT NOT NULL,
    entries         INTEGER NOT NULL,        -- in the document
    entries_new     INTEGER NOT NULL,        -- never seen before, anywhere
    entries_known   INTEGER NOT NULL         -- seen at this endpoint before: the overlap
) STRICT;
CREATE INDEX polls_by_endpoint ON polls (endpoint_id, id);
CREATE INDEX polls_by_crawl ON polls (crawl_id);

CREATE TABLE entries (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,    -- canonical form of the URL
    source          TEXT NOT NULL,
    url             TEXT NOT NULL,           -- as first seen
    title           TEXT,
    published_at    TEXT,
    modified_at     TEXT,
    language        TEXT,
    state           TEXT NOT NULL,           -- known, new, fetched, failed, refused, gone
    first_seen_at   TEXT NOT NULL,
    next_look_at    TEXT,                    -- null: never again
    attempts        INTEGER NOT NULL DEFAULT 0,  -- failed looks in a row
    etag            TEXT,
    last_modified   TEXT,
    digest          TEXT
) STRICT;
CREATE INDEX entries_due ON entries (source, next_look_at) WHERE next_look_at IS NOT NULL;

CREATE TABLE sightings (
    endpoint_id     INTEGER NOT NULL REFERENCES endpoints,
    entry_id        INTEGER NOT NULL REFERENCES entries,
    first_at        TEXT NOT NULL,
    last_at         TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_by_entry ON sightings (entry_id);

CREATE TABLE snapshots (
    id              INTEGER PRIMARY KEY,
    entry_id        INTEGER NOT NULL REFERENCES entries,
    crawl_id        INTEGER NOT NULL REFERENCES crawls,
    source          TEXT NOT NULL,
    url             TEXT NOT NULL,           -- as asked for
    final_url       TEXT NOT NULL,           -- after redirects
    status          INTEGER NOT NULL,
    content_type    TEXT NOT NULL,
    headers         TEXT NOT NULL,           -- JSON map
    fetched_at      TEXT NOT NULL,
    digest          TEXT NOT NULL,
    body_bytes      INTEGER NOT NULL,        -- decoded
    file            TEXT NOT NULL,           -- in the archive folder
    offset          INTEGER NOT NULL,
    length          INTEGER NOT NULL,        -- compressed
    state           TEXT NOT NULL DEFAULT 'pending',  -- pending, stored, quarantined
    article_id      INTEGER REFERENCES articles,
    change          TEXT,                    -- new, revised, unchanged
    why             TEXT,                    -- of that decision
    notes           TEXT,                    -- JSON list: what the extractor did
    extractor       TEXT,
    stored_at       TEXT
) STRICT;
CREATE INDEX snapshots_pending ON snapshots (id) WHERE state = 'pending';
CREATE INDEX snapshots_by_entry ON snapshots (entry_id);

CREATE TABLE fetches (
    id              INTEGER PRIMARY KEY,
    entry_id        INTEGER NOT NULL REFERENCES entries,
    crawl_id        INTEGER NOT NULL REFERENCES crawls,
    at              TEXT NOT NULL,
    outcome         TEXT NOT NULL,           -- kept, revisit, failed, refused, gone
    status          INTEGER,
    detail          TEXT NOT NULL,
    snapshot_id     INTEGER REFERENCES snapshots
) STRICT;
CREATE INDEX fetches_by_entry ON fetches (entry_id);
CREATE INDEX fetches_by_crawl ON fetches (crawl_id);

CREATE TABLE articles (
    id              INTEGER PRIMARY KEY,
    canonical_url   TEXT NOT NULL UNIQUE,
    url             TEXT NOT NULL,
    source          TEXT NOT NULL,
    publisher       TEXT,
    headline        TEXT NOT NULL,
    standfirst      TEXT,
    body_text       TEXT NOT NULL,
    authors         TEXT NOT NULL,           -- JSON list
    published_at    TEXT,                    -- with the page's own offset
    published_utc   TEXT,                    -- the same instant, to sort by
    modified_at     TEXT,
    section         TEXT,
    keywords        TEXT NOT NULL,           -- JSON list
    language        TEXT,
    lead_image_url  TEXT,
    based_on_url    TEXT,
    paywalled       INTEGER,                 -- null: the page does not say
    word_count      INTEGER NOT NULL,
    content_hash    TEXT NOT NULL,           -- decides revisions
    body_hash       TEXT NOT NULL,           -- decides exact copies
    revision        INTEGER NOT NULL,
    first_seen_at   TEXT NOT NULL,
    fetched_at      TEXT NOT NULL,
    snapshot_id     INTEGER NOT NULL REFERENCES snapshots,
    extractor       TEXT NOT NULL,
    candidates      TEXT NOT NULL,           -- JSON list: field, value, origin
    duplicate_of    INTEGER REFERENCES articles,  -- canonical article of its group; null: itself
    relation        TEXT,                    -- to that one
    story_id        INTEGER
) STRICT;
CREATE INDEX articles_by_time ON articles (COALESCE(published_utc, first_seen_at));
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_body ON articles (body_hash);
CREATE INDEX articles_by_original ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE revisions (
    article_id      INTEGER NOT NULL REFERENCES articles,
    number          INTEGER NOT NULL,        -- from 1
    cause           TEXT NOT NULL,           -- publisher; rules: extracted again under other ones
    headline        TEXT NOT NULL,
    standfirst      TEXT,
    body_text       TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    seen_at         TEXT NOT NULL,
    snapshot_id     INTEGER NOT NULL REFERENCES snapshots,
    extractor       TEXT NOT NULL,
    PRIMARY KEY (article_id, number)
) STRICT;

CREATE TABLE duplicates (
    id              INTEGER PRIMARY KEY,
    article_id      INTEGER NOT NULL REFERENCES articles,
    of_id           INTEGER NOT NULL REFERENCES articles,
    relation        TEXT NOT NULL,           -- exact, near, derived, contains, related
    score           REAL NOT NULL,
    rule            TEXT NOT NULL,
    evidence        TEXT NOT NULL,           -- JSON map
    judged_by       TEXT,                    -- null: the rules; else a person, whose word stays
    at              TEXT NOT NULL,
    UNIQUE (article_id, of_id)
) STRICT;
CREATE INDEX duplicates_by_original ON duplicates (of_id);

CREATE TABLE quarantine (
    id              INTEGER PRIMARY KEY,
    snapshot_id     INTEGER NOT NULL UNIQUE REFERENCES snapshots,
    url             TEXT NOT NULL,
    source          TEXT NOT NULL,
    reason          TEXT NOT NULL,
    detail          TEXT NOT NULL,
    fetched_at      TEXT NOT NULL,
    at              TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE articles_fts USING fts5 (
    headline, body_text, content = 'articles', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, headline, body_text) VALUES (new.id, new.headline, new.body_text);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE OF headline, body_text ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, body_text)
        VALUES ('delete', old.id, old.headline, old.body_text);
    INSERT INTO articles_fts (rowid, headline, body_text) VALUES (new.id, new.headline, new.body_text);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, headline, body_text)
        VALUES ('delete', old.id, old.headline, old.body_text);
END;
"""

SITE_MEMORY = """
CREATE TABLE learned_lines (
    id              INTEGER PRIMARY KEY,
    source          TEXT NOT NULL,
    kind            TEXT NOT NULL,           -- tail, within, shape: where it is cut
    key             TEXT NOT NULL,           -- what makes lines one line
    text            TEXT NOT NULL,           -- as it stands in the newest article that has it
    state           TEXT NOT NULL,           -- learned, forgotten (by a person), withdrawn (later articles said no)
    why             TEXT NOT NULL,
    support         INTEGER NOT NULL,        -- articles that have it, copies of one text counted once
    articles        INTEGER NOT NULL,        -- of so many looked at
    since           TEXT NOT NULL,           -- the oldest of them that has it
    last_at         TEXT NOT NULL,           -- the newest
    examples        TEXT NOT NULL,           -- JSON list: ids of articles that it is cut from
    counter_examples TEXT NOT NULL,          -- JSON list: [article id, why it is not cut there]
    learned_at      TEXT NOT NULL,
    changed_at      TEXT NOT NULL,           -- of its state
    UNIQUE (source, key)
) STRICT;

CREATE TABLE lessons (
    source          TEXT PRIMARY KEY,
    articles        INTEGER NOT NULL,        -- that it had at the last one
    at              TEXT NOT NULL,
    clean_from      INTEGER                  -- articles from this id on are cut by what is known; null: all are
) STRICT, WITHOUT ROWID;

ALTER TABLE articles ADD COLUMN uncut_text TEXT;   -- as extracted, before learned lines were cut; null: none was
ALTER TABLE revisions ADD COLUMN detail TEXT;      -- of one that the desk made itself: what it did
ALTER TABLE revisions ADD COLUMN replaced TEXT;    -- JSON map: what its article's row said before, beside the text
CREATE INDEX revisions_by_desk ON revisions (article_id) WHERE cause != 'publisher';
"""
