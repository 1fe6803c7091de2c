"""`copydesk up`: a few processes that are started together, looked after, and ended together.

Imports no Prefect: it is the one process that must not fail, and the one that may stay for months.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Event
from typing import Self

from copydesk.errors import CopydeskError
from flows.lifeline import end_runs

log = logging.getLogger(__name__)

TICK_S = 0.2
CHECK_EVERY_S = 10.0
CHECK_S = 2.0
"""For one answer."""
PATIENCE = 4
"""Looks in a row that may find a process unwell before it is started anew."""
START_S = 120.0
"""For a process to become well after its start; a small machine under load takes its time."""
LONGEST_WAIT_S = 60.0
STEADY_S = 60.0
"""A process that was well for so long starts its back-off from the beginning."""
END_S = 7.0
"""For one process to end by itself; then it is killed."""
QUICK_END_S = 1.5
"""For those that have nothing to finish."""
ASLEEP_S = 5.0
"""A pause of ours longer than that: the machine slept, and nobody could answer meanwhile."""
NOT_FOR_A_PERSON = (
    "| Task run ",
    "already in terminal state",  # a last heartbeat came in after its run's end, and was missed a second time
)
FOR_A_PERSON = ("WARNING |", "ERROR   |", "CRITICAL |", " - brought ", "| deployment ")
"""In lines of a log that are shown at the terminal too."""
LOG_BYTES = 10_000_000
LOG_FILES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One process to look after."""

    name: str
    command: Sequence[str]
    is_well: Callable[[float], bool]
    """Asked every few seconds, with the wall-clock time of its start."""
    ends_s: float = QUICK_END_S


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    """Of the wall clock."""
    began: float = 0.0
    """Of the monotonic clock, as all that follow."""
    start_at: float = 0.0
    check_at: float = 0.0
    failures: int = 0
    """Deaths in a row, without a steady time in between."""
    unwell: int = 0
    has_been_well: bool = False


class Supervisor:
    """Starts programs, starts them again when they die or do not answer, and ends them. To be used from one thread.

    `tell` gets what a person should see; every line of every program goes into `log_file`.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        log_file: Path,
        marks: Path,
        environ: Mapping[str, str],
        tell: Callable[[str], None],
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._marks = marks
        self._environ = dict(environ)
        self._tell = tell
        log_file.parent.mkdir(parents=True, exist_ok=True)
        self._lines = RotatingFileHandler(log_file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")

    def run(self, stop: Event, on_ready: Callable[[], None] = lambda: None) -> None:
        """Look after the programs until `stop` is set, then end them. `on_ready` is called once, when all are well."""
        is_ready = False
        last = time.monotonic()
        try:
            while not stop.wait(TICK_S):
                now = time.monotonic()
                if now - last > ASLEEP_S:
                    self._wake(now)
                last = now
                for child in self._children:
                    self._look_after(child, now)
                if not is_ready and all(child.has_been_well for child in self._children):
                    is_ready = True
                    on_ready()
        finally:
            self._end()

    def pids(self) -> dict[str, int]:
        """The processes that are there."""
        return {child.program.name: child.process.pid for child in self._children if child.process}

    def _look_after(self, child: _Child, now: float) -> None:
        if child.process is None:
            if now >= child.start_at:
                self._start(child, now)
            return
        code = child.process.poll()
        if code is not None:
            self._bury(child, f"ended ({_how(code)})", now)
        elif now >= child.check_at:
            self._check(child, now)

    def _start(self, child: _Child, now: float) -> None:
        child.process = subprocess.Popen(
            child.program.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environ,
            start_new_session=True,  # Ctrl-C reaches us alone
        )
        child.started_at, child.began, child.unwell = time.time(), now, 0
        child.check_at = now + 1.0
        threading.Thread(target=self._read, args=(child.program.name, child.process), daemon=True).start()

    def _check(self, child: _Child, now: float) -> None:
        is_well = child.program.is_well(child.started_at)
        child.check_at = time.monotonic() + (CHECK_EVERY_S if child.has_been_well else 0.5)
        if is_well:
            child.unwell = 0
            child.has_been_well = True
            if now - child.began > STEADY_S:
                child.failures = 0
        elif now - child.began > START_S:
            child.unwell += 1
            if child.unwell >= PATIENCE and child.process is not None:
                child.process.kill()
                child.process.wait()
                self._bury(child, "did not answer any more", now)

    def _bury(self, child: _Child, what: str, now: float) -> None:
        wait_s = min(LONGEST_WAIT_S, 2.0**child.failures)
        child.failures += 1
        child.process = None
        child.start_at = now + wait_s
        line = f"{child.program.name} {what}; it is started again in {wait_s:.0f} s"
        self._write("up", line)
        self._tell(line)

    def _wake(self, now: float) -> None:
        """Forget what was counted while nobody could answer."""
        for child in self._children:
            child.unwell = 0
            child.check_at = max(child.check_at, now + CHECK_EVERY_S)

    def _read(self, name: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            if line:
                self._write(name, line)
                if is_for_a_person(line):
                    self._tell(f"{name}: {spoken(line)}")

    def _write(self, name: str, line: str) -> None:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        with contextlib.suppress(ValueError):  # written after the end
            self._lines.emit(logging.LogRecord(name, logging.INFO, "", 0, f"{stamp} {name:<6} | {line}", None, None))

    def _end(self) -> None:
        """Those that take their time first: they may have something to tell the others, which end together."""
        for is_quick in (False, True):
            ending = [
                (child.process, time.monotonic() + child.program.ends_s)
                for child in self._children
                if child.process is not None and (child.program.ends_s <= QUICK_END_S) is is_quick
            ]
            for process, _ in ending:
                _ask_to_end(process)
            for process, until in ending:
                _see_end(process, until)
        end_runs(self._marks, patience_s=0)
        self._lines.close()


@dataclass(slots=True)
class OneDesk:
    """Sees to it that one `copydesk up` is at work in a folder. A context manager."""

    path: Path
    _descriptor: int = field(default=-1)

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.read(self._descriptor, 20).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise CopydeskError(
                str(self.path.parent), f"another `copydesk up` is at work here (process {pid}); end that one first"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())
        return self

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def check_free(address: str, key: str) -> None:
    """See that a port can be listened at.

    Raises:
        CopydeskError: it cannot; the message names the key of news.toml that says another.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
            probe.listen(1)
        except OSError as error:
            why = "another program has this port" if error.errno == 98 else f"cannot be listened at ({error.strerror})"
            raise CopydeskError(address, f"{why}; end it, or say another address under {key} in news.toml") from error


def answers(url: str) -> bool:
    """Whether something serves at a URL, whatever it says about us."""
    try:
        with urllib.request.urlopen(url, timeout=CHECK_S):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


def is_for_a_person(line: str) -> bool:
    """Whether a line of a program's log is one that someone at the terminal wants: trouble, and what runs brought.

    The many small troubles of pages are for the log, and for the page of their run.
    """
    if any(mark in line for mark in NOT_FOR_A_PERSON):
        return False
    return any(mark in line for mark in FOR_A_PERSON)


def spoken(line: str) -> str:
    """A line of a log without its time and its level."""
    return line.split(" | ", 2)[-1] if " | " in line else line


def _ask_to_end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    process.terminate()


def _see_end(process: subprocess.Popen[bytes], until: float) -> None:
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
