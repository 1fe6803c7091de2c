"""Bulk work on a Dask cluster, through Prefect's task runner for it: the tasks of a flow are what an engine submits."""

from __future__ import annotations

import contextvars
import importlib.util
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

from copydesk.errors import CopydeskError
from flows.bulk import Argument, Ended, Engine, Value
from flows.config import Settings
from flows.engines import Where
from flows.ingest import worker_count
from flows.surroundings import prefect_environment

log = logging.getLogger(__name__)

Result = TypeVar("Result")
AHEAD = 3
"""Tasks in flight a worker: the one it works on, the next one, and one whose result waits for its turn."""
LEAST = 4
COUNT_S = 5.0
"""How long a count of the cluster's workers holds."""
CONNECT_S = 20
GATHER_S = 60
"""For one result to be handed back."""
SERVER_UP_S = 120.0
TIMEOUTS = {"distributed.comm.timeouts.connect": f"{CONNECT_S}s"}
QUIET = {"PREFECT_LOGGING_LEVEL": "WARNING"}
"""By hand: of each task run that ended well, nobody wants a line."""
UNTOLD = {"PREFECT_LOGGING_EXTRA_LOGGERS": ""}
"""By hand, what we say is on the terminal. Prefect would go on taking it, when this is over and its server is gone."""
_act: contextvars.ContextVar[Callable[[Engine], Any]] = contextvars.ContextVar("act")
LOOPBACK = ("127.", "localhost", "[::1]")


def on_dask(where: Where, settings: Settings, act: Callable[[Engine], Result], *, name: str) -> Result:
    """Return what `act` gives, called in a flow run, with an engine whose tasks run on the cluster.

    The flow runs in a thread of its own: in the main thread Prefect takes the signals that are to end us cleanly.

    Raises:
        CopydeskError: the extra is missing, or no scheduler or no Prefect server answers.
    """
    if importlib.util.find_spec("prefect_dask") is None:
        raise CopydeskError("--on dask", "Dask is not installed here; run `pip install 'copydesk[dask]'`")
    if where.address:
        _check_scheduler(where.address)
    with ExitStack() as stack:
        if "PREFECT__FLOW_RUN_ID" not in os.environ:  # else a worker started us, and Prefect is set up
            stack.enter_context(_prefect(where, settings))
        runner = stack.enter_context(_task_runner(where, settings))
        context = contextvars.copy_context()
        thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="bulk"))
        return thread.submit(context.run, _run_flow, runner, act, name).result()


@dataclass(slots=True)
class DaskEngine:
    """See `flows.bulk.Engine`. To be used in the thread of the flow."""

    client: Any
    _tasks: dict[str, Any] = field(default_factory=dict)
    _counted_at: float = 0.0
    _width: int = LEAST

    @property
    def width(self) -> int:
        """Tasks in flight that keep all workers busy."""
        if not self._counted_at or time.monotonic() - self._counted_at > COUNT_S:
            threads = sum(self.client.nthreads().values())
            if not threads:
                log.warning("the Dask cluster has no worker; its first one is waited for")
            self._width, self._counted_at = max(LEAST, threads * AHEAD), time.monotonic()
        return self._width

    def submit(self, function: Callable[[Argument], Value], argument: Argument) -> DaskPending[Value]:
        """Have a function run on the cluster, as a task run of Prefect's.

        Packed here: Prefect walks through all that tasks are given and give, looking for futures.
        """
        name = function.__name__.replace("_", " ")
        if name not in self._tasks:
            from prefect import task

            self._tasks[name] = task(name=name, persist_result=False, cache_result_in_memory=False)(call_packed)
        future, done = self._tasks[name].submit(pickle.dumps((function, argument))), threading.Event()
        future.wrapped_future.add_done_callback(lambda ended: done.set())
        return DaskPending(future, done)


@dataclass(slots=True)
class DaskPending(Generic[Value]):
    """See `flows.bulk.Pending`."""

    future: Any
    done: threading.Event

    def ended(self, wait_s: float) -> Ended[Value] | None:
        """How it ended, waiting up to `wait_s`; None: it has not yet."""
        if not self.done.wait(wait_s):
            return None
        try:
            return Ended(value=pickle.loads(self.future.result(timeout=GATHER_S)))
        except Exception as error:  # noqa: BLE001 - whatever it died of, the books say so and the rest goes on
            log.warning("a task is lost: %s", error)
            return Ended(lost=f"{type(error).__name__}: {error}"[:300])


def call_packed(packed: bytes) -> bytes:
    """Call a function on an argument. Runs on a worker of the cluster."""
    function, argument = pickle.loads(packed)
    return pickle.dumps(function(argument))


def dask_setup(worker: object) -> None:
    """Called by each worker of our own cluster as it starts: Ctrl-C reaches the whole terminal, but only we decide."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed.worker").setLevel(logging.ERROR)  # tasks that a stop cancels are no news


def _run_flow(runner: Any, act: Callable[[Engine], Result], name: str) -> Result:
    from prefect import flow

    _act.set(act)
    run = flow(name=f"{name} on Dask", persist_result=False, task_runner=runner)(call_act)
    return cast(Result, run())


def call_act() -> Any:
    """What the flow does. What it works with is no parameter of it: flow and parameters go to the workers with each
    task."""
    from prefect.context import FlowRunContext

    run: Any = FlowRunContext.get()
    return _act.get()(DaskEngine(run.task_runner.client))


@contextmanager
def _task_runner(where: Where, settings: Settings) -> Iterator[Any]:
    """Prefect's task runner on the cluster that was asked for, or on one of our own, which ends with it."""
    import dask
    import distributed  # sets up its loggers
    from prefect_dask import DaskTaskRunner

    for part in ("distributed", "distributed.nanny", "distributed.scheduler"):
        logging.getLogger(part).setLevel(logging.WARNING)

    with dask.config.set(TIMEOUTS), tempfile.TemporaryDirectory(prefix="copydesk-dask-") as scratch:
        if where.address:
            yield DaskTaskRunner(address=where.address)
            return
        security = distributed.Security.temporary()  # whoever reaches a scheduler without it runs what they like as us
        cluster = distributed.LocalCluster(
            n_workers=worker_count(settings.extract.workers),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            security=security,
            local_directory=scratch,
            preload=[__name__],
        )
        with cluster:
            yield DaskTaskRunner(address=cluster.scheduler_address, client_kwargs={"security": security})


def _check_scheduler(address: str) -> None:
    """Before anything is started for it.

    Raises:
        CopydeskError: nobody answers there.
    """
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=CONNECT_S).close()
    except (OSError, ValueError) as error:
        raise CopydeskError(address, f"no Dask scheduler answers here ({error})") from error


@contextmanager
def _prefect(where: Where, settings: Settings) -> Iterator[None]:
    """Prefect set up as for `copydesk up`, with a server: that of PREFECT_API_URL, that of `copydesk up` where it runs,
    else one for as long as this takes."""
    before = dict(os.environ)
    with ExitStack() as stack:
        found = prefect_environment(settings)
        if not _answers(found["PREFECT_API_URL"]):
            if os.environ.get("PREFECT_API_URL"):
                raise CopydeskError(found["PREFECT_API_URL"], "no Prefect server answers here")
            found = stack.enter_context(prefect_server(settings))
        host = where.address.partition("://")[2]
        if where.address and not host.startswith(LOOPBACK) and "//127." in found["PREFECT_API_URL"]:
            raise CopydeskError(
                where.address, "its workers report to a Prefect server; set PREFECT_API_URL to one that they reach"
            )
        os.environ.update(QUIET | found | UNTOLD)
        _read_environment()
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            _read_environment()


def _read_environment() -> None:
    from prefect.context import refresh_global_settings_context

    refresh_global_settings_context()


@contextmanager
def prefect_server(settings: Settings) -> Iterator[dict[str, str]]:
    """The environment of a Prefect server that ends with us; its database stays, and with it what ran."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    home = settings.desk.data.absolute() / "prefect" / "bulk"
    plain = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
    found = prefect_environment(settings, plain | {"PREFECT_HOME": str(home)})
    found |= {
        "PREFECT_API_URL": f"http://{address}/api",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
    }
    command = [sys.executable, "-P", "-m", "flows.server", address]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=found, start_new_session=True
    ) as process:
        until = time.monotonic() + SERVER_UP_S
        while not _answers(found["PREFECT_API_URL"]):
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise CopydeskError("Prefect", "its server did not start; `copydesk up` shows why")
            time.sleep(0.1)
        try:
            yield found
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
