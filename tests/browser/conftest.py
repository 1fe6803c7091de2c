"""One served store and one browser for all tests of the pages, and a trap that nothing may touch."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.desk import Made, fill

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


class Trap:
    """A port on loopback that counts who connects; hostile pages point at it."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@dataclass(kw_only=True)
class Desk:
    """The served page and what its store holds."""

    url: str
    made: Made
    trap: Trap
    home: Path


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """`copydesk web` as a person starts it; yields its URL."""
    command = [sys.executable, "-m", "flows.cli", "web", "--home", str(home), "--address", "127.0.0.1:0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stderr is not None
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if "the page is at" in line:
                break
        else:
            raise RuntimeError(f"the page did not start: {said}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield said[-1].split()[4].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stderr.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A store of thousands of articles, served."""
    home = tmp_path_factory.mktemp("desk")
    (home / "news.toml").write_text("", encoding="utf-8")
    trap = Trap()
    made = fill(home / "data" / "copydesk.db", home / "data" / "archive", trap=trap.url, now=datetime.now(UTC))
    with serving(home) as url:
        yield Desk(url=url, made=made, trap=trap, home=home)
    trap.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Ends with its module: while it is there, its event loop runs, and no test of this process may run another."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Watch:
    """What a page did beside being looked at."""

    elsewhere: list[str] = field(default_factory=list)
    """Requests to anything but the served page."""
    errors: list[str] = field(default_factory=list)
    """What the console told: scripts and loads that a policy refused are told there."""


@contextmanager
def looking(browser: Browser, url: str, watch: Watch, **options: object) -> Iterator[Page]:
    """A new page of a new visitor; requests that leave the served page are written down and stopped."""
    context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]

    def judge(route: object) -> None:
        if route.request.url.startswith((f"{url}/", "data:")):  # type: ignore[attr-defined]
            route.continue_()  # type: ignore[attr-defined]
            return
        watch.elsewhere.append(route.request.url)  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    context.route("**/*", judge)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda message: watch.errors.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: watch.errors.append(f"dialog: {dialog.message}"))
    yield page
    context.close()
