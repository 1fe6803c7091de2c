"""Back-fills of WARC files: processes of this machine beside a Dask cluster of as many workers."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from flows.batch import read_page
from tests.benchmarks.corpus import Corpus
from tests.flows.warcfiles import make_warc
from tests.prose import make_page

FILES = 8
PAGES = 60
"""A file."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the table."""
    work.mkdir(parents=True)
    title, files = _write_files(corpus, work)
    print(f"\n# Bulk work: back-fill of {FILES} WARC files of {PAGES} pages ({title})\n")
    print(f"{'':28}{'':7}{'':9}{'':9}   the process that writes: CPU ms a page, MB after 10, 50, 100 %")
    print(f"{'':28}{'pages':>7}{'pages/s':>9}{'start s':>9}")
    for where in ("here", "dask"):
        for workers in (1, 2):
            home = work / f"{where}-{workers}"
            home.mkdir()
            (home / "news.toml").write_text(f"[extract]\nworkers = {workers}\n", encoding="utf-8")
            command = [sys.executable, "-m", "tests.benchmarks.bulk_once", str(home), where, *map(str, files)]
            with (home / "log").open("wb") as log:
                found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=log).stdout)
            name = f"{'this machine' if where == 'here' else 'Dask'}, {workers} worker{'s' * (workers > 1)}"
            start_s = found["wall_s"] - found["work_s"]
            own_ms = found["own_s"] / found["pages"] * 1000
            memory = " ".join(f"{each:>5}" for each in found["megabytes"])
            speed = found["pages"] / found["work_s"]
            print(f"{name:28}{found['pages']:>7}{speed:>9.1f}{start_s:>9.1f}{own_ms:>12.1f}   {memory}", flush=True)


def _write_files(corpus: Corpus, work: Path) -> tuple[str, list[Path]]:
    title, bodies = _bodies(corpus)
    files = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warcio's writer leaves temporary files open
        for number in range(FILES):
            pages = (
                (f"https://news{at % 20}.example/{number}/{at}", f"2026-11-{number + 1:02}T00:00:00Z", body)
                for at, body in enumerate(islice(bodies, PAGES))
            )
            files.append(work / f"{number}.warc.gz")
            files[-1].write_bytes(make_warc(pages))
        gc.collect()
    return title, files


def _bodies(corpus: Corpus) -> tuple[str, Iterator[bytes]]:
    """Real pages, again and again where there are too few, each time a little other; without them, invented ones."""
    if not corpus.is_real:
        return "invented pages", (make_page(number).body for number in range(FILES * PAGES))
    listed = (corpus.pack / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    paths = cycle([corpus.pack / json.loads(line)["path"] for line in listed])
    return corpus.title, (read_page(path) + f"<!-- {number} -->".encode() for number, path in enumerate(paths))
