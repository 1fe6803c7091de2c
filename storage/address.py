"""Where a desk is kept: the path of an SQLite file, or the address of a PostgreSQL database."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

SCHEMES = ("postgresql://", "postgres://")
SECRETS = ("password", "sslpassword", "passfile", "sslkey")
"""Of an address's query: not to be shown."""


def is_postgres(database: str | Path) -> bool:
    """Whether a database is named by an address, not by a path."""
    return str(database).startswith(SCHEMES)


def is_made(database: str | Path) -> bool:
    """Whether something can be stored there already: a file that is there; a server's answer is not waited for."""
    return is_postgres(database) or Path(database).exists()


def shown(database: str | Path) -> str:
    """A database as logs and messages name it: without its password.

    >>> shown("postgresql://desk:secret@db.example:5433/news?sslmode=require&password=x")
    'postgresql://desk@db.example:5433/news?sslmode=require'
    """
    if not is_postgres(database):
        return str(database)
    parts = urlsplit(str(database))
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in SECRETS], safe="/")
    host = re.sub(r"^([^:@]*):.*@", r"\1@", parts.netloc)
    return f"{parts.scheme}://{host}{parts.path}{f'?{query}' if query else ''}"
