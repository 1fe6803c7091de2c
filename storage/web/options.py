"""What the inspection page is told when it starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from storage.places import ArchivePlace


@dataclass(frozen=True, kw_only=True, slots=True)
class WebOptions:
    """Where the page is served, from what, and to whom."""

    database: Path
    archive: ArchivePlace
    """Where the WARC files are, for the view of stored snapshots."""
    host: str = "127.0.0.1"
    port: int = 8001
    """0: any free one."""
    password_hash: str = ""
    """As `storage.web.passwords.hash_password` writes it; empty: no password, and loopback only."""
    allow_sql: bool = True
    """False: no visitor runs SQL of their own."""


def split_address(address: str) -> tuple[str, int]:
    """
    >>> split_address("[::1]:8001")
    ('::1', 8001)
    """
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address or name."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
