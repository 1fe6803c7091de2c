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
