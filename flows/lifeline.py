"""What ties our processes to each other: each ends when the one that wanted it does, however that one ended.

A child's standard input is a pipe that nobody writes to; its end of file says that the parent is gone or lets go. Each
flow run also holds a mark: so whoever looks later knows the runs that died without a word.
"""

from __future__ import annotations

import os
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from spiders.marks import Mark, is_free

SUFFIX = ".running"
STOP_SIGNAL = signal.SIGUSR1
"""Asks a flow run to end cleanly. SIGTERM is Prefect's: it makes the run a crashed one."""

stop_wanted = threading.Event()
"""Set in a flow run's process when it is to end: by its worker, or because that is gone."""


def on_end_of_input(act: Callable[[], object], descriptor: int = 0) -> None:
    """Call `act` from a thread of its own once the pipe that holds us ends. Does nothing where our standard input is
    none: a terminal, a file, or /dev/null, as in a container."""
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return

    def watch() -> None:
        with suppress(OSError):
            while os.read(descriptor, 4096):
                pass
        act()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def run_mark(folder: Path, run_id: str) -> Mark:
    """The mark of a flow run, with its process id in it."""
    return Mark(folder / f"{run_id}{SUFFIX}", text=str(os.getpid()))


def dead_runs(folder: Path) -> Iterator[str]:
    """The ids of runs whose process ended without taking its mark away."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if is_free(path):
            yield path.name.removesuffix(SUFFIX)


def live_runs(folder: Path) -> dict[str, int]:
    """The runs of this machine that are under way, and their process ids."""
    found = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        with suppress(OSError, ValueError):
            if not is_free(path):
                found[path.name.removesuffix(SUFFIX)] = int(path.read_text())
    return found


def forget_run(folder: Path, run_id: str) -> None:
    """Take away the mark of a run that is dealt with."""
    (folder / f"{run_id}{SUFFIX}").unlink(missing_ok=True)


def end_runs(folder: Path, *, patience_s: float) -> bool:
    """Ask every flow run of this machine to end, kill those that do not; whether all ended by themselves."""
    until = time.monotonic() + patience_s
    for pid in live_runs(folder).values():
        _signal(pid, STOP_SIGNAL)
    while live_runs(folder) and time.monotonic() < until:
        time.sleep(0.05)
    left = live_runs(folder)
    for pid in left.values():
        _signal(pid, signal.SIGKILL)
    return not left


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
