"""What an ingest that died had claimed is free at once, not only when its claims have run out.

Each ingest holds a lock of the operating system on a small file of its own beside the archive, which ends with the
process however that ends. Of ingests on other machines nothing is known, and their claims run out by themselves.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from pathlib import Path

from copydesk.errors import StorageError
from spiders.graves import is_free
from storage.store import Store

log = logging.getLogger(__name__)

SUFFIX = ".ingesting"


class ClaimMark:
    """The lock file of who claims as `by`. `folder`: of the archive.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(self, folder: Path, by: int) -> None:
        self.path = _path(folder, by)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(str(self.path), f"cannot be written: {error.strerror or error}") from error
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def close(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def free_the_dead(folder: Path, store: Store) -> None:
    """Drop the claims of ingests of this machine whose process is gone."""
    for path in folder.parent.glob(_path(folder, "*").name):
        found = re.fullmatch(rf".*\.(-?\d+){re.escape(SUFFIX)}", path.name)
        if found and is_free(path):
            store.snapshots.drop_claims(int(found[1]))
            path.unlink(missing_ok=True)
            log.info("an ingest died; what it had claimed is free by=%s", found[1])


def _path(folder: Path, by: int | str) -> Path:
    return folder.with_name(f"{folder.name}.{by}{SUFFIX}")
