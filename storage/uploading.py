"""Archive files on their way to the object store. A file is closed, uploaded, seen to be there; then its row says so;
then it goes from here. Whatever ends a process in between, the next crawl or the nightly maintenance goes on with it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.errors import ArchiveUnreachable, StorageError
from storage.archive import SUFFIX, ArchiveWriter, is_being_written, recover
from storage.objects import objects_of
from storage.places import ArchivePlace, RemoteArchive, folder_of, machine
from storage.store import Store, open_store
from storage.upkeep import ArchiveFiles

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Between two looks for files that were closed."""
PATIENCE_S = 60.0
"""Between two tries while the object store does not answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """What a look for closed files came to."""

    files: int = 0
    bytes: int = 0
    waiting: int = 0
    """Files that stay here for now."""
    why: str = ""
    """One line; empty: nothing went wrong."""


def upload_waiting(files: ArchiveFiles, place: ArchivePlace) -> Upload:
    """Upload every file here that nobody writes any more, also those of processes that died.

    Raises:
        StorageError: the database refused, a file cannot be read, or the driver of the store is not installed.
    """
    if not isinstance(place, RemoteArchive):
        return Upload()
    recover(place.folder)
    closed = {path.name: path for path in sorted(place.folder.glob(f"*{SUFFIX}")) if not is_being_written(path)}
    wanted = sorted(files.wanted(closed))
    done = size = 0
    for name in wanted:
        try:
            came = upload(files, place, closed[name])
        except ArchiveUnreachable as error:
            return Upload(files=done, bytes=size, waiting=len(wanted) - done, why=str(error))
        done, size = done + (came > 0), size + came
    return Upload(files=done, bytes=size)


def upload(files: ArchiveFiles, place: RemoteArchive, path: Path) -> int:
    """Upload a closed file and let it go from here; its bytes, 0 where another process is at it or was.

    Raises:
        ArchiveUnreachable: it waits here.
    """
    with held(path) as is_ours:
        if not is_ours:
            return 0
        digest, size = objects_of(place).put(path), path.stat().st_size
        files.note_uploaded(path.name, machine=machine(), size=size, digest=digest, now=datetime.now(UTC))
        path.unlink()
    log.info("archive file uploaded file=%s bytes=%d", path.name, size)
    return size


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a closed file against other processes that would upload or delete it. False: it is held, or gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_ours = path.exists()
        except BlockingIOError:
            is_ours = False
        yield is_ours
    finally:
        os.close(descriptor)


class Uploads:
    """Uploads what is closed while a crawl goes on, and the rest at its end. A context manager; does nothing for an
    archive that is a folder. An object store that does not answer holds nobody up: files wait.

    Raises:
        StorageError: on entry: the driver of the object store is not installed.
    """

    def __init__(self, place: ArchivePlace, database: Path | str) -> None:
        self._place = place
        self._database = database
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="uploads", daemon=True)
        self.last = Upload()
        """What the last look came to; after the end, the last of all."""

    def __enter__(self) -> Self:
        if isinstance(self._place, RemoteArchive):
            objects_of(self._place)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def finish(self) -> Upload:
        """Upload the rest; what the last look came to."""
        if isinstance(self._place, RemoteArchive) and not self._ended.is_set():
            self._ended.set()
            self._thread.join()
            self._look()
        return self.last

    def _go_on(self) -> None:
        while not self._ended.wait(PATIENCE_S if self.last.why else LOOK_S):
            self._look()

    def _look(self) -> None:
        before = self.last.why
        try:
            with open_store(self._database) as store:
                self.last = upload_waiting(store.archive_files, self._place)
        except StorageError as error:
            self.last = Upload(why=str(error))
        if self.last.why and not before:
            log.warning("archive files wait here files=%d why=%s", self.last.waiting, self.last.why)


class Segments(ArchiveWriter):
    """Writes one file after another, each of `segment_bytes` or little more, and says in the store what is here."""

    def __init__(self, place: RemoteArchive, *, crawl_id: int, files: ArchiveFiles) -> None:
        super().__init__(place.folder, crawl_id=crawl_id, machine=machine())
        self._place = place
        self._files = files
        self._crawl_id = crawl_id
        self._noted = ""

    def begin(self) -> None:
        """
        Raises:
            StorageError: too much waits here already.
        """
        if self.is_open and self.size < self._place.segment_bytes:
            return
        if self.is_open:
            self.close()
            self.rename(self._crawl_id, machine())
        waiting = sum(path.stat().st_size for path in folder_of(self._place).glob(f"*{SUFFIX}") if path.exists())
        if waiting > self._place.most_waiting_bytes:
            what = f"{waiting:,} bytes wait here for the object store {self._place.url}; nothing more is fetched"
            raise StorageError(str(self._place.folder), what)

    def sync(self) -> None:
        """Return when what was written is safe, and the store knows where: rows may point at it."""
        super().sync()
        if self.is_open and self._noted != self.name:
            self._files.note(self.name, machine=machine(), now=datetime.now(UTC))
            self._noted = self.name


def open_archive(place: ArchivePlace, *, crawl_id: int, store: Store) -> ArchiveWriter:
    """What writes the pages of a crawl."""
    if isinstance(place, RemoteArchive):
        return Segments(place, crawl_id=crawl_id, files=store.archive_files)
    return ArchiveWriter(place, crawl_id=crawl_id)
