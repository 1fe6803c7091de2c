"""Learns `copydesk/extraction/scorecard.json` from labelled pages, and says what it is worth on unseen domains.

    make train DATA=…            # needs scikit-learn: the dependency group `train`

A block of a page is part of the article where half of its 3-word runs are in the label. Each feature is cut into steps
at its quantiles; a logistic regression with an L2 penalty learns a score for each step. Worth is measured in ten folds
by domain: no page is judged by a card that has seen another page of its domain.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]
from sklearn.model_selection import GroupKFold  # type: ignore[import-not-found]

from copydesk.extraction import article as extraction
from copydesk.extraction import scorecard
from copydesk.extraction.body import Block
from copydesk.extraction.layout import Place
from copydesk.model import Article, Page

QUANTILES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
STRENGTH = 0.04
"""Inverse of the penalty, chosen among .01, .02, .04, .1, .2 by the folds."""
LEAST = 0.45
"""Probability below which a block is dropped, chosen among .35 to .7 by the folds."""
FOLDS = 10


@dataclass
class Labelled:
    """A page's blocks before any rule has cut, which of them the rules keep, and the truth."""

    label: dict[str, Any]
    blocks: list[Block]
    kept: list[bool]
    features: list[dict[str, float]]
    truth: list[bool]
    standfirst: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    pack = parser.parse_args().data / "extraction" / "dev"
    score = load_scorer(pack)
    pages = [page for page in read_pages(pack, score) if page.blocks]
    names = list(pages[0].features[0])
    rows = np.array([[features[name] for name in names] for page in pages for features in page.features])
    truth = np.array([is_true for page in pages for is_true in page.truth])
    domains = np.array([page.label["domain"] for page in pages for _ in page.blocks])
    steps = [find_steps(rows[:, column]) for column in range(len(names))]
    design = np.column_stack([rows[:, c] > at for c, thresholds in enumerate(steps) for at in thresholds]).astype(float)

    unseen = np.zeros(len(truth))
    for train, test in GroupKFold(FOLDS).split(design, truth, domains):
        unseen[test] = fit(design[train], truth[train]).predict_proba(design[test])[:, 1]
    report(pages, unseen, score)
    write_card(fit(design, truth), names, steps)


def fit(design: Any, truth: Any) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=1000).fit(design, truth)


def find_steps(values: Any) -> list[float]:
    """Thresholds between the values of a feature: between all of them where they are few, else at quantiles."""
    distinct = np.unique(values)
    if len(distinct) <= 4:
        return [float(at) for at in (distinct[1:] + distinct[:-1]) / 2]
    cuts = np.unique(np.quantile(values, QUANTILES))
    return [float(at) for at in cuts if at < distinct[-1]]


def write_card(model: LogisticRegression, names: Sequence[str], steps: Sequence[Sequence[float]]) -> None:
    weights = list(model.coef_[0])
    card: dict[str, Any] = {"least": LEAST, "bias": round(float(model.intercept_[0]), 4), "steps": {}}
    for name, thresholds in zip(names, steps, strict=True):
        own, weights = weights[: len(thresholds)], weights[len(thresholds) :]
        sums = [0.0, *np.cumsum(own)]
        card["steps"][name] = {
            "at": [round(at, 5) for at in thresholds],
            "scores": [round(float(total), 4) for total in sums],
        }
    scorecard.FILE.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {scorecard.FILE.name}: {len(names)} features, {sum(map(len, steps))} steps")


def report(pages: Sequence[Labelled], probabilities: Any, score: ModuleType) -> None:
    """Print the worth of the rules alone and with a card that has not seen the page's domain."""
    offsets = np.cumsum([0, *(len(page.blocks) for page in pages)])
    print(f"{'':34}  pages     F1      P      R  exact  extra lines")
    for group in ("news", "wcxb"):
        for title, least in (("rules alone", -1.0), (f"with the scorecard, {FOLDS} folds by domain", LEAST)):
            overlaps, exact, extra = [], 0, 0
            for page, offset in zip(pages, offsets[:-1], strict=True):
                if (page.label["corpus"] == "wcxb") != (group == "wcxb"):
                    continue
                pooled = scorecard.pool_runs(page.blocks, probabilities[offset : offset + len(page.blocks)])
                judged = zip(page.blocks, page.kept, pooled, strict=True)
                text = "\n".join(block.text for block, is_kept, p in judged if is_kept and p >= least)
                true, mine = score.settle_standfirst(page.label, {"text": text, "standfirst": page.standfirst})
                overlaps.append(score.overlap(true, mine))
                exact += score.tokens(true) == score.tokens(mine)
                extra += score.count_extra_lines(true, mine)[0]
            f1, precision, recall = score.corpus_f1(overlaps)
            number = len(overlaps)
            print(
                f"{group}: {title:42} {number:4} {f1:.4f} {precision:.4f} {recall:.4f} {exact / number:.3f} "
                f"{extra / number:.2f}"
            )


def read_pages(pack: Path, score: ModuleType) -> Iterator[Labelled]:
    """The blocks that the extractor itself sees, caught where it asks for the card."""
    for label in json.loads((pack / "labels.json").read_text(encoding="utf-8"))["pages"]:
        body = gzip.decompress((pack / label["file"]).read_bytes())
        page = Page(url=label["url"], body=body, content_type="text/html; charset=utf-8")
        caught: list[tuple[list[Block], Sequence[Place]]] = []
        article = _extract_without_card(page, caught)
        if isinstance(article, Article) and caught:
            yield _label(label, article, caught[0], score)


def _extract_without_card(page: Page, caught: list[tuple[list[Block], Sequence[Place]]]) -> object:
    def catch(blocks: list[Block], places: Sequence[Place]) -> dict[int, float]:
        caught.append((list(blocks), places))
        return {}

    original, extraction.find_unlikely = extraction.find_unlikely, catch  # type: ignore[assignment]
    try:
        return extraction.extract_article(page)
    finally:
        extraction.find_unlikely = original


def _label(
    label: dict[str, Any], article: Article, caught: tuple[list[Block], Sequence[Place]], score: ModuleType
) -> Labelled:
    blocks, places = caught
    words = score.tokens(label["body"].casefold())
    known, running = score.trigrams(words), f" {' '.join(words)} "
    kept_lines = set(article.body_text.split("\n"))
    return Labelled(
        label=label,
        blocks=blocks,
        kept=[block.text in kept_lines for block in blocks],
        features=[dict(features) for features in scorecard.describe_blocks(blocks, places)],
        truth=[_is_in(score.tokens(block.text.casefold()), known, running, score) for block in blocks],
        standfirst=article.standfirst or "",
    )


def _is_in(words: list[str], known: set[Any], running: str, score: ModuleType) -> bool:
    if len(words) < 3:
        return bool(words) and f" {' '.join(words)} " in running
    grams = score.trigrams(words)
    return len(grams & known) >= 0.5 * len(grams)


def load_scorer(pack: Path) -> ModuleType:
    """The scorer that lies beside the labels."""
    spec = importlib.util.spec_from_file_location("score", pack / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
