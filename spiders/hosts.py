"""The hosts of one crawl: what waits for each, how fast it may be asked, and why it is left alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrapy import Request

LONGEST_CRAWL_DELAY_S = 60.0
"""robots.txt files that ask for more exist (86400 was seen); then a page a minute is asked for."""
FIRST_THROTTLE_S = 0.25
"""After a first server error, where no longer delay is set."""
LONGEST_THROTTLE_S = 60.0
PATIENCE = 3
"""Requests in a row that a host may leave unanswered before a crawl leaves it alone."""


@dataclass(slots=True)
class Host:
    """One host. Times are seconds of the monotonic clock."""

    delay_s: float
    concurrency: int
    urgent: deque[Request] = field(default_factory=deque)
    """Follow redirects: half done already."""
    polls: deque[Request] = field(default_factory=deque)
    pages: deque[Request] = field(default_factory=deque)
    throttle_s: float = 0.0
    """The delay that its answers suggest; what is asked for counts where that is longer."""
    ready_at: float = 0.0
    unanswered: int = 0
    """In a row."""
    resting: str = ""
    """Why nothing more is asked of it in this crawl; empty while it is asked."""
    told: bool = False

    def __len__(self) -> int:
        return len(self.urgent) + len(self.polls) + len(self.pages)

    def __iter__(self) -> Iterator[Request]:
        yield from self.urgent
        yield from self.polls
        yield from self.pages

    @property
    def pace_s(self) -> float:
        """Seconds from one request to the next."""
        return max(self.delay_s, self.throttle_s)

    def note_latency(self, latency_s: float, *, is_well: bool) -> None:
        """Ask a host that answers slowly more slowly, and one that fails half as often: as Scrapy's AutoThrottle does,
        but never faster than was asked for."""
        suggested_s = latency_s / self.concurrency
        if is_well:
            self.throttle_s = min((self.throttle_s + suggested_s) / 2, LONGEST_THROTTLE_S)
            return
        self.throttle_s = min(max(self.pace_s * 2, suggested_s, FIRST_THROTTLE_S), LONGEST_THROTTLE_S)

    def slow_down(self, *, delay_s: float, concurrency: int) -> None:
        """Of all that is asked for one host, the most cautious counts."""
        self.delay_s = max(self.delay_s, delay_s)
        self.concurrency = min(self.concurrency, concurrency)

    def clear(self) -> list[Request]:
        dropped = list(self)
        for queue in (self.urgent, self.polls, self.pages):
            queue.clear()
        return dropped


class Hosts:
    """By host name."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        return self._hosts[name]

    def meet(self, name: str, *, delay_s: float, concurrency: int) -> Host:
        """The host of that name, known or not, no faster than asked for here."""
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(delay_s=delay_s, concurrency=concurrency)
        else:
            host.slow_down(delay_s=delay_s, concurrency=concurrency)
        return host

    def find(self, name: str) -> Host | None:
        return self._hosts.get(name)
