"""Pages of WARC files on their way into our archive: which are taken, and what they are booked on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from copydesk.extraction.hosts import host_of, site_of
from copydesk.model import Source
from spiders.archiving import archive_answer
from spiders.outcomes import Answer
from storage.archive import ArchiveWriter
from storage.records import EntryState, FetchOutcome, FetchRecord
from storage.warcs import WarcPage


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which pages to take."""

    host: str = ""
    """This host and those below it; empty: any."""
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    """That all are booked on; empty: the followed source of the same site, else one named after the host."""

    def takes(self, url: str, at: datetime | None) -> bool:
        host = host_of(url)
        is_host = not self.host or host == self.host or host.endswith(f".{self.host}")
        if at is None:
            return is_host and self.since is None
        return is_host and (self.since is None or at >= self.since) and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a source says of its pages."""

    prune: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceBook:
    """The followed sources, as far as pages of others need them; small enough to go along with every task."""

    sites: Mapping[str, str]
    """Name of the first source of each site."""
    rules: Mapping[str, Rules]
    """By name, of those that have some."""

    @classmethod
    def of(cls, followed: Sequence[Source]) -> Self:
        sites: dict[str, str] = {}
        for source in followed:
            for url in (source.homepage, *(address for _, address in source.endpoints())):
                sites.setdefault(site_of(url), source.name)
        stated = {source.name: Rules(prune=source.prune, language=source.language) for source in followed}
        return cls(sites=sites, rules={name: rules for name, rules in stated.items() if rules != Rules()})

    def source_of(self, url: str) -> str:
        """The followed source of a URL's site, else a name made of its host: `news-example`."""
        name = self.sites.get(site_of(url))
        return name or re.sub(r"[^a-z0-9]+", "-", host_of(url)).strip("-") or "backfill"

    def rules_of(self, source: str) -> Rules:
        return self.rules.get(source, Rules())


def archive_page(page: WarcPage, writer: ArchiveWriter, *, file: Path, crawl_id: int, source: str) -> FetchRecord:
    """Write a page into an archive file of ours; what the store is to know of it."""
    answer = Answer(final_url=page.url, status=page.status, reason=page.reason, headers=page.headers, body=page.body)
    return FetchRecord(
        entry_id=0,
        crawl_id=crawl_id,
        source=source,
        url=page.url,
        at=page.fetched_at,
        outcome=FetchOutcome.KEPT,
        state=EntryState.FETCHED,
        next_look_at=None,
        status=page.status,
        detail=f"from {file.name}",
        snapshot=archive_answer(answer, writer, at=page.fetched_at),
    )
