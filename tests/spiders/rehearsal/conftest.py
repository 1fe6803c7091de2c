"""A rehearsal web whose clock the tests move, and a reader of its pages."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from spiders.rehearsal import RehearsalWeb

START = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_hours(self, hours: float) -> None:
        self.now += timedelta(hours=hours)


@dataclass
class Got:
    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Reader:
    """Asks as a browser does, without following what is no 2xx to an exception."""

    headers: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, **headers: str) -> Got:
        named = {key.replace("_", "-"): value for key, value in {**self.headers, **headers}.items()}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=named)) as response:
                return self._got(response.url, response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return self._got(url, error.code, dict(error.headers), error.read())

    def _got(self, url: str, status: int, headers: dict[str, str], body: bytes) -> Got:
        lower = {key.lower(): value for key, value in headers.items()}
        if lower.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Got(url, status, lower, body)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(clock: Clock) -> Iterator[RehearsalWeb]:
    with RehearsalWeb(clock) as served:
        yield served


@pytest.fixture
def reader() -> Reader:
    return Reader()
