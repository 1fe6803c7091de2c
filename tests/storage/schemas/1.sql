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
CREATE TABLE sightings (
    endpoint_id     INTEGER NOT NULL REFERENCES endpoints,
    entry_id        INTEGER NOT NULL REFERENCES entries,
    first_at        TEXT NOT NULL,
    last_at         TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, entry_id)
) STRICT, WITHOUT ROWID;
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
CREATE INDEX polls_by_endpoint ON polls (endpoint_id, id);
CREATE INDEX polls_by_crawl ON polls (crawl_id);
CREATE INDEX entries_due ON entries (source, next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX sightings_by_entry ON sightings (entry_id);
CREATE INDEX snapshots_pending ON snapshots (id) WHERE state = 'pending';
CREATE INDEX snapshots_by_entry ON snapshots (entry_id);
CREATE INDEX fetches_by_entry ON fetches (entry_id);
CREATE INDEX fetches_by_crawl ON fetches (crawl_id);
CREATE INDEX articles_by_time ON articles (COALESCE(published_utc, first_seen_at));
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_body ON articles (body_hash);
CREATE INDEX articles_by_original ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX duplicates_by_original ON duplicates (of_id);
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
INSERT INTO sources (name, position, homepage, schedule, tags, language, enabled, added_at, last_crawled_at) VALUES ('sources.name 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'sources.homepage 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'sources.schedule 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'sources.tags 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'sources.language 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'sources.added_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'sources.last_crawled_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO sources (name, position, homepage, schedule, tags, language, enabled, added_at, last_crawled_at) VALUES ('sources.name 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'sources.homepage 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'sources.schedule 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'sources.tags 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'sources.language 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'sources.added_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL);
INSERT INTO endpoints (id, source, url, kind, position, enabled, etag, last_modified, digest, moved_to, last_polled_at, next_look_at, failures) VALUES (1, 'sources.name 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.kind 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 1, 'endpoints.etag 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.last_modified 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.digest 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.moved_to 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.last_polled_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'endpoints.next_look_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1);
INSERT INTO endpoints (id, source, url, kind, position, enabled, etag, last_modified, digest, moved_to, last_polled_at, next_look_at, failures) VALUES (2, 'sources.name 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'endpoints.url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'endpoints.kind 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 2, NULL, NULL, NULL, NULL, NULL, NULL, 2);
INSERT INTO crawls (id, trigger, sources, started_at, ended_at, finish_reason, polled, fetched, new, revised, unchanged, duplicates, quarantined, failed) VALUES (1, 'crawls.trigger 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'crawls.sources 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'crawls.started_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'crawls.ended_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'crawls.finish_reason 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 1, 1, 1, 1, 1, 1, 1);
INSERT INTO crawls (id, trigger, sources, started_at, ended_at, finish_reason, polled, fetched, new, revised, unchanged, duplicates, quarantined, failed) VALUES (2, 'crawls.trigger 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'crawls.sources 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'crawls.started_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, 2, 2, 2, 2, 2, 2, 2, 2);
INSERT INTO leases (host, crawl_id, expires_at) VALUES ('leases.host 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'leases.expires_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO leases (host, crawl_id, expires_at) VALUES ('leases.host 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'leases.expires_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2');
INSERT INTO polls (id, endpoint_id, crawl_id, at, outcome, status, detail, entries, entries_new, entries_known) VALUES (1, 1, 1, 'polls.at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'polls.outcome 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'polls.detail 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 1, 1);
INSERT INTO polls (id, endpoint_id, crawl_id, at, outcome, status, detail, entries, entries_new, entries_known) VALUES (2, 2, 2, 'polls.at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'polls.outcome 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'polls.detail 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 2, 2);
INSERT INTO entries (id, key, source, url, title, published_at, modified_at, language, state, first_seen_at, next_look_at, attempts, etag, last_modified, digest) VALUES (1, 'entries.key 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.source 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.title 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.published_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.modified_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.language 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.state 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.first_seen_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.next_look_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'entries.etag 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.last_modified 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'entries.digest 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO entries (id, key, source, url, title, published_at, modified_at, language, state, first_seen_at, next_look_at, attempts, etag, last_modified, digest) VALUES (2, 'entries.key 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'entries.source 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'entries.url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, NULL, NULL, 'entries.state 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'entries.first_seen_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 2, NULL, NULL, NULL);
INSERT INTO sightings (endpoint_id, entry_id, first_at, last_at) VALUES (1, 1, 'sightings.first_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'sightings.last_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO sightings (endpoint_id, entry_id, first_at, last_at) VALUES (2, 2, 'sightings.first_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'sightings.last_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2');
INSERT INTO snapshots (id, entry_id, crawl_id, source, url, final_url, status, content_type, headers, fetched_at, digest, body_bytes, file, offset, length, state, article_id, change, why, notes, extractor, stored_at) VALUES (1, 1, 1, 'snapshots.source 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.final_url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'snapshots.content_type 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.headers 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.fetched_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.digest 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'snapshots.file 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 1, 'snapshots.state 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'snapshots.change 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.why 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.notes 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.extractor 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'snapshots.stored_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO snapshots (id, entry_id, crawl_id, source, url, final_url, status, content_type, headers, fetched_at, digest, body_bytes, file, offset, length, state, article_id, change, why, notes, extractor, stored_at) VALUES (2, 2, 2, 'snapshots.source 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'snapshots.url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'snapshots.final_url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'snapshots.content_type 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'snapshots.headers 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'snapshots.fetched_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'snapshots.digest 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'snapshots.file 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 2, 'snapshots.state 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO fetches (id, entry_id, crawl_id, at, outcome, status, detail, snapshot_id) VALUES (1, 1, 1, 'fetches.at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'fetches.outcome 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'fetches.detail 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1);
INSERT INTO fetches (id, entry_id, crawl_id, at, outcome, status, detail, snapshot_id) VALUES (2, 2, 2, 'fetches.at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'fetches.outcome 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'fetches.detail 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL);
INSERT INTO articles (id, canonical_url, url, source, publisher, headline, standfirst, body_text, authors, published_at, published_utc, modified_at, section, keywords, language, lead_image_url, based_on_url, paywalled, word_count, content_hash, body_hash, revision, first_seen_at, fetched_at, snapshot_id, extractor, candidates, duplicate_of, relation, story_id) VALUES (1, 'articles.canonical_url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.source 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.publisher 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.headline 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.standfirst 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.body_text 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.authors 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.published_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.published_utc 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.modified_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.section 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.keywords 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.language 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.lead_image_url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.based_on_url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 1, 'articles.content_hash 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.body_hash 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'articles.first_seen_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.fetched_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'articles.extractor 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'articles.candidates 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'articles.relation 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1);
INSERT INTO articles (id, canonical_url, url, source, publisher, headline, standfirst, body_text, authors, published_at, published_utc, modified_at, section, keywords, language, lead_image_url, based_on_url, paywalled, word_count, content_hash, body_hash, revision, first_seen_at, fetched_at, snapshot_id, extractor, candidates, duplicate_of, relation, story_id) VALUES (2, 'articles.canonical_url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.source 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'articles.headline 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'articles.body_text 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.authors 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, NULL, NULL, 'articles.keywords 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, NULL, NULL, 2, 'articles.content_hash 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.body_hash 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'articles.first_seen_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.fetched_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'articles.extractor 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'articles.candidates 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, NULL, NULL);
INSERT INTO revisions (article_id, number, cause, headline, standfirst, body_text, content_hash, seen_at, snapshot_id, extractor) VALUES (1, 1, 'revisions.cause 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'revisions.headline 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'revisions.standfirst 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'revisions.body_text 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'revisions.content_hash 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'revisions.seen_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1, 'revisions.extractor 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO revisions (article_id, number, cause, headline, standfirst, body_text, content_hash, seen_at, snapshot_id, extractor) VALUES (2, 2, 'revisions.cause 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'revisions.headline 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'revisions.body_text 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'revisions.content_hash 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'revisions.seen_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2, 'revisions.extractor 2: O''Brien said "so";
Kupfer fällt 🟠 	2');
INSERT INTO duplicates (id, article_id, of_id, relation, score, rule, evidence, judged_by, at) VALUES (1, 1, 1, 'duplicates.relation 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 1.25, 'duplicates.rule 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'duplicates.evidence 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'duplicates.judged_by 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'duplicates.at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO duplicates (id, article_id, of_id, relation, score, rule, evidence, judged_by, at) VALUES (2, 2, 2, 'duplicates.relation 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 2.25, 'duplicates.rule 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'duplicates.evidence 2: O''Brien said "so";
Kupfer fällt 🟠 	2', NULL, 'duplicates.at 2: O''Brien said "so";
Kupfer fällt 🟠 	2');
INSERT INTO quarantine (id, snapshot_id, url, source, reason, detail, fetched_at, at) VALUES (1, 1, 'quarantine.url 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'quarantine.source 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'quarantine.reason 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'quarantine.detail 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'quarantine.fetched_at 1: O''Brien said "so";
Kupfer fällt 🟠 	1', 'quarantine.at 1: O''Brien said "so";
Kupfer fällt 🟠 	1');
INSERT INTO quarantine (id, snapshot_id, url, source, reason, detail, fetched_at, at) VALUES (2, 2, 'quarantine.url 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'quarantine.source 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'quarantine.reason 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'quarantine.detail 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'quarantine.fetched_at 2: O''Brien said "so";
Kupfer fällt 🟠 	2', 'quarantine.at 2: O''Brien said "so";
Kupfer fällt 🟠 	2');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (1, 'copydesk', 'm001_first_tables', '2026-11-24 20:20:07.405081+00:00');
PRAGMA application_id = 1131376761;
PRAGMA user_version = 1;
