"""Where the archive is: a folder, or an object store with a folder here for what is not there yet."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SEGMENT_BYTES = 64_000_000
MOST_WAITING_BYTES = 20_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteArchive:
    """An archive on an object store. Credentials are not in here: they come from the environment of each process."""

    folder: Path
    """On this machine: where files are written, and wait until they are uploaded."""
    url: str
    """As fsspec reads it: `s3://bucket/prefix`."""
    endpoint_url: str = ""
    """Of a server that is not Amazon's; empty: what AWS_ENDPOINT_URL says."""
    segment_bytes: int = SEGMENT_BYTES
    """A file that has this size is closed, uploaded, and followed by another."""
    most_waiting_bytes: int = MOST_WAITING_BYTES
    """No file is begun while more than this waits in `folder`."""


ArchivePlace = Path | RemoteArchive


def folder_of(place: ArchivePlace | str) -> Path:
    """The folder on this machine that archive files are written in."""
    return place.folder if isinstance(place, RemoteArchive) else Path(place)


def is_remote(archive: str) -> bool:
    """Whether an archive is named by a URL, not by a path.

    >>> is_remote("s3://news/archive"), is_remote("data/archive")
    (True, False)
    """
    return "://" in archive


def is_sound(archive: str) -> bool:
    """Whether a URL names a place, and no credentials: those would stand in logs and messages. A path always does.

    >>> is_sound("s3://news/archive"), is_sound("s3://key:secret@news/archive"), is_sound("s3://"), is_sound("data")
    (True, False, False, True)
    """
    if not is_remote(archive):
        return bool(archive.strip())
    parts = urlsplit(archive)
    return bool(parts.netloc or parts.path.strip("/")) and "@" not in parts.netloc and not parts.query


def machine() -> str:
    """The name of this machine, as it may stand in the name of a file."""
    return re.sub(r"[^a-z0-9]+", "", socket.gethostname().lower())[:24] or "unnamed"


def machine_of(name: str) -> str:
    """The machine that wrote an archive file for an object store; empty: the name does not say.

    >>> machine_of("copydesk-crawl000012-desk1-0a1b2c3d.warc.gz"), machine_of("copydesk-crawl000012-0a1b2c3d.warc.gz")
    ('desk1', '')
    """
    parts = name.split("-")
    return parts[2] if len(parts) == 4 else ""
