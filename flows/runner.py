"""`python -m flows.runner`: what stands between sources.toml and Prefect while the desk is up.

It keeps the deployments like sources.toml, starts the runs that are due, and tells Prefect of runs that died. It ends
when its standard input does, and takes its runs with it: they end cleanly, and keep what they fetched.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import CopydeskError
from flows.config import NEWS_FILE, SOURCES_FILE, load_settings, load_sources
from flows.lifeline import end_runs, on_end_of_input
from flows.surroundings import OURS_VARIABLE, beat_file, last_good_folder, marks_folder

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

log = logging.getLogger("flows.runner")

LOOK_S = 5.0
"""How often the files are looked at, and the runs that died."""
BEAT_S = 5.0
POLL_S = 5.0
"""How often the worker asks for runs; Prefect's own default is 10 s."""
END_RUNS_S = 5.0
"""For runs to end cleanly; then they are killed."""
Shape = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Files:
    """news.toml and sources.toml as they were last read. A broken edit changes nothing but the log."""

    home: Path
    seen: Shape = ()
    broken: set[str] = field(default_factory=set)

    def have_changed(self) -> bool:
        return _shape(self.home) != self.seen


async def deploy_files(client: PrefectClient, files: Files) -> bool:
    """Bring the deployments in line with the files, and say what changed; False where the files are broken.

    Raises:
        httpx.HTTPError: the server does not answer; the files count as not seen.
    """
    from flows.deployments import deploy, plan_deployments, read_last_crawled

    shape = _shape(files.home)
    try:
        settings, sources = load_settings(files.home, environ=os.environ), load_sources(files.home)
        last_crawled = read_last_crawled(settings)
    except CopydeskError as error:
        files.seen = shape
        log.error("%s; the schedules stay as they were", error)
        return False
    plans = plan_deployments(settings, sources, last_crawled=last_crawled, now=datetime.now(UTC))
    for done in await deploy(client, plans):
        if done.what != "unchanged":
            log.info("deployment %s: %s", done.what, f"{done.name} ({done.detail})" if done.detail else done.name)
    files.seen = shape
    good = last_good_folder(settings)
    good.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(files.home / SOURCES_FILE, good / SOURCES_FILE)
    return True


async def work(home: Path) -> None:
    """Deploy, then work until cancelled. Waits for a server that is not there yet."""
    from prefect import get_client
    from prefect.workers.process import ProcessWorker

    from flows.janitor import ensure_automation, sweep

    settings = load_settings(home, environ=os.environ)
    marks, beat = marks_folder(settings), beat_file(settings)
    is_ours_alone = os.environ.get(OURS_VARIABLE) == "1"
    files = Files(home=home)
    async with get_client() as client:
        await _until_healthy(client)
        await sweep(client, marks, is_ours_alone=is_ours_alone)
        await deploy_files(client, files)
        await ensure_automation(client)

        async def look() -> None:
            await sweep(client, marks, is_ours_alone=is_ours_alone)
            if files.have_changed():
                await deploy_files(client, files)

        worker = ProcessWorker(
            work_pool_name=settings.schedule.work_pool,
            name=f"{socket.gethostname()}-{os.getpid()}",
            limit=settings.schedule.runs_per_worker or (1 if settings.schedule.shards > 1 else None),
        )

        async def tell_we_live() -> None:
            if worker.is_worker_still_polling(POLL_S):
                beat.parent.mkdir(parents=True, exist_ok=True)
                beat.write_text(str(os.getpid()))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.start(printer=lambda text: log.info("%s", text)))
            tasks.create_task(_again_and_again(look, LOOK_S))
            tasks.create_task(_again_and_again(tell_we_live, BEAT_S))


async def _again_and_again(act: Callable[[], Awaitable[None]], every_s: float) -> None:
    """Do something for ever; a server that does not answer now may do so next time."""
    import httpx

    while True:
        try:
            await act()
        except httpx.HTTPError as error:
            log.warning("the server did not answer: %s", error or type(error).__name__)
        await asyncio.sleep(every_s)


async def _until_healthy(client: PrefectClient) -> None:
    waited = 0
    while (trouble := await client.api_healthcheck()) is not None:
        waited += 1
        if waited % 60 == 0:
            log.warning("waiting for %s: %s", client.api_url, trouble)
        await asyncio.sleep(0.5)


def _shape(home: Path) -> Shape:
    found = []
    for name in (NEWS_FILE, SOURCES_FILE):
        try:
            status = (home / name).stat()
        except OSError:
            found.append((0, 0))
        else:
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)


async def _serve(home: Path) -> None:
    """Work until the end is wanted; then end the runs while the worker still tells the server how they ended."""
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    on_end_of_input(lambda: loop.call_soon_threadsafe(end.set))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    working = asyncio.create_task(work(home))
    ending = asyncio.create_task(end.wait())
    await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
    marks = marks_folder(load_settings(home, environ=os.environ))
    await asyncio.to_thread(end_runs, marks, patience_s=END_RUNS_S)
    await asyncio.sleep(0.3)  # the worker notices, and tells


def _log_to_stderr() -> None:
    """Our own lines. Prefect sets up those of everybody else, and would leave ours out or say them twice."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s | %(levelname)-7s | %(message)s", "%H:%M:%S"))
    for name in ("flows.runner", "flows.janitor"):
        ours = logging.getLogger(name)
        ours.setLevel("INFO")
        ours.addHandler(handler)
        ours.propagate = False


def main() -> None:
    _log_to_stderr()
    home = Path(os.environ["COPYDESK_HOME"])
    try:
        asyncio.run(_serve(home))
    except CopydeskError as error:
        log.error("%s", error)
        code = 1
    else:
        code = 0
    sys.stderr.flush()
    os._exit(code)  # an orderly end would wait for requests of threads that nobody needs


if __name__ == "__main__":
    main()
