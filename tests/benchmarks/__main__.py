"""Every benchmark, or those named: `python -m tests.benchmarks [NAME...] [--data DIR]`."""

from __future__ import annotations

import argparse
import importlib
import platform
import tempfile
from pathlib import Path

import psutil

from tests.benchmarks.corpus import open_corpus

NAMES = (
    "cpu",
    "whole_way",
    "polling",
    "stories",
    "page",
    "export",
    "start",
    "matching",
    "crawling",
    "neighbours",
    "crawl_memory",
    "bulk",
)
"""Of speed. `quality` (`make bench-extraction`) is run by its name only: it takes minutes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}, quality")
    parser.add_argument("--data", type=Path, help="folder of real pages; without it, the rehearsal web")
    arguments = parser.parse_args()
    cores = len(psutil.Process().cpu_affinity() or [])
    print(f"Python {platform.python_version()}, {cores} cores, {platform.system()} {platform.machine()}")
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        corpus = open_corpus(arguments.data, work=Path(folder))
        for name in arguments.names:
            importlib.import_module(f"tests.benchmarks.{name}").run(corpus, work=Path(folder) / name)


if __name__ == "__main__":
    main()
