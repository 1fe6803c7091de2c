"""What a pair of texts is, and why: rules in order, the first that speaks decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copydesk.duplicates.measures import Measures
from copydesk.model import Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Where the rules draw their lines; shares as in `Measures`."""

    same: float = 0.95
    """Shingles: the same text but for trifles."""
    template_length_ratio: float = 0.89
    template_ordered: float = 0.59
    template_shingles: float = 0.85
    template_numbers: float = 0.30
    template_numbers_of_both: float = 0.39
    template_numbers_either: float = 0.58
    near_shingles: float = 0.30
    near_shingles_short: float = 0.60
    near_short_words: int = 80
    near_names: float = 0.40
    near_lead: float = 0.50
    near_without_lead: float = 0.60
    contains_length_ratio: float = 0.60
    derived_words: int = 100
    derived_anchors: int = 6
    derived_stems: float = 0.41
    derived_ordered: float = 0.50
    derived_names: float = 0.59
    derived_numbers: float = 0.65
    derived_lead: float = 0.50


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one article is to another, and why."""

    relation: Relation
    score: float
    """0 to 1: how sure, and how much is shared."""
    rule: str
    """One line: the rule with the figures that it looked at."""


Rule = Callable[[Measures, Thresholds], Verdict | None]


def same_text(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Nearly all of the shorter text stands in the longer one word for word."""
    if pair.shingles < limits.same:
        return None
    relation = Relation.NEAR if pair.length_ratio >= limits.contains_length_ratio else Relation.CONTAINS
    return _verdict(relation, pair.shingles, "same text", pair)


def template(pair: Measures, limits: Thresholds) -> Verdict | None:
    """The same sentences about other numbers: a series, not a copy."""
    if pair.length_ratio < limits.template_length_ratio or pair.ordered < limits.template_ordered:
        return None
    if pair.shingles >= limits.template_shingles or pair.numbers is None or pair.numbers_of_both is None:
        return None
    few = pair.numbers < limits.template_numbers
    some = pair.numbers_of_both < limits.template_numbers_of_both and pair.numbers < limits.template_numbers_either
    if not few and not some:
        return None
    return _verdict(Relation.RELATED, pair.ordered, "template with other numbers", pair)


def shared_passages(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Much of the shorter text stands in the longer one word for word."""
    least = limits.near_shingles if pair.words >= limits.near_short_words else limits.near_shingles_short
    if pair.shingles < least or (pair.names is not None and pair.names < limits.near_names):
        return None
    if pair.shingles < limits.near_without_lead and pair.lead < limits.near_lead:
        return None
    relation = Relation.NEAR if pair.length_ratio >= limits.contains_length_ratio else Relation.CONTAINS
    return _verdict(relation, pair.shingles, "shared passages", pair)


def reworded(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Other words in the same order around the same names and numbers."""
    if pair.words < limits.derived_words or pair.anchors < limits.derived_anchors:
        return None
    if pair.stems < limits.derived_stems or pair.ordered < limits.derived_ordered or pair.lead < limits.derived_lead:
        return None
    if pair.names is not None and pair.names < limits.derived_names:
        return None
    if pair.numbers is not None and pair.numbers < limits.derived_numbers:
        return None
    return _verdict(Relation.DERIVED, pair.ordered, "re-worded", pair)


RULES: tuple[Rule, ...] = (same_text, template, shared_passages, reworded)


DEFAULT = Thresholds()


def judge(pair: Measures, limits: Thresholds = DEFAULT, rules: tuple[Rule, ...] = RULES) -> Verdict | None:
    """Return what a pair is; None: nothing to each other."""
    return next((verdict for rule in rules if (verdict := rule(pair, limits))), None)


def _verdict(relation: Relation, score: float, rule: str, pair: Measures) -> Verdict:
    said = f"passages {pair.shingles:.2f}, order {pair.ordered:.2f}, lead {pair.lead:.2f}"
    if pair.numbers is not None:
        said += f", numbers {pair.numbers:.2f}"
    if pair.names is not None:
        said += f", names {pair.names:.2f}"
    return Verdict(relation=relation, score=round(score, 4), rule=f"{rule}: {said}")
