"""The tables on PostgreSQL, as the steps m001 to m013 of `storage.schema` left them; later steps are theirs too.

What a column holds is said where SQLite's is made. Types are SQLite's, read by `dialect.translate_tables`; a flag is a
BOOLEAN. tests/storage/test_engines.py compares tables and columns of both engines, name by name.
"""

from __future__ import annotations

STEP = 13
"""The version of `storage.schema` that this is."""
TABLES = """
CREATE TABLE sources (
    name TEXT PRIMARY KEY, position INTEGER NOT NULL, homepage TEXT NOT NULL, schedule TEXT NOT NULL,
    tags TEXT NOT NULL, language TEXT NOT NULL, enabled BOOLEAN NOT NULL, added_at TEXT NOT NULL,
    last_crawled_at TEXT
);
CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES sources, url TEXT NOT NULL, kind TEXT NOT NULL,
    position INTEGER NOT NULL, enabled BOOLEAN NOT NULL, etag TEXT, last_modified TEXT, digest TEXT,
    moved_to TEXT, last_polled_at TEXT, next_look_at TEXT, failures INTEGER NOT NULL DEFAULT 0,
    next_look_why TEXT NOT NULL DEFAULT '', trouble TEXT, published TEXT NOT NULL DEFAULT '[]',
    listed INTEGER NOT NULL DEFAULT 0, moved_times INTEGER NOT NULL DEFAULT 0, read_at TEXT, gone_at TEXT,
    UNIQUE (source, url)
);
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY, trigger TEXT NOT NULL, sources TEXT NOT NULL, started_at TEXT NOT NULL,
    ended_at TEXT, finish_reason TEXT, polled INTEGER NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0, revised INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE leases (
    host TEXT PRIMARY KEY, crawl_id INTEGER NOT NULL REFERENCES crawls, expires_at TEXT NOT NULL
);
CREATE TABLE polls (
    id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL REFERENCES endpoints,
    crawl_id INTEGER NOT NULL REFERENCES crawls, at TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER,
    detail TEXT NOT NULL, entries INTEGER NOT NULL, entries_new INTEGER NOT NULL,
    entries_known INTEGER NOT NULL
);
CREATE INDEX polls_by_endpoint ON polls (endpoint_id, id);
CREATE INDEX polls_by_crawl ON polls (crawl_id);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, url TEXT NOT NULL, title TEXT,
    published_at TEXT, modified_at TEXT, language TEXT, state TEXT NOT NULL, first_seen_at TEXT NOT NULL,
    next_look_at TEXT, attempts INTEGER NOT NULL DEFAULT 0, etag TEXT, last_modified TEXT, digest TEXT
);
CREATE INDEX entries_due ON entries (source, next_look_at) WHERE next_look_at IS NOT NULL;
CREATE TABLE sightings (
    endpoint_id INTEGER NOT NULL REFERENCES endpoints, entry_id INTEGER NOT NULL REFERENCES entries,
    first_at TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (endpoint_id, entry_id)
);
CREATE INDEX sightings_by_entry ON sightings (entry_id);
CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL REFERENCES entries,
    crawl_id INTEGER NOT NULL REFERENCES crawls, source TEXT NOT NULL, url TEXT NOT NULL,
    final_url TEXT NOT NULL, status INTEGER NOT NULL, content_type TEXT NOT NULL, headers TEXT NOT NULL,
    fetched_at TEXT NOT NULL, digest TEXT NOT NULL, body_bytes INTEGER NOT NULL, file TEXT NOT NULL,
    offset INTEGER NOT NULL, length INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    article_id INTEGER, change TEXT, why TEXT, notes TEXT, extractor TEXT, stored_at TEXT,
    noindex BOOLEAN NOT NULL DEFAULT FALSE, noarchive BOOLEAN NOT NULL DEFAULT FALSE, tdm_reserved BOOLEAN,
    tdm_policy_url TEXT, rights_why TEXT
);
CREATE INDEX snapshots_pending ON snapshots (id) WHERE state = 'pending';
CREATE INDEX snapshots_by_entry ON snapshots (entry_id);
CREATE TABLE fetches (
    id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL REFERENCES entries,
    crawl_id INTEGER NOT NULL REFERENCES crawls, at TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER,
    detail TEXT NOT NULL, snapshot_id INTEGER REFERENCES snapshots, source TEXT
);
CREATE INDEX fetches_by_entry ON fetches (entry_id);
CREATE INDEX fetches_by_crawl ON fetches (crawl_id);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, canonical_url TEXT NOT NULL UNIQUE, url TEXT NOT NULL, source TEXT NOT NULL,
    publisher TEXT, headline TEXT NOT NULL, standfirst TEXT, body_text TEXT NOT NULL, authors TEXT NOT NULL,
    published_at TEXT, published_utc TEXT, modified_at TEXT, section TEXT, keywords TEXT NOT NULL,
    language TEXT, lead_image_url TEXT, based_on_url TEXT, paywalled BOOLEAN, word_count INTEGER NOT NULL,
    content_hash TEXT NOT NULL, body_hash TEXT NOT NULL, revision INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL, fetched_at TEXT NOT NULL, snapshot_id INTEGER NOT NULL REFERENCES snapshots,
    extractor TEXT NOT NULL, candidates TEXT NOT NULL, duplicate_of INTEGER REFERENCES articles, relation TEXT,
    story_id INTEGER, uncut_text TEXT
);
ALTER TABLE snapshots ADD FOREIGN KEY (article_id) REFERENCES articles;
CREATE INDEX articles_by_time ON articles (COALESCE(published_utc, first_seen_at));
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_original ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE revisions (
    article_id INTEGER NOT NULL REFERENCES articles, number INTEGER NOT NULL, cause TEXT NOT NULL,
    headline TEXT NOT NULL, standfirst TEXT, body_text TEXT NOT NULL, content_hash TEXT NOT NULL,
    seen_at TEXT NOT NULL, snapshot_id INTEGER NOT NULL REFERENCES snapshots, extractor TEXT NOT NULL,
    detail TEXT, replaced TEXT, PRIMARY KEY (article_id, number)
);
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, snapshot_id INTEGER NOT NULL UNIQUE REFERENCES snapshots, url TEXT NOT NULL,
    source TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, fetched_at TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE learned_lines (
    id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,
    state TEXT NOT NULL, why TEXT NOT NULL, support INTEGER NOT NULL, articles INTEGER NOT NULL,
    since TEXT NOT NULL, last_at TEXT NOT NULL, examples TEXT NOT NULL, counter_examples TEXT NOT NULL,
    learned_at TEXT NOT NULL, changed_at TEXT NOT NULL, UNIQUE (source, key)
);
CREATE TABLE lessons (
    source TEXT PRIMARY KEY, articles INTEGER NOT NULL, at TEXT NOT NULL, clean_from INTEGER
);
CREATE INDEX revisions_by_desk ON revisions (article_id) WHERE cause != 'publisher';
CREATE TABLE listings (
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, at TEXT NOT NULL,
    first_seen_at TEXT NOT NULL, source TEXT NOT NULL, language TEXT, section TEXT, story_id INTEGER,
    duplicate_of INTEGER
);
CREATE INDEX listings_by_time ON listings (at, story_id, duplicate_of, source);
CREATE INDEX listings_by_source ON listings (source, at, first_seen_at);
CREATE INDEX listings_by_story ON listings (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX listings_by_original ON listings (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX quarantine_by_time ON quarantine (fetched_at);
CREATE TABLE postings (
    key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)
);
CREATE TABLE fingerprints (
    article INTEGER PRIMARY KEY REFERENCES articles, body_hash TEXT NOT NULL, headline TEXT NOT NULL,
    published_utc TEXT, publisher TEXT NOT NULL, words INTEGER NOT NULL, version INTEGER NOT NULL,
    keys BLOB NOT NULL, signature BLOB NOT NULL
);
CREATE INDEX fingerprints_by_body ON fingerprints (body_hash, article);
CREATE TABLE duplicates (
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles,
    of_id INTEGER NOT NULL REFERENCES articles, relation TEXT NOT NULL, score REAL NOT NULL,
    rule TEXT NOT NULL, evidence TEXT NOT NULL, judged_by TEXT, at TEXT NOT NULL, UNIQUE (article_id, of_id)
);
CREATE INDEX duplicates_by_original ON duplicates (of_id);
CREATE TABLE undone (
    edge_id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles,
    of_id INTEGER NOT NULL REFERENCES articles, relation TEXT NOT NULL, score REAL NOT NULL,
    rule TEXT NOT NULL, evidence TEXT NOT NULL, judged_by TEXT NOT NULL, at TEXT NOT NULL
);
CREATE UNIQUE INDEX undone_pairs ON undone (LEAST(article_id, of_id), GREATEST(article_id, of_id));
CREATE INDEX undone_by_article ON undone (article_id);
CREATE INDEX undone_by_original ON undone (of_id);
CREATE TABLE stories (
    id INTEGER PRIMARY KEY, language TEXT NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL,
    texts INTEGER NOT NULL, vector BLOB, merged_into INTEGER REFERENCES stories
);
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX stories_open ON stories (id) WHERE vector IS NOT NULL;
CREATE TABLE story_texts (
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    story_id INTEGER NOT NULL REFERENCES stories, day INTEGER NOT NULL, placed_at TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX story_texts_by_age ON story_texts (placed_at);
CREATE INDEX story_texts_by_story ON story_texts (story_id);
CREATE TABLE story_postings (
    term INTEGER NOT NULL, day INTEGER NOT NULL, article_id INTEGER NOT NULL, weight REAL NOT NULL,
    PRIMARY KEY (term, day, article_id)
);
CREATE TABLE story_terms (
    term INTEGER PRIMARY KEY, texts INTEGER NOT NULL
);
CREATE INDEX articles_by_story ON articles (story_id, source) WHERE story_id IS NOT NULL;
CREATE INDEX articles_without_story ON articles (COALESCE(published_utc, first_seen_at)) WHERE story_id IS NULL;
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL REFERENCES endpoints, from_at TEXT NOT NULL,
    until_at TEXT NOT NULL, opened_at TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
    may_miss INTEGER, closed_by TEXT, closed_at TEXT, tries INTEGER NOT NULL DEFAULT 0, next_try_at TEXT
);
CREATE INDEX gaps_by_endpoint ON gaps (endpoint_id, opened_at);
CREATE INDEX gaps_open ON gaps (next_try_at) WHERE state = 'open';
CREATE TABLE health (
    source TEXT PRIMARY KEY, state TEXT NOT NULL, cause TEXT NOT NULL, since TEXT NOT NULL,
    evidence TEXT NOT NULL, checked_at TEXT NOT NULL, told TEXT NOT NULL, baseline_from TEXT
);
CREATE TABLE alerts (
    id INTEGER PRIMARY KEY, address TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, claimed_until TEXT
);
CREATE INDEX fetches_by_source ON fetches (source, at);
CREATE INDEX snapshots_by_source ON snapshots (source, fetched_at);
CREATE INDEX articles_by_sight ON articles (source, first_seen_at);
CREATE INDEX sightings_by_time ON sightings (endpoint_id, first_at);
CREATE TABLE backfills (
    key TEXT PRIMARY KEY, file TEXT NOT NULL, position INTEGER NOT NULL, is_done BOOLEAN NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE removals (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, what TEXT NOT NULL UNIQUE, at TEXT NOT NULL, done_at TEXT
);
CREATE TABLE rewrites (
    file TEXT PRIMARY KEY, new_file TEXT NOT NULL DEFAULT '', moved_at TEXT
);
CREATE TABLE site_files (
    url TEXT PRIMARY KEY, fetched_at TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    failing_since TEXT
);
CREATE TABLE host_rests (
    host TEXT PRIMARY KEY, until_at TEXT NOT NULL, why TEXT NOT NULL
);
CREATE INDEX snapshots_by_article ON snapshots (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX fingerprints_waiting ON fingerprints (article) WHERE version < 2;
"""
LISTED = ("at", "first_seen_at", "source", "language", "section", "story_id", "duplicate_of")
VALUES = ", ".join(f"new.{name}" for name in LISTED).replace("new.at", "COALESCE(new.published_utc, new.first_seen_at)")
WATCHED = "published_utc, first_seen_at, source, language, section, story_id, duplicate_of"
TRIGGERS = f"""
CREATE FUNCTION copydesk_list() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO listings (article_id, {", ".join(LISTED)}) VALUES (new.id, {VALUES})
    ON CONFLICT (article_id) DO UPDATE SET ({", ".join(LISTED)}) = ({VALUES});
    RETURN NULL;
END $$;
CREATE TRIGGER listings_insert AFTER INSERT ON articles FOR EACH ROW EXECUTE FUNCTION copydesk_list();
CREATE TRIGGER listings_update AFTER UPDATE OF {WATCHED} ON articles FOR EACH ROW EXECUTE FUNCTION copydesk_list();
"""
"""What lists and facets ask of an article, as storage/listings.py keeps it."""
