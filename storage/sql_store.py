"""The `Store` on whatever database it is given: all of its nouns, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.archive_files import SqlArchiveFiles
from storage.articles import SqlArticles
from storage.backfills import SqlBackfills
from storage.backup import back_up
from storage.copying import copy
from storage.crawls import SqlCrawls, SqlLeases
from storage.database import Database
from storage.edges import SqlDuplicates
from storage.entries import SqlEntries
from storage.gaps import SqlGaps
from storage.health import SqlHealth
from storage.manners import SqlHosts
from storage.memory import SqlMemory
from storage.places import ArchivePlace
from storage.polls import SqlPolls
from storage.quarantine import SqlQuarantine
from storage.records import BY_DEFAULT, Matching
from storage.reextraction import SqlReextraction
from storage.removals import SqlRemovals
from storage.retention import SqlRetention
from storage.snapshots import SqlFetches, SqlSnapshots
from storage.sources import SqlEndpoints, SqlSources
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
    Store,
    Stories,
)
from storage.stories import SqlStories
from storage.trail import find_trail
from storage.upkeep import ArchiveFiles, Backfills, Health, Hosts, Removals, Retention
from storage.upkeep_records import BackupReport, TableCopy

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
       :database_bytes AS database_bytes,
       (SELECT COALESCE(SUM(length), 0) FROM snapshots) AS archive_bytes,
       (SELECT MIN(COALESCE(published_utc, first_seen_at)) FROM articles) AS oldest_at,
       (SELECT MAX(COALESCE(published_utc, first_seen_at)) FROM articles) AS newest_at,
       (SELECT COUNT(*) FROM revisions WHERE cause != 'publisher') AS desk_revisions
"""


class SqlStore:
    """See `storage.store.Store`."""

    def __init__(self, database: Database, *, matching: Matching = BY_DEFAULT) -> None:
        self._database = database
        patient = database.patient
        self.sources: Sources = patient(SqlSources(database))
        self.endpoints: Endpoints = patient(SqlEndpoints(database))
        self.polls: Polls = patient(SqlPolls(database))
        self.gaps: Gaps = patient(SqlGaps(database))
        self.entries: Entries = patient(SqlEntries(database))
        self.fetches: Fetches = patient(SqlFetches(database))
        self.snapshots: Snapshots = patient(SqlSnapshots(database))
        self.articles: Articles = patient(SqlArticles(database, matching))
        self.memory: SiteMemory = patient(SqlMemory(database, matching))
        self.reextraction: Reextraction = patient(SqlReextraction(database, matching))
        self.duplicates: Duplicates = patient(SqlDuplicates(database, matching))
        self.stories: Stories = patient(SqlStories(database))
        self.quarantine: Quarantine = patient(SqlQuarantine(database))
        self.crawls: Crawls = patient(SqlCrawls(database))
        self.leases: Leases = patient(SqlLeases(database))
        self.backfills: Backfills = patient(SqlBackfills(database))
        self.health: Health = patient(SqlHealth(database))
        self.removals: Removals = patient(SqlRemovals(database, matching))
        self.retention: Retention = patient(SqlRetention(database))
        self.hosts: Hosts = patient(SqlHosts(database))
        self.archive_files: ArchiveFiles = patient(SqlArchiveFiles(database))

    def why(self, url: str) -> list[Row]:
        """at step what why, in order of time: the whole trail of a URL, in any spelling; empty where unknown."""
        return find_trail(self._database, url)

    def stats(self) -> Row:
        """The one object of the contract; `archive_bytes` is the sum over the rows, not the folder. `revisions` are the
        publishers', `desk_revisions` those that the desk made itself."""
        row = self._database.row(STATS, {"database_bytes": self._database.size_bytes()})
        assert row is not None
        return dict(row)

    def is_empty(self) -> bool:
        """Whether no article was ever stored."""
        return self._database.row("SELECT 1 FROM articles LIMIT 1") is None

    def back_up(self, *, archive: ArchivePlace, to_database: Path, to_archive: Path) -> BackupReport:
        """Copy all that is kept while others go on writing; see `storage.backup`."""
        return back_up(self._database, archive=archive, to_database=to_database, to_archive=to_archive)

    def copy_to(self, target: Store, *, on_progress: Callable[[str, int], None]) -> list[TableCopy]:
        """Make another store, of any engine, what this one is; see `storage.copying`."""
        assert isinstance(target, SqlStore)
        return copy(self._database, target._database, on_progress=on_progress)

    def tidy(self) -> int:
        """Keep it small and quick; see `storage.database.Database.tidy`."""
        return self._database.tidy()

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
