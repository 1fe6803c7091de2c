"""Bulk work: a function on one argument after another, elsewhere, with a bounded number of tasks in flight.

What runs the tasks is an `Engine`; results are taken in the order in which tasks were submitted, so that what comes of
them does not depend on which worker was faster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from flows.config import Settings
from flows.engines import HERE, Where
from flows.ingest import PRELOAD
from flows.workers import Outcome, WorkerPool

Argument = TypeVar("Argument")
Value = TypeVar("Value")

BATCH = 128
"""Pages a task: a second or two of work, beside which what a task costs (a fifth of a second) is small."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended(Generic[Value]):
    """How a task ended: with a value, or lost."""

    value: Value | None = None
    lost: str = ""
    """Why there is no value: its workers died, again and again, or it failed."""


class Pending(Protocol[Value]):
    def ended(self, wait_s: float) -> Ended[Value] | None:
        """How it ended, waiting up to `wait_s`; None: it has not yet."""


class Engine(Protocol):
    @property
    def width(self) -> int:
        """Tasks in flight that keep all workers busy; more only wait, in memory."""

    def submit(self, function: Callable[[Argument], Value], argument: Argument) -> Pending[Value]:
        """Have a module-level function run somewhere on an argument that can be pickled. A task whose worker dies is
        done again by another one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch(Generic[Argument, Value]):
    """Some arguments of one function, for one task."""

    function: Callable[[Argument], Value]
    arguments: tuple[Argument, ...]
    timeout_s: float
    """For one of them."""


def run_batch(batch: Batch[Argument, Value]) -> list[Outcome[int, Value]]:
    """Run the function on each argument, in a process beside the task's own, which may take too long or die without
    harm to others; the outcomes (of the numbers of the arguments) in their order."""
    allow_children()
    done: list[Outcome[int, Value]] = []
    numbers = {id(argument): number for number, argument in enumerate(batch.arguments)}
    with WorkerPool(batch.function, workers=1, timeout_s=batch.timeout_s, preload=PRELOAD) as pool:
        waiting = deque(batch.arguments)
        while waiting or pool.in_flight:
            while waiting and pool.room:
                pool.submit(waiting.popleft())
            done += [told_of(each, numbers[id(each.task)]) for each in pool.collect(1.0)]
    return sorted(done, key=lambda each: each.task)


def told_of(outcome: Outcome[Any, Value], task: Argument) -> Outcome[Argument, Value]:
    """The same outcome, of a task by another name: tasks do not travel back."""
    return Outcome(
        task=task,
        value=outcome.value,
        timed_out=outcome.timed_out,
        died=outcome.died,
        error=outcome.error,
        trace=outcome.trace,
    )


def allow_children() -> None:
    """Let the process that runs a task have children: those of Dask are daemons, which Python forbids it. Ours end with
    the pipe that holds them, however their parent ended."""
    import multiprocessing

    if multiprocessing.current_process().daemon:
        multiprocessing.current_process().daemon = False


class BulkPool(Generic[Argument, Value]):
    """What a `WorkerPool` is to its user, with the work done by an engine's tasks: a batch of arguments each.

    Outcomes come in the order in which tasks were submitted.
    """

    def __init__(self, engine: Engine, function: Callable[[Argument], Value], *, timeout_s: float) -> None:
        self._engine = engine
        self._function = function
        self._timeout_s = timeout_s
        self._gathered: list[Argument] = []
        self._sent: deque[tuple[tuple[Argument, ...], Pending[list[Outcome[int, Value]]]]] = deque()

    @property
    def in_flight(self) -> int:
        """Tasks submitted whose outcome was not collected yet."""
        return len(self._gathered) + sum(len(arguments) for arguments, _ in self._sent)

    @property
    def room(self) -> int:
        """Tasks that would keep all workers busy; more only wait here, in memory."""
        return max(0, self._engine.width * BATCH - self.in_flight)

    def submit(self, task: Argument) -> None:
        """Take a task; returns at once."""
        self._gathered.append(task)
        if len(self._gathered) == BATCH:
            self._send()

    def collect(self, wait_s: float) -> list[Outcome[Argument, Value]]:
        """Return the outcomes of the next batch, waiting up to `wait_s` for it; nothing where it is not done yet."""
        if self._gathered:
            self._send()
        if not self._sent:
            return []
        arguments, pending = self._sent[0]
        ended = pending.ended(wait_s)
        if ended is None:
            return []
        self._sent.popleft()
        if ended.value is None:
            return [Outcome(task=argument, died=ended.lost) for argument in arguments]
        return [told_of(each, arguments[each.task]) for each in ended.value]

    def close(self) -> None:
        """Let go of what is in flight."""
        self._gathered.clear()
        self._sent.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _send(self) -> None:
        arguments = tuple(self._gathered)
        self._gathered.clear()
        batch = Batch(function=self._function, arguments=arguments, timeout_s=self._timeout_s)
        self._sent.append((arguments, self._engine.submit(run_batch, batch)))


def run_on(where: Where, settings: Settings, act: Callable[[Engine | None], Value], *, name: str) -> Value:
    """Return what `act` gives, called with the engine that was asked for; None: the processes of this machine.

    Raises:
        CopydeskError: the engine cannot be had.
    """
    if where.engine == HERE:
        return act(None)
    from flows.bulk_dask import on_dask

    return on_dask(where, settings, act, name=name)
