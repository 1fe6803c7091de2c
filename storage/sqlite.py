"""The `Store` on one SQLite file."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from storage.articles import SqliteArticles
from storage.backfills import SqliteBackfills
from storage.backup import back_up
from storage.crawls import SqliteCrawls, SqliteLeases
from storage.database import Database
from storage.edges import SqliteDuplicates
from storage.entries import SqliteEntries
from storage.gaps import SqliteGaps
from storage.health import SqliteHealth
from storage.manners import SqliteHosts
from storage.memory import SqliteMemory
from storage.polls import SqlitePolls
from storage.quarantine import SqliteQuarantine
from storage.records import BY_DEFAULT, Matching
from storage.reextraction import SqliteReextraction
from storage.removals import SEARCH_INDEXES, SqliteRemovals
from storage.retention import SqliteRetention
from storage.snapshots import SqliteFetches, SqliteSnapshots
from storage.sources import SqliteEndpoints, SqliteSources
from storage.store import (
    Articles,
    Crawls,
    Duplicates,
    Endpoints,
    Entries,
    Fetches,
    Gaps,
    Leases,
    Polls,
    Quarantine,
    Reextraction,
    Row,
    SiteMemory,
    Snapshots,
    Sources,
    Stories,
)
from storage.stories import SqliteStories
from storage.trail import find_trail
from storage.upkeep import Backfills, Health, Hosts, Removals, Retention
from storage.upkeep_records import BackupReport

STATS = """
SELECT (SELECT COUNT(*) FROM sources WHERE enabled) AS sources,
       (SELECT COUNT(*) FROM endpoints WHERE enabled) AS endpoints,
       (SELECT COUNT(*) FROM polls) AS polls,
       (SELECT COUNT(*) FROM entries) AS entries,
       (SELECT COUNT(*) FROM snapshots) AS snapshots,
       (SELECT COUNT(*) FROM articles) AS articles,
       (SELECT COUNT(*) FROM revisions)
       - (SELECT COUNT(*) FROM revisions WHERE cause != 'publisher') AS revisions,
       (SELECT COUNT(*) FROM articles WHERE duplicate_of IS NOT NULL) AS duplicates,
       (SELECT COUNT(*) FROM quarantine) AS quarantined,
       (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS database_bytes,
       (SELECT COALESCE(SUM(length), 0) FROM snapshots) AS archive_bytes,
       (SELECT MIN(COALESCE(published_utc, first_seen_at)) FROM articles) AS oldest_at,
       (SELECT MAX(COALESCE(published_utc, first_seen_at)) FROM articles) AS newest_at,
       (SELECT COUNT(*) FROM revisions WHERE cause != 'publisher') AS desk_revisions
"""


class SqliteStore:
    """See `storage.store.Store`.

    Raises:
        StorageError: the folder cannot be written, the file is no database of ours, or a newer Copydesk made it.
    """

    def __init__(self, path: Path, *, read_only: bool = False, matching: Matching = BY_DEFAULT) -> None:
        self._database = Database(path, read_only=read_only)
        self.sources: Sources = SqliteSources(self._database)
        self.endpoints: Endpoints = SqliteEndpoints(self._database)
        self.polls: Polls = SqlitePolls(self._database)
        self.gaps: Gaps = SqliteGaps(self._database)
        self.entries: Entries = SqliteEntries(self._database)
        self.fetches: Fetches = SqliteFetches(self._database)
        self.snapshots: Snapshots = SqliteSnapshots(self._database)
        self.articles: Articles = SqliteArticles(self._database, matching)
        self.memory: SiteMemory = SqliteMemory(self._database, matching)
        self.reextraction: Reextraction = SqliteReextraction(self._database, matching)
        self.duplicates: Duplicates = SqliteDuplicates(self._database, matching)
        self.stories: Stories = SqliteStories(self._database)
        self.quarantine: Quarantine = SqliteQuarantine(self._database)
        self.crawls: Crawls = SqliteCrawls(self._database)
        self.leases: Leases = SqliteLeases(self._database)
        self.backfills: Backfills = SqliteBackfills(self._database)
        self.health: Health = SqliteHealth(self._database)
        self.removals: Removals = SqliteRemovals(self._database, matching)
        self.retention: Retention = SqliteRetention(self._database)
        self.hosts: Hosts = SqliteHosts(self._database)

    def why(self, url: str) -> list[Row]:
        """at step what why, in order of time: the whole trail of a URL, in any spelling; empty where unknown."""
        return find_trail(self._database, url)

    def stats(self) -> Row:
        """The one object of the contract; `archive_bytes` is the sum over the rows, not the folder. `revisions` are the
        publishers', `desk_revisions` those that the desk made itself."""
        row = self._database.row(STATS)
        assert row is not None
        return dict(row)

    def is_empty(self) -> bool:
        """Whether no article was ever stored."""
        return self._database.row("SELECT 1 FROM articles LIMIT 1") is None

    def back_up(self, *, archive: Path, to_database: Path, to_archive: Path) -> BackupReport:
        """Copy all that is kept while others go on writing; see `storage.backup`."""
        return back_up(self._database, archive=archive, to_database=to_database, to_archive=to_archive)

    def tidy(self) -> int:
        """Merge the search indexes, renew what the planner knows of the tables, write the log back and empty it; how
        many pages of it were written. Waits for no reader: what one still needs stays in the log."""
        for index in SEARCH_INDEXES:  # a transaction each: writers wait for one index, not for both
            with self._database.transaction() as connection:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
        with self._database.transaction() as connection:
            connection.execute("PRAGMA optimize")
        return self._database.write_log_back()

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
