"""Scores the rehearsal web's pages, line by line: its texts are known to the letter."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

NEWS = ("rehearsal",)

Label = Mapping[str, Any]
Row = dict[str, Any]


def score_page(label: Label, predicted: Label) -> Row:
    """Return the measures of one page; `overlap`: lines that both have, that the text alone has, that it misses."""
    truth, text = _lines(label["body"]), _lines(predicted.get("text") or "")
    both, extra, missing = (truth & text).total(), (text - truth).total(), (truth - text).total()
    return {
        "id": label["id"],
        "overlap": (both, extra, missing),
        "pageF1": 2 * both / (2 * both + extra + missing),
        "acc": label["body"] == predicted.get("text"),
        "extra": extra,
        "missing": missing,
        "paragraphs": truth.total(),
        "title": label["title"] == predicted.get("title"),
        "auth": label["authors"] == (predicted.get("authors") or []),
        "date": _minute(label["date"]) == _minute(predicted.get("date")),
    }


def summarise(rows: Sequence[Row], bootstrap: int = 1) -> dict[str, float]:
    """Return the mean of each measure."""
    means = {
        name: statistics.fmean(float(row[name]) for row in rows) for name in ("acc", "extra", "title", "auth", "date")
    }
    both, extra, missing = (sum(row["overlap"][place] for row in rows) for place in range(3))
    paragraphs = max(1, sum(row["paragraphs"] for row in rows))
    return {
        **means,
        "n": len(rows),
        "F1": 2 * both / (2 * both + extra + missing),
        "P": both / max(1, both + extra),
        "R": both / max(1, both + missing),
        "missP": sum(row["missing"] for row in rows) / paragraphs,
    }


def _minute(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC).replace(second=0, microsecond=0) if written else None


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in text.splitlines() if line)
