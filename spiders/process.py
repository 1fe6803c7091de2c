"""The crawl process as its parent sees it. Imports neither Scrapy nor Twisted: the parent's start stays cheap."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

import spiders
from spiders.plan import CrawlEvent, CrawlPlan

GRACE_S = 8.0
"""After the pipe is closed; a crawl that is well ends within two."""
TERMINATE_S = 3.0
"""After SIGTERM, before SIGKILL."""
TAIL_BYTES = 4096
LOUD_LEVELS = ("DEBUG", "INFO")


class CrawlProcess:
    """Runs a plan in a process of its own, with a session of its own. A context manager: leaving it ends the process.

    The process reads its plan from a pipe and stops cleanly when that pipe is closed, so that it never outlives its
    parent, however the parent ends. Its exit code says nothing: `finish_reason` does.
    """

    MODULE: ClassVar[str] = "spiders"

    def __init__(self, plan: CrawlPlan) -> None:
        self.plan = plan
        self.finish_reason: str | None = None
        """None while the crawl runs; else as in `CrawlEvent.finish_reason`."""
        self._last = CrawlEvent(event="progress")
        self._received = b""
        self._deadline: float | None = None
        self._terminated = False

    def __enter__(self) -> Self:
        read_end, write_end = os.pipe()
        self._events = read_end
        # With -v, the log goes where the user looks; otherwise it is kept for the case of a crash.
        self._log: IO[bytes] | None = None if self.plan.log_level in LOUD_LEVELS else tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                # -P: a folder named `spiders` or a file `json.py` in the user's directory must not be imported.
                [sys.executable, "-P", "-m", self.MODULE, "--events-fd", str(write_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                pass_fds=(write_end,),
                start_new_session=True,
                env=_environment(),
            )
        except OSError:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it died at once: the events say so
            self._process.stdin.write(self.plan.to_json().encode() + b"\n")
            self._process.stdin.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        while self._process.poll() is None:
            self._enforce()
            # What it still has to say is read, or it would wait for ever to say it.
            if self._readable(0.05):
                self._read()
        os.close(self._events)
        if self._log is not None:
            self._log.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ask the crawl to end, and return at once. It is terminated, then killed, if it does not."""
        if self._deadline is None:
            self._deadline = time.monotonic() + GRACE_S
            assert self._process.stdin is not None
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def poll_event(self, timeout_s: float) -> CrawlEvent | None:
        """The next event, waited for at most `timeout_s`; None where none came, or where the crawl is finished.

        The last event is always a `finished` one, also of a process that died.
        """
        until = time.monotonic() + timeout_s
        while self.finish_reason is None:
            line, newline, rest = self._received.partition(b"\n")
            if newline:
                self._received = rest
                return self._noted(CrawlEvent.from_json(line.decode()))
            self._enforce()
            patience_s = until - time.monotonic()
            if self._deadline is not None:
                patience_s = min(patience_s, 0.1)
            if not self._readable(max(patience_s, 0)):
                if time.monotonic() >= until:
                    return None
            elif not self._read():
                return self._noted(self._crash())
        return None

    def events(self) -> Iterator[CrawlEvent]:
        """Every event until the crawl is finished."""
        while self.finish_reason is None:
            event = self.poll_event(1.0)
            if event is not None:
                yield event

    def _readable(self, timeout_s: float) -> bool:
        return bool(select.select([self._events], [], [], timeout_s)[0])

    def _read(self) -> bool:
        data = os.read(self._events, 65536)
        self._received += data
        return bool(data)

    def _noted(self, event: CrawlEvent) -> CrawlEvent:
        if event.event == "finished":
            self.finish_reason = event.finish_reason
        elif event.event != "trouble":
            self._last = event
        return event

    def _crash(self) -> CrawlEvent:
        """The `finished` event of a process that ended without one."""
        self.stop()
        while self._process.poll() is None:
            self._enforce()
            time.sleep(0.02)
        what = f"the crawl process ended unexpectedly ({_end_of(self._process.returncode)})"
        tail = self._tail()
        return replace(self._last, event="finished", finish_reason="crashed", what=f"{what}: {tail}" if tail else what)

    def _tail(self) -> str:
        """The last line of its log, which of a Python traceback is the error."""
        if self._log is None:
            return ""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - TAIL_BYTES))
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _enforce(self) -> None:
        if self._deadline is None or time.monotonic() < self._deadline:
            return
        if self._terminated:
            self._process.kill()
        else:
            self._process.terminate()
        self._terminated = True
        self._deadline = time.monotonic() + TERMINATE_S


def _environment() -> dict[str, str]:
    """Ours, with the rooms on the path: `-P` hides the working directory of a checkout that is not installed."""
    root = str(Path(spiders.__file__).parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _end_of(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"exit code {returncode}"
