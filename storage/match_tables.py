"""The tables of the match index and of what persons say of edges."""

from __future__ import annotations

POSTINGS = """
CREATE TABLE postings (
    key             INTEGER NOT NULL,        -- 48 bits; 50 where it marks an address
    article         INTEGER NOT NULL,        -- grows with time: the newest of a key are read from its end
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
"""
FINGERPRINT_COLUMNS = """
    article         INTEGER PRIMARY KEY{reference},
    body_hash       TEXT NOT NULL,
    headline        TEXT NOT NULL,           -- of short bodies, which are copies only under the same one; else empty
    published_utc   TEXT,
    publisher       TEXT NOT NULL,           -- the source, where the page names none
    words           INTEGER NOT NULL,        -- of the body
    version         INTEGER NOT NULL,        -- of keys and signature; 0: not made yet
    keys            BLOB NOT NULL,           -- and marks of addresses; eight bytes each, little end first
    signature       BLOB NOT NULL            -- two bytes a word
"""
VERSION = 2
"""Of what `fingerprints` keeps. Rows of an older one wait to be made anew; a new one needs a step like CREDITS."""
WAITING = f"version < {VERSION}"
CREDITS = """
DROP INDEX fingerprints_waiting;
CREATE INDEX fingerprints_waiting ON fingerprints (article) WHERE version < 2;  -- 1 had no marks of addresses
"""
MATCH_INDEX = f"""
{POSTINGS}
CREATE TABLE fingerprints ({FINGERPRINT_COLUMNS.format(reference=" REFERENCES articles")}) STRICT;
INSERT INTO fingerprints
    SELECT id, body_hash, CASE WHEN word_count < 60 THEN headline ELSE '' END, published_utc,
           COALESCE(publisher, source), word_count, 0, x'', x'' FROM articles;
CREATE INDEX fingerprints_by_body ON fingerprints (body_hash, article);
CREATE INDEX fingerprints_waiting ON fingerprints (article) WHERE version = 0;
DROP INDEX articles_by_body;

CREATE TABLE edges_made_anew (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,  -- a person may name it: never given twice
    article_id      INTEGER NOT NULL REFERENCES articles,  -- the later one; of `contains`, the longer one
    of_id           INTEGER NOT NULL REFERENCES articles,
    relation        TEXT NOT NULL,           -- exact, near, derived, contains, related
    score           REAL NOT NULL,
    rule            TEXT NOT NULL,
    evidence        TEXT NOT NULL,           -- JSON map: shares, passages as [first word, end, first word, end]
    judged_by       TEXT,                    -- null: the rules; else a person, whose word stays
    at              TEXT NOT NULL,
    UNIQUE (article_id, of_id)
) STRICT;
INSERT INTO edges_made_anew SELECT * FROM duplicates;
DROP TABLE duplicates;
ALTER TABLE edges_made_anew RENAME TO duplicates;
CREATE INDEX duplicates_by_original ON duplicates (of_id);

CREATE TABLE undone (
    edge_id         INTEGER PRIMARY KEY,     -- that it had in duplicates, and gets back when it is confirmed
    article_id      INTEGER NOT NULL REFERENCES articles,
    of_id           INTEGER NOT NULL REFERENCES articles,
    relation        TEXT NOT NULL,
    score           REAL NOT NULL,
    rule            TEXT NOT NULL,
    evidence        TEXT NOT NULL,           -- JSON map
    judged_by       TEXT NOT NULL,
    at              TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX undone_pairs ON undone (MIN(article_id, of_id), MAX(article_id, of_id));
CREATE INDEX undone_by_article ON undone (article_id);
CREATE INDEX undone_by_original ON undone (of_id);
"""
