"""Articles as files: how many a second, and in how much memory, out of a million."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import run_measured
from tests.benchmarks.million import open_million
from tests.benchmarks.page import ARTICLES

SOME = 100_000
PROMISED = 20_000
"""Articles a second, as JSON Lines."""
LOOKS = (
    ("jsonl", "all", ()),
    ("jsonl", "of a tag", ("--tag", "markets")),
    ("jsonl", "of a search", ("--search", "the")),
    ("jsonl", "the first tenth", ("--limit", str(ARTICLES // 10))),
    ("csv", "some", ("--limit", str(SOME))),
    ("sqlite", "some", ("--limit", str(SOME))),
    ("parquet", "some", ("--limit", str(SOME))),
    ("markdown", "some", ("--limit", str(SOME // 10))),
)
"""Format, what is exported, and the options that say so."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    work.mkdir(parents=True)
    home, _ = open_million(ARTICLES)
    print(f"\n# Exports out of {ARTICLES:,} articles (promised: {PROMISED:,} a second as jsonl)\n")
    print(f"{'format':10}{'what':18}{'articles':>10}{'seconds':>9}{'a second':>10}{'peak MB':>9}{'file MB':>9}")
    for name, what, options in LOOKS:
        out = work / f"out.{name}"
        command = [sys.executable, "-m", "flows.cli", "export", str(out), "--format", name, "--home", str(home)]
        cost = run_measured([*command, *options], log=work / "export.log")
        told = re.search(r"([\d,]+) articles", (work / "export.log").read_text())
        count = int(told[1].replace(",", "")) if told else 0
        files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(
            f"{name:10}{what:18}{count:>10,}{cost.wall_s:>9.1f}{count / cost.wall_s:>10,.0f}"
            f"{cost.peak_bytes / 1e6:>9.0f}{size / 1e6:>9.0f}",
            flush=True,
        )
        out.unlink() if out.is_file() else shutil.rmtree(out)
