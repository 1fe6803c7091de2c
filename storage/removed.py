"""Whether a page was taken down: whoever stores anything of a page asks."""

from __future__ import annotations

from urllib.parse import urlsplit

from copydesk.urls import canonical_url
from storage.database import Connection


def removal_of(connection: Connection, url: str) -> str | None:
    """When a URL, or the domain that it is on, was taken down; None: it was not."""
    if connection.execute("SELECT 1 FROM removals LIMIT 1").fetchone() is None:
        return None
    key, host = canonical_url(url), (urlsplit(url).hostname or "").lower()
    row = connection.execute(
        """
        SELECT at FROM removals WHERE (kind = 'url' AND what IN (?1, ?2))
            OR (kind = 'domain' AND (what = ?3 OR ?3 LIKE '%.' || what)) ORDER BY at LIMIT 1
        """,
        (key, url, host),
    ).fetchone()
    return None if row is None else str(row["at"])
