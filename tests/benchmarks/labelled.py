"""Labelled pages and what scores them: real ones with the script beside them, else the rehearsal web's with our own."""

from __future__ import annotations

import gzip
import importlib.util
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from copydesk.model import Article, Page, Refusal
from tests.benchmarks import plain_score


@dataclass(frozen=True, kw_only=True)
class LabelledPage:
    """A page and its truth: `id`, `corpus`, `domain`, `body`, and `title`, `authors`, `date` where they are known."""

    label: dict[str, Any]
    page: Page


def read_labelled(pack: Path) -> list[LabelledPage]:
    """Return the pages of a pack with `labels.json`."""
    labels = json.loads((pack / "labels.json").read_text(encoding="utf-8"))["pages"]
    return [
        LabelledPage(
            label=label, page=Page(url=label["url"] or "", body=gzip.decompress((pack / label["file"]).read_bytes()))
        )
        for label in labels
    ]


def read_rehearsal() -> list[LabelledPage]:
    """Return the articles of the rehearsal web, as it tells of them itself."""
    from spiders.rehearsal import RehearsalWeb

    return list(_rehearsed(RehearsalWeb(clock=lambda: datetime.now(UTC))))


def _rehearsed(rehearsal: Any) -> Iterator[LabelledPage]:
    with rehearsal as web:
        for article in web.expected().articles:
            with urllib.request.urlopen(article.url) as response:
                page = Page(url=article.url, body=response.read(), content_type=response.headers["Content-Type"])
            label = {"id": article.url.partition("//")[2], "corpus": "rehearsal", "domain": article.source}
            label |= {"body": article.body_text, "title": article.headline, "authors": list(article.authors)}
            yield LabelledPage(label=label | {"date": article.published_at.isoformat()}, page=page)


def load_scorer(pack: Path | None) -> ModuleType:
    """Return the script that lies beside a pack's labels; without a pack our own, which counts lines."""
    if pack is None:
        return plain_score
    spec = importlib.util.spec_from_file_location("extraction_score", pack / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_prediction(result: Article | Refusal) -> dict[str, Any]:
    """Return what scorers read: `text`, `standfirst`, `title`, `authors`, `date`; nothing of a refused page."""
    if isinstance(result, Refusal):
        return {}
    day = result.published_at.isoformat() if result.published_at else None
    return {
        "text": result.body_text,
        "standfirst": result.standfirst,
        "title": result.headline,
        "authors": list(result.authors),
        "date": day,
    }
