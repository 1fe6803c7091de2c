"""The pages that benchmarks run on: real ones where `--data` names them, else those of the rehearsal web."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

REPEATS = 6
"""The rehearsal web is small: each page is served this often, under a number of its own."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A folder with pages.jsonl, and what to call it in a table's title."""

    pack: Path
    title: str
    is_real: bool
    """Whether it has labels and a script that scores them."""


def find_pack(data: Path) -> Path:
    """The pack in a folder of real pages, or that folder."""
    return data / "extraction" / "dev" if (data / "extraction").is_dir() else data


def open_corpus(data: Path | None, *, work: Path) -> Corpus:
    """The pack under `data`, or one made from the rehearsal web in `work`."""
    if data is not None:
        pack = find_pack(data)
        return Corpus(pack=pack, title=f"real pages ({pack.name})", is_real=True)
    title = "the rehearsal web (DATA=… names a folder of real pages)"
    return Corpus(pack=_rehearsal_pack(work), title=title, is_real=False)


def _rehearsal_pack(work: Path) -> Path:
    from spiders.rehearsal import RehearsalWeb

    pack = work / "rehearsal-pack"
    pack.mkdir(parents=True, exist_ok=True)
    rows = []
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as web:
        for article in web.expected().articles:
            with urllib.request.urlopen(article.url) as response:
                body = response.read()
            for repeat in range(REPEATS):
                name = f"aeb-{len(rows)}"
                (pack / f"{name}.html").write_bytes(body.replace(b"</p>", b" (%d)</p>" % repeat, 1))
                rows.append({"id": name, "url": f"http://127.0.1.1/{name}.html", "path": f"{name}.html"})
    (pack / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return pack


@contextmanager
def served(corpus: Corpus, *, hosts: int = 8) -> Iterator[dict[str, Any]]:
    """Serve the news pages of a corpus from a process of its own; `feeds` (name, URL) and the number of `pages`."""
    command = [sys.executable, "-m", "tests.static_web", str(corpus.pack), str(hosts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        yield json.loads(server.stdout.readline())
        server.stdin.close()


def request_log(feeds: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The server's log of all requests so far."""
    with urllib.request.urlopen(urljoin(feeds[0][1], "/-/log")) as response:
        rows: list[dict[str, Any]] = json.load(response)
    return rows
