"""The other yardstick: trafilatura with metadata in a plain pool of processes.

python -m tests.benchmarks.trafilatura_alone PAGES.jsonl JOBS
"""

from __future__ import annotations

import gzip
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import trafilatura


def extract(task: tuple[Path, str]) -> int:
    """The length of a page's text."""
    path, url = task
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
    document = trafilatura.bare_extraction(text, url=url, with_metadata=True, include_comments=False)
    return len(document.text or "") if document is not None else 0


def main() -> None:
    listed, jobs = Path(sys.argv[1]), int(sys.argv[2])
    pages = [json.loads(line) for line in listed.read_text(encoding="utf-8").splitlines()]
    tasks = [(listed.parent / page["path"], page["url"]) for page in pages]
    with ProcessPoolExecutor(jobs) as pool:
        print(sum(pool.map(extract, tasks, chunksize=4)))


if __name__ == "__main__":
    main()
