"""Stored URLs, brought in line with today's steps of `copydesk.urls.CANONICAL`."""

from __future__ import annotations

IN_LINE = """
UPDATE OR IGNORE entries SET key = canonical_url(key) WHERE key LIKE 'http%' AND key != canonical_url(key);
UPDATE entries SET next_look_at = NULL WHERE key LIKE 'http%' AND key != canonical_url(key);
UPDATE OR IGNORE articles SET canonical_url = canonical_url(canonical_url)
 WHERE canonical_url LIKE 'http%' AND canonical_url != canonical_url(canonical_url);
UPDATE articles SET based_on_url = canonical_url(based_on_url) WHERE based_on_url LIKE 'http%';
"""
"""Of two rows that are one page by now, the first one has the URL; the other stays under its old one, and is not looked
at again: both were stored, and what they hold are copies, which matching joins."""
