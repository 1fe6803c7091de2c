"""What workers are given to do in tests: module-level functions, so that they can be pickled."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from copydesk.model import Article, Reason, Refusal
from flows.batch import FileTask
from flows.ingest import SnapshotTask


def work(task: str) -> str:
    """`say X`, `sleep S`, `raise X`, `spin`, `stop`, `die`, or `die once FILE` (the file remembers)."""
    verb, _, rest = task.partition(" ")
    if verb == "sleep":
        time.sleep(float(rest))
    if verb == "raise":
        raise ValueError(rest)
    if verb == "spin":
        while True:
            pass
    if verb == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    if verb == "die":
        memory = Path(rest.removeprefix("once ")) if rest else None
        if memory is None or not memory.exists():
            if memory is not None:
                memory.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return f"{rest} by {os.getpid()}"


def not_picklable(task: str) -> object:
    return lambda: task


def extract_stub(task: FileTask) -> Article | Refusal:
    """An extractor of test pages: their text is what `work` is to do; `say` makes an article, `refuse` a refusal."""
    text = Path(task.path).read_text(encoding="utf-8")
    if text.startswith("refuse"):
        return Refusal(reason=Reason.PAYWALL, detail=text)
    work(text)
    return Article(canonical_url=task.url, url=task.url, headline=text, body_text=f"{text}.")


def extract_by_url(task: SnapshotTask) -> Article | Refusal:
    """An extractor of snapshots that have no bytes: the last part of the URL is what `work` is to do."""
    text = task.snapshot.url.rpartition("/")[2].replace("-", " ")
    if text.startswith("refuse"):
        return Refusal(reason=Reason.PAYWALL, detail=text)
    work(text)
    body = f"{text} of snapshot {task.snapshot.id}, prune {task.prune}, language {task.language_hint}."
    return Article(
        canonical_url=task.snapshot.url,
        url=task.snapshot.url,
        headline=text,
        body_text=body,
        content_hash=body,
        body_hash=body,
    )
