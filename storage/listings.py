"""What lists, facets and searches of scripts without spaces ask of an article, kept beside its text.

A row of articles holds the whole body, and what stands behind the body costs a walk over it. SQLite before 3.41 does
not answer from an index on an expression alone, so the time to sort by is a column here.
"""

from __future__ import annotations

AT = "COALESCE({row}.published_utc, {row}.first_seen_at)"
COLUMNS = ("at", "first_seen_at", "source", "language", "section", "story_id", "duplicate_of")
VALUES = ", ".join(AT.format(row="new") if name == "at" else f"new.{name}" for name in COLUMNS)
WATCHED = "published_utc, first_seen_at, source, language, section, story_id, duplicate_of"

SPACELESS = "[぀-ヿ㐀-鿿豈-﫿𠀀-𯨟฀-๿຀-໿က-႟ក-៿]"
"""As GLOB reads it: kana, Han, Thai, Lao, Burmese, Khmer. Their words are found by three characters in a row."""
HAS_SPACELESS = f"{{row}}.headline GLOB '*{SPACELESS}*' OR substr({{row}}.body_text, 1, 400) GLOB '*{SPACELESS}*'"
NEW, OLD = HAS_SPACELESS.format(row="new"), HAS_SPACELESS.format(row="old")

LISTINGS = f"""
CREATE TABLE listings (
    article_id      INTEGER PRIMARY KEY REFERENCES articles,
    at              TEXT NOT NULL,           -- published; first seen where no date is known
    first_seen_at   TEXT NOT NULL,
    source          TEXT NOT NULL,
    language        TEXT,
    section         TEXT,
    story_id        INTEGER,
    duplicate_of    INTEGER
) STRICT;
INSERT INTO listings (article_id, {", ".join(COLUMNS)})
    SELECT id, {AT.format(row="articles")}, {", ".join(COLUMNS[1:])} FROM articles;
CREATE INDEX listings_by_time ON listings (at, story_id, duplicate_of, source);
CREATE INDEX listings_by_source ON listings (source, at, first_seen_at);
CREATE INDEX listings_by_story ON listings (story_id) WHERE story_id IS NOT NULL;
CREATE INDEX listings_by_original ON listings (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TRIGGER listings_insert AFTER INSERT ON articles BEGIN
    INSERT INTO listings (article_id, {", ".join(COLUMNS)}) VALUES (new.id, {VALUES});
END;
CREATE TRIGGER listings_update AFTER UPDATE OF {WATCHED} ON articles BEGIN
    UPDATE listings SET ({", ".join(COLUMNS)}) = ({VALUES}) WHERE article_id = new.id;
END;
CREATE TRIGGER listings_delete AFTER DELETE ON articles BEGIN
    DELETE FROM listings WHERE article_id = old.id;
END;

CREATE VIRTUAL TABLE articles_trigram USING fts5 (
    headline, body_text, content = 'articles', content_rowid = 'id', tokenize = 'trigram'
);
CREATE VIRTUAL TABLE articles_trigram_terms USING fts5vocab ('articles_trigram', 'row');
INSERT INTO articles_trigram (rowid, headline, body_text)
    SELECT id, headline, body_text FROM articles WHERE {HAS_SPACELESS.format(row="articles")};
CREATE TRIGGER articles_trigram_insert AFTER INSERT ON articles WHEN {NEW} BEGIN
    INSERT INTO articles_trigram (rowid, headline, body_text) VALUES (new.id, new.headline, new.body_text);
END;
CREATE TRIGGER articles_trigram_update AFTER UPDATE OF headline, body_text ON articles WHEN {OLD} OR {NEW} BEGIN
    INSERT INTO articles_trigram (articles_trigram, rowid, headline, body_text)
        SELECT 'delete', old.id, old.headline, old.body_text WHERE {OLD};
    INSERT INTO articles_trigram (rowid, headline, body_text)
        SELECT new.id, new.headline, new.body_text WHERE {NEW};
END;
CREATE TRIGGER articles_trigram_delete AFTER DELETE ON articles WHEN {OLD} BEGIN
    INSERT INTO articles_trigram (articles_trigram, rowid, headline, body_text)
        VALUES ('delete', old.id, old.headline, old.body_text);
END;

CREATE INDEX quarantine_by_time ON quarantine (fetched_at);
"""
