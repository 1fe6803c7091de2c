"""A small file that a process holds locked for as long as it lives: how others of this machine see that it died.

The lock is the operating system's and ends with the process, however that ends. A mark that can be locked is of a dead
one; of processes elsewhere nothing is known.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.errors import StorageError


class Mark:
    """The lock file of this process at `path`, with `text` in it. A context manager: it takes the file away, but where
    an error leaves it (`stays_on_error`), unlocked, for who cleans up after the dead.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path, *, text: str = "", stays_on_error: bool = False) -> None:
        self.path = path
        self._text = text
        self._stays_on_error = stays_on_error

    def hold(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            os.write(self._descriptor, self._text.encode())
        except OSError as error:
            raise StorageError(str(self.path), f"cannot be written: {error.strerror or error}") from error

    def let_go(self, *, stays: bool = False) -> None:
        if not stays:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go(stays=self._stays_on_error and error is not None)


def free_marks(beside: Path, suffix: str) -> Iterator[tuple[int, Path]]:
    """The numbers and paths of marks `beside`.NUMBER`suffix` whose processes are gone."""
    for path in sorted(beside.parent.glob(f"{beside.name}.*{suffix}")):
        number = path.name.removeprefix(f"{beside.name}.").removesuffix(suffix)
        if number.removeprefix("-").isdigit() and is_free(path):
            yield int(number), path


def is_free(path: Path) -> bool:
    """Whether nobody holds a mark that is there."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
