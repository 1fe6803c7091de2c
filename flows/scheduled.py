"""Prefect's doors to the desk: each flow opens, calls a plain function, and reports. What is done stands elsewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from prefect import flow, get_client, get_run_logger, task
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import State
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.server.schemas.schedules import CronSchedule
from prefect.states import Cancelled, Completed, Failed

from copydesk.errors import ConfigError, CopydeskError
from copydesk.model import Source
from flows.backfill import backfill_files, find_files
from flows.backfill_sitemaps import Telling, backfill_sitemap
from flows.bulk import Engine, run_on
from flows.config import SOURCES_FILE, Settings, load_settings, load_sources
from flows.crawl import CrawlJob, CrawlReport, Progress, choose_sources
from flows.crawl import crawl as crawl_once
from flows.engines import parse_where
from flows.health import HealthReport, check_health
from flows.lifeline import stop_wanted
from flows.maintain import StepReport, Upkeep
from flows.maintain import maintain as maintain_once
from flows.matching import matching_of
from flows.reextract import Look, Reextraction
from flows.runreports import Artifacts, RunRow, add_counts, crawl_rows, crawl_sentence, news_markdown, step_rows
from flows.schedules import Schedule, Start, by_shard, decide_start, longest_run_s, run_name
from flows.surroundings import last_good_folder
from flows.warcpages import Wanted
from storage.store import open_store

Result = TypeVar("Result")
SKIPPED = "Skipped"
"""Name of the state of runs that found that there is nothing to do for them."""
LOSS_LIMIT = 2.0
"""Per cent of the words that a re-extraction may lose; as the command line's."""


def _name_crawl() -> str:
    """Prefect asks without arguments; the run's parameters are in its runtime."""
    from prefect.runtime import flow_run

    return run_name(**flow_run.parameters)


@flow(name="crawl", flow_run_name=_name_crawl, persist_result=False)
async def crawl(schedule: str, shard: int = 1, shards: int = 1) -> State[None]:
    """Crawl the sources that name a schedule in sources.toml, or one shard of them. Ends in time for the next run; the
    rest waits for it."""
    start = await _decide_start()
    if not start.is_wanted:
        return _skipped(start.why)
    settings, followed = _read_files()
    groups = by_shard(followed, settings.schedule.default, shards)
    found = next((each for each in groups if each.name == schedule), None)
    name = run_name(schedule, shard, shards)
    if found is None or shard not in groups[found]:
        return _skipped(f"no source in sources.toml has the schedule {name} any more")
    sources = groups[found][shard]
    get_run_logger().info("%s; %d sources", start.why, len(sources))
    interval = await _interval(found, settings.schedule.timezone)
    longest_s = longest_run_s(settings.crawl.max_run_s, interval)
    settings = replace(settings, crawl=replace(settings.crawl, max_run_s=longest_s))
    job = CrawlJob(sources=sources, followed=followed, due_only=True, trigger=name)
    return await _crawl_and_report(job, settings, Artifacts(name))


@flow(name="crawl-now", persist_result=False)
async def crawl_now(
    sources: list[str] | None = None, urls: list[str] | None = None, limit: int | None = None
) -> State[None]:
    """Crawl at once: these sources (none named: all that are not paused), or these pages alone. `limit`: pages."""
    settings, followed = _read_files()
    chosen = choose_sources(followed, sources or ()) if sources or not urls else ()
    job = CrawlJob(
        sources=chosen, followed=followed, urls=tuple(urls or ()), limit=limit, trigger="crawl-now in Prefect"
    )
    return await _crawl_and_report(job, settings, Artifacts("crawl-now"))


@flow(name="maintain", persist_result=False)
async def maintain() -> State[None]:
    """Learn junk, clean stored articles by it, tidy the database, and whatever else is done once a night."""
    start = await _decide_start()
    if not start.is_wanted:
        return _skipped(start.why)
    settings, followed = _read_files()
    reports = await do_upkeep(settings, followed)
    await Artifacts("maintain").table(step_rows(reports), "What was done, step by step")
    for report in reports:
        get_run_logger().info("%s: %s (%.1f s)", report.step, report.came, report.took_s)
    failed = [report.step for report in reports if report.has_failed]
    if failed:
        return Failed(message=f"these steps failed: {', '.join(failed)}")
    return Completed(message=f"{len(reports)} steps done")


@flow(name="health", persist_result=False)
async def health() -> State[None]:
    """Judge every source, and tell the addresses of news.toml what changed."""
    settings, followed = _read_files()

    def act() -> HealthReport:
        with open_store(settings.desk.database, matching=matching_of(settings)) as store:
            now = datetime.now(UTC)
            store.sources.sync(followed, now=now)
            return check_health(store, settings, now)

    report = await _in_thread(act)
    await Artifacts("health").table([dict(row) for row in report.rows], "How every source is")
    sick = ", ".join(report.sick)
    return Completed(
        message=f"{len(report.sick)} of {len(report.rows)} sources are sick: {sick}" if sick else "all well"
    )


@flow(name="reextract", persist_result=False)
async def reextract(
    source: str = "", since: datetime | None = None, apply: bool = False, loss_limit: float = LOSS_LIMIT
) -> State[None]:
    """Run today's rules over stored pages. Without `apply` nothing is stored; with it, nothing where more than
    `loss_limit` per cent of the words would be lost."""
    settings, followed = _read_files()

    def act(engine: Engine | None) -> str:
        with (
            open_store(settings.desk.database, matching=matching_of(settings)) as store,
            Reextraction(store, settings, followed, engine=engine) as work,
        ):
            report = work.compare(Look(source=source, since=_aware(since), is_stopped=stop_wanted.is_set))
            found = (
                f"{report.changed} of {report.looked_at} articles change, {report.lost} words lost, {report.won} won"
            )
            if not apply or stop_wanted.is_set():
                return found
            work.check_loss(loss_limit / 100)
            return f"{found}; {work.apply(now=datetime.now(UTC), is_stopped=stop_wanted.is_set)} stored"

    where = parse_where(settings.bulk.on)
    try:
        found = await _in_thread(lambda: run_on(where, settings, act, name="reextract"))
    except CopydeskError as error:
        return Failed(message=str(error))
    if stop_wanted.is_set():
        return Cancelled(message=f"stopped: {found}")
    return Completed(message=found)


@flow(name="backfill", persist_result=False)
async def backfill(
    files: list[str] | None = None,
    sitemap: str = "",
    host: str = "",
    source: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> State[None]:
    """Take in the past: pages of WARC files (of the worker's machine; relative paths: of the desk's folder; a folder:
    those in it), or what a sitemap lists. Of `host` alone, from `since` until `until`, booked on `source`. Started
    again, it goes on."""
    settings, followed = _read_files()
    wanted = Wanted(
        host=host.lower().removeprefix("www."), since=_aware(since), until=_aware(until), source=source.strip()
    )
    names = [settings.home / file for file in files or ()]
    if bool(names) == bool(sitemap):
        return Failed(message="name WARC files, or a sitemap")
    log = get_run_logger()

    def act() -> dict[str, int]:
        if sitemap:
            tell = Telling(line=lambda line: log.info("%s", line))
            reports = backfill_sitemap(sitemap, settings, followed, wanted, tell=tell, stop=stop_wanted)
            return add_counts(reports)
        paths = find_files(names)
        done = run_on(
            parse_where(settings.bulk.on),
            settings,
            lambda engine: backfill_files(paths, settings, followed, wanted, engine=engine, stop=stop_wanted),
            name="backfill",
        )
        for line in done.damaged:
            log.warning("%s", line)
        return done.row()

    try:
        row = await _in_thread(act)
    except CopydeskError as error:
        return Failed(message=str(error))
    await Artifacts("backfill").table([row], "What came of it")
    sentence = ", ".join(f"{count} {name}" for name, count in row.items() if count) or "nothing that is not stored yet"
    if stop_wanted.is_set():
        return Cancelled(message=f"stopped: {sentence}; started again, it goes on from there")
    return Completed(message=sentence)


@task(name="crawl", task_run_name="crawl of {job.trigger}", persist_result=False)
async def do_crawl(job: CrawlJob, settings: Settings, artifacts: Artifacts) -> CrawlReport:
    """The crawl itself; shows how far it is."""
    newest: list[Progress] = []
    log = get_run_logger()

    def act() -> CrawlReport:
        return crawl_once(
            job,
            settings,
            on_progress=lambda progress: newest.__setitem__(slice(None), [progress]),
            on_trouble=lambda event: log.warning("%s: %s", event.url or event.source or "crawl", event.what),
            stop=stop_wanted,
        )

    return await artifacts.while_it_runs(asyncio.ensure_future(_in_thread(act)), newest)


@task(name="source", task_run_name="{row.source}", persist_result=False)
async def tell_source(row: RunRow) -> State[None]:
    """What one source brought, as a task of its own: a list of tasks shows at a glance which one is in trouble."""
    if row.failed and not row.fetched and row.failed >= row.polled:
        return Failed(message=row.sentence)
    return Completed(message=row.sentence)


@task(name="upkeep", persist_result=False)
async def do_upkeep(settings: Settings, followed: tuple[Source, ...]) -> list[StepReport]:
    """Every step of the night."""

    def act() -> list[StepReport]:
        with open_store(settings.desk.database, matching=matching_of(settings)) as store:
            upkeep = Upkeep(store=store, settings=settings, followed=followed, now=datetime.now(UTC))
            return maintain_once(upkeep, is_stopped=stop_wanted.is_set)

    return await _in_thread(act)


async def _crawl_and_report(job: CrawlJob, settings: Settings, artifacts: Artifacts) -> State[None]:
    report = await do_crawl(job, settings, artifacts)
    rows = crawl_rows(report)
    for row in rows:
        if row.polled or row.fetched or row.failed:
            await tell_source(row, return_state=True)  # type: ignore[misc]
    await artifacts.table([row.shown() for row in rows], "What each source brought")
    await artifacts.markdown(news_markdown(report), "What is new")
    sentence = crawl_sentence(report)
    get_run_logger().info("brought %s", sentence)
    if report.finish_reason == "cancelled":
        return Cancelled(message=f"stopped: {sentence}; the next crawl goes on from there")
    if report.finish_reason in ("crashed", "storage_error"):
        return Failed(message=f"{report.what or 'the crawl process ended by itself'}; what it fetched is kept")
    return Completed(message=sentence)


async def _decide_start() -> Start:
    """A person's run is never too late."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    due_at = run.expected_start_time if run else None
    now = datetime.now(UTC)
    if run is None or due_at is None or not run.auto_scheduled or run.deployment_id is None:
        return Start(is_wanted=True, why="started by hand")
    async with get_client() as client:
        others = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[run.deployment_id]),
                start_time=FlowRunFilterStartTime(after_=due_at),
                state=FlowRunFilterState(name=FlowRunFilterStateName(not_any_=[SKIPPED])),
            ),
            sort=FlowRunSort.START_TIME_DESC,
            limit=2,
        )
    began = [other.start_time for other in others if other.id != run.id and other.start_time]
    return decide_start(due_at=due_at, now=now, last_began_at=max(began, default=None))


def _aware(at: datetime | None) -> datetime | None:
    """A time that a person typed without a zone is UTC."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _skipped(why: str) -> State[None]:
    get_run_logger().info("skipped: %s", why)
    return Completed(name=SKIPPED, message=why)


def _read_files() -> tuple[Settings, tuple[Source, ...]]:
    """As they are now: an edit needs no restart, and while sources.toml is broken, the one before counts.

    Raises:
        ConfigError: news.toml is broken, or sources.toml and there is none before it.
    """
    home = Path(os.environ.get("COPYDESK_HOME", ""))
    settings = load_settings(home, environ=os.environ)
    try:
        return settings, load_sources(home)
    except ConfigError as error:
        good = last_good_folder(settings)
        if not (good / SOURCES_FILE).exists():
            raise
        get_run_logger().warning("%s; this run goes by the last one without a mistake", error)
        return settings, load_sources(good)


async def _interval(schedule: Schedule, timezone: str) -> timedelta:
    """The time until the next run, were this one due now; of a cron line, the shortest of the next few."""
    if schedule.every is not None:
        return schedule.every
    dates = await CronSchedule(cron=schedule.cron, timezone=timezone).get_dates(n=5, start=datetime.now(UTC))
    return min(after - before for before, after in pairwise(dates))


async def _in_thread(act: Callable[[], Result]) -> Result:
    """Do something that blocks. Should the run be cancelled meanwhile, a crawl under way ends cleanly first."""
    work = asyncio.ensure_future(asyncio.to_thread(act))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop_wanted.set()
        raise
