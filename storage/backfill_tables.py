"""The table of a backfill: how far each file was read."""

from __future__ import annotations

BACKFILLS = """
CREATE TABLE backfills (
    key             TEXT PRIMARY KEY,        -- digest of the file's beginning, its size, and the filters
    file            TEXT NOT NULL,           -- as it was last named
    position        INTEGER NOT NULL,        -- of the first record that is not taken in yet
    is_done         INTEGER NOT NULL,
    at              TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

DAMAGE = """
ALTER TABLE backfills ADD COLUMN damage TEXT;    -- why reading ended before the end of the file; NULL: it did not
"""
