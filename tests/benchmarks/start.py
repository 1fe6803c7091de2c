"""How soon the command line answers: imports are what a person waits for."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.corpus import Corpus

TIMES = 15
PROMISED_S = 0.4
COMMANDS = (("--help",), ("articles", "--help"), ("crawl", "--help"), ("export", "--help"), ("--version",))


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    program = Path(sys.executable).with_name("copydesk")
    print(f"\n# The start of the command line (promised: `copydesk --help` under {PROMISED_S} s)\n")
    print(f"{'command':28}{'times':>7}{'median s':>10}{'worst s':>9}")
    for words in COMMANDS:
        took = []
        for _ in range(TIMES):
            start = time.perf_counter()
            subprocess.run([program, *words], check=True, stdout=subprocess.DEVNULL)
            took.append(time.perf_counter() - start)
        took.sort()
        print(f"{'copydesk ' + ' '.join(words):28}{TIMES:>7}{took[TIMES // 2]:>10.2f}{took[-1]:>9.2f}", flush=True)
