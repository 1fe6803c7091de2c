"""Learns a scorecard from labelled pages: which blocks an extractor sees, which are true, and a score for each step.

A block of a page is part of the article where half of its 3-word runs are in the label. Each feature is cut into steps
at its quantiles; a logistic regression with an L2 penalty learns a score for each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from copydesk.extraction import article as extraction
from copydesk.extraction import scorecard
from copydesk.extraction.body import Block
from copydesk.extraction.layout import Place
from copydesk.extraction.scorecard import Scorecard
from tests.benchmarks.labelled import LabelledPage

QUANTILES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
STRENGTH = 0.04
"""Inverse of the penalty, chosen among .01, .02, .04, .1, .2 by the folds."""
LEAST = 0.45
"""Probability below which a block is dropped, chosen among .35 to .7 by the folds."""
FOLDS = 10
MAX_ROUNDS = 30
SETTLED = 1e-6


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Blocks of pages before any rule has cut, with their truth."""

    rows: Any
    """One row a block, one column a feature."""
    truth: Any
    """Whether each block is part of its article."""
    domains: Any
    names: Sequence[str]
    """Of the features."""
    steps: Sequence[Sequence[float]]
    """Thresholds of each feature."""


def collect_examples(pages: Iterable[LabelledPage], score: ModuleType) -> Examples:
    """Return what a card can learn from: the blocks that the extractor itself asks the card about."""
    rows: list[dict[str, float]] = []
    truth: list[bool] = []
    domains: list[str] = []
    for page in pages:
        blocks, features = _seen_blocks(page)
        rows += features
        truth += judge_blocks(blocks, page.label["body"], score)
        domains += [page.label["domain"]] * len(blocks)
    names = list(rows[0])
    table = np.array([[features[name] for name in names] for features in rows])
    steps = [find_steps(table[:, column]) for column in range(len(names))]
    return Examples(rows=table, truth=np.array(truth), domains=np.array(domains), names=names, steps=steps)


def learn_card(examples: Examples, *, without: Iterable[str] = ()) -> Scorecard:
    """Return the card learned from all examples but those of some domains."""
    chosen = ~np.isin(examples.domains, list(without))
    design = np.column_stack(
        [examples.rows[chosen, column] > at for column, ats in enumerate(examples.steps) for at in ats]
    ).astype(float)
    bias, weights = fit(design, examples.truth[chosen].astype(float))
    steps: dict[str, tuple[Sequence[float], Sequence[float]]] = {}
    for name, thresholds in zip(examples.names, examples.steps, strict=True):
        own, weights = weights[: len(thresholds)], weights[len(thresholds) :]
        scores = [round(float(total), 4) for total in (0.0, *np.cumsum(own))]
        steps[name] = ([round(at, 5) for at in thresholds], scores)
    return Scorecard(bias=round(bias, 4), steps=steps, least=LEAST)


def learn_folds(examples: Examples) -> Iterator[tuple[list[str], Scorecard]]:
    """Yield (domains, the card that was learned from all others), `FOLDS` times.

    Domains are dealt out by their number of blocks, the largest first, each to the fold that has least.
    """
    folds: list[list[str]] = [[] for _ in range(FOLDS)]
    sizes = [0] * FOLDS
    found, counts = np.unique(examples.domains, return_counts=True)
    for count, domain in sorted(zip(counts, found, strict=True), key=lambda pair: (-pair[0], pair[1])):
        least = sizes.index(min(sizes))
        folds[least].append(str(domain))
        sizes[least] += count
    for fold in folds:
        if fold:
            yield fold, learn_card(examples, without=fold)


def fit(design: Any, truth: Any) -> tuple[float, Any]:
    """Return (bias, weights) of a logistic regression with an L2 penalty on the weights alone, by Newton's method."""
    columns = np.column_stack([np.ones(len(design)), design])
    penalty = np.full(columns.shape[1], 1 / STRENGTH)
    penalty[0] = 0.0
    weights = np.zeros(columns.shape[1])
    for _ in range(MAX_ROUNDS):
        likely = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        slope = columns.T @ (likely - truth) + penalty * weights
        curve = (columns * (likely * (1 - likely))[:, None]).T @ columns + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < SETTLED:
            break
    return float(weights[0]), weights[1:]


def find_steps(values: Any) -> list[float]:
    """Return thresholds between the values of a feature: between all of them where they are few, else at quantiles."""
    distinct = np.unique(values)
    if len(distinct) <= 4:
        return [float(at) for at in (distinct[1:] + distinct[:-1]) / 2]
    cuts = np.unique(np.quantile(values, QUANTILES))
    return [float(at) for at in cuts if at < distinct[-1]]


def judge_blocks(blocks: Sequence[Block], body: str, score: ModuleType) -> list[bool]:
    """Return whether each block is in a page's true text."""
    words = score.tokens(body.casefold())
    known, running = score.trigrams(words), f" {' '.join(words)} "
    return [_is_in(score.tokens(block.text.casefold()), known, running, score) for block in blocks]


def _is_in(words: list[str], known: set[Any], running: str, score: ModuleType) -> bool:
    if len(words) < 3:
        return bool(words) and f" {' '.join(words)} " in running
    grams = score.trigrams(words)
    return len(grams & known) >= 0.5 * len(grams)


def _seen_blocks(page: LabelledPage) -> tuple[list[Block], list[dict[str, float]]]:
    """The blocks of a page and their features, caught where the extractor asks the card; none where it does not."""
    caught: list[tuple[list[Block], Sequence[Place]]] = []

    def catch(blocks: list[Block], places: Sequence[Place]) -> dict[int, float]:
        caught.append((list(blocks), places))
        return {}

    with patch.object(extraction, "find_unlikely", catch):
        extraction.extract_article(page.page)
    if not caught:
        return [], []
    blocks, places = caught[0]
    return blocks, [dict(features) for features in scorecard.describe_blocks(blocks, places)]
