"""Is a block part of the article? A scorecard: each feature of a block has a step function, the steps are added up.

The steps are data (`scorecard.json`), learned from labelled pages by `tests/benchmarks/train_scorecard.py`;
docs/extraction.md says on which ones, and what the card is worth on domains that it has not seen.
"""

from __future__ import annotations

import json
import math
import re
import string
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from operator import add
from pathlib import Path
from statistics import fmean

from copydesk.extraction.body import Block
from copydesk.extraction.junk import ends_sentence
from copydesk.extraction.layout import Place
from copydesk.extraction.phrases import TAIL, TAIL_HEADINGS, is_contact

FILE = Path(__file__).with_name("scorecard.json")
LONGEST_PHRASE = 420
LONGEST_HEADING = 100
NEIGHBOURS = (("previous", -1), ("next", 1), ("second", 2))
WHOLE = ("item", "row")
"""Kinds of blocks that make sense together only."""
OUTSIDE = -1.0
"""Stands for a neighbour before the first or after the last block."""

DIGITS, CAPITALS = string.digits.encode(), string.ascii_uppercase.encode()
NOT_ASCII = re.compile(r"[^\x00-\x7f]")

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What was learned."""

    bias: float
    steps: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    """Feature -> thresholds, ascending, and the scores between them: one more than there are thresholds."""
    least: float
    """Probability below which a block is junk."""

    def scores(self, columns: Mapping[str, Sequence[float]]) -> list[float]:
        """Return the score of each block, from columns of features; what a column is missing for is left out."""
        totals = [self.bias] * len(next(iter(columns.values()), ()))
        for name, values in columns.items():
            thresholds, scores = self.steps[name]
            added = [scores[bisect_left(thresholds, value)] for value in values]
            totals = list(map(add, totals, added))
        return totals

    def least_of(self, names: Iterable[str]) -> float:
        """Return what some features add at least, whatever their values."""
        return sum(min(self.steps[name][1]) for name in names)


def probability(score: float) -> float:
    """Return how likely a block of a score is part of the article, 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def load_scorecard() -> Scorecard:
    """Return the card that the program brings along."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    steps = {name: (tuple(step["at"]), tuple(step["scores"])) for name, step in raw["steps"].items()}
    return Scorecard(bias=raw["bias"], steps=steps, least=raw["least"])


def find_unlikely(blocks: Sequence[Block], places: Sequence[Place]) -> dict[int, float]:
    """Return the probability of those blocks, by their place in the list, that are hardly part of the article.

    None where most blocks were not found on the page: there is nothing to go by.
    """
    if 2 * sum(place.steps >= 0 for place in places) < len(places):
        return {}
    card = load_scorecard()
    probabilities = pool_runs(blocks, _probabilities(blocks, places, card))
    return {index: likely for index, likely in enumerate(probabilities) if likely < card.least}


def _probabilities(blocks: Sequence[Block], places: Sequence[Place], card: Scorecard) -> list[float]:
    """How likely each block is part of the article; of those that no late feature can make unlikely, at least so."""
    scores = card.scores(_early(blocks, places))
    worst = card.least_of(LATE)
    likely = [probability(score + worst) for score in scores]
    doubtful = [index for index, low in enumerate(pool_least(blocks, likely)) if low < card.least]
    late = {name: [measure(blocks[index].text) for index in doubtful] for name, measure in LATE.items()}
    for index, added in zip(doubtful, card.scores(late), strict=True):
        likely[index] = probability(scores[index] + added - card.bias)
    return likely


def pool_least(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[float]:
    """Return the probabilities with the least of each list and table in place of those of its lines."""
    return _pool(blocks, probabilities, min)


def pool_runs(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[float]:
    """Return the probabilities with the mean of each list and table in place of those of its lines: it stays whole."""
    return _pool(blocks, probabilities, fmean)


def _pool(blocks: Sequence[Block], probabilities: Sequence[float], pool: Callable[[list[float]], float]) -> list[float]:
    pooled: list[float] = []
    pairs = zip(blocks, probabilities, strict=True)
    for kind, run in groupby(pairs, key=lambda pair: pair[0].kind):
        own = [likely for _, likely in run]
        pooled += [pool(own)] * len(own) if kind in WHOLE else own
    return pooled


def describe_blocks(blocks: Sequence[Block], places: Sequence[Place]) -> list[Features]:
    """Return the features of each block: of its text, its place on the page, its place in the text, its neighbours."""
    columns = _early(blocks, places)
    columns |= {name: [measure(block.text) for block in blocks] for name, measure in LATE.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _early(blocks: Sequence[Block], places: Sequence[Place]) -> dict[str, list[float]]:
    """The features that cost little, a column each."""
    lengths = [float(len(block.text)) for block in blocks]
    total = sum(lengths) or 1.0
    before = [0.0, *accumulate(lengths)][: len(lengths)]
    columns = {name: [measure(block) for block in blocks] for name, measure in OF_BLOCK.items()}
    columns |= {name: [measure(place) for place in places] for name, measure in OF_PLACE.items()}
    columns["before"] = [chars / total for chars in before]
    columns["after"] = [(total - chars - length) / total for chars, length in zip(before, lengths, strict=True)]
    columns["share"] = [length / total for length in lengths]
    columns["blocks"] = [float(len(blocks))] * len(blocks)
    for name, offset in NEIGHBOURS:
        for feature, values, outside in (
            ("length", lengths, OUTSIDE),
            ("links", columns["links"], OUTSIDE),
            ("steps", columns["steps"], 2 * OUTSIDE),
        ):
            shifted = [outside, *values] if offset < 0 else [*values[offset:], *[outside] * offset]
            columns[f"{name}_{feature}"] = shifted[: len(blocks)]
    return columns


def _digits(block: Block) -> float:
    return _count(block.text, DIGITS, str.isdigit) / len(block.text)


OF_BLOCK: dict[str, Callable[[Block], float]] = {
    "length": lambda block: float(len(block.text)),
    "links": lambda block: block.links,
    "heading": lambda block: float(block.kind == "head"),
    "quote": lambda block: float(block.kind == "quote"),
    "digits": _digits,
    "commas": lambda block: block.text.count(",") / (block.text.count(" ") + 1),
    "ends_sentence": lambda block: float(ends_sentence(block.text)),
    "cells": lambda block: float("|" in block.text),
}
OF_PLACE: dict[str, Callable[[Place], float]] = {
    "steps": lambda place: float(place.steps),
    "parent_share": lambda place: place.parent_share,
    "grandparent_share": lambda place: place.grandparent_share,
    "class_share": lambda place: place.class_share,
    "paragraph": lambda place: float(place.tag == "p"),
    "in_box": lambda place: float(place.in_box),
    "emphasis": lambda place: place.emphasis,
}
LATE: dict[str, Callable[[str], float]] = {
    "upper": lambda text: _count(text, CAPITALS, str.isupper) / len(text),
    "contact": lambda text: float(is_contact(text)),
    "tail_phrase": lambda text: float(len(text) <= LONGEST_PHRASE and bool(TAIL.match(text))),
    "tail_heading": lambda text: float(len(text) < LONGEST_HEADING and bool(TAIL_HEADINGS.match(text))),
}
"""Features that cost more: asked of a block only where they can make it unlikely."""


def _count(text: str, of_ascii: bytes, is_one: Callable[[str], bool]) -> int:
    """How many characters of a text are of a kind: `of_ascii` names those below 128, where most are."""
    plain = text.encode("ascii", "ignore")
    count = len(plain) - len(plain.translate(None, of_ascii))
    return count if len(plain) == len(text) else count + sum(map(is_one, NOT_ASCII.findall(text)))
