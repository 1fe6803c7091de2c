"""What a pair of texts is, and why: rules in order, the first that speaks decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from copydesk.duplicates.measures import Measures
from copydesk.model import Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Where the rules draw their lines. Shares as in `Measures`, the least that counts where nothing else is said."""

    same_verbatim: float = 0.95
    same_told: float = 0.90

    series_told: float = 0.50
    series_numbers: float = 0.50
    """At most: other numbers in the same sentences."""
    series_changed: float = 0.025
    """One number in forty words."""
    next_numbers: float = 0.80
    """At most, where the same publisher has written both, half a day apart."""
    series_covered: float = 0.75
    """Of the longer text: the whole of both is the same but for the numbers."""
    table_numbers: float = 0.65
    """At most, where `table_changed`: texts full of numbers agree in some by chance."""
    table_changed: float = 0.06
    dense_numbers: float = 0.85
    """At most, where `dense_changed`."""
    dense_changed: float = 0.10
    series_verbatim: float = 0.85
    """At most."""
    few_numbers: int = 3
    """So many that they can tell a series."""
    subject_covered: float = 0.50
    """Of the longer text, where the subject is another one."""

    near_told: float = 0.70
    near_verbatim: float = 0.50
    """Of what is covered; less is re-worded."""
    near_names: float = 0.50
    near_numbers: float = 0.50
    near_headline: float = 0.75
    """Where fewer numbers agree."""

    update_told: float = 0.56
    update_covered: float = 0.25
    update_headline: float = 0.60
    update_spread: float = 0.53

    derived_told: float = 0.60
    derived_covered: float = 0.60
    derived_names: float = 0.85
    derived_names_under_headline: float = 0.60
    derived_headline: float = 0.50
    derived_numbers: float = 0.75
    derived_anchors: int = 5
    """Names and numbers in what is covered."""
    derived_words: int = 60

    credited_told: float = 0.35
    """Where one credits the other: machines leave no more of a text of which they change every word."""

    contains_length_ratio: float = 0.60
    """Below it, the shorter text is a part of the longer one."""
    derived_length_ratio: float = 0.40
    """Likewise for re-worded texts that begin alike: machines shorten what they re-word."""
    few_names: int = 4
    """So many that their share says something."""

    def for_the_next(self) -> Thresholds:
        """Thresholds for what the same publisher brings half a day later: rather the next of a series than a copy."""
        return replace(self, series_numbers=self.next_numbers, series_changed=0.0)


DEFAULT = Thresholds()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one article is to another, and why."""

    relation: Relation
    score: float
    """0 to 1: how much of both texts is shared."""
    rule: str
    """One line: the rule, and the figures that it looked at."""


Rule = Callable[[Measures, Thresholds], Verdict | None]


def same_text(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Nearly all of the shorter text stands in the longer one word for word."""
    if pair.verbatim < limits.same_verbatim or pair.told < limits.same_told:
        return None
    return _copy(pair, limits, "same text")


def series(pair: Measures, limits: Thresholds) -> Verdict | None:
    """The same sentences about other numbers: the next market wrap, not a copy of the last one."""
    if pair.told < limits.series_told or pair.verbatim >= limits.series_verbatim:
        return None
    if pair.number_count < limits.few_numbers:
        return None
    lines = (
        (limits.table_numbers, limits.table_changed),
        (limits.dense_numbers, limits.dense_changed),
        *([(limits.series_numbers, limits.series_changed)] if pair.covered_longer >= limits.series_covered else []),
    )
    if not any(pair.numbers <= most and pair.numbers_changed >= least for most, least in lines):
        return None
    return Verdict(relation=Relation.RELATED, score=_score(pair), rule=_say("same sentences, other numbers", pair))


def other_subject(pair: Measures, limits: Thresholds) -> Verdict | None:
    """The same sentences about somebody else: a bank that follows another one's rates."""
    if not pair.other_subjects or pair.told < limits.series_told or pair.covered_longer < limits.subject_covered:
        return None
    return Verdict(relation=Relation.RELATED, score=_score(pair), rule=_say("same sentences, other subject", pair))


def shared_passages(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Most of the shorter text stands in the longer one, lead and all."""
    if pair.told < limits.near_told or not pair.lead or _faithful(pair) < limits.near_verbatim:
        return None
    if _names(pair, limits) < limits.near_names:
        return None
    if _cautious_numbers(pair) < limits.near_numbers and _headline(pair) < limits.near_headline:
        return None
    return _copy(pair, limits, "shared passages")


def updated(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Half of the text is new, under a headline that was kept; what was kept is spread over it."""
    if pair.told < limits.update_told or pair.covered < limits.update_covered:
        return None
    if _headline(pair) < limits.update_headline or pair.spread < limits.update_spread:
        return None
    if _faithful(pair) < limits.near_verbatim or _names(pair, limits) < limits.near_names:
        return None
    return _copy(pair, limits, "updated")


def reworded(pair: Measures, limits: Thresholds) -> Verdict | None:
    """Other words in the same sentences around the same names and numbers."""
    if pair.words < limits.derived_words or pair.name_count + pair.number_count < limits.derived_anchors:
        return None
    if pair.told < limits.derived_told or pair.covered < limits.derived_covered or not pair.lead:
        return None
    is_headline_kept = _headline(pair) >= limits.derived_headline
    least = limits.derived_names_under_headline if is_headline_kept else limits.derived_names
    if _names(pair, limits) < least or _cautious_numbers(pair) < limits.derived_numbers:
        return None
    if _faithful(pair) >= limits.near_verbatim:
        return _copy(pair, limits, "shared passages")
    least_ratio = limits.derived_length_ratio if pair.leads_meet else limits.contains_length_ratio
    relation = Relation.DERIVED if pair.length_ratio >= least_ratio else Relation.CONTAINS
    return Verdict(relation=relation, score=_score(pair), rule=_say("re-worded", pair))


RULES: tuple[Rule, ...] = (same_text, series, other_subject, shared_passages, updated, reworded)


def judge(pair: Measures, limits: Thresholds = DEFAULT, rules: tuple[Rule, ...] = RULES) -> Verdict | None:
    """Return what a pair is; None: nothing to each other."""
    return next((verdict for rule in rules if (verdict := rule(pair, limits))), None)


def judge_credited(pair: Measures | None, limits: Thresholds = DEFAULT) -> Verdict:
    """Return what a pair is of which one says that it comes from the other; None: they have too little in common."""
    if pair is None:
        return Verdict(relation=Relation.RELATED, score=0.0, rule="credits it, in words of its own")
    verdict = judge(pair, limits)
    if verdict is not None and verdict.relation is not Relation.RELATED:
        return verdict
    is_copy = pair.told >= limits.credited_told and pair.length_ratio >= limits.derived_length_ratio
    return Verdict(
        relation=Relation.DERIVED if is_copy else Relation.RELATED,
        score=_score(pair),
        rule=_say("credits it, re-worded" if is_copy else "credits it, in words of its own", pair),
    )


def _copy(pair: Measures, limits: Thresholds, rule: str) -> Verdict:
    is_part = pair.length_ratio < limits.contains_length_ratio
    return Verdict(relation=Relation.CONTAINS if is_part else Relation.NEAR, score=_score(pair), rule=_say(rule, pair))


def _score(pair: Measures) -> float:
    """What the shorter text has of the longer one, less where the longer one has much more."""
    return round(pair.told * (1 + pair.covered_longer) / 2, 4)


def _faithful(pair: Measures) -> float:
    """How much of what is covered stands there word for word."""
    return pair.verbatim / pair.covered if pair.covered else 0.0


def _names(pair: Measures, limits: Thresholds) -> float:
    return pair.names if pair.name_count >= limits.few_names else 1.0


def _cautious_numbers(pair: Measures) -> float:
    """The share of numbers that agree, with one more taken for agreeing: two of three are no proof of a series."""
    return (pair.numbers * pair.number_count + 1) / (pair.number_count + 1)


def _headline(pair: Measures) -> float:
    """The headline's share where it has two words in common, or is one word and the same."""
    return pair.headline if pair.headline_words >= 2 or pair.headline == 1.0 else 0.0


def _say(rule: str, pair: Measures) -> str:
    said = f"{rule}: {pair.told:.0%} of the shorter text, {pair.verbatim:.0%} word for word"
    if pair.name_count:
        said += f", {pair.names:.0%} of {pair.name_count} names"
    if pair.number_count:
        said += f", {pair.numbers:.0%} of {pair.number_count} numbers"
    if pair.headline_words:
        said += f", {pair.headline:.0%} of the headline"
    return said
