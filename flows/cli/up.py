"""`copydesk up` and `copydesk deploy`."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say
from flows.cli.output import Column, console, emit, table

if TYPE_CHECKING:
    from flows.config import Settings
    from flows.supervisor import Program

BEAT_OLD_S = 180.0
"""A worker that did not look for runs for so long is started anew."""
PARTS = ("server", "page", "worker")
"""Of a desk, those first that others need."""
DEPLOYED = (Column(key="deployment", style="green"), Column(key="what"), Column(key="detail", is_wide=True))
ADDRESSES = (Column(key="what", style="green"), Column(key="where", is_wide=True))


@command(example="copydesk up")
@click.option(
    "--only", multiple=True, type=click.Choice(PARTS), help="This part alone, as containers want it; may repeat."
)
def up(session: Session, only: tuple[str, ...]) -> None:
    """Keep the desk at work: schedules, their runs, and the pages to look at them. Ctrl-C ends all of it.

    Starts Prefect's server, a worker and the inspection page, and looks after them. With PREFECT_API_URL set, that
    server is used instead. An edit of sources.toml counts within a minute.
    """
    from flows.supervisor import OneDesk, Supervisor
    from flows.surroundings import marks_folder, prefect_environment

    settings = session.settings()
    parts = _parts(only, settings)
    if "worker" in parts:
        session.sources()
    # Parts of a desk in containers are many at work in one folder: workers share its store, and hosts are leased there.
    with OneDesk(settings.desk.data / "up.lock") if not only else nullcontext():
        environ = prefect_environment(settings)
        programs = _programs(settings, environ["PREFECT_API_URL"], parts)
        _forget_beat(settings)
        log_file = settings.desk.data / "logs" / f"{'-'.join([*only, socket.gethostname()]) if only else 'up'}.log"
        supervisor = Supervisor(programs, log_file=log_file, marks=marks_folder(settings), environ=environ, tell=_tell)
        say(f"starting {', '.join(program.name for program in programs)}…")
        with _stop_on_signal() as stop:
            rows = _addresses(settings, environ["PREFECT_API_URL"], log_file, parts)
            supervisor.run(stop, on_ready=lambda: _show(rows))
    say("ended; schedules go on with the next `copydesk up`")


@command(example="copydesk deploy --work-pool cluster --pool-type kubernetes")
@click.option("--work-pool", metavar="NAME", help="Prefect's work pool that starts the runs; made where there is none.")
@click.option("--pool-type", type=click.Choice(("process", "docker", "kubernetes")), help="What that pool starts.")
def deploy(session: Session, work_pool: str | None, pool_type: str | None) -> None:
    """Bring the schedules at the Prefect server in line with sources.toml; changes only what differs.

    `copydesk up` does this by itself. What was paused on Prefect's pages stays paused. The work pool is that of
    news.toml, where no other is named here.
    """
    import asyncio

    import httpx

    from flows.surroundings import prefect_environment

    settings, sources = _with_pool(session.settings(), work_pool, pool_type), session.sources()
    os.environ.update(prefect_environment(settings))
    url = os.environ["PREFECT_API_URL"]

    async def act() -> list[dict[str, str]]:
        from datetime import UTC, datetime

        from prefect import get_client

        from flows import deployments

        plans = deployments.plan_deployments(
            settings, sources, last_crawled=deployments.read_last_crawled(settings), now=datetime.now(UTC)
        )
        async with get_client() as client:
            done = await deployments.deploy(client, plans)
        return [{"deployment": each.name, "what": each.what, "detail": each.detail} for each in done]

    try:
        rows = asyncio.run(act())
    except httpx.ConnectError as error:
        raise CopydeskError(
            url, "no Prefect server answers here; start `copydesk up`, or set PREFECT_API_URL"
        ) from error
    except httpx.HTTPError as error:
        raise CopydeskError(url, f"the Prefect server refused: {error}") from error
    emit(session, rows, DEPLOYED)


def _with_pool(settings: Settings, name: str | None, pool_type: str | None) -> Settings:
    """
    Raises:
        CopydeskError: Prefect allows no such name.
    """
    from dataclasses import replace

    from flows import kinds

    schedule = settings.schedule
    try:
        name = schedule.work_pool if name is None else str(kinds.POOL.check(name))
    except kinds.UnexpectedError as error:
        raise CopydeskError("--work-pool", str(error)) from error
    return replace(settings, schedule=replace(schedule, work_pool=name, pool_type=pool_type or schedule.pool_type))


def _parts(only: tuple[str, ...], settings: Settings) -> tuple[str, ...]:
    """What is to run here, those first that others need.

    Raises:
        CopydeskError: a worker alone has no server to work for, or the runs are started by workers of Prefect.
    """
    from flows.pools import PROCESS

    schedule = settings.schedule
    if schedule.pool_type != PROCESS and (not only or "worker" in only):
        start = f"prefect worker start --pool {schedule.work_pool} --type {schedule.pool_type}"
        raise CopydeskError(
            "[schedule] pool_type",
            f'is "{schedule.pool_type}" in news.toml: `{start}` is its worker, not `copydesk up`',
        )
    has_server = bool(os.environ.get("PREFECT_API_URL"))
    if not only:
        return tuple(part for part in PARTS if part != "server" or not has_server)
    if "worker" in only and "server" not in only and not has_server:
        raise CopydeskError(
            "PREFECT_API_URL", "is not set: a worker alone needs the address of a server, ending in /api"
        )
    return tuple(part for part in PARTS if part in only)


def _programs(settings: Settings, api_url: str, parts: tuple[str, ...]) -> list[Program]:
    """The processes of some parts.

    Raises:
        CopydeskError: a port is taken.
    """
    from flows.supervisor import END_S, Program, answers, check_free
    from flows.surroundings import beat_file

    python = [sys.executable, "-P", "-m"]
    beat = beat_file(settings)
    programs = []
    if "server" in parts:
        _check_loopback(settings.schedule.address)
        check_free(settings.schedule.address, "[schedule] address")
        programs.append(
            Program(
                name="server",
                command=[*python, "flows.server", settings.schedule.address],
                is_well=lambda started_at: answers(f"{api_url}/health"),
            )
        )
    if "page" in parts and isinstance(settings.desk.database, str):
        from flows.cli.web import NO_PAGE

        say(f"no inspection page: {NO_PAGE}")
    elif "page" in parts:
        check_free(settings.web.address, "[web] address")
        programs.append(
            Program(
                name="page",
                command=[*python, "flows.page"],
                is_well=lambda started_at: answers(f"http://{settings.web.address}/"),
            )
        )
    if "worker" in parts:
        programs.append(
            Program(
                name="worker",
                command=[*python, "flows.runner"],
                is_well=lambda started_at: _is_fresh(beat, started_at),
                ends_s=END_S,
            )
        )
    return programs


def _check_loopback(address: str) -> None:
    """Prefect's API starts whatever it is told to: only with a password may others reach it."""
    host = address.rpartition(":")[0].strip("[]")
    if host in ("localhost", "::1") or host.startswith("127.") or os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        return
    raise CopydeskError(
        address,
        "[schedule] address is open to others, and whoever reaches Prefect can start what runs here; set "
        "PREFECT_SERVER_API_AUTH_STRING=user:password (and PREFECT_API_AUTH_STRING, the same), or use 127.0.0.1",
    )


def _is_fresh(beat: Path, started_at: float) -> bool:
    try:
        at = beat.stat().st_mtime
    except OSError:
        return False
    return at > started_at and time.time() - at < BEAT_OLD_S


def _forget_beat(settings: Settings) -> None:
    from flows.surroundings import beat_file

    beat_file(settings).unlink(missing_ok=True)


def _addresses(settings: Settings, api_url: str, log_file: Path, parts: tuple[str, ...]) -> list[dict[str, str]]:
    has_page = "page" in parts and not isinstance(settings.desk.database, str)
    page = [{"what": "articles and sources", "where": f"http://{settings.web.address}"}] if has_page else []
    return [
        {"what": "schedules and runs", "where": api_url.removesuffix("/api")},
        *page,
        {"what": "log", "where": str(log_file)},
    ]


def _show(rows: list[dict[str, str]]) -> None:
    console().print(table(rows, ADDRESSES))
    sys.stdout.flush()
    say("the desk is up; Ctrl-C ends it")


def _tell(line: str) -> None:
    say(f"{time.strftime('%H:%M:%S')} {line}")


@contextmanager
def _stop_on_signal() -> Iterator[Event]:
    """An event that Ctrl-C, SIGTERM or a closed terminal sets."""
    stop = Event()

    def on_signal(number: int, frame: object) -> None:
        if not stop.is_set():
            say("ending: runs under way keep what they fetched")
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, on_signal) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
