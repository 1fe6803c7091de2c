"""Worker processes that call one function on one task after another, each within a time limit.

Why not a pool from the shelf: a worker that is killed while it waits breaks the pools of pebble and of the standard
library as a whole (their workers share one pipe and its lock); here each worker has a pipe of its own, so a death costs
one task, and that one is tried again. The time limit is the kernel's alarm in the worker: it ends libxml2 in the middle
of a loop, and a worker whose parent was killed.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import pickle
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

log = logging.getLogger(__name__)

Task = TypeVar("Task")
Value = TypeVar("Value")

AHEAD = 8
"""Tasks that a worker holds at once: the one it works on, and what keeps it busy while we store a batch."""
GRACE_S = 5.0
"""This long after its time limit a worker that the alarm could not end (it is stopped, say) is killed."""
MAX_DEATHS = 2
"""A task whose worker was killed is tried again: memory may have run out because of another one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Generic[Task, Value]):
    """How one task ended: with a value, or with what kept it from one."""

    task: Task
    value: Value | None = None
    timed_out: bool = False
    died: str = ""
    """How its worker ended, `signal 9`."""
    error: str = ""
    """Type and text of an exception."""
    trace: str = ""
    """Its traceback."""


class Pool(Protocol[Task, Value]):
    """What takes tasks and gives their outcomes: the workers below, or others elsewhere."""

    @property
    def in_flight(self) -> int:
        """Tasks submitted whose outcome was not collected yet."""

    @property
    def room(self) -> int:
        """Tasks that would keep all workers busy; more only wait, in memory."""

    def submit(self, task: Task) -> None:
        """Take a task; returns at once."""

    def collect(self, wait_s: float) -> list[Outcome[Task, Value]]:
        """Return the outcomes that are there, waiting up to `wait_s` for a first one."""

    def close(self) -> None:
        """Let go of all that is in flight."""


@dataclass(slots=True, eq=False)
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    held: deque[Task] = field(default_factory=deque)
    """In the order sent; the first is being worked on."""
    deadline: float = 0.0
    done: int = 0


class WorkerPool(Generic[Task, Value]):
    """A context manager. Nothing starts before the first task; a worker is added for each task that would wait.

    `function` is a module-level function; its tasks and values can be pickled. `preload` names modules that are
    imported once, in the process from which workers are forked. To be used from one thread.
    """

    def __init__(
        self,
        function: Callable[[Task], Value],
        *,
        workers: int,
        timeout_s: float,
        preload: Sequence[str] = (),
        recycle_after: int = 1_000,
    ) -> None:
        self._function = function
        self._most = workers
        self._timeout_s = timeout_s
        self._recycle_after = recycle_after
        self._preload = list(preload)
        self._context: Any = None
        self._workers: list[_Worker[Task]] = []
        self._retiring: list[BaseProcess] = []
        self._queue: deque[Task] = deque()
        self._ready: list[Outcome[Task, Value]] = []
        self._deaths: dict[int, int] = {}
        """Of workers, by the identity of the task they worked on."""

    def prepare(self) -> None:
        """Begin to load what workers need, in a process beside: tasks are near. Returns at once."""
        if self._context is None:
            self._context = _forkserver(self._preload)

    @property
    def in_flight(self) -> int:
        """Tasks submitted whose outcome was not collected yet."""
        return len(self._queue) + len(self._ready) + sum(len(worker.held) for worker in self._workers)

    @property
    def room(self) -> int:
        """Tasks that would keep all workers busy; more only wait here, in memory."""
        return max(0, self._most * AHEAD * 2 - self.in_flight)

    def submit(self, task: Task) -> None:
        """Take a task; returns at once."""
        self._queue.append(task)
        self._hand_out()

    def collect(self, wait_s: float) -> list[Outcome[Task, Value]]:
        """Return the outcomes that are there, waiting up to `wait_s` for a first one."""
        until = time.monotonic() + wait_s
        while True:
            pipes: dict[Any, _Worker[Task]] = {worker.pipe: worker for worker in self._workers if worker.held}
            remaining_s = 0.0 if self._ready else until - time.monotonic()
            for pipe in wait(list(pipes), timeout=max(0.0, min(remaining_s, 1.0))) if pipes else ():
                self._receive(pipes[pipe])
            self._end_overdue()
            self._hand_out()
            if self._ready or time.monotonic() >= until or not self.in_flight:
                ready, self._ready = self._ready, []
                return ready

    def close(self) -> None:
        """End every worker, busy or not; what they held is lost to this pool."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.held:
                worker.process.kill()
        for process in (*self._retiring, *(worker.process for worker in self._workers)):
            process.join(timeout=2)
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()
        self._workers, self._retiring = [], []
        self._queue.clear()

    def __enter__(self) -> WorkerPool[Task, Value]:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _hand_out(self) -> None:
        while self._queue:
            fit = [each for each in self._workers if each.done + len(each.held) < self._recycle_after]
            worker = min(fit, key=lambda each: len(each.held), default=None)
            if (worker is None or worker.held) and len(self._workers) < self._most:
                worker = self._start()
            if worker is None or len(worker.held) >= AHEAD:
                return
            if not worker.held:
                worker.deadline = time.monotonic() + self._timeout_s + GRACE_S
            worker.held.append(self._queue.popleft())
            try:
                worker.pipe.send(worker.held[-1])
            except OSError:
                self._bury(worker)

    def _start(self) -> _Worker[Task]:
        self.prepare()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._function, self._timeout_s), name="extract", daemon=True
        )
        process.start()
        theirs.close()
        worker: _Worker[Task] = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _receive(self, worker: _Worker[Task]) -> None:
        try:
            while worker.held and worker.pipe.poll():
                kind, value, trace = worker.pipe.recv()
                task = worker.held.popleft()
                self._deaths.pop(id(task), None)
                worker.done += 1
                worker.deadline = time.monotonic() + self._timeout_s + GRACE_S
                if kind == "value":
                    self._ready.append(Outcome(task=task, value=value))
                else:
                    self._ready.append(Outcome(task=task, error=value, trace=trace))
        except (EOFError, OSError):
            self._bury(worker)
            return
        if worker.done >= self._recycle_after and not worker.held:
            self._retire(worker)

    def _bury(self, worker: _Worker[Task]) -> None:
        """Find out why a worker ended: the task it worked on has that outcome or another try, the next waits again."""
        worker.process.join(timeout=GRACE_S)
        code = worker.process.exitcode
        self._retire(worker)
        if not worker.held:
            return
        task = worker.held[0]
        if code is None or code == -signal.SIGALRM:
            self._ready.append(Outcome(task=worker.held.popleft(), timed_out=True))
        else:
            deaths = self._deaths[id(task)] = self._deaths.get(id(task), 0) + 1
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            log.warning("worker died how=%s deaths=%d task=%.300s", how, deaths, task)
            if deaths >= MAX_DEATHS:
                del self._deaths[id(task)]
                self._ready.append(Outcome(task=worker.held.popleft(), died=how))
        self._queue.extendleft(reversed(worker.held))

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker in [each for each in self._workers if each.held and now > each.deadline]:
            if worker.pipe.poll():
                continue  # it has answered while we were away
            self._ready.append(Outcome(task=worker.held.popleft(), timed_out=True))
            self._queue.extendleft(reversed(worker.held))
            worker.process.kill()
            self._retire(worker)

    def _retire(self, worker: _Worker[Task]) -> None:
        """Part with a worker that died or has done its share (parsers keep memory): at its pipe's end it goes."""
        self._workers.remove(worker)
        worker.pipe.close()
        self._retiring = [*(each for each in self._retiring if each.exitcode is None), worker.process]


def _forkserver(preload: list[str]) -> Any:
    """The context of workers, its server running. Ctrl-C reaches the whole terminal, but only the parent decides."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", *preload])
    resource_tracker.ensure_running()  # or the server does it, and unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()  # it and its workers keep the signal blocked
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _work(pipe: Connection, function: Callable[[Any], Any], timeout_s: float) -> None:
    """The life of a worker: until its pipe ends, which is also how it notices that its parent died."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    gc.collect()
    gc.freeze()  # what was loaded by now is never garbage; looking through it costs a twentieth of the time
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        signal.setitimer(signal.ITIMER_REAL, timeout_s)
        try:
            answer = pickle.dumps(("value", function(task), ""))
        except Exception as error:  # noqa: BLE001 - whatever a page does to us, the parent hears of it and goes on
            answer = pickle.dumps(("error", f"{type(error).__name__}: {error}"[:500], traceback.format_exc()))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            pipe.send_bytes(answer)
        except OSError:
            return
