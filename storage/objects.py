"""The object store, through fsspec: archive files put there, read by range, deleted. Nothing is imported before."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from copydesk.errors import ArchiveUnreachable, StorageError
from storage.places import RemoteArchive, machine_of

PART_BYTES = 16_000_000
"""Of an upload in parts; a file below twice that goes in one."""
READ_AHEAD = 1 << 20
"""Fetched at once by who reads one record after the other."""
NEAR = 1 << 18
"""Bytes between two records that still are one after the other."""
BLOCK = 1 << 20
TIMEOUTS = {"connect_timeout": 5, "read_timeout": 60, "retries": {"max_attempts": 2}}
EXTRAS = {"s3": "pip install 'copydesk[s3]'"}
DRIVER_ERRORS = (
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("aiohttp", "ClientError"),
    ("gcsfs.retry", "HttpError"),
)
"""What drivers raise beside OSError, where they are loaded."""


@dataclass(frozen=True, slots=True)
class _Block:
    place: RemoteArchive
    name: str
    start: int
    content: bytes

    def cut(self, start: int, length: int) -> bytes | None:
        begin = start - self.start
        return self.content[begin : begin + length] if 0 <= begin <= len(self.content) - length else None

    def is_before(self, place: RemoteArchive, name: str, start: int) -> bool:
        return (place, name) == (self.place, self.name) and 0 <= start - self.start <= len(self.content) + NEAR


class Objects:
    """The files below an archive's URL.

    Raises:
        StorageError: the driver of such a URL is not installed, or a file is not there (from any method).
        ArchiveUnreachable: it does not answer, or refuses (from any method).
    """

    def __init__(self, place: RemoteArchive) -> None:
        self._place = place
        self._last: _Block | None = None
        scheme = place.url.partition("://")[0]
        options: dict[str, Any] = {"auto_mkdir": True} if scheme in ("file", "local") else {}
        if scheme in ("s3", "s3a"):
            options = {"config_kwargs": TIMEOUTS, "use_listings_cache": False}
            if place.endpoint_url:
                options["endpoint_url"] = place.endpoint_url
        try:
            from fsspec.core import url_to_fs

            self._files, root = url_to_fs(place.url, **options)
        except (ImportError, ValueError) as error:
            what = EXTRAS.get(scheme) or " ".join(str(error).split())[:200]
            raise StorageError(place.url, f"what reads this place is not installed: {what}") from error
        self._root = root.rstrip("/")

    def put(self, path: Path) -> str:
        """Upload a file under its name and see that it is there, whole; its digest. What is there is not sent again."""
        with self._reached(path.name):
            if not self._has(path):
                self._files.put_file(str(path), self._key(path.name), chunksize=PART_BYTES)
                if not self._has(path):
                    raise ArchiveUnreachable(self._place.url, f"holds other bytes than were sent of {path.name}")
        return _digest(path)

    def read(self, name: str, start: int, length: int) -> bytes:
        """Some bytes of a file, in one request; who reads on and on gets several records with one."""
        last = self._last
        if last is not None and last.is_before(self._place, name, start):
            kept = last.cut(start, length)
            if kept is not None:
                return kept
            length_read = max(length, READ_AHEAD)
        else:
            length_read = length
        with self._reached(name):
            content = bytes(self._files.cat_file(self._key(name), start=start, end=start + length_read))
        self._last = _Block(self._place, name, start, content)
        return content[:length]

    def size(self, name: str) -> int | None:
        """Of a file, in bytes; None: it is not there."""
        with self._reached(name):
            try:
                return int(self._files.info(self._key(name))["size"])
            except FileNotFoundError:
                return None

    def download(self, name: str, to: Path) -> None:
        with self._reached(name):
            self._files.get_file(self._key(name), str(to))

    def delete(self, name: str) -> None:
        """Delete a file; one that is gone already is no error."""
        with self._reached(name):
            try:
                self._files.rm_file(self._key(name))
            except FileNotFoundError:
                return

    def _key(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _has(self, path: Path) -> bool:
        """Whether exactly these bytes are there: by the tag that the store computed, else by reading them back."""
        try:
            found = self._files.info(self._key(path.name))
        except FileNotFoundError:
            return False
        if int(found["size"]) != path.stat().st_size:
            return False
        if str(found.get("ETag", "")).strip('"') in _etags(path):
            return True
        digest = hashlib.sha256()
        for start in range(0, int(found["size"]), PART_BYTES):
            digest.update(self._files.cat_file(self._key(path.name), start=start, end=start + PART_BYTES))
        return f"sha256:{digest.hexdigest()}" == _digest(path)

    @contextmanager
    def _reached(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            if "bucket" in str(error).lower():
                raise ArchiveUnreachable(self._place.url, "there is no such bucket") from error
            machine = machine_of(name)
            who = f"; {machine} wrote it and may have it: its next crawl uploads it" if machine else ""
            raise StorageError(f"{self._place.url}/{name}", f"is not on the object store{who}") from error
        except _driver_errors() as error:
            words = " ".join(str(error).split())[:200] or type(error).__name__
            what = f"the object store does not answer, or refuses: {words}"
            raise ArchiveUnreachable(self._place.url, what) from error


@lru_cache(maxsize=8)
def objects_of(place: RemoteArchive) -> Objects:
    """The object store of a place; one for all who ask in this process."""
    return Objects(place)


def _driver_errors() -> tuple[type[Exception], ...]:
    return (OSError, *(getattr(sys.modules[module], name) for module, name in DRIVER_ERRORS if module in sys.modules))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _etags(path: Path) -> set[str]:
    """How S3 tags a file that was put in one, or in parts: the MD5 of it, or of the MD5s of its parts."""
    whole, parts = hashlib.md5(usedforsecurity=False), []
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            whole.update(part)
            parts.append(hashlib.md5(part, usedforsecurity=False).digest())
    return {whole.hexdigest(), f"{hashlib.md5(b''.join(parts), usedforsecurity=False).hexdigest()}-{len(parts)}"}
