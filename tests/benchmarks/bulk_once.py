"""One back-fill: `python -m tests.benchmarks.bulk_once HOME here|dask FILE…`; prints what it took as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil

from flows.backfill import Backfilled, backfill_files
from flows.bulk import Engine, run_on
from flows.config import load_settings
from flows.engines import parse_where
from flows.warcpages import Wanted


def main() -> None:
    home, where, files = Path(sys.argv[1]), parse_where(sys.argv[2]), [Path(name) for name in sys.argv[3:]]
    settings = load_settings(home)
    process = psutil.Process()
    after: dict[int, int] = {}
    own: list[float] = []
    began_at = time.monotonic()

    def look(done: Backfilled) -> None:
        after[done.kept] = process.memory_info().rss

    def act(engine: Engine | None) -> tuple[Backfilled, float]:
        from_at, cpu = time.monotonic(), process.cpu_times()
        done = backfill_files(files, settings, [], Wanted(), engine=engine, on_progress=look)
        now = process.cpu_times()
        own.append(now.user + now.system - cpu.user - cpu.system)
        return done, time.monotonic() - from_at

    done, work_s = run_on(where, settings, act, name="backfill")
    marks = sorted(after)
    megabytes = [round(after[marks[len(marks) * part // 10 - 1]] / 1e6) for part in (1, 5, 10)]
    wall_s = time.monotonic() - began_at
    print(json.dumps({"pages": done.kept, "work_s": work_s, "wall_s": wall_s, "own_s": own[0], "megabytes": megabytes}))


if __name__ == "__main__":
    main()
