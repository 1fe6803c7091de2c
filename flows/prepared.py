"""Extractions that tasks elsewhere made already, given to an ingest as if its own workers had."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.model import Entry
from flows.ingest import Result, SnapshotTask
from flows.warcpages import Rules
from flows.workers import Outcome, WorkerPool
from storage.records import ArchivePointer

Made = Outcome[SnapshotTask, Result]


@dataclass(slots=True)
class PreparedPool:
    """What a `WorkerPool` is to an ingest. What nobody made before, or made under other rules, its own workers make."""

    pool: WorkerPool[SnapshotTask, Result]
    _made: dict[ArchivePointer, tuple[Result, Rules]] = field(default_factory=dict)
    _ready: list[Made] = field(default_factory=list)

    def offer(self, pointer: ArchivePointer, value: Result, rules: Rules) -> None:
        """Take what a snapshot is, before the ingest hears of the snapshot."""
        self._made[pointer] = (value, rules)

    def forget(self) -> None:
        """Let go of what was offered and not asked for: nothing is kept of it."""
        self._made.clear()

    @property
    def in_flight(self) -> int:
        """Tasks submitted whose outcome was not collected yet."""
        return self.pool.in_flight + len(self._ready)

    @property
    def room(self) -> int:
        """Tasks that can be taken now."""
        return self.pool.room + len(self._made)

    def submit(self, task: SnapshotTask) -> None:
        """Take a task; returns at once."""
        value, rules = self._made.pop(task.snapshot.pointer, (None, Rules()))
        given = Rules(prune=task.prune, language=task.language_hint)
        if value is not None and rules == given and task.snapshot.entry == Entry(url=task.snapshot.url):
            self._ready.append(Outcome(task=task, value=value))
        else:
            self.pool.submit(task)

    def collect(self, wait_s: float) -> list[Made]:
        """Return the outcomes that are there, waiting up to `wait_s` for a first one."""
        ready, self._ready = self._ready, []
        return ready + self.pool.collect(0 if ready else wait_s)

    def close(self) -> None:
        """End the workers; what was offered is forgotten: its snapshots are pending in the store."""
        self._made.clear()
        self.pool.close()
