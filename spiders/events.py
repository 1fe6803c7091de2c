"""What a crawl tells its parent, and the counts in it."""

from __future__ import annotations

import os
import queue
import threading
from dataclasses import asdict, dataclass

from spiders.plan import CrawlEvent


@dataclass(slots=True)
class Counts:
    """Totals since the crawl began; fields as in `CrawlEvent`."""

    polled: int = 0
    endpoints: int = 0
    fetched: int = 0
    kept: int = 0
    waiting: int = 0
    unseen: int = 0
    failed: int = 0
    reached: int = 0


class Reporter:
    """Writes events to a descriptor, from a thread of its own: a parent that reads slowly never stops the reactor."""

    def __init__(self, descriptor: int, counts: Counts) -> None:
        self.counts = counts
        self._descriptor = descriptor
        self._told: CrawlEvent | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="reporter", daemon=True)
        self._thread.start()

    def progress(self) -> None:
        """Tell the totals, if they changed."""
        event = CrawlEvent(event="progress", **asdict(self.counts))
        if event != self._told:
            self._told = event
            self._send(event)

    def stored(self) -> None:
        """A batch of snapshots is in the store."""
        self._send(CrawlEvent(event="stored", **asdict(self.counts)))

    def trouble(self, what: str, *, source: str = "", url: str = "") -> None:
        self._send(CrawlEvent(event="trouble", what=what, source=source, url=url, **asdict(self.counts)))

    def finished(self, finish_reason: str, what: str = "") -> None:
        self._send(CrawlEvent(event="finished", finish_reason=finish_reason, what=what, **asdict(self.counts)))

    def close(self, timeout_s: float = 2.0) -> None:
        """Wait until all is written, but not for a parent that does not read."""
        self._lines.put(None)
        self._thread.join(timeout_s)

    def _send(self, event: CrawlEvent) -> None:
        self._lines.put(event.to_json().encode() + b"\n")

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                return  # the parent is gone; the end of standard input ends the crawl
