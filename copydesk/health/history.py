"""What a judgement of a source's health is made from. Numbers only; nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

SAMPLE = 20
"""The newest pages or articles that a measure is taken over."""
WEEKS = 8
"""How many weeks of history a baseline is made of."""
SLOTS = 7 * 24
"""Hours of a week; slot 0 is Monday, 00:00 to 00:59 UTC."""
FIELDS = ("standfirst", "authors", "published_at", "section", "lead_image_url", "publisher")
"""Fields of an article whose fill rate is watched: a redesign moves some of them out of sight."""


class State(StrEnum):
    """How a source is."""

    HEALTHY = "healthy"
    QUIET = "quiet"
    """Less than is usual for this weekday and hour, but it has been as quiet before, or the whole desk is."""
    SICK = "sick"
    NEW = "new"
    """Not enough history to tell quiet from silent."""
    UNWATCHED = "unwatched"
    """Nobody has looked for long: nothing is known."""
    PAUSED = "paused"


class Cause(StrEnum):
    """Why a source is sick; or what else is worth saying of one that is not."""

    NONE = ""
    SILENT = "silent"
    """Its endpoints answer, and nothing new is in them."""
    FORBIDDEN = "forbidden"
    """401, 403, 451: a wall for machines."""
    RATE_LIMITED = "rate_limited"
    """429."""
    FEED_MOVED = "feed_moved"
    """The endpoint is gone, is no feed any more, or (healthy) answers from another address for good."""
    TLS_EXPIRED = "tls_expired"
    TLS = "tls"
    """The certificate is not trusted for another reason."""
    UNREACHABLE = "unreachable"
    """No such host, no connection, no answer in time."""
    SERVER_ERROR = "server_error"
    """5xx."""
    REFUSED = "refused"
    """robots.txt or the desk's own address guard says no."""
    CONSENT_WALL = "consent_wall"
    BOT_CHECK = "bot_check"
    PAYWALL = "paywall"
    REDESIGN = "redesign"
    """Pages come, and less of an article is found on them than before."""
    NO_ARTICLES = "no_articles"
    """Pages come, and hardly one was ever an article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How a source is, and what says so."""

    source: str
    state: State
    cause: Cause = Cause.NONE
    since: datetime | None = None
    """When the state began, as far as it can be told; None where it cannot."""
    evidence: str = ""
    """One line: what was seen."""

    @property
    def is_sick(self) -> bool:
        return self.state is State.SICK


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointHistory:
    """How the looks at one endpoint went."""

    url: str
    kind: str
    """feed, sitemap, section"""
    failures: int = 0
    """Looks in a row that failed, up to now."""
    failing_since: datetime | None = None
    """First of them."""
    last_polled_at: datetime | None = None
    last_good_at: datetime | None = None
    """Last look that was answered with entries, or with nothing new."""
    outcome: str = ""
    """Of the last look: read, unchanged, failed, refused, not_a_feed, gone."""
    status: int | None = None
    detail: str = ""
    moved_to: str | None = None
    """Target of a permanent redirect."""
    certificate_until: datetime | None = None
    """Until when the host's certificate is good; None: nobody asked."""
    newest_at: datetime | None = None
    """When the newest entry came that it ever listed."""
    days: tuple[date, ...] = ()
    """Days on which entries of it came, ascending; may be empty where `newest_at` is recent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageLook:
    """One look at one page."""

    at: datetime
    is_good: bool
    outcome: str = "kept"
    """kept, revisit, failed, refused, gone"""
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageResult:
    """What was made of one stored page."""

    at: datetime
    reason: str = ""
    """Why it is in quarantine; empty: it gave an article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleMeasure:
    """What was found of one article."""

    at: datetime
    words: int
    filled: frozenset[str] = frozenset(FIELDS)
    """Those of `FIELDS` that are not empty."""
    junk_share: float = 0.0
    """0..1: of the characters, what learned lines cut."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Samples:
    """The newest rows as of one instant, oldest first, at most `SAMPLE` of each."""

    looks: tuple[PageLook, ...] = ()
    results: tuple[PageResult, ...] = ()
    articles: tuple[ArticleMeasure, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceHistory:
    """One source, as far as its health is concerned."""

    source: str
    enabled: bool = True
    added_at: datetime
    endpoints: tuple[EndpointHistory, ...] = ()
    """Enabled ones."""
    poll_gap_s: float = 0.0
    """Median time between two looks at the source; 0 where there were too few."""
    next_look_at: datetime | None = None
    """The earliest of its endpoints; None: whenever a crawl asks."""
    hours: tuple[datetime, ...] = ()
    """Distinct hours in which entries came, ascending, of the `WEEKS` before the newest; an entry's stated time counts
    where it has one."""
    failed_slots: Mapping[int, float] = field(default_factory=dict)
    """Slot of the week -> share of looks at endpoints that failed in it, in the weeks before the present trouble."""
    now: Samples = Samples()
    weeks: tuple[Samples, ...] = ()
    """The same measures one week before, two weeks before …: each as of the same weekday and hour, and from before the
    present trouble began."""
    before: Verdict | None = None
    """The last judgement."""

    @property
    def newest_at(self) -> datetime | None:
        """When its newest entry came."""
        known = [each.newest_at for each in self.endpoints if each.newest_at is not None]
        return max(known, default=None)

    @property
    def last_good_at(self) -> datetime | None:
        """Until when it is known what its endpoints list."""
        known = [each.last_good_at for each in self.endpoints if each.last_good_at is not None]
        return max(known, default=None)


def slot_of(instant: datetime) -> int:
    """The hour of the week, UTC.

    >>> slot_of(datetime.fromisoformat("2026-11-02T05:30:00+00:00"))
    5
    """
    return instant.weekday() * 24 + instant.hour
