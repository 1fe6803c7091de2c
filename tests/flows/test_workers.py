"""Workers: limits, deaths, and that each costs one task at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from flows import workers
from flows.workers import Outcome, WorkerPool
from tests.flows.tasks import not_picklable, work


def run(tasks: list[str], *, count: int = 2, timeout_s: float = 20, recycle_after: int = 1_000) -> dict[str, Outcome]:  # type: ignore[type-arg]
    outcomes: dict[str, Outcome[str, str]] = {}
    with WorkerPool(work, workers=count, timeout_s=timeout_s, recycle_after=recycle_after) as pool:
        for task in tasks:
            pool.submit(task)
        while pool.in_flight:
            for outcome in pool.collect(5):
                assert outcome.task not in outcomes
                outcomes[outcome.task] = outcome
    return outcomes


def pids(outcomes: dict[str, Outcome[str, str]]) -> set[str]:
    return {(outcome.value or "").rpartition(" ")[2] for outcome in outcomes.values() if outcome.value}


def test_every_task_has_one_outcome() -> None:
    tasks = [f"say {number}" for number in range(200)]

    outcomes = run(tasks)

    assert sorted(outcomes) == sorted(tasks)
    assert all((outcome.value or "").startswith(task[4:] + " by") for task, outcome in outcomes.items())


def test_nothing_is_started_before_the_first_task() -> None:
    with WorkerPool(work, workers=2, timeout_s=1) as pool:
        assert pool.collect(0) == []
        assert not pool._workers


def test_one_task_starts_one_worker() -> None:
    with WorkerPool(work, workers=4, timeout_s=5) as pool:
        pool.submit("say a")

        assert len(pool._workers) == 1


def test_a_page_over_its_limit_ends_and_the_one_behind_it_does_not() -> None:
    outcomes = run(["spin", "say a", "say b", "say c"], count=1, timeout_s=0.3)

    assert outcomes["spin"].timed_out
    assert [outcomes[task].timed_out for task in ("say a", "say b", "say c")] == [False] * 3


def test_a_limit_is_a_page_and_not_a_queue() -> None:
    outcomes = run([f"sleep 0.{digit}" for digit in (2, 21, 22, 23, 24)], count=1, timeout_s=0.8)

    assert not any(outcome.timed_out for outcome in outcomes.values())


def test_a_worker_that_is_stopped_is_killed_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "GRACE_S", 0.2)

    outcomes = run(["stop", "say a"], count=1, timeout_s=0.2)

    assert outcomes["stop"].timed_out
    assert outcomes["say a"].value


def test_a_task_that_kills_its_worker_twice_is_given_up() -> None:
    outcomes = run(["die", "say a", "say b"], count=1)

    assert outcomes["die"].died == "signal 9"
    assert outcomes["say a"].value
    assert outcomes["say b"].value


def test_a_task_whose_worker_was_killed_once_has_another_try(tmp_path: Path) -> None:
    outcomes = run([f"die once {tmp_path / 'seen'}"])

    (outcome,) = outcomes.values()
    assert outcome.value
    assert not outcome.died


def test_a_worker_killed_while_it_waits_costs_nothing() -> None:
    with WorkerPool(work, workers=1, timeout_s=5) as pool:
        pool.submit("say a")
        (first,) = pool.collect(10)
        victim = int((first.value or "").rpartition(" ")[2])
        os.kill(victim, signal.SIGKILL)
        pool._workers[0].process.join(5)
        for task in ("say b", "say c", "say d"):
            pool.submit(task)
        outcomes: list[Outcome[str, str]] = []
        while pool.in_flight:
            outcomes += pool.collect(5)

    assert sorted(outcome.task for outcome in outcomes if outcome.value) == ["say b", "say c", "say d"]


def test_an_exception_comes_back_with_its_text_and_trace() -> None:
    outcomes = run(["raise too odd", "say a"], count=1)

    assert outcomes["raise too odd"].error == "ValueError: too odd"
    assert "in work" in outcomes["raise too odd"].trace
    assert outcomes["say a"].value


def test_a_value_that_cannot_travel_is_an_error_of_its_task() -> None:
    with WorkerPool(not_picklable, workers=1, timeout_s=5) as pool:
        pool.submit("x")
        (outcome,) = pool.collect(10)

    assert "pickle" in outcome.error


def test_workers_are_replaced_after_their_share() -> None:
    outcomes = run([f"say {number}" for number in range(30)], count=1, recycle_after=10)

    assert len(outcomes) == 30
    assert len(pids(outcomes)) == 3


def test_closing_ends_busy_workers() -> None:
    pool = WorkerPool(work, workers=1, timeout_s=60)
    pool.submit("spin")
    pid = pool._workers[0].process.pid
    pool.close()

    assert pid is not None
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_ctrl_c_ends_no_worker() -> None:
    with WorkerPool(work, workers=1, timeout_s=5) as pool:
        pool.submit("say a")
        pid = pool._workers[0].process.pid
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        pool.submit("say b")
        outcomes: list[Outcome[str, str]] = []
        while pool.in_flight:
            outcomes += pool.collect(5)

    assert len(pids({outcome.task: outcome for outcome in outcomes})) == 1


PARENT = """
import sys, time
from flows.workers import WorkerPool
from tests.flows.tasks import work
if __name__ == "__main__":
    pool = WorkerPool(work, workers=2, timeout_s=1.5)
    pool.submit("spin")
    pool.submit("say a")
    pool.collect(10)
    print(*(worker.process.pid for worker in pool._workers), flush=True)
    time.sleep(60)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        found = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()

    assert len(found) == 2
    _, alive = psutil.wait_procs(found, timeout=20)
    assert not alive


def test_a_pool_that_was_prepared_works_and_has_no_worker_before_the_first_task() -> None:
    with WorkerPool(work, workers=2, timeout_s=20) as pool:
        pool.prepare()
        assert not pool._workers
        pool.submit("say a")
        (outcome,) = pool.collect(20)
        assert (outcome.value or "").startswith("a by")
