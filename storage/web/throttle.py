"""How often a password may be tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

WINDOW_S = 300.0
FROM_ONE = 5
"""Wrong passwords from one address within the window, after which it waits."""
FROM_ALL = 50
"""From all addresses together: an attacker has many."""
CLIENTS = 10_000
"""Addresses that are remembered."""


class Throttle:
    """Counts wrong passwords, in the memory of the one process that serves the page."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._all: deque[float] = deque(maxlen=FROM_ALL)
        self._clients: dict[str, deque[float]] = {}

    def wait_s(self, client: str) -> float:
        """How long a client must wait before its next try; 0: it may try now."""
        since = self._clock() - WINDOW_S
        waits = [0.0]
        for tries, most in ((self._all, FROM_ALL), (self._clients.get(client, deque()), FROM_ONE)):
            if len(tries) == most:
                waits.append(tries[0] - since)
        return max(waits)

    def failed(self, client: str) -> None:
        """Count a wrong password."""
        if len(self._clients) >= CLIENTS:
            self._clients.pop(next(iter(self._clients)))
        now = self._clock()
        self._clients.setdefault(client, deque(maxlen=FROM_ONE)).append(now)
        self._all.append(now)

    def passed(self, client: str) -> None:
        """Forget a client's wrong passwords."""
        self._clients.pop(client, None)
