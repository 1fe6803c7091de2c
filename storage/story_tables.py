"""The tables of story clusters, as their migration makes them."""

from __future__ import annotations

STORIES = """
CREATE TABLE stories (
    id              INTEGER PRIMARY KEY,     -- for good: of two that become one, the lower goes on
    language        TEXT NOT NULL,           -- primary subtag; empty where unknown
    first_at        TEXT NOT NULL,           -- of its texts; copies do not count
    last_at         TEXT NOT NULL,
    texts           INTEGER NOT NULL,        -- copies of one text count once
    vector          BLOB,                    -- sum of their vectors (copydesk/duplicates/clusters.py); null: closed
    merged_into     INTEGER REFERENCES stories  -- the story that it became part of
) STRICT;
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX stories_open ON stories (id) WHERE vector IS NOT NULL;

CREATE TABLE story_texts (                   -- those that new articles are compared with
    article_id      INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    story_id        INTEGER NOT NULL REFERENCES stories,
    day             INTEGER NOT NULL,        -- of its publication, counted from 0001-01-01
    placed_at       TEXT NOT NULL,           -- dropped some days later
    vector          BLOB NOT NULL            -- the strongest term first
) STRICT;
CREATE INDEX story_texts_by_age ON story_texts (placed_at);
CREATE INDEX story_texts_by_story ON story_texts (story_id);

CREATE TABLE story_postings (                -- the strongest terms of those texts
    term            INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    article_id      INTEGER NOT NULL,
    weight          REAL NOT NULL,
    PRIMARY KEY (term, day, article_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE story_terms (
    term            INTEGER PRIMARY KEY,     -- others in each language; one stands for the language itself
    texts           INTEGER NOT NULL         -- that have it
) STRICT;

CREATE INDEX articles_by_story ON articles (story_id, source) WHERE story_id IS NOT NULL;
CREATE INDEX articles_without_story ON articles (COALESCE(published_utc, first_seen_at)) WHERE story_id IS NULL;
"""
