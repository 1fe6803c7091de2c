"""How each source is, and why: the first of a table of checks that finds something decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from copydesk.health.history import Cause, EndpointHistory, SourceHistory, State, Verdict, slot_of
from copydesk.health.measures import (
    Trouble,
    cause_of_look,
    describe,
    failed_pages,
    thinner_articles,
    walled_pages,
)
from copydesk.health.silence import (
    Rhythm,
    Silence,
    activity,
    judge_silence,
    judge_slow_silence,
    make_rhythm,
    span,
)

LEAST_FAILURES = 3
"""Looks in a row at an endpoint that must fail …"""
LEAST_FAILING = timedelta(hours=1)
"""… for so long, where all endpoints of a source fail …"""
ONE_FAILING = timedelta(days=1)
"""… and for so long where others answer."""
USUAL_FAILURE = 0.5
"""A share of failed looks that is usual for an hour of the week: a server that rests every night."""
NEVER_LISTED = timedelta(days=2)
"""After which a source that never listed anything is not new any more."""
UNWATCHED = timedelta(days=1)
"""Without a look, at the least, before nothing is known of a source."""
UNWATCHED_GAPS = 10
"""Times the usual time between two looks."""
GONE = "gone"
"""Outcome of a look that was answered with 410: the last one, so there are no three in a row."""
LEAST_OTHERS = 3
"""Other sources that must have a rhythm, before the whole desk is called quiet."""
LEAST_EXPECTED = 5.0
"""Expected hours of those, likewise."""


def judge_all(histories: Sequence[SourceHistory], now: datetime) -> list[Verdict]:
    """Return how each source is, in the same order: measured by its own weeks, and by how active the others are."""
    rhythms = {history.source: make_rhythm(history.hours) for history in histories}
    return [judge(history, now, rhythms[history.source], _desk(history, histories, rhythms)) for history in histories]


def judge(history: SourceHistory, now: datetime, rhythm: Rhythm | None, desk: float = 1.0) -> Verdict:
    """Return how one source is. `desk`: how active the others were since its newest entry (1: as ever)."""
    if not history.enabled:
        return Verdict(
            source=history.source, state=State.PAUSED, evidence="sources.toml says enabled = false, or does not name it"
        )
    if unwatched := _unwatched(history, now):
        return _lasting(unwatched, history.before)
    for check in CHECKS:
        if trouble := check(history, now):
            return _lasting(_sick(history, trouble), history.before)
    return _lasting(_judge_silence(history, now, rhythm, desk), history.before)


def _sick(history: SourceHistory, trouble: Trouble) -> Verdict:
    return Verdict(
        source=history.source,
        state=State.SICK,
        cause=trouble.cause,
        since=trouble.since,
        evidence=trouble.evidence,
    )


def _lasting(verdict: Verdict, before: Verdict | None) -> Verdict:
    """What lasts began when it began: the newest rows that say so do not reach back for ever."""
    if before is None or (before.state, before.cause) != (verdict.state, verdict.cause) or before.since is None:
        return verdict
    return replace(verdict, since=before.since if verdict.since is None else min(before.since, verdict.since))


def _unwatched(history: SourceHistory, now: datetime) -> Verdict | None:
    looks = [each.last_polled_at for each in history.endpoints if each.last_polled_at is not None]
    if not looks:
        return Verdict(source=history.source, state=State.NEW, evidence="nobody has looked at it yet")
    if all(each.outcome == GONE for each in history.endpoints):
        return None  # nothing is left to look at, whatever the schedule does
    last = max(looks)
    patience = max(UNWATCHED, UNWATCHED_GAPS * timedelta(seconds=history.poll_gap_s))
    if now - max(last, history.next_look_at or last) < patience:
        return None
    what = f"nobody has looked at it for {span(now - last)}: is its schedule running?"
    return Verdict(source=history.source, state=State.UNWATCHED, since=last, evidence=what)


def _failing_endpoints(history: SourceHistory, now: datetime) -> Trouble | None:
    """Endpoints that do not answer as they should: all of them for an hour, or one of them for a day."""
    if history.failed_slots.get(slot_of(now), 0.0) >= USUAL_FAILURE:
        return None
    failing = [each for each in history.endpoints if each.failing_since and _fails_for_good(each)]
    since = {each.url: each.failing_since for each in failing if each.failing_since is not None}
    all_fail = len(failing) == len(history.endpoints)
    patience = LEAST_FAILING if all_fail else ONE_FAILING
    lasting = [each for each in failing if now - since[each.url] >= patience]
    if not lasting:
        return None
    first = min(lasting, key=lambda each: since[each.url])
    others = "" if len(history.endpoints) == 1 else f"; {len(failing)} of {len(history.endpoints)} endpoints fail"
    cause, said = _endpoint_cause(first, now)
    looks = "it is not asked again" if first.outcome == GONE else f"{first.failures} looks in a row"
    what = f"{first.url}: {said}, {looks}{others}"
    return Trouble(cause=cause, since=since[first.url], evidence=what)


def _fails_for_good(endpoint: EndpointHistory) -> bool:
    return endpoint.failures >= LEAST_FAILURES or endpoint.outcome == GONE


def _endpoint_cause(endpoint: EndpointHistory, now: datetime) -> tuple[Cause, str]:
    said = endpoint.detail or f"status {endpoint.status}"
    cause = cause_of_look(endpoint.outcome, endpoint.status, endpoint.detail)
    until = endpoint.certificate_until
    if cause is Cause.TLS and until is not None and until < now:
        return Cause.TLS_EXPIRED, f"the certificate ran out on {until:%Y-%m-%d %H:%M} UTC ({said})"
    return cause, said


def _dry_endpoints(history: SourceHistory, now: datetime) -> Trouble | None:
    """One endpoint that lists nothing new for ages, while others of the source do."""
    alive = [each for each in history.endpoints if each.newest_at is not None and each.kind != "section"]
    if len(alive) < 2:
        return None
    for each in alive:
        if each.newest_at is None or each.last_good_at is None:
            continue
        silence = judge_slow_silence(each.days, newest_at=each.newest_at, looked_at=each.last_good_at)
        if silence.is_silent and each.newest_at != history.newest_at:
            what = f"{each.url}: {silence.why}; other endpoints of the source go on"
            return Trouble(cause=Cause.SILENT, since=each.newest_at, evidence=what)
    return None


def _never_listed(history: SourceHistory, now: datetime) -> Trouble | None:
    if history.newest_at is not None or history.last_good_at is None or now - history.added_at < NEVER_LISTED:
        return None
    what = f"followed for {span(now - history.added_at)}, and none of its endpoints ever listed an entry"
    return Trouble(cause=Cause.SILENT, since=history.added_at, evidence=what)


CHECKS: tuple[Callable[[SourceHistory, datetime], Trouble | None], ...] = (
    _failing_endpoints,
    lambda history, now: failed_pages(history),
    lambda history, now: walled_pages(history),
    lambda history, now: thinner_articles(history),
    _never_listed,
    _dry_endpoints,
)
"""In the order in which a person would ask: does it answer, are there pages, are they articles, are these whole?"""


def _judge_silence(history: SourceHistory, now: datetime, rhythm: Rhythm | None, desk: float) -> Verdict:
    newest_at, looked_at = history.newest_at, history.last_good_at
    if newest_at is None or looked_at is None:
        return Verdict(source=history.source, state=State.NEW, evidence="none of its endpoints has listed an entry yet")
    if rhythm is not None:
        silence = judge_silence(rhythm, newest_at=newest_at, looked_at=looked_at, desk=desk)
    else:
        days = sorted({day for each in history.endpoints for day in each.days})
        silence = judge_slow_silence(days, newest_at=newest_at, looked_at=looked_at)
    if silence.is_silent:
        return _sick(history, Trouble(cause=Cause.SILENT, since=newest_at, evidence=silence.why))
    if moved := next((each for each in history.endpoints if each.moved_to), None):
        what = f"{moved.url} answers from {moved.moved_to} for good: name that in sources.toml"
        return Verdict(source=history.source, state=State.HEALTHY, cause=Cause.FEED_MOVED, evidence=what)
    if silence.is_quiet:
        return Verdict(source=history.source, state=State.QUIET, since=newest_at, evidence=silence.why)
    return _well(history, rhythm, silence, newest_at)


def _well(history: SourceHistory, rhythm: Rhythm | None, silence: Silence, newest_at: datetime) -> Verdict:
    known = describe(history.now)
    if rhythm is None and not any(week.articles or week.looks for week in history.weeks):
        what = f"{silence.why}; too short a history to tell quiet from silent" + (f"; {known}" if known else "")
        return Verdict(source=history.source, state=State.NEW, since=history.added_at, evidence=what)
    since = history.before.since if history.before and history.before.state is State.HEALTHY else None
    what = f"newest entry {newest_at:%Y-%m-%d %H:%M} UTC" + (f"; {known}" if known else "")
    return Verdict(source=history.source, state=State.HEALTHY, since=since, evidence=what)


def _desk(history: SourceHistory, histories: Sequence[SourceHistory], rhythms: Mapping[str, Rhythm | None]) -> float:
    """How active the other sources were since the newest entry of one; 1 where that cannot be told."""
    since, until = history.newest_at, history.last_good_at
    if since is None or until is None:
        return 1.0
    measured = [
        activity(rhythm, other.hours, since, until)
        for other in histories
        if other.source != history.source and other.enabled and (rhythm := rhythms[other.source]) is not None
    ]
    expected = sum(each for _, each in measured)
    if len(measured) < LEAST_OTHERS or expected < LEAST_EXPECTED:
        return 1.0
    return min(1.0, sum(came for came, _ in measured) / expected)
