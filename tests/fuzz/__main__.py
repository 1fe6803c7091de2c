"""`make fuzz`: many mutated pages; ends with 1 where one crashed, passed its limit or made what cannot be stored."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from tests.benchmarks.corpus import find_pack
from tests.fuzz.run import Findings, fuzz


def main() -> None:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first page; the others follow")
    parser.add_argument("--data", type=Path, help="folder of real pages to mutate beside the invented ones")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worker processes")
    parser.add_argument("--timeout", type=float, default=20, help="seconds of CPU a page may take")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.pages)
    folder = str(find_pack(arguments.data) / "pages") if arguments.data else ""
    start, findings = time.monotonic(), Findings()
    for findings in fuzz(seeds, workers=arguments.jobs, timeout_s=arguments.timeout, folder=folder):
        print(
            f"\r{findings.pages:,} of {arguments.pages:,} pages, {len(findings.failures)} failures",
            end="",
            file=sys.stderr,
        )
    print(file=sys.stderr)
    print(f"{findings.pages:,} pages in {time.monotonic() - start:.0f} s, {len(findings.failures)} failures")
    print("what they are: " + ", ".join(f"{kind} {count:,}" for kind, count in findings.outcomes.most_common()))
    print("slowest: " + ", ".join(f"{seconds:.2f} s of CPU (seed {seed})" for seconds, seed in findings.slowest))
    for failure in findings.failures[:20]:
        print(failure)
    raise SystemExit(bool(findings.failures))


if __name__ == "__main__":
    main()
