"""What the `Store` protocol offers to those who keep a desk well: health, hosts, the past, takedowns, retention."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from copydesk.health.alerts import Alert
from copydesk.health.history import SourceHistory, Verdict
from copydesk.model import Entry
from copydesk.rights import Rights
from storage.places import ArchivePlace
from storage.records import FetchRecord, Row, SiteFile
from storage.upkeep_records import PendingAlert, RemovalPlan, RetentionPlan, RetentionRule


class Health(Protocol):
    def histories(self, *, now: datetime) -> list[SourceHistory]:
        """What the health of each source is judged by, in the order of sources.toml."""

    def record(self, verdicts: Sequence[Verdict], *, addresses: Sequence[str], now: datetime) -> list[Alert]:
        """Keep judgements, and put what is to be told in line for each address; what is new to people.

        Two that judge at the same time tell it once. Without an address nobody is told, and all is news to the first.
        """

    def claim_alerts(self, address: str, *, now: datetime) -> list[PendingAlert]:
        """What waits for an address, oldest first: nobody else sends it for the next minutes."""

    def settle_alerts(self, ids: Sequence[int], *, delivered: bool) -> None:
        """Forget alerts that were delivered; let others be tried again."""

    def drop_alerts(self, *, except_for: Sequence[str]) -> int:
        """Drop what waits for addresses that news.toml does not name any more; how many."""

    def accept(self, source: str, *, now: datetime) -> bool:
        """Nothing from before now counts as usual for a source. False: it was never judged."""

    def rows(self) -> list[Row]:
        """source state cause since evidence checked_at, as last judged, in the order of sources.toml."""


class Backfills(Protocol):
    def position(self, key: str) -> tuple[int, bool]:
        """Where to go on, and whether all was done; (0, False) for what was never begun. `key`: a file's digest, or the
        name of a re-extraction."""

    def is_known(self, url: str, digest: str) -> bool:
        """Whether a snapshot of this page with these bytes is stored."""

    def record(
        self,
        key: str,
        *,
        file: str,
        position: int,
        is_done: bool,
        damage: str = "",
        fetches: Sequence[FetchRecord],
        now: datetime,
    ) -> int:
        """Store pages and the position behind them in one transaction; how many snapshots there are new. `damage`: why
        nothing behind it could be read."""

    def discover(self, source: str, entries: Sequence[Entry], *, now: datetime) -> list[str]:
        """Store entries of a sitemap's past, and return the URLs of those that were never fetched, in their order."""


class Removals(Protocol):
    def removed_at(self, url: str) -> str | None:
        """When a URL, or the domain that it is on, was taken down; None: it was not."""

    def plan(self, what: str) -> RemovalPlan:
        """What would go. `what`: a URL in any spelling, or a domain."""

    def remove(self, what: str, *, now: datetime) -> RemovalPlan:
        """Take a URL or a domain down, in one transaction; then `finish`."""

    def finish(self, *, archive: ArchivePlace, now: datetime) -> int:
        """Clear out bytes of all that was taken down; how many archive files wait, because a crawl is at them."""

    def lift(self, what: str) -> bool:
        """Let it be fetched again. What was removed does not come back. False: it was not taken down."""

    def rows(self) -> list[Row]:
        """kind what at done_at, newest first."""


class Retention(Protocol):
    def plan(self, rule: RetentionRule, *, now: datetime) -> RetentionPlan:
        """What would go now; pages that still wait for extraction never do."""

    def apply(self, rule: RetentionRule, *, archive: ArchivePlace, now: datetime) -> RetentionPlan:
        """Let it go, and write the archive files anew without it; what a crash left half done too."""


class ArchiveFiles(Protocol):
    """What is where, of an archive on an object store."""

    def note(self, name: str, *, machine: str, now: datetime) -> None:
        """Say that a file is begun, before any row points at it."""

    def note_uploaded(self, name: str, *, machine: str, size: int, digest: str, now: datetime) -> None:
        """Say that a file is on the object store, whole."""

    def waiting(self) -> dict[str, str]:
        """Files that are not uploaded yet, and the machine that has each."""

    def is_remote(self, name: str) -> bool:
        """Whether a file is on the object store."""

    def wanted(self, names: Collection[str]) -> set[str]:
        """Those that rows point at, and that nobody is just writing anew."""


class Hosts(Protocol):
    def file(self, url: str) -> SiteFile | None:
        """A robots.txt or tdmrep.json as it was last had; None: it was never asked for."""

    def keep_file(self, file: SiteFile) -> None:
        """Keep a file for other crawls."""

    def rest(self, host: str, *, until: datetime, why: str) -> None:
        """No crawl asks a host for anything until then."""

    def rests(self, *, now: datetime) -> Mapping[str, tuple[datetime, str]]:
        """Host -> until when it is left alone, and why; of those that are now."""

    def resting(self, host: str, *, now: datetime) -> str:
        """Why a host is left alone now, and until when; empty: it may be asked."""

    def rights_of_snapshot(self, snapshot_id: int) -> Rights | None:
        """What was allowed when a page was fetched; None: there is no such snapshot."""

    def rights(self, article_ids: Sequence[int]) -> Mapping[int, Rights]:
        """Article -> what its publisher allows, as its newest snapshot says."""
