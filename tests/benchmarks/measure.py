"""Runs a command and says what its whole process tree cost."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_S = 0.1
MEMORY_EVERY = 5  # samples; proportional set sizes cost a few milliseconds a process


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one command cost, its descendants included."""

    wall_s: float
    cpu_s: float
    """User and system time, as last seen of each process: at most `SAMPLE_S` of each is missed."""
    peak_bytes: int
    """Largest sum of proportional set sizes (shared pages counted once), of resident ones where those are not told."""
    processes: int


def run_measured(command: Sequence[str], *, log: Path, cwd: Path | None = None) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: it ended with another code than 0; the message has the end of its output.
    """
    cpu: dict[int, float] = {}
    peak, sample, start = 0, 0, time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=cwd)
        root = psutil.Process(process.pid)
        while process.poll() is None:
            tree = _tree(root)
            for member in tree:
                with contextlib.suppress(psutil.Error):
                    times = member.cpu_times()
                    cpu[member.pid] = times.user + times.system
            if sample % MEMORY_EVERY == 0:
                peak = max(peak, sum(map(_memory_bytes, tree)))
            sample += 1
            time.sleep(SAMPLE_S)
    wall_s = time.monotonic() - start
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    return Cost(wall_s=wall_s, cpu_s=sum(cpu.values()), peak_bytes=peak, processes=len(cpu))


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _memory_bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", full.rss))
