"""Shared by all tests: where real pages are, the clock, and skips that are counted out loud."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.chromium import find_chromium

ROOT = Path(__file__).parents[1]
REAL_DATA = Path(os.environ.get("DATA") or ROOT.parent / "shared" / "data")

IS_ON_A_SERVER = os.environ.get("TEST_STORE") == "postgresql"
"""`make test-postgres`: all stores are on PostgreSQL (tests/everywhere)."""
NO_DATA = "the folder of real pages is not here (DATA=… names it); its licence keeps it out of the repository"
"""No part of a system that someone could install: REQUIRE_ALL does not ask for it."""


@pytest.fixture(scope="session")
def real_pages() -> Path:
    """The folder of real pages with labels; skips where it is absent."""
    folder = REAL_DATA / "extraction" / "dev"
    if not (folder / "pages.jsonl").exists():
        pytest.skip(NO_DATA)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; skips where there is none (tests/system.sh installs it)."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on the PATH; `tests/system.sh` installs one as root")
    return path


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_handler_of_prefect_stays() -> Iterator[None]:
    """A test that leaves Prefect's handler on our loggers sends the next one's lines to a server long gone."""
    yield
    for name in ("flows", "spiders", "storage"):
        left = [each for each in logging.getLogger(name).handlers if type(each).__name__ == "APILogHandler"]
        assert not left, f"{left} stays on the logger {name}"


def pytest_configure(config: pytest.Config) -> None:
    if IS_ON_A_SERVER and (hasattr(config, "workerinput") or not config.getoption("numprocesses", None)):
        from tests import everywhere

        everywhere.begin()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The quick and pure before the slow: a failure shows early."""
    if IS_ON_A_SERVER:
        from tests import everywhere

        everywhere.leave_out(items)
    order = {"copydesk": 0, "storage": 1, "spiders": 2, "flows": 3}
    items.sort(
        key=lambda item: order.get(
            item.path.parent.relative_to(ROOT / "tests").parts[0] if item.path.parent != ROOT / "tests" else "", 4
        )
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} skipped for want of a system part (REQUIRE_ALL=1: a failure) or of real pages (DATA=…)"
        )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("REQUIRE_ALL") == "1" and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        if NO_DATA in str(why):
            return
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1, and this was skipped: {why}"
