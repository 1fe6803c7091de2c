"""One article against all earlier ones: keys, candidates, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.duplicates.fingerprint import FEWEST_WORDS, Fingerprint, fingerprint
from copydesk.duplicates.index import FEWEST_SHARED_KEYS, Index, Known
from copydesk.duplicates.measures import Comparison, compare
from copydesk.duplicates.signature import Text
from copydesk.duplicates.verdict import DEFAULT, Thresholds, Verdict, judge, judge_credited
from copydesk.model import Relation
from copydesk.text import body_hash

SURE = 0.9
"""Score of a near copy that explains the keys shared with it: what shares no others is another copy of the same."""
NEXT_OF_SERIES = timedelta(hours=12)
"""What one publisher brings in like words after this time may be the next of a series."""
JOINED = frozenset({Relation.NEAR, Relation.DERIVED})
STRENGTH = {Relation.EXACT: 4, Relation.NEAR: 3, Relation.DERIVED: 2, Relation.CONTAINS: 1, Relation.RELATED: 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What an article is to an earlier one."""

    of: int
    """The index's number of the earlier article."""
    verdict: Verdict
    comparison: Comparison | None = None
    """None where the bodies are the same."""


def describe(
    number: int,
    *,
    headline: str,
    body_text: str,
    published_at: datetime | None,
    publisher: str,
    urls: Iterable[str] = (),
    credits: str = "",
) -> tuple[Known, Fingerprint]:
    """Return what an index keeps of an article; `urls` and `credits` as in `fingerprint`."""
    made = fingerprint(headline, body_text, urls=urls, credits=credits)
    known = Known(
        number=number,
        headline=headline,
        body_hash=body_hash(body_text),
        signature=made.signature,
        published_at=published_at,
        publisher=publisher,
    )
    return known, made


def match(
    article: Known,
    made: Fingerprint,
    index: Index,
    *,
    window: timedelta | None = None,
    limits: Thresholds = DEFAULT,
    group_of: Callable[[int], int] | None = None,
) -> list[Match]:
    """Return all that an article is to earlier ones, the strongest first; it is not added to the index.

    Exact copies, what an article credits and what credits it are found however old they are; where there is an exact
    copy, nothing further is looked for. Others are found within `window` of each other; None: at any distance. With
    `group_of`, what is in a group with a copy that was found is not compared any more: a story that many papers took
    costs one comparison, not one a paper.
    """
    found = _match_credited(article, index.credited(made.marks), index, limits)
    for number in index.same_body(article.body_hash):
        if made.words >= FEWEST_WORDS or index.get(number).headline == article.headline:
            return [
                Match(of=number, verdict=Verdict(relation=Relation.EXACT, score=1.0, rule="same body hash")),
                *found,
            ]
    text = Text(article.signature)
    explained: set[int] = set()
    credited = {each.of for each in found}
    group_in = group_of or int  # without groups, each article is one
    joined = {group_in(each.of) for each in found if each.verdict.relation in JOINED}
    for candidate in index.candidates(made.keys):
        if len(candidate.shared - explained) < FEWEST_SHARED_KEYS or candidate.number in credited:
            continue
        group = group_in(candidate.number)
        if group in joined:
            continue
        other = index.get(candidate.number)
        if not is_in_window(article.published_at, other.published_at, window):
            continue
        comparison = compare(text, Text(other.signature))
        if comparison is None:
            continue
        verdict = judge(comparison.measures, limits.for_the_next() if _is_next(article, other) else limits)
        if verdict is not None:
            found.append(Match(of=candidate.number, verdict=verdict, comparison=comparison))
            if verdict.relation in JOINED:
                joined.add(group)
            if verdict.relation is Relation.NEAR and verdict.score >= SURE:
                explained |= candidate.shared
    return sorted(found, key=lambda each: (-STRENGTH[each.verdict.relation], -each.verdict.score, each.of))


def _match_credited(article: Known, numbers: Iterable[int], index: Index, limits: Thresholds) -> list[Match]:
    made = []
    for number in numbers:
        comparison = compare(Text(article.signature), Text(index.get(number).signature), is_credited=True)
        verdict = judge_credited(None if comparison is None else comparison.measures, limits)
        made.append(Match(of=number, verdict=verdict, comparison=comparison))
    return made


def _is_next(article: Known, other: Known) -> bool:
    if not article.publisher or article.publisher != other.publisher:
        return False
    if article.published_at is None or other.published_at is None:
        return False
    return abs(article.published_at - other.published_at) >= NEXT_OF_SERIES


def is_in_window(one: datetime | None, other: datetime | None, window: timedelta | None) -> bool:
    """Whether two articles are close enough in time to be copies; those without a date are."""
    return window is None or one is None or other is None or abs(one - other) <= window
