"""The `Store` protocol: all that the other rooms may ask of what is kept. One attribute a noun.

Every method that writes is one transaction, and every method may be called from any thread of the process that
opened the store, one at a time. Instants go in and come out aware.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from copydesk.errors import StorageError
from copydesk.extraction.memory import Memory
from copydesk.model import Article, EndpointKind, Entry, Source
from storage.address import is_postgres, shown
from storage.database import Database
from storage.places import ArchivePlace
from storage.records import (
    BY_DEFAULT,
    ArticleQuery,
    CrawlCounts,
    EdgeQuery,
    EndpointRow,
    EntryRow,
    Extraction,
    FetchRecord,
    GapRow,
    Matching,
    PollRecord,
    SnapshotRow,
    Stored,
    StoryQuery,
)
from storage.records import (
    Row as Row,
)
from storage.reworking import Cleaning, Lesson, Remake, ReplayReport, StoredText, Tending
from storage.upkeep import ArchiveFiles, Backfills, Health, Hosts, Removals, Retention
from storage.upkeep_records import BackupReport, TableCopy


class Sources(Protocol):
    def sync(self, sources: Sequence[Source], *, now: datetime) -> None:
        """Make the stored sources and endpoints those of `sources`; others are disabled, not deleted."""

    def rows(self) -> list[Row]:
        """name homepage schedule enabled last_crawled_at next_look_at next_look_why articles state, in the order of
        sources.toml; the next look is the first one at any of its endpoints."""

    def tags(self) -> Mapping[str, Sequence[str]]:
        """Every source that is or was followed, or that articles are booked on, by name, with its tags."""

    def a_day(self, days: Sequence[date]) -> Mapping[str, Sequence[int]]:
        """Of each source that is followed or has articles of these days, how many were published on each, the largest
        first. First seen on it, where no date of publication is known. `days`: one after the other."""

    def endpoints(self, source: str = "") -> list[Row]:
        """source url kind last_polled_at next_look_at next_look_why failures trouble moved_to moved_times gone_at, of
        what is followed, in the order of sources.toml."""


class Endpoints(Protocol):
    def of(self, source_names: Sequence[str]) -> list[EndpointRow]:
        """The endpoints to poll, in the order of sources.toml; those that are gone for good (410) are not."""

    def beside(self, endpoint_id: int, *, asides: Sequence[tuple[EndpointKind, str]] = ()) -> list[EndpointRow]:
        """The other sitemaps and section pages of an endpoint's source, and those named beside it, which are looked at
        for its sake alone."""


class Polls(Protocol):
    def record(self, poll: PollRecord, *, now: datetime) -> list[EntryRow]:
        """Store a poll with its entries and return those entries that are due, in document order.

        A known entry whose title or modified date differs becomes due at once.
        """


class Gaps(Protocol):
    def rows(self, *, source: str = "", state: str = "", now: datetime) -> list[Row]:
        """id source endpoint_url from_at until_at state reason closed_by may_miss, newest first; then a row a source
        of state `missed`: articles that its sitemaps listed and none of its feeds."""

    def due(self, sources: Sequence[str], *, now: datetime) -> list[GapRow]:
        """Open gaps of some sources whose other listings are to be searched now."""

    def opened(self, endpoint_id: int, *, at: datetime) -> list[GapRow]:
        """The gap that one poll found, where it found one."""

    def note_try(self, gap_id: int, *, now: datetime) -> None:
        """The other listings of a gap's source are being searched."""

    def close(self, gap_id: int, *, closed_by: str, now: datetime) -> bool:
        """Close a gap; False: there is no open one of this id."""

    def fill(self, source: str, entries: Sequence[Entry], *, url: str, now: datetime) -> list[int]:
        """The gaps that a sitemap's past closes, once its pages were fetched; others may be narrower then."""


class Entries(Protocol):
    def due(
        self, source_names: Sequence[str], *, now: datetime, limit: int | None = None, most_of_one: int | None = None
    ) -> list[EntryRow]:
        """Entries whose `next_look_at` has come: of each source its never fetched ones first, then the longest due,
        `most_of_one` at most; sources take turns."""

    def is_due(self, entry_id: int, *, now: datetime) -> bool:
        """Whether an entry that was due is so still: another crawl may have looked at it since."""

    def add(self, source: str, urls: Sequence[str], *, crawl_id: int, now: datetime) -> list[EntryRow]:
        """Rows of pages asked for by hand, due at once, known or not, in the order of `urls`."""


class Fetches(Protocol):
    def record(self, fetches: Sequence[FetchRecord]) -> list[int | None]:
        """Store looks at pages; the ids of their snapshots, None where none was kept."""


class Snapshots(Protocol):
    def pending(self, *, limit: int, after_id: int = 0) -> list[SnapshotRow]:
        """Snapshots that no extraction has been stored for, oldest first, with an id above `after_id`."""

    def claim(
        self,
        *,
        by: int,
        limit: int,
        now: datetime,
        everything: bool = False,
        but_in: Sequence[str] = (),
        ttl_s: float = 120,
    ) -> list[SnapshotRow]:
        """Take pending snapshots for one ingest, oldest first; others pass them over until `ttl_s` is over, or the
        crawl `by` has ended. Of crawls that go on only the ingest's own, unless `everything` is wanted; of one page
        the earlier snapshot first. `but_in`: archive files that cannot be read here. Once none comes, none is left."""

    def keep_claims(self, by: int, *, now: datetime, ttl_s: float = 120) -> None:
        """Let what one ingest has taken stay with it."""

    def drop_claims(self, by: int) -> None:
        """Leave to others what one ingest has taken and not stored."""

    def get(self, snapshot_id: int) -> SnapshotRow | None:
        """One snapshot, pending or not."""

    def of_article(self, article_id: int) -> list[SnapshotRow]:
        """Those that the revisions of an article were made from, oldest first; without what retention let go."""

    def count_pending(self) -> int: ...


class Articles(Protocol):
    def store(self, extractions: Sequence[Extraction], *, now: datetime) -> list[Stored]:
        """Decide, match and store a batch in one transaction, in order; results in the same order.

        Storing a snapshot that is no longer pending changes nothing and repeats what became of it.
        """

    def made_otherwise(self, article: Article) -> SnapshotRow | None:
        """The snapshot of the stored revision of an article, where other rules made that and its text differs."""

    def find(self, query: ArticleQuery) -> Iterator[Row]:
        """Articles with the keys of the JSON contract, newest first, or best match first where a search is given."""

    def get(self, id_or_url: str, *, revision: int | None = None) -> Row | None:
        """One article with the keys of the JSON contract. A URL is matched in any spelling."""

    def urls_near(self, url: str) -> list[str]:
        """Canonical URLs that stand near a URL that has no article, in the order of the alphabet: for who misspelt."""

    def revisions(self, article_id: int) -> list[Row]:
        """number seen_at cause headline standfirst body_text content_hash snapshot_id extractor detail replaced, oldest
        first. `cause` is `publisher`, or what the desk did itself (`rules`, `memory`)."""

    def desk_revisions(self, article_ids: Sequence[int]) -> Mapping[int, int]:
        """Article -> how many of its revisions the desk made itself; without those that have none."""


class SiteMemory(Protocol):
    def due(self, sources: Sequence[str]) -> list[str]:
        """Those of some sources that have enough new articles to be learned from."""

    def learn(self, source: str, *, now: datetime) -> Lesson:
        """Learn a source's recurring junk from its newest articles. New articles are cut by it from then on."""

    def unclean(self) -> list[str]:
        """Sources whose stored articles are not all in line with what is known."""

    def clean(self, source: str, *, now: datetime, limit: int) -> Cleaning:
        """Bring the next stored articles of a source in line, newest first; what changes is a revision of its own."""

    def of(self, source: str) -> Memory:
        """What a source's articles are cut by now."""

    def rows(self, source: str = "") -> list[Row]:
        """id source text kind state support articles since last_at learned_at why examples counter_examples: learned
        lines first, by how many articles have them."""

    def forget(self, line_id: int, *, now: datetime) -> bool:
        """Never cut this line again, nor learn it; the source is unclean until its text is given back. False: there is
        no such line."""


class Stories(Protocol):
    def rows(self, query: StoryQuery) -> list[Row]:
        """id headline first_publisher first_at articles sources last_at language: stories of two articles or more, the
        largest first. Articles and sources are those within the query's time; the others are the whole story's."""

    def get(self, story_id: int) -> Row | None:
        """One story as in `rows`, of any size; the one that it became part of, where it did."""

    def articles(self, story_id: int) -> list[Row]:
        """All articles of a story with the keys of the JSON contract, copies too, the earliest first."""

    def count_waiting(self) -> int:
        """How many articles have no story yet: those that were stored before there were stories."""

    def catch_up(self, *, limit: int) -> int:
        """Give the next articles that have none a story, in order of publication; how many there were."""

    def regroup(self, *, limit: int) -> int:
        """Give copies the story of their group's canonical article where they have another; how many there were."""

    def unite(self, *, after_id: int, limit: int) -> Tending:
        """Unite the next open stories, in order of their ids, with those that have come to be like them."""


class Reextraction(Protocol):
    def texts(
        self, *, source: str = "", since: datetime | None = None, after_id: int = 0, limit: int
    ) -> list[StoredText]:
        """Articles as they stand, in order of their ids, with the snapshots of their latest revisions.

        `since`: published at or after; first seen where no date is known.
        """

    def count(self, *, source: str = "", since: datetime | None = None) -> int:
        """How many articles `texts` has."""

    def store(self, remakes: Sequence[Remake], *, now: datetime) -> int:
        """Store what today's rules make of snapshots, as revisions of the desk's own; how many there are.

        What has another revision by now, and what would change nothing, is left as it is.
        """


class Duplicates(Protocol):
    def edges(self, query: EdgeQuery) -> list[Row]:
        """edge_id article_id of relation score rule evidence judged_by at headline of_headline, newest first.

        `evidence` is a map: shares of what both have, and `passages`, a list of {text, of_text}. Of `contains`, `of` is
        the article that is contained.
        """

    def group(self, article_id: int) -> list[int]:
        """The articles that are copies of one another, this one among them; the canonical one first."""

    def undo(self, edge_id: int, *, by: str, now: datetime) -> Row:
        """Keep two articles apart from now on, whatever the rules say; returns the edge that it was.

        Raises:
            CopydeskError: there is no such edge, or edges that persons confirmed join these articles.
        """

    def confirm(self, edge_id: int, *, by: str, now: datetime) -> Row:
        """Keep an edge whatever the rules say, or take it back into its place where it was undone.

        Raises:
            CopydeskError: there is no such edge, or it would join articles that a person keeps apart.
        """

    def count_waiting(self) -> int:
        """How many articles are stored and were never matched: those that an older Copydesk stored."""

    def match_waiting(self, *, limit: int, now: datetime) -> int:
        """Match some of them, the oldest ones first; how many."""

    def replay(self, matching: Matching, *, on_progress: Callable[[int], None]) -> Replay:
        """Match all articles again, one after the other in order of time; stores nothing yet."""


class Replay(Protocol):
    """What matching anew makes of the stored articles. A context manager: leaving it forgets what was not applied."""

    report: ReplayReport

    def changes(self) -> Iterator[Row]:
        """change article_id of relation was score rule headline of_headline; `change` is gained, lost or changed."""

    def apply(self, *, now: datetime) -> int:
        """Store the changes, some in a transaction; how many. Articles with a new revision since keep their edges."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Quarantine(Protocol):
    def rows(self, *, reason: str = "", source: str = "", limit: int | None = None) -> list[Row]:
        """id url source reason detail fetched_at snapshot_id, newest first."""

    def get(self, quarantine_id: int) -> Row | None: ...

    def release(self, quarantine_ids: Sequence[int]) -> int:
        """Take pages out of quarantine: their snapshots wait for extraction again. Returns how many there were."""


class Crawls(Protocol):
    def begin(self, *, trigger: str, sources: Sequence[str], at: datetime) -> int:
        """The id of a crawl that starts now. Crawls whose leases all ran out are closed as `died` first."""

    def finish(self, crawl_id: int, *, at: datetime, finish_reason: str, counts: CrawlCounts) -> None: ...

    def bury(self, crawl_id: int, *, at: datetime) -> None:
        """Close a crawl whose process is gone: its hosts are free, and where nobody said how it ended, it died."""

    def mend_clock(self, crawl_id: int, *, now: datetime, furthest: datetime) -> bool:
        """Where the crawl before this one began in the future, make due what the clock put off: what should be looked
        at after `furthest`, which no rule asks for. Whether that was so."""

    def rows(self, *, limit: int | None = None) -> list[Row]:
        """The `crawls` rows of the contract, newest first."""

    def get(self, crawl_id: int) -> Row | None:
        """One crawl, with `polls` and `fetches`, a list of rows each."""


class Leases(Protocol):
    def acquire(self, host: str, *, crawl_id: int, now: datetime, ttl_s: float = 60) -> bool:
        """Hold a host for a crawl. False while another crawl's lease on it is alive."""

    def renew(self, crawl_id: int, *, now: datetime, ttl_s: float = 60) -> frozenset[str]:
        """The hosts that a crawl holds, for so long again; what another took since it ran out is not among them."""

    def release(self, crawl_id: int) -> None: ...


class Store(Protocol):
    """Everything kept, behind one door. A context manager: leaving it closes the store."""

    sources: Sources
    endpoints: Endpoints
    polls: Polls
    gaps: Gaps
    entries: Entries
    fetches: Fetches
    snapshots: Snapshots
    articles: Articles
    memory: SiteMemory
    stories: Stories
    reextraction: Reextraction
    duplicates: Duplicates
    quarantine: Quarantine
    crawls: Crawls
    leases: Leases
    backfills: Backfills
    health: Health
    removals: Removals
    retention: Retention
    hosts: Hosts
    archive_files: ArchiveFiles

    def why(self, url: str) -> list[Row]:
        """at step what why, in order of time: the whole trail of a URL, in any spelling; empty where unknown."""

    def stats(self) -> Row:
        """The one object of the contract; `archive_bytes` is the sum over the rows, not the folder. `revisions` are the
        publishers', `desk_revisions` those that the desk made itself."""

    def is_empty(self) -> bool:
        """Whether no article was ever stored."""

    def back_up(self, *, archive: ArchivePlace, to_database: Path, to_archive: Path) -> BackupReport:
        """Copy all that is kept while others go on writing; archive files that are there already are not copied again.

        Raises:
            StorageError: it cannot be written, or bytes that rows point at are missing.
        """

    def copy_to(self, target: Store, *, on_progress: Callable[[str, int], None]) -> list[TableCopy]:
        """Make another store, of any engine, one state of this one, while others go on writing to this one. One that
        was broken off goes on where it was; a later one brings what changed. `on_progress`: a table, rows seen so far.

        Raises:
            StorageError: the target is another desk's, or worked since it was copied; or the two differ in the end.
        """

    def tidy(self) -> int:
        """Merge the search index, renew the planner's statistics, write the log back; how many pages of it were."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(database: str | Path, *, read_only: bool = False, matching: Matching = BY_DEFAULT) -> Store:
    """Open the store at a path or at `postgresql://…`, making and migrating it as needed. `matching`: how what it
    stores is matched.

    Raises:
        StorageError: the folder cannot be written, the server does not answer or refuses us, the database is not ours,
            or a newer Copydesk made it.
    """
    from storage.sql_store import SqlStore

    return SqlStore(open_database(database, read_only=read_only), matching=matching)


def open_database(database: str | Path, *, read_only: bool) -> Database:
    """What a store stands on."""
    if not is_postgres(database):
        from storage.engines.sqlite import SqliteDatabase

        return SqliteDatabase(Path(database), read_only=read_only)
    try:
        from storage.engines.postgres import PostgresDatabase
    except ImportError as error:
        raise StorageError(shown(database), "needs a package more: pip install 'copydesk[postgres]'") from error
    return PostgresDatabase(str(database), read_only=read_only)
