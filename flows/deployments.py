"""The schedules of sources.toml as Prefect deployments: what there should be, and the few requests that make it so.

Only what differs is changed. Whether a deployment or its schedule is paused is Prefect's to know: it is read nowhere
here, and written nowhere.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from uuid import UUID

from copydesk.model import Source
from flows.config import Settings
from flows.pools import OURS, Pool, ensure_pool, job_variables
from flows.schedules import Schedule, by_shard, run_name

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.responses import DeploymentResponse
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

TAG = "copydesk"
"""On every deployment that is ours to change and to remove."""
SLUG = "sources-toml"
"""Of the schedule that is ours; a person may add others to the same deployment."""
NIGHTLY = Schedule(cron="30 3 * * *")
FIRST_RUN_S = 3.0
"""From the making of a deployment to its first run, where its sources are due."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One deployment as it should be."""

    flow: str
    """Name of the flow; its function in `flows.scheduled` has underscores for the dashes."""
    name: str
    description: str
    schedule: Schedule | None = None
    """None: runs when a person wants it."""
    timezone: str = "UTC"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    first_at: datetime | None = None
    """When an interval's first run is due, should the deployment be new; None: an interval from now."""
    pool: Pool = OURS

    @property
    def entrypoint(self) -> str:
        return f"flows.scheduled.{self.flow.replace('-', '_')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """What was done about one deployment."""

    name: str
    """`crawl/every-15-minutes`."""
    what: str
    """`new`, `changed`, `removed`, `unchanged`."""
    detail: str = ""
    """What was changed."""


HEALTH = Plan(
    flow="health",
    name="health",
    description="Every hour: how each source is; alerts go to the addresses of news.toml.",
    schedule=Schedule(every=timedelta(hours=1)),
)
CRAWL = "crawl"
BY_HAND = (
    Plan(flow="crawl-now", name="crawl-now", description="Crawl sources or pages at once: press Run and name them."),
    Plan(flow="reextract", name="reextract", description="Today's rules over stored pages; stores with `apply` only."),
    Plan(flow="backfill", name="backfill", description="The past of a source: of WARC files, or of its sitemap."),
)


def plan_deployments(
    settings: Settings, sources: Sequence[Source], *, last_crawled: Mapping[str, datetime], now: datetime
) -> list[Plan]:
    """One deployment a distinct schedule and shard, one for every night, and those for a person.

    `last_crawled`: source -> when. Sources that were not crawled for an interval are crawled at once when their
    schedule is new.
    """
    plans = []
    shards = settings.schedule.shards
    for schedule, groups in by_shard(sources, settings.schedule.default, shards).items():
        for shard, group in groups.items():
            names = ", ".join(source.name for source in group)
            plans.append(
                Plan(
                    flow=CRAWL,
                    name=run_name(schedule.name, shard, shards),
                    description=f"Crawls {len(group)} sources: {names}"[:500],
                    schedule=schedule,
                    timezone=settings.schedule.timezone,
                    parameters={
                        "schedule": schedule.name,
                        **({"shard": shard, "shards": shards} if shards > 1 else {}),
                    },
                    first_at=_first_at(schedule, [last_crawled.get(source.name) for source in group], now),
                )
            )
    night = Plan(
        flow="maintain",
        name="maintain",
        description="Every night: learn junk, clean articles by it, tidy the database.",
        schedule=NIGHTLY,
        timezone=settings.schedule.timezone,
    )
    pool = Pool(name=settings.schedule.work_pool, type=settings.schedule.pool_type)
    return [replace(plan, pool=pool) for plan in (*plans, night, HEALTH, *BY_HAND)]


async def deploy(client: PrefectClient, plans: Sequence[Plan]) -> list[Deployed]:
    """Make the deployments at the server those of `plans`, and say what was done. Touches no pause.

    Raises:
        httpx.HTTPError: the server does not answer, or refuses.
        CopydeskError: the work pool is there, and is of another type.
    """
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

    for pool in {plan.pool for plan in plans}:
        await ensure_pool(client, pool)
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    rows = await _read_all(client, ours)
    found = {each.entrypoint_name: each for each in [_Found(row) for row in rows]}
    done = []
    for plan in plans:
        known = found.pop((plan.entrypoint, plan.name), None)
        done.append(await (_change(client, known.row, plan) if known else _create(client, plan, _rest_of(rows, plan))))
    for left in found.values():
        await client.delete_deployment(left.row.id)
        done.append(Deployed(name=left.row.name, what="removed", detail=_why_removed(left.row, plans)))
    return done


def read_last_crawled(settings: Settings) -> dict[str, datetime]:
    """Source -> when it was last crawled, of sources that were."""
    from storage.address import is_made
    from storage.store import open_store

    if not is_made(settings.desk.database):
        return {}
    with open_store(settings.desk.database, read_only=True) as store:
        return {
            str(row["name"]): datetime.fromisoformat(str(row["last_crawled_at"]))
            for row in store.sources.rows()
            if row["last_crawled_at"]
        }


@dataclass(frozen=True, slots=True)
class _Found:
    row: DeploymentResponse

    @property
    def entrypoint_name(self) -> tuple[str, str]:
        return self.row.entrypoint or "", self.row.name


def _first_at(schedule: Schedule, last: Sequence[datetime | None], now: datetime) -> datetime | None:
    if schedule.every is None:
        return None
    soon = now + timedelta(seconds=FIRST_RUN_S)
    return soon if None in last else max(soon, min(at for at in last if at) + schedule.every)


async def _read_all(client: PrefectClient, ours: Any) -> list[DeploymentResponse]:
    rows: list[DeploymentResponse] = []
    while True:
        page = await client.read_deployments(deployment_filter=ours, limit=200, offset=len(rows))
        rows += page
        if len(page) < 200:
            return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rest:
    """How a person left the deployments of one schedule: a new shard of it rests where all of the others do."""

    is_paused: bool = False
    """The deployment itself."""
    is_idle: bool = False
    """That, or its schedule."""


def _rest_of(rows: Sequence[DeploymentResponse], plan: Plan) -> _Rest:
    kin = [row for row in rows if row.entrypoint == plan.entrypoint and _schedule_name(row) == _schedule_name(plan)]
    if plan.flow != CRAWL or not kin:
        return _Rest()
    idle = [row.paused or any(each.slug == SLUG and not each.active for each in row.schedules) for row in kin]
    return _Rest(is_paused=all(row.paused for row in kin), is_idle=all(idle))


def _schedule_name(of: Plan | DeploymentResponse) -> str:
    return str((of.parameters or {}).get("schedule", ""))


def _why_removed(row: DeploymentResponse, plans: Sequence[Plan]) -> str:
    if any(plan.flow == CRAWL and _schedule_name(plan) == _schedule_name(row) for plan in plans):
        return "its sources are spread over other shards"
    return "nothing in sources.toml has this schedule"


async def _create(client: PrefectClient, plan: Plan, rest: _Rest) -> Deployed:
    from prefect.client.schemas.actions import DeploymentScheduleCreate

    flow_id = await client.create_flow_from_name(plan.flow)
    schedules = []
    if plan.schedule is not None:
        schedules.append(
            DeploymentScheduleCreate(
                schedule=_prefect_schedule(plan, plan.schedule), active=not rest.is_idle, slug=SLUG
            )
        )
    deployment_id = await client.create_deployment(
        flow_id=flow_id,
        name=plan.name,
        schedules=schedules,
        paused=rest.is_paused,
        **_fields(plan),
    )
    if plan.first_at is not None and not rest.is_idle:
        await _schedule_now(client, deployment_id, plan.first_at)
    return Deployed(name=f"{plan.flow}/{plan.name}", what="new")


async def _change(client: PrefectClient, row: DeploymentResponse, plan: Plan) -> Deployed:
    from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate

    name, changed = f"{plan.flow}/{plan.name}", []
    differing = {key: value for key, value in _fields(plan).items() if _stored(row, key) != value}
    if differing:
        changed += sorted(differing)
        await client.update_deployment(row.id, DeploymentUpdate(**_keep_tags(differing, row)))
    if plan.schedule is not None:
        wanted = _prefect_schedule(plan, plan.schedule)
        ours = next((each for each in row.schedules if each.slug == SLUG), None)
        if ours is None:
            changed.append("schedule")
            await client.create_deployment_schedules(
                row.id, [DeploymentScheduleCreate(schedule=wanted, active=True, slug=SLUG)]
            )
        elif _essence(ours.schedule) != _essence(wanted):
            changed.append("schedule")
            await client.update_deployment_schedule(row.id, ours.id, schedule=wanted)
    return Deployed(name=name, what="changed" if changed else "unchanged", detail=", ".join(changed))


def _fields(plan: Plan) -> dict[str, Any]:
    """What a deployment is told, beside its schedule."""
    from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
    from prefect.utilities.callables import parameter_schema

    function = getattr(importlib.import_module("flows.scheduled"), plan.entrypoint.rpartition(".")[2])
    return {
        "version": version("copydesk"),
        "description": plan.description,
        "parameters": dict(plan.parameters),
        "tags": [TAG],
        "work_pool_name": plan.pool.name,
        "entrypoint": plan.entrypoint,
        "job_variables": job_variables(plan.pool),
        "parameter_openapi_schema": parameter_schema(function).model_dump_for_openapi(),
        "concurrency_limit": 1,
        "concurrency_options": ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
    }


def _stored(row: DeploymentResponse, key: str) -> Any:
    if key == "concurrency_limit":
        return row.global_concurrency_limit.limit if row.global_concurrency_limit else None
    if key == "tags":
        return [TAG] if TAG in row.tags else []
    return getattr(row, key)


def _keep_tags(differing: dict[str, Any], row: DeploymentResponse) -> dict[str, Any]:
    """An update without tags would take them all away: the client sends its default."""
    return {"tags": row.tags, **differing}


def _prefect_schedule(plan: Plan, schedule: Schedule) -> CronSchedule | IntervalSchedule:
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

    if schedule.every is None:
        return CronSchedule(cron=schedule.cron, timezone=plan.timezone)
    return IntervalSchedule(interval=schedule.every, anchor_date=plan.first_at or datetime.now(UTC), timezone="UTC")


def _essence(schedule: Any) -> tuple[Any, ...]:
    """What makes two schedules the same. An interval's anchor is that of the day it was made."""
    if hasattr(schedule, "interval"):
        return ("every", schedule.interval)
    return ("cron", getattr(schedule, "cron", None), getattr(schedule, "timezone", None))


async def _schedule_now(client: PrefectClient, deployment_id: UUID, first_at: datetime) -> None:
    """Let the server make the scheduled runs of a new deployment at once: its own scheduler may come after the first
    one is due, and then would not make it any more."""
    await client.request(
        "POST",
        "/deployments/{id}/schedule",
        path_params={"id": deployment_id},
        json={"start_time": first_at.isoformat(), "min_runs": 1},
    )
