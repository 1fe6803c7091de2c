"""One article against all earlier ones: keys, candidates, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from copydesk.duplicates.fingerprint import FEWEST_WORDS, Fingerprint, fingerprint
from copydesk.duplicates.index import Index, Known
from copydesk.duplicates.measures import Text, measure
from copydesk.duplicates.verdict import DEFAULT, Thresholds, Verdict, judge
from copydesk.model import Relation
from copydesk.text import body_hash

STRENGTH = {Relation.EXACT: 4, Relation.NEAR: 3, Relation.DERIVED: 2, Relation.CONTAINS: 1, Relation.RELATED: 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """An edge to an earlier article."""

    of: int
    """The index's number of the earlier article."""
    verdict: Verdict


def describe(
    number: int, *, headline: str, body_text: str, published_at: datetime | None, publisher: str
) -> tuple[Known, Fingerprint]:
    """Return what an index keeps of an article."""
    made = fingerprint(headline, body_text)
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
) -> list[Match]:
    """Return an article's edges to earlier ones, the strongest first; it is not added to the index.

    Exact copies are found however old they are; others within `window` of each other (None: at any distance).
    """
    text = Text(article.signature)
    for number in index.same_body(article.body_hash):
        if text.length >= FEWEST_WORDS or index.get(number).headline == article.headline:
            return [Match(of=number, verdict=Verdict(relation=Relation.EXACT, score=1.0, rule="same body hash"))]
    found: list[Match] = []
    for number in index.candidates(made.keys):
        other = index.get(number)
        if is_in_window(article.published_at, other.published_at, window):
            verdict = judge(measure(text, Text(other.signature)), limits)
            if verdict:
                found.append(Match(of=number, verdict=verdict))
    return sorted(found, key=lambda each: (-STRENGTH[each.verdict.relation], -each.verdict.score, each.of))


def best(matches: Sequence[Match]) -> Match | None:
    """Return the edge that says most."""
    return matches[0] if matches else None


def is_in_window(one: datetime | None, other: datetime | None, window: timedelta | None) -> bool:
    """Whether two articles are close enough in time to be copies; those without a date are."""
    return window is None or one is None or other is None or abs(one - other) <= window
