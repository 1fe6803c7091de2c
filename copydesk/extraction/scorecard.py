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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from copydesk.extraction.body import Block
from copydesk.extraction.junk import ENDS_SENTENCE
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

    def probability(self, features: Features) -> float:
        """Return how likely a block is part of the article, 0..1."""
        score = self.bias
        for name, (thresholds, scores) in self.steps.items():
            score += scores[bisect_left(thresholds, features[name])]
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
    probabilities = pool_runs(blocks, [card.probability(features) for features in describe_blocks(blocks, places)])
    return {index: probability for index, probability in enumerate(probabilities) if probability < card.least}


def pool_runs(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[float]:
    """Return the probabilities with the mean of each list and table in place of those of its lines: it stays whole."""
    pooled: list[float] = []
    pairs = zip(blocks, probabilities, strict=True)
    for kind, run in groupby(pairs, key=lambda pair: pair[0].kind):
        own = [probability for _, probability in run]
        pooled += [sum(own) / len(own)] * len(own) if kind in WHOLE else own
    return pooled


def describe_blocks(blocks: Sequence[Block], places: Sequence[Place]) -> list[Features]:
    """Return the features of each block: of its text, its place on the page, its place in the text, its neighbours."""
    total = sum(len(block.text) for block in blocks) or 1
    lengths = [float(len(block.text)) for block in blocks]
    described: list[Features] = []
    before = 0.0
    for index, (block, place) in enumerate(zip(blocks, places, strict=True)):
        features = {
            **_of_text(block),
            **_of_place(place),
            "before": before / total,
            "after": (total - before - lengths[index]) / total,
            "share": lengths[index] / total,
            "blocks": float(len(blocks)),
        }
        for name, offset in NEIGHBOURS:
            other = index + offset
            is_there = 0 <= other < len(blocks)
            features[f"{name}_length"] = lengths[other] if is_there else OUTSIDE
            features[f"{name}_links"] = blocks[other].links if is_there else OUTSIDE
            features[f"{name}_steps"] = float(places[other].steps) if is_there else 2 * OUTSIDE
        before += lengths[index]
        described.append(features)
    return described


def _of_text(block: Block) -> dict[str, float]:
    text = block.text
    length = len(text)
    return {
        "length": float(length),
        "links": block.links,
        "heading": float(block.kind == "head"),
        "quote": float(block.kind == "quote"),
        "digits": _count(text, DIGITS, str.isdigit) / length,
        "upper": _count(text, CAPITALS, str.isupper) / length,
        "commas": text.count(",") / (text.count(" ") + 1),
        "ends_sentence": float(bool(ENDS_SENTENCE.search(text))),
        "cells": float("|" in text),
        "contact": float(is_contact(text)),
        "tail_phrase": float(length <= LONGEST_PHRASE and bool(TAIL.match(text))),
        "tail_heading": float(length < LONGEST_HEADING and bool(TAIL_HEADINGS.match(text))),
    }


def _count(text: str, of_ascii: bytes, is_one: Callable[[str], bool]) -> int:
    """How many characters of a text are of a kind: `of_ascii` names those below 128, where most are."""
    plain = text.encode("ascii", "ignore")
    count = len(plain) - len(plain.translate(None, of_ascii))
    return count if len(plain) == len(text) else count + sum(map(is_one, NOT_ASCII.findall(text)))


def _of_place(place: Place) -> dict[str, float]:
    return {
        "steps": float(place.steps),
        "parent_share": place.parent_share,
        "grandparent_share": place.grandparent_share,
        "class_share": place.class_share,
        "paragraph": float(place.tag == "p"),
        "in_box": float(place.in_box),
        "emphasis": place.emphasis,
    }
