"""What people are told of a source's health: once when it falls sick, or of another cause, and once when it is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.health.history import Cause, State, Verdict
from copydesk.health.remedies import remedy

WELL = (State.HEALTHY, State.QUIET)
LEAST_OUTAGE = 3
"""Sources that are unreachable at once, from which on it is most likely this machine that is cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One thing to tell."""

    source: str
    title: str
    """One line."""
    text: str
    """What was seen, since when, what to do."""


def decide_alert(verdict: Verdict, told: str) -> Alert | None:
    """What is to be told of a source; None: nothing new. `told`: the cause that people were told last, empty where they
    think that it is well."""
    if verdict.is_sick and verdict.cause != told:
        since = f"since {verdict.since:%Y-%m-%d %H:%M} UTC: " if verdict.since else ""
        return Alert(
            source=verdict.source,
            title=f"{verdict.source} is sick: {words(verdict.cause)}",
            text=f"{since}{verdict.evidence}\nWhat to do: {remedy(verdict.cause)}",
        )
    if verdict.state in WELL and told:
        return Alert(source=verdict.source, title=f"{verdict.source} is well again", text=verdict.evidence)
    return None


def next_told(verdict: Verdict, told: str) -> str:
    """What people know once they were told. Who pauses a source knows it; of one that is not looked at, nothing is."""
    if verdict.is_sick:
        return verdict.cause
    return told if verdict.state in (State.UNWATCHED, State.NEW) else ""


def make_message(alerts: Sequence[Alert]) -> tuple[str, str]:
    """Title and text of one message with some alerts."""
    unreachable = sum(alert.title.endswith(words(Cause.UNREACHABLE)) for alert in alerts)
    parts = [f"{alert.title}\n{alert.text}" for alert in alerts]
    if unreachable >= LEAST_OUTAGE:
        parts.insert(0, f"{unreachable} sources are unreachable at once: is this machine cut off from the network?")
    title = alerts[0].title if len(alerts) == 1 else f"{len(alerts)} sources: " + _names(alerts)
    return f"Copydesk: {title}", alerts[0].text if len(alerts) == 1 else "\n\n".join(parts)


def words(cause: Cause) -> str:
    """
    >>> words(Cause.TLS_EXPIRED)
    'TLS expired'
    """
    return WORDS.get(cause, cause.value.replace("_", " "))


WORDS = {
    Cause.FORBIDDEN: "machines are turned away (403)",
    Cause.TLS_EXPIRED: "TLS expired",
    Cause.TLS: "TLS not trusted",
    Cause.NO_ARTICLES: "its pages are no articles",
    Cause.REFUSED: "its pages may not be fetched",
}


def _names(alerts: Sequence[Alert]) -> str:
    names = list(dict.fromkeys(alert.source for alert in alerts))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
