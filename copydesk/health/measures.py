"""How a source's pages fare, beside how they fared at the same weekday and hour of the weeks before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from statistics import median
from typing import Protocol, TypeVar

from copydesk.health.history import (
    FIELDS,
    ArticleMeasure,
    Cause,
    PageLook,
    Samples,
    SourceHistory,
)

LEAST = 5
"""Rows that a share is taken of."""
LEAST_ARTICLES = 10
"""Articles that lengths and fill rates are taken of."""
LEAST_WEEKS = 3
"""Weeks that must have as many, before a fall beside them says anything."""
MOST_BAD = 0.5
"""Share of bad pages from which on a source may be sick …"""
WORSE = 0.3
"""… if that is so much more than in the worst of the weeks before."""
ALWAYS_BAD = 0.8
"""Share from which on it is sick without a history, too."""
FILLED = 0.7
"""A field that was filled so often, in each week …"""
EMPTY = 0.3
"""… is missed when it is filled as seldom as that."""
SHORT = 0.5
"""Of the shortest week's median length."""
JUNKY = 0.4
"""Share of the characters cut as junk from which on something is wrong …"""
JUNKIER = 0.25
"""… if it is so much more than in the worst week."""


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


Row = TypeVar("Row", bound=_Dated)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One thing that is wrong."""

    cause: Cause
    since: datetime | None
    evidence: str


WALLS: Mapping[str, Cause] = {
    "consent_wall": Cause.CONSENT_WALL,
    "bot_check": Cause.BOT_CHECK,
    "paywall": Cause.PAYWALL,
}
"""Reasons of quarantine that are a cause by themselves."""


def cause_of_look(outcome: str, status: int | None, detail: str) -> Cause:
    """What a look at a page or an endpoint met that brought nothing.

    >>> cause_of_look("failed", 403, "HTTP 403 Forbidden")
    <Cause.FORBIDDEN: 'forbidden'>
    """
    for is_met, cause in MET:
        if is_met(outcome, status or 0, detail):
            return cause
    return Cause.UNREACHABLE


MET: tuple[tuple[Callable[[str, int, str], bool], Cause], ...] = (
    (lambda outcome, status, detail: outcome == "refused", Cause.REFUSED),
    (lambda outcome, status, detail: outcome == "not_a_feed", Cause.FEED_MOVED),
    (lambda outcome, status, detail: detail.startswith("TLS:"), Cause.TLS),
    (lambda outcome, status, detail: status in (401, 403, 451), Cause.FORBIDDEN),
    (lambda outcome, status, detail: status == 429, Cause.RATE_LIMITED),
    (lambda outcome, status, detail: status in (404, 410) or outcome == "gone", Cause.FEED_MOVED),
    (lambda outcome, status, detail: status >= 500, Cause.SERVER_ERROR),
    (lambda outcome, status, detail: status >= 400, Cause.FORBIDDEN),
)


def failed_pages(history: SourceHistory) -> Trouble | None:
    """Pages that cannot be had, where the endpoints can: the usual wall for machines."""
    looks = history.now.looks
    bad = _worse(looks, [week.looks for week in history.weeks], _is_lost)
    if bad is None:
        return None
    kinds = Counter(cause_of_look(look.outcome, look.status, look.detail) for look in looks if _is_lost(look))
    cause, _ = kinds.most_common(1)[0]
    last = next(look for look in reversed(looks) if _is_lost(look))
    said = last.detail or f"status {last.status}"
    what = f"{bad.count} of the last {len(looks)} pages could not be had (the last: {said}); {bad.before}"
    return Trouble(cause=cause, since=bad.since, evidence=what)


def walled_pages(history: SourceHistory) -> Trouble | None:
    """Pages that come and are no articles."""
    results = history.now.results
    bad = _worse(results, [week.results for week in history.weeks], lambda result: bool(result.reason))
    if bad is None:
        return None
    reasons = Counter(result.reason for result in results if result.reason)
    reason, _ = reasons.most_common(1)[0]
    cause = WALLS.get(reason) or (Cause.REDESIGN if bad.has_history else Cause.NO_ARTICLES)
    said = ", ".join(f"{name} {number}" for name, number in reasons.most_common(3))
    what = f"{bad.count} of the last {len(results)} pages gave no article ({said}); {bad.before}"
    return Trouble(cause=cause, since=bad.since, evidence=what)


def thinner_articles(history: SourceHistory) -> Trouble | None:
    """Articles of which less is found than in each of the weeks before."""
    fresh = history.now.articles
    weeks = [week.articles for week in history.weeks if len(week.articles) >= LEAST_ARTICLES]
    if len(fresh) < LEAST_ARTICLES or len(weeks) < LEAST_WEEKS:
        return None
    for check in (_emptier, _shorter, _junkier):
        if found := check(fresh, weeks):
            return found
    return None


def describe(samples: Samples) -> str:
    """The measures in a line: what is usual, or what is now."""
    parts = []
    if samples.looks:
        parts.append(f"{_share(samples.looks, _is_lost):.0%} of pages fail")
    if samples.results:
        parts.append(f"{_share(samples.results, lambda result: bool(result.reason)):.0%} in quarantine")
    if samples.articles:
        parts.append(f"median {median(article.words for article in samples.articles):.0f} words")
    return ", ".join(parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Worse:
    count: int
    since: datetime | None
    before: str
    has_history: bool


def _worse(now: Sequence[Row], weeks: Sequence[Sequence[Row]], is_bad: Callable[[Row], bool]) -> _Worse | None:
    """Whether the share of bad rows is far above every week's; None: it is not, or the newest are good again."""
    if len(now) < LEAST or not any(is_bad(row) for row in now[-LEAST:]):
        return None
    share = _share(now, is_bad)
    before = [_share(week, is_bad) for week in weeks if len(week) >= LEAST]
    has_history = len(before) >= LEAST_WEEKS
    limit = max(MOST_BAD, max(before) + WORSE) if has_history else ALWAYS_BAD
    if share < limit:
        return None
    known = f"in the {len(before)} weeks before at most {max(before):.0%}" if has_history else "that is all there is"
    return _Worse(count=sum(map(is_bad, now)), since=_onset(now, is_bad, limit), before=known, has_history=has_history)


def _share(rows: Sequence[Row], is_bad: Callable[[Row], bool]) -> float:
    return sum(map(is_bad, rows)) / len(rows)


def _onset(rows: Sequence[Row], is_bad: Callable[[Row], bool], limit: float) -> datetime | None:
    """The first bad row from which on the share of bad ones is above the limit."""
    for place, row in enumerate(rows):
        if is_bad(row) and _share(rows[place:], is_bad) >= limit:
            return row.at
    return None


def _is_lost(look: PageLook) -> bool:
    return not look.is_good


def _emptier(now: Sequence[ArticleMeasure], weeks: Sequence[Sequence[ArticleMeasure]]) -> Trouble | None:
    for name in FIELDS:
        rate = _filled(now, name)
        least = min(_filled(week, name) for week in weeks)
        if least >= FILLED and rate <= EMPTY and not all(name in article.filled for article in now[-LEAST:]):
            since = _onset(now, partial(_lacks, name), 1 - EMPTY)
            what = f"{name} found in {rate:.0%} of the last {len(now)} articles; in the {len(weeks)} weeks before in"
            return Trouble(cause=Cause.REDESIGN, since=since, evidence=f"{what} at least {least:.0%}")
    return None


def _shorter(now: Sequence[ArticleMeasure], weeks: Sequence[Sequence[ArticleMeasure]]) -> Trouble | None:
    usual = [median(article.words for article in week) for week in weeks]
    words, limit = median(article.words for article in now), SHORT * min(usual)
    if words >= limit or all(article.words >= limit for article in now[-LEAST:]):
        return None
    since = _onset(now, lambda article: article.words < limit, MOST_BAD)
    what = f"the last {len(now)} articles have a median of {words:.0f} words; in the {len(weeks)} weeks before"
    return Trouble(cause=Cause.REDESIGN, since=since, evidence=f"{what} at least {min(usual):.0f}")


def _junkier(now: Sequence[ArticleMeasure], weeks: Sequence[Sequence[ArticleMeasure]]) -> Trouble | None:
    most = max(_junk(week) for week in weeks)
    share, limit = _junk(now), max(JUNKY, most + JUNKIER)
    if share < limit or all(article.junk_share < limit for article in now[-LEAST:]):
        return None
    since = _onset(now, lambda article: article.junk_share >= limit, MOST_BAD)
    what = f"{share:.0%} of the text of the last {len(now)} articles is cut as junk; in the {len(weeks)} weeks before"
    return Trouble(cause=Cause.REDESIGN, since=since, evidence=f"{what} at most {most:.0%}")


def _lacks(name: str, article: ArticleMeasure) -> bool:
    return name not in article.filled


def _filled(articles: Sequence[ArticleMeasure], name: str) -> float:
    return sum(name in article.filled for article in articles) / len(articles)


def _junk(articles: Sequence[ArticleMeasure]) -> float:
    return sum(article.junk_share for article in articles) / len(articles)
