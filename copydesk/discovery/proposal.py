"""What of a publication is worth following: endpoints that were looked at are judged, and a source is proposed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from copydesk.discovery.autodiscovery import Lead
from copydesk.extraction.hosts import brand_of, host_of, is_address
from copydesk.model import EndpointKind, Entry
from copydesk.urls import canonical_url, matches_pattern

STALE_DAYS = 30
"""A feed whose newest entry is older is not followed: nobody feeds it any more."""
SAME = 0.9
"""Of an endpoint's entries that another one has, from which on it brings nothing of its own."""
SECTION_SHARE = 0.3
"""Of a feed's entries that the section's page lists, from which on it is the section's feed."""
MOST_FEEDS = 3
RECENT_DAYS = 7
"""The rate is that of so many days, where enough was published in them."""
STEPS = (
    ("every 5 minutes", timedelta(minutes=5)),
    ("every 10 minutes", timedelta(minutes=10)),
    ("every 15 minutes", timedelta(minutes=15)),
    ("every 30 minutes", timedelta(minutes=30)),
    ("every hour", timedelta(hours=1)),
    ("every 2 hours", timedelta(hours=2)),
    ("every 6 hours", timedelta(hours=6)),
)
USUAL = 2
"""The step that is gone below only where a feed would overflow: its validators make a look cheap, not free."""
COMMENTS = re.compile(r"comments?(?:/|$|\.)|/kommentare", re.IGNORECASE)
FILLERS = frozenset(
    {"news", "index", "home", "section", "sections", "category", "topics", "en", "rss", "feed", "feeds", "atom"}
)
"""Words of a path that tell no section from another."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An endpoint that was looked at."""

    lead: Lead
    outcome: str
    """`read`, `not_a_feed`, `failed`, `refused`, `gone`, `not looked at`."""
    status: int | None = None
    what: str = ""
    """`RSS 2.0, 20 entries`, or why nothing was read."""
    final_url: str = ""
    """Where redirects led; empty where it could not be had."""
    entries: tuple[Entry, ...] = ()
    newest_at: datetime | None = None
    per_day: float | None = None
    """Articles a day; None where dates do not tell."""
    child_urls: tuple[str, ...] = ()
    is_chosen: bool = False
    why: str = ""
    """Why it is proposed, or is not."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(canonical_url(entry.url) for entry in self.entries)

    @property
    def is_moved(self) -> bool:
        return bool(self.final_url) and canonical_url(self.final_url) != canonical_url(self.lead.url)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A source as it could be followed."""

    judged: tuple[Judged, ...]
    """All that was looked at, chosen ones first."""
    include: tuple[str, ...] = ()
    per_day: float | None = None
    schedule: str = ""
    """Empty: the default of news.toml, for want of dates."""
    schedule_why: str = ""

    def urls(self, kind: EndpointKind) -> tuple[str, ...]:
        """The proposed endpoints of a kind."""
        chosen = (each for each in self.judged if each.is_chosen and each.lead.kind is kind)
        return tuple(each.final_url if each.is_moved else each.lead.url for each in chosen)

    def entries(self) -> list[Entry]:
        """What the proposed endpoints list and `include` lets pass, newest first, each page once; undated ones last."""
        found: dict[str, Entry] = {}
        for each in self.judged:
            for entry in each.entries if each.is_chosen else ():
                if not self.include or matches_pattern(entry.url, self.include):
                    found.setdefault(canonical_url(entry.url), entry)
        dated = [entry for entry in found.values() if dated_at(entry)]
        undated = [entry for entry in found.values() if not dated_at(entry)]
        return [*sorted(dated, key=lambda entry: str(dated_at(entry)), reverse=True), *undated]


def dated_at(entry: Entry) -> datetime | None:
    return entry.published_at or entry.modified_at


def observed_rate(entries: Iterable[Entry], *, now: datetime) -> float | None:
    """Return how many articles a day an endpoint lists; None where fewer than two are dated."""
    dates = sorted(at for entry in entries if (at := dated_at(entry)) and at <= now + timedelta(hours=1))
    recent = [at for at in dates if at > now - timedelta(days=RECENT_DAYS)]
    counted = recent if len(recent) > 2 else dates
    if len(counted) < 2:
        return None
    days = max((now - counted[0]) / timedelta(days=1), 1 / 24)
    return round(len(counted) / days, 2)


def propose_schedule(per_day: float | None, window: timedelta | None) -> tuple[str, str]:
    """Return how often to look, and why: half of the time between two articles, at most a quarter of what a feed spans.

    `window`: from the oldest to the newest entry of the shortest feed; None where its dates do not tell.
    """
    if per_day is None or not per_day:
        return "", "no dates, so the default"
    between = timedelta(days=1) / per_day
    place = max((number for number, (_, step) in enumerate(STEPS) if step <= between / 2), default=0)
    place = max(place, USUAL)
    why = f"{per_day:g} articles a day"
    if window is not None and STEPS[place][1] > window / 4:
        fits = [number for number, (_, step) in enumerate(STEPS) if step <= window / 4]
        place = max(fits, default=0)
        why += f", and the shortest feed holds {window / timedelta(hours=1):.1f} hours"
    return STEPS[place][0], why


def propose(judged: Sequence[Judged], *, page_url: str, now: datetime) -> Proposal:
    """Choose among what was looked at. Feeds first, then a news sitemap; the page itself where there is neither."""
    section = next((each for each in judged if each.lead.kind is EndpointKind.SECTION), None)
    path = urlsplit(page_url).path.rstrip("/")
    feeds = _choose_feeds([each for each in judged if each.lead.kind is EndpointKind.FEED], section, path, now)
    has_feed = any(each.is_chosen for each in feeds)
    include = _include(feeds, path) if path else ()
    sitemaps = _choose_sitemaps(
        [each for each in judged if each.lead.kind is EndpointKind.SITEMAP], feeds, path=path, now=now
    )
    has_any = has_feed or any(each.is_chosen for each in sitemaps)
    sections = [_choose_section(each, has_any) for each in judged if each.lead.kind is EndpointKind.SECTION]
    found = sorted([*feeds, *sitemaps, *sections], key=lambda each: not each.is_chosen)
    proposal = Proposal(judged=tuple(found), include=include)
    per_day = observed_rate(proposal.entries(), now=now)
    schedule, why = propose_schedule(per_day, _window(found))
    return replace(proposal, per_day=per_day, schedule=schedule, schedule_why=why)


def derive_name(page_url: str, *, taken: Iterable[str]) -> str:
    """Return a name for a source, of its site and the section, unlike all that are taken.

    >>> derive_name("https://www.bbc.co.uk/news/business", taken=["bbc-business"])
    'bbc-business-2'
    """
    host = host_of(page_url)
    words = [host if is_address(host) else brand_of(page_url)]
    path = [re.sub(r"\.\w{2,5}$", "", part) for part in urlsplit(page_url).path.split("/")]
    words += [part for part in path if part and part.lower() not in FILLERS][-1:]
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower().encode("ascii", "ignore").decode())[:40].strip("-")
    name, used = slug or "source", set(taken)
    return next(each for number in range(1, len(used) + 2) if (each := _numbered(name, number)) not in used)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _choose_feeds(feeds: Sequence[Judged], section: Judged | None, path: str, now: datetime) -> list[Judged]:
    made = [_refuse_feed(each, now) for each in feeds]
    good = [each for each in made if not each.why]
    of_section = [each for each in good if path and _is_of_section(each, section, path)]
    chosen: list[Judged] = []
    result = []
    for each in sorted(made, key=lambda each: each not in of_section):
        if each.why:
            result.append(each)
            continue
        same = next((other for other in chosen if len(each.keys & other.keys) >= SAME * len(each.keys)), None)
        if same is not None:
            each = replace(each, why=f"lists the same as {same.lead.url}")
        elif of_section and each not in of_section:
            each = replace(each, why="is wider than the section")
        elif len(chosen) >= MOST_FEEDS:
            each = replace(each, why=f"{MOST_FEEDS} feeds are proposed already")
        else:
            each = replace(each, is_chosen=True, why=f"a feed, {each.lead.origin}")
            chosen.append(each)
        result.append(each)
    return result


def _refuse_feed(each: Judged, now: datetime) -> Judged:
    """With the reason in `why` where it is not to be followed."""
    why = ""
    if each.outcome != "read":
        why = each.what
    elif not each.entries:
        why = "is empty"
    elif COMMENTS.search(urlsplit(each.lead.url).path):
        why = "lists comments"
    elif each.newest_at is not None and each.newest_at < now - timedelta(days=STALE_DAYS):
        why = f"its newest entry is of {each.newest_at:%Y-%m-%d}"
    return replace(each, why=why)


def _is_of_section(feed: Judged, section: Judged | None, path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    if name in urlsplit(feed.lead.url).path.lower().replace(".", "/").split("/"):
        return True
    listed = section.keys if section is not None else frozenset()
    return bool(feed.keys) and len(feed.keys & listed) >= SECTION_SHARE * len(feed.keys)


def _include(feeds: Sequence[Judged], path: str) -> tuple[str, ...]:
    """A pattern for the section, where feeds of the whole site have to do for it and spell it in their addresses."""
    name = path.rpartition("/")[2].lower()
    chosen = [each for each in feeds if each.is_chosen]
    if not chosen or any(name in each.lead.url.lower() for each in chosen):
        return ()
    urls = [entry.url for each in chosen for entry in each.entries]
    matching = [url for url in urls if f"{path}/" in urlsplit(url).path]
    return (f"{path}/",) if matching and len(matching) < len(urls) else ()


def _choose_sitemaps(sitemaps: Sequence[Judged], feeds: Sequence[Judged], *, path: str, now: datetime) -> list[Judged]:
    has_feed = any(each.is_chosen for each in feeds)
    done = False
    result = []
    for each in sorted(sitemaps, key=lambda each: not each.what.startswith("news sitemap")):
        is_news = each.what.startswith("news sitemap")
        if each.outcome != "read" or not each.entries:
            why = each.what if each.outcome != "read" else "is an index" if each.child_urls else "is empty"
        elif each.newest_at is None or each.newest_at < now - timedelta(days=STALE_DAYS):
            why = "its newest entry is old, or undated"
        elif done:
            why = "one sitemap is proposed already"
        elif path and has_feed:
            why = "is of the whole site, and the section has a feed"
        elif not is_news and has_feed:
            why = "is no news sitemap, and there is a feed"
        else:
            done = True
            result.append(replace(each, is_chosen=True, why=f"{each.what.partition(',')[0]}, {each.lead.origin}"))
            continue
        result.append(replace(each, why=why))
    return result


def _choose_section(each: Judged, has_any: bool) -> Judged:
    if each.outcome != "read":
        return replace(each, why=each.what)
    if has_any:
        return replace(each, why="feeds or a sitemap list the same, with dates")
    return replace(each, is_chosen=True, why="there is neither a feed nor a news sitemap")


def _window(judged: Sequence[Judged]) -> timedelta | None:
    """What the shortest of the chosen feeds spans."""
    spans = []
    for each in judged:
        dates = [at for entry in each.entries if (at := dated_at(entry))]
        if each.is_chosen and each.lead.kind is EndpointKind.FEED and len(dates) > 2:
            spans.append(max(dates) - min(dates))
    return min(spans, default=None)
