"""The schedules of sources.toml at a real Prefect server: what is made, what is left alone, when runs are due."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from copydesk.errors import CopydeskError
from copydesk.model import Source
from flows.config import ScheduleSettings, Settings, load_settings
from flows.deployments import Deployed, deploy, plan_deployments
from flows.janitor import OpenRun, choose_dead, ensure_automation
from tests.desk import LOADED_S, UP_S, api_client, free_port, wait_for

pytestmark = pytest.mark.timeout(600)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = ("https://a.example/feed",)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A Prefect server as `copydesk up` starts it."""
    from flows.surroundings import prefect_environment

    settings = load_settings(tmp_path_factory.mktemp("desk"))
    address = f"127.0.0.1:{free_port()}"
    settings = replace(settings, schedule=replace(settings.schedule, address=address))
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    command = [sys.executable, "-P", "-m", "flows.server", address]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, env=prefect_environment(settings, clean)) as server,
        api_client(address) as client,
    ):

        def is_up() -> bool:
            try:
                return client.get("/health").is_success
            except httpx.HTTPError:
                return False

        wait_for(is_up, within_s=UP_S)
        yield client
        server.terminate()


def deploy_all(api: httpx.Client, plans: Sequence[Any]) -> dict[str, Deployed]:
    from prefect.client.orchestration import PrefectClient

    async def act() -> list[Deployed]:
        async with PrefectClient(str(api.base_url).rstrip("/")) as client:
            return await deploy(client, plans)

    return {done.name: done for done in asyncio.run(act())}


def settings_in(timezone: str = "UTC") -> Settings:
    return replace(load_settings(Path("/nowhere")), schedule=ScheduleSettings(timezone=timezone))


def plans_of(*sources: Source, timezone: str = "UTC", **last: datetime) -> list[Any]:
    return plan_deployments(settings_in(timezone), sources, last_crawled=last, now=NOW)


def due_between(api: httpx.Client, name: str, start: datetime, end: datetime) -> list[datetime]:
    """When a deployment's runs are due, as the server itself plans them."""
    deployment = api.get(f"/deployments/name/crawl/{name}").raise_for_status().json()
    body = {"start_time": start.isoformat(), "end_time": end.isoformat(), "min_runs": 50, "max_runs": 50}
    api.post(f"/deployments/{deployment['id']}/schedule", json=body).raise_for_status()
    wanted = {"deployments": {"id": {"any_": [deployment["id"]]}}, "limit": 200}
    runs = api.post("/flow_runs/filter", json=wanted).raise_for_status().json()
    due = [datetime.fromisoformat(run["expected_start_time"]) for run in runs]
    return sorted(at for at in due if start <= at <= end)


def test_a_cron_line_keeps_its_local_hour_across_a_change_of_the_clocks(api: httpx.Client) -> None:
    source = Source(name="a", feeds=FEED, cron="30 8 * * *")
    deploy_all(api, plans_of(source, timezone="Europe/Berlin"))

    autumn = due_between(api, "cron 30 8 * * *", datetime(2027, 10, 29, tzinfo=UTC), datetime(2027, 11, 2, tzinfo=UTC))
    spring = due_between(api, "cron 30 8 * * *", datetime(2027, 3, 26, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC))

    assert [(at.day, at.hour, at.minute) for at in autumn] == [(29, 6, 30), (30, 6, 30), (31, 7, 30), (1, 7, 30)]
    assert [(at.day, at.hour, at.minute) for at in spring] == [(26, 7, 30), (27, 7, 30), (28, 6, 30), (29, 6, 30)]


def test_an_hour_that_the_change_skips_or_repeats_has_no_run_lost_and_none_twice_a_day(api: httpx.Client) -> None:
    source = Source(name="a", feeds=FEED, cron="15 2 * * *")
    deploy_all(api, plans_of(source, timezone="Europe/Berlin"))

    autumn = due_between(api, "cron 15 2 * * *", datetime(2027, 10, 29, tzinfo=UTC), datetime(2027, 11, 3, tzinfo=UTC))
    spring = due_between(api, "cron 15 2 * * *", datetime(2027, 3, 25, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC))

    for dates in (autumn, spring):
        gaps = {after - before for before, after in pairwise(dates)}
        assert dates
        assert max(gaps) <= timedelta(hours=25)
        assert min(gaps) >= timedelta(hours=23)


def test_only_what_differs_is_changed_and_pauses_are_left_alone(api: httpx.Client) -> None:
    sources = [Source(name="a", feeds=FEED), Source(name="b", feeds=FEED, schedule="every 2 hours")]
    deploy_all(api, plans_of(*sources))
    row = api.get("/deployments/name/crawl/every-2-hours").json()
    (schedule,) = row["schedules"]
    api.patch(f"/deployments/{row['id']}/schedules/{schedule['id']}", json={"active": False}).raise_for_status()
    api.post(f"/deployments/{row['id']}/pause_deployment").raise_for_status()

    again = deploy_all(api, plans_of(*sources))
    more = deploy_all(api, plans_of(*sources, Source(name="c", feeds=FEED, schedule="every 120 minutes")))
    fewer = deploy_all(api, plans_of(sources[1]))

    after = api.get("/deployments/name/crawl/every-2-hours").json()
    assert {done.what for done in again.values()} == {"unchanged"}
    assert (more["crawl/every-2-hours"].what, more["crawl/every-2-hours"].detail) == ("changed", "description")
    assert more["crawl/every-15-minutes"].what == "unchanged"
    assert fewer["every-15-minutes"].what == "removed"
    assert after["paused"]
    assert [(each["id"], each["active"]) for each in after["schedules"]] == [(schedule["id"], False)]


def test_a_new_time_zone_changes_the_schedule_and_not_its_pause(api: httpx.Client) -> None:
    source = Source(name="a", feeds=FEED, cron="0 7 * * *")
    deploy_all(api, plans_of(source))
    row = api.get("/deployments/name/crawl/cron 0 7 * * *").json()
    path = f"/deployments/{row['id']}/schedules/{row['schedules'][0]['id']}"
    api.patch(path, json={"active": False}).raise_for_status()

    done = deploy_all(api, plans_of(source, timezone="Asia/Tokyo"))

    (schedule,) = api.get("/deployments/name/crawl/cron 0 7 * * *").json()["schedules"]
    assert done["crawl/cron 0 7 * * *"].detail == "schedule"
    assert (schedule["schedule"]["timezone"], schedule["active"]) == ("Asia/Tokyo", False)


def test_deployments_of_others_are_left_alone(api: httpx.Client) -> None:
    flow = api.post("/flows/", json={"name": "someone-else"}).json()
    made = api.post("/deployments/", json={"name": "theirs", "flow_id": flow["id"]}).raise_for_status().json()

    deploy_all(api, plans_of(Source(name="a", feeds=FEED)))

    assert api.get(f"/deployments/{made['id']}").is_success


def test_the_first_run_is_due_when_its_sources_are() -> None:
    crawled_at = NOW - timedelta(minutes=10)
    (never,) = (plan for plan in plans_of(Source(name="a", feeds=FEED)) if plan.flow == "crawl")
    (lately,) = (plan for plan in plans_of(Source(name="a", feeds=FEED), a=crawled_at) if plan.flow == "crawl")

    assert never.first_at - NOW < timedelta(seconds=10)
    assert lately.first_at == crawled_at + timedelta(minutes=15)


def test_a_run_is_dead_when_its_mark_is_free_or_when_nobody_else_could_hold_it() -> None:
    old, young = NOW - timedelta(minutes=3), NOW - timedelta(seconds=10)
    runs = [
        OpenRun(id="marked-dead", since=young),
        OpenRun(id="alive", since=old),
        OpenRun(id="no-mark-old", since=old),
        OpenRun(id="no-mark-young", since=young),
    ]

    def dead(*, is_ours_alone: bool) -> list[str]:
        return choose_dead(runs, alive={"alive"}, marked_dead={"marked-dead"}, is_ours_alone=is_ours_alone, now=NOW)

    assert dead(is_ours_alone=True) == ["marked-dead", "no-mark-old"]
    assert dead(is_ours_alone=False) == ["marked-dead"]


def test_the_server_itself_crashes_a_run_that_no_longer_beats_and_no_other(api: httpx.Client) -> None:
    """As where the machine of a worker is gone, and nobody is left to look at marks."""
    from prefect.client.orchestration import PrefectClient

    async def act() -> None:
        async with PrefectClient(str(api.base_url).rstrip("/")) as client:
            await ensure_automation(client, missed_s=20)

    asyncio.run(act())
    deploy_all(api, plans_of(Source(name="a", feeds=FEED, schedule="every 3 hours")))
    deployment = api.get("/deployments/name/crawl-now/crawl-now").raise_for_status().json()["id"]
    other = api.get("/deployments/name/health/health").raise_for_status().json()["id"]
    silent, healthy = (start_run(api, each) for each in (deployment, other))
    beat(api, silent)

    def state(run: str) -> str:
        return str(api.get(f"/flow_runs/{run}").raise_for_status().json()["state_type"])

    def is_crashed() -> bool:
        beat(api, healthy)
        return state(silent) == "CRASHED"

    wait_for(is_crashed, within_s=LOADED_S, every_s=1)
    assert "no heartbeat" in api.get(f"/flow_runs/{silent}").json()["state"]["message"]
    assert state(healthy) == "RUNNING"


def start_run(api: httpx.Client, deployment: str) -> str:
    made = api.post(f"/deployments/{deployment}/create_flow_run", json={}).raise_for_status().json()
    running = {"state": {"type": "RUNNING"}, "force": True}
    api.post(f"/flow_runs/{made['id']}/set_state", json=running).raise_for_status()
    return str(made["id"])


def beat(api: httpx.Client, run: str) -> None:
    """What the process of a run tells the server every 30 s."""
    tag = {"prefect.resource.id": "prefect.tag.copydesk", "prefect.resource.role": "tag"}
    event = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
        "related": [tag],
    }
    api.post("/events", json=[event]).raise_for_status()


def sharded(count: int, *sources: Source, **schedule: Any) -> list[Any]:
    settings = replace(load_settings(Path("/nowhere")), schedule=ScheduleSettings(shards=count, **schedule))
    return plan_deployments(settings, sources, last_crawled={}, now=NOW)


def papers(schedule: str) -> list[Source]:
    """Enough for every one of a few shards to have some."""
    return [
        Source(name=f"p{number}", feeds=(f"https://p{number}.example/feed",), schedule=schedule) for number in range(40)
    ]


def shard_names(api: httpx.Client, schedule: str) -> dict[str, dict[str, Any]]:
    rows = api.post("/deployments/filter", json={"limit": 200}).raise_for_status().json()
    return {row["name"]: row for row in rows if row["parameters"].get("schedule") == schedule}


def test_each_shard_is_a_deployment_that_one_run_has_at_a_time(api: httpx.Client) -> None:
    followed = papers("every 3 hours")

    deploy_all(api, sharded(4, *followed))
    made = shard_names(api, "every-3-hours")
    again = deploy_all(api, sharded(4, *followed))

    assert sorted(made) == [f"every-3-hours {shard} of 4" for shard in (1, 2, 3, 4)]
    assert {row["parameters"]["shard"] for row in made.values()} == {1, 2, 3, 4}
    for row in made.values():
        assert row["global_concurrency_limit"]["limit"] == 1
        assert row["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert {done.what for done in again.values()} == {"unchanged"}


def test_more_shards_or_fewer_replace_the_deployments_and_a_paused_schedule_stays_paused(api: httpx.Client) -> None:
    followed = [*papers("every 4 hours"), *papers("every 5 hours")]
    followed = [replace(source, name=f"{source.name}-{source.schedule[6]}") for source in followed]
    deploy_all(api, sharded(1, *followed))
    row = shard_names(api, "every-4-hours")["every-4-hours"]
    path = f"/deployments/{row['id']}/schedules/{row['schedules'][0]['id']}"
    api.patch(path, json={"active": False}).raise_for_status()

    raised = deploy_all(api, sharded(3, *followed))
    paused, at_work = shard_names(api, "every-4-hours"), shard_names(api, "every-5-hours")
    lowered = deploy_all(api, sharded(2, *followed))

    assert (raised["every-4-hours"].what, raised["every-4-hours"].detail) == (
        "removed",
        "its sources are spread over other shards",
    )
    assert sorted(paused) == [f"every-4-hours {shard} of 3" for shard in (1, 2, 3)]
    assert not any(each["schedules"][0]["active"] for each in paused.values())
    assert all(each["schedules"][0]["active"] for each in at_work.values())
    assert sum(done.what == "removed" for done in lowered.values()) >= 6
    assert not any(each["schedules"][0]["active"] for each in shard_names(api, "every-4-hours").values())
    assert sorted(shard_names(api, "every-5-hours")) == ["every-5-hours 1 of 2", "every-5-hours 2 of 2"]


def test_a_run_that_was_due_when_shards_changed_is_due_again_at_once(api: httpx.Client) -> None:
    followed = papers("every 6 hours")
    deploy_all(api, sharded(1, *followed))
    deploy_all(api, sharded(2, *followed))

    for row in shard_names(api, "every-6-hours").values():
        wanted = {"deployments": {"id": {"any_": [row["id"]]}}, "sort": "EXPECTED_START_TIME_ASC", "limit": 1}
        (first,) = api.post("/flow_runs/filter", json=wanted).raise_for_status().json()
        assert first["state_type"] == "SCHEDULED"
        assert datetime.fromisoformat(first["expected_start_time"]) < datetime.now(UTC) + timedelta(hours=6)


def test_a_new_pool_has_its_template_and_the_deployments_point_at_it(api: httpx.Client) -> None:
    from flows.pools import read_template

    for pool_type in ("docker", "kubernetes"):
        deploy_all(api, sharded(1, Source(name="a", feeds=FEED), work_pool=f"in-{pool_type}", pool_type=pool_type))
        pool = api.get(f"/work_pools/in-{pool_type}").raise_for_status().json()
        rows = api.post("/deployments/filter", json={"limit": 200}).raise_for_status().json()

        assert (pool["type"], pool["base_job_template"]) == (pool_type, read_template(pool_type))
        assert {row["work_pool_name"] for row in rows if "copydesk" in row["tags"]} == {f"in-{pool_type}"}


def test_an_edited_template_survives_and_a_pool_of_another_type_is_refused(api: httpx.Client) -> None:
    from flows.pools import read_template

    plans = sharded(1, Source(name="a", feeds=FEED), work_pool="edited", pool_type="docker")
    deploy_all(api, plans)
    template = read_template("docker")
    template["variables"]["properties"]["image"]["default"] = "registry.example/copydesk:7"
    api.patch("/work_pools/edited", json={"base_job_template": template}).raise_for_status()

    deploy_all(api, plans)

    assert api.get("/work_pools/edited").json()["base_job_template"] == template
    with pytest.raises(CopydeskError, match="this work pool is of type docker, not process"):
        deploy_all(api, sharded(1, Source(name="a", feeds=FEED), work_pool="edited"))
