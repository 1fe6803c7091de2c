"""The rows that cross the door of this room, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from copydesk.duplicates.reading import TextRead
from copydesk.duplicates.verdict import DEFAULT, Thresholds
from copydesk.model import Article, Change, EndpointKind, Entry, Refusal
from copydesk.rights import Rights

Row = Mapping[str, Any]
"""A row as programs read it (docs/design.md, "Commands"): plain values, instants as ISO 8601 text."""


class EntryState(StrEnum):
    """Where an entry stands. `next_look_at` says whether it will be looked at again, whatever its state."""

    KNOWN = "known"
    """Seen, and not wanted: older than the source is followed."""
    NEW = "new"
    FETCHED = "fetched"
    FAILED = "failed"
    REFUSED = "refused"
    """robots.txt or the address guard says no."""
    GONE = "gone"
    """404 or 410."""
    REMOVED = "removed"
    """Taken down: it is never looked at again."""


class FetchOutcome(StrEnum):
    """How one look at one page ended."""

    KEPT = "kept"
    REVISIT = "revisit"
    """304, or the same payload digest."""
    FAILED = "failed"
    REFUSED = "refused"
    GONE = "gone"


class PollOutcome(StrEnum):
    """How one look at one endpoint ended."""

    READ = "read"
    UNCHANGED = "unchanged"
    """304, or the same body digest."""
    FAILED = "failed"
    REFUSED = "refused"
    NOT_A_FEED = "not_a_feed"
    """Bytes were had, but are no feed, sitemap or section page."""
    GONE = "gone"
    """410: it is not looked at again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What makes the next request conditional. None where the server sent none."""

    etag: str | None = None
    last_modified: str | None = None
    """The header as sent."""
    digest: str | None = None
    """`sha1:` and 32 characters of base 32, over the decoded body, as WARC writes it: validators lie."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointRow:
    """A URL we poll, with what the last poll left."""

    id: int
    source: str
    url: str
    kind: EndpointKind
    validators: Validators
    last_polled_at: datetime | None
    next_look_at: datetime | None
    """None: look whenever a crawl asks."""
    failures: int
    """In a row."""
    published: tuple[datetime, ...] = ()
    """When its newest entries were published (first seen, where they do not say), oldest first; a hundred or so."""
    listed: int = 0
    """Entries in its last document; 0: unknown."""
    moved_to: str | None = None
    """Target of the permanent redirect that its last looks met."""
    moved_times: int = 0
    """Looks in a row that met it."""
    read_at: datetime | None = None
    """When a body last came from it; None: never."""

    @property
    def ask_url(self) -> str:
        """The URL to ask for: where a permanent redirect leads that was met again and again, as long as that is well.

        A redirect may be a mistake of an hour (a maintenance page, a hijacked name); browsers that believed the first
        one could not be called back.
        """
        has_moved = self.moved_to is not None and self.moved_times >= SURE_MOVES and not self.failures
        return self.moved_to if has_moved and self.moved_to else self.url


SURE_MOVES = 3
"""Sightings of one permanent redirect after which it is remembered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRow:
    """An entry as stored, with what the last look at its page left."""

    id: int
    source: str
    entry: Entry
    state: EntryState
    first_seen_at: datetime
    next_look_at: datetime | None
    validators: Validators
    attempts: int
    """Failed looks in a row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenEntry:
    """An entry as a poll found it, with the decision whether to look at its page."""

    entry: Entry
    key: str
    """`copydesk.urls.canonical_url(entry.url)`: one row a key, whatever the spelling."""
    wanted: bool
    """False: remember it (state `known`), do not fetch it."""
    insists: bool = False
    """True: it is wanted, also where this endpoint listed it before when it was not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PollRecord:
    """One look at one endpoint, to be stored with its entries in one transaction."""

    endpoint_id: int
    crawl_id: int
    at: datetime
    outcome: PollOutcome
    status: int | None = None
    detail: str = ""
    """Why it failed, or what was odd; a line."""
    validators: Validators | None = None
    """None: keep those of the poll before."""
    next_look_at: datetime | None = None
    next_look_why: str = ""
    trouble: str = ""
    """The kind of failure (`copydesk.polling.FailureKind`); empty: none."""
    moved_to: str | None = None
    """Target of a permanent redirect."""
    asked_url: str = ""
    """What was asked for, where that is not the endpoint's own URL."""
    depth: int = 0
    """0: the endpoint itself; else a sitemap that an index names."""
    searched_from: datetime | None = None
    """Something may have been missed from then on, so entries were wanted back to there; None: as usual."""
    entries: tuple[SeenEntry, ...] = ()
    """In document order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GapRow:
    """An open gap: a time in which a source may have published what was not seen."""

    id: int
    endpoint_id: int
    source: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteFile:
    """A robots.txt or a /.well-known/tdmrep.json."""

    url: str
    fetched_at: datetime
    """Of the last answer that counts."""
    status: int
    """0: it never answered."""
    body: str = ""
    failing_since: datetime | None = None
    """Server errors, or no answer; None: it answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivePointer:
    """Where the bytes of a snapshot lie."""

    file: str
    """Name in the archive folder."""
    offset: int
    """Bytes from the beginning of the file to the gzip member of the record."""
    length: int
    """Bytes of the member, compressed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotRecord:
    """A response whose bytes are in the archive."""

    pointer: ArchivePointer
    final_url: str
    status: int
    content_type: str
    digest: str
    """As in `Validators.digest`."""
    body_bytes: int
    """Decoded."""
    rights: Rights = field(default_factory=Rights)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the response, names lower-case, repeated ones joined by a comma; no cookies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRecord:
    """One look at one page. Snapshot, fetch and the entry's new state are stored in one transaction."""

    entry_id: int
    crawl_id: int
    source: str
    url: str
    """As asked for."""
    at: datetime
    outcome: FetchOutcome
    state: EntryState
    """The entry's, from now on."""
    next_look_at: datetime | None
    """The entry's, from now on; None: never again."""
    status: int | None = None
    detail: str = ""
    snapshot: SnapshotRecord | None = None
    validators: Validators | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotRow:
    """A stored snapshot that waits for extraction (or for another one)."""

    id: int
    entry_id: int
    crawl_id: int
    source: str
    url: str
    final_url: str
    content_type: str
    fetched_at: datetime
    pointer: ArchivePointer
    body_bytes: int
    entry: Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """What a worker made of a snapshot: exactly one of `article` and `refusal`."""

    snapshot: SnapshotRow
    article: Article | None = None
    refusal: Refusal | None = None
    before: Article | None = None
    """What the same rules make of the snapshot of the stored revision, where that was made by other rules: only what
    differs from this is an edit. None: the stored revision is compared."""
    read: TextRead | None = None
    """Of the article as it is here; None: the store reads it itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """What became of an extraction."""

    snapshot_id: int
    crawl_id: int
    source: str
    url: str
    article_id: int | None
    """None: quarantined."""
    change: Change | None
    """None: quarantined."""
    why: str
    duplicate_of: int | None = None
    headline: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matching:
    """How copies are looked for."""

    window: timedelta | None = timedelta(hours=72)
    """How far apart copies that are not exact may be published; None: no limit."""
    limits: Thresholds = DEFAULT


BY_DEFAULT = Matching()


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeQuery:
    """Filters of the list of edges; None or empty: no filter."""

    relation: str = ""
    article_id: int | None = None
    """Of the group that an article is in, and what its members contain or are related to."""
    is_undone: bool = False
    """True: those that persons undid, instead of those that stand."""
    limit: int | None = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlCounts:
    """What a crawl brought. Counts of endpoints (polled), pages (fetched, failed) and articles (the rest)."""

    polled: int = 0
    fetched: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    duplicates: int = 0
    quarantined: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleQuery:
    """Filters of lists and exports; None or empty: no filter."""

    search: str = ""
    """Words, each quoted before FTS5 sees it."""
    fts: str = ""
    """Raw FTS5 syntax."""
    source: str = ""
    tag: str = ""
    since: datetime | None = None
    """Published at or after; first seen where no date is known."""
    until: datetime | None = None
    language: str = ""
    """BCP 47, matched by prefix: `en` finds `en-GB`."""
    duplicates: bool = False
    """True: copies too, not just the canonical article of each group."""
    limit: int | None = 50
    after_id: int = 0
    by_id: bool = False
    """True: in order of ids, as exports go; so are those with an `after_id`."""
    without_paywalled: bool = False
    """True: not what the page says must be paid for."""
    without_reserved: bool = False
    """True: not what its publisher marked noindex or noarchive, or keeps from text and data mining."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryQuery:
    """Filters of the list of stories; None or empty: no filter."""

    since: datetime | None = None
    """Articles published at or after; first seen where no date is known."""
    until: datetime | None = None
    language: str = ""
    """Primary subtag: `en`."""
    limit: int | None = 20
