"""What a person sees of a run on Prefect's pages: a table of sources, how far it is, and what is new."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.crawl import CrawlReport, Progress
from flows.maintain import StepReport

SHOW_EVERY_S = 3.0
"""How often the progress is told to the server."""
MOST_ROWS = 1_000
"""Rows of a table; Prefect's pages load all of them at once."""
COUNTS = ("polled", "new", "revised", "unchanged", "duplicates", "quarantined", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRow:
    """What one source brought."""

    source: str
    polled: int
    fetched: int
    new: int
    revised: int
    unchanged: int
    duplicates: int
    quarantined: int
    failed: int
    duration_s: float | None
    """From the beginning of the crawl to the source's last answer; None: it was not asked."""

    @property
    def sentence(self) -> str:
        """What stands out, in words."""
        return _count_words(asdict(self))

    def shown(self) -> dict[str, Any]:
        """A row of the table of a run."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {"source": self.source, **counts, "duration_s": round(self.duration_s or 0, 1)}


def crawl_rows(report: CrawlReport) -> list[RunRow]:
    """A row for each source of a crawl, in their order."""
    return [
        RunRow(source=source, **asdict(counts), duration_s=report.took_s.get(source))
        for source, counts in report.by_source.items()
    ]


def add_counts(reports: Sequence[CrawlReport]) -> dict[str, int]:
    """What several crawls brought, together."""
    return {name: sum(getattr(report.counts, name) for report in reports) for name in ("fetched", *COUNTS[1:])}


def step_rows(reports: Sequence[StepReport]) -> list[dict[str, Any]]:
    """A row for each step of the night."""
    return [
        {
            "step": each.step,
            "what came of it": each.came,
            "failed": each.has_failed,
            "duration_s": round(each.took_s, 1),
        }
        for each in reports
    ]


def crawl_sentence(report: CrawlReport) -> str:
    """`3 new, 1 revised, 2 failed (finished)`."""
    ending = {"finished": "", "nothing_to_do": "; nothing was due", "max_run_s": "; out of time, the rest waits"}
    waits = f"; {report.pending} pages wait to be read" if report.pending else ""
    return _count_words(asdict(report.counts)) + ending.get(report.finish_reason, f"; {report.finish_reason}") + waits


def news_markdown(report: CrawlReport) -> str:
    """New and revised articles, newest first, by the number and the address of each.

    No headlines: what Prefect stores stays there for weeks, out of reach of a takedown, which erases text and keeps the
    address.
    """
    lines = [f"**{crawl_sentence(report)}**", ""]
    for stored in report.newest:
        mark = " *(revised)*" if stored.change == "revised" else ""
        copy = f" *(copy of {stored.duplicate_of})*" if stored.duplicate_of is not None else ""
        lines.append(f"- {stored.article_id} {stored.source}: <{stored.url}>{mark}{copy}")
    more = report.counts.new + report.counts.revised - len(report.newest)
    if more > 0:
        lines.append(f"- … and {more} more: `copydesk articles`")
    return "\n".join(lines)


class Artifacts:
    """The artifacts of one deployment's runs: each run makes a new version of the same few."""

    def __init__(self, name: str) -> None:
        self._key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

    async def table(self, rows: Sequence[dict[str, Any]], description: str) -> None:
        from prefect.artifacts import acreate_table_artifact

        await acreate_table_artifact(list(rows[:MOST_ROWS]), key=f"{self._key}-run", description=description)

    async def markdown(self, text: str, description: str) -> None:
        from prefect.artifacts import acreate_markdown_artifact

        await acreate_markdown_artifact(text, key=f"{self._key}-news", description=description)

    async def while_it_runs(self, work: asyncio.Future[CrawlReport], newest: Sequence[Progress]) -> CrawlReport:
        """Show how far a crawl is until it is done; its report. `newest` holds the latest progress, if there is any."""
        from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

        shown = await acreate_progress_artifact(0.0, key=f"{self._key}-progress", description="How far the crawl is")
        told = 0.0
        while not work.done():
            await asyncio.wait({work}, timeout=SHOW_EVERY_S)
            share = share_done(newest[-1]) if newest else 0.0
            if share != told and not work.done():
                await aupdate_progress_artifact(shown, progress=share)
                told = share
        report = await work
        await aupdate_progress_artifact(shown, progress=100.0, description=crawl_sentence(report))
        return report


def share_done(progress: Progress) -> float:
    """Per cent of what is known to be asked for."""
    event = progress.event
    whole = event.endpoints + event.fetched + event.waiting
    return min(99.0, round(100 * (event.polled + event.fetched) / whole, 1)) if whole else 0.0


def _count_words(counts: dict[str, Any]) -> str:
    named = [f"{counts[name]} {name}" for name in COUNTS[1:] if counts.get(name)]
    return ", ".join(named) or f"nothing new ({counts['polled']} looked at)"
