"""Runs that died without a word: told to Prefect, so that none stays "Running" and holds the slot of its deployment.

A run on this machine is known by its mark (flows/lifeline.py). A server that only we use holds no other runs; where
workers of several machines share one, the heartbeats of runs are watched by the server itself.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.deployments import TAG
from flows.lifeline import dead_runs, forget_run, live_runs

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

log = logging.getLogger(__name__)

SILENT_S = 60.0
"""After its last change of state: a run without a mark by then has no process."""
HEARTBEATS_MISSED_S = 120
"""Runs beat every 30 s. Prefect would crash healthy runs, were this below that."""
AUTOMATION = "copydesk: runs without a heartbeat have crashed"
DIED = "its process ended without a word"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRun:
    """A run that Prefect takes for pending, running or being cancelled."""

    id: str
    since: datetime
    """Of its state."""


def choose_dead(
    runs: Collection[OpenRun],
    *,
    alive: Collection[str],
    marked_dead: Collection[str],
    is_ours_alone: bool,
    now: datetime,
) -> list[str]:
    """The ids of open runs that have no process any more.

    `alive` and `marked_dead`: runs of this machine whose mark is held, and is free. `is_ours_alone`: no other machine
    works for this server, so a run without any mark is dead too, once it has had time to make one.
    """
    silent = timedelta(seconds=SILENT_S)
    return [
        run.id
        for run in runs
        if run.id in marked_dead or (is_ours_alone and run.id not in alive and now - run.since > silent)
    ]


async def sweep(client: PrefectClient, marks: Path, *, is_ours_alone: bool) -> list[str]:
    """Tell Prefect of the runs that died; their ids."""
    from prefect.states import Crashed

    marked_dead = set(dead_runs(marks))
    # Asked for before the live marks are: a run that ends in between is then neither open nor alive.
    found = {str(row.id): row for row in await _read_open(client)}
    runs = [OpenRun(id=key, since=row.state.timestamp) for key, row in found.items() if row.state]
    alive = live_runs(marks)
    dead = choose_dead(runs, alive=alive, marked_dead=marked_dead, is_ours_alone=is_ours_alone, now=datetime.now(UTC))
    for run_id in dead:
        await client.set_flow_run_state(found[run_id].id, Crashed(message=DIED), force=True)
        log.warning("a run died run=%s name=%s", run_id, found[run_id].name)
        await _run_again(client, found[run_id])
    for run_id in marked_dead:
        forget_run(marks, run_id)
    return dead


async def _run_again(client: PrefectClient, died: FlowRun) -> None:
    """Let another run go on at once where a scheduled one died: the next one may be hours away. Only once: what kills
    every run must not be started for ever. Several workers may see one death: one key makes one run."""
    if died.deployment_id is None or not died.auto_scheduled:
        return
    await client.create_flow_run_from_deployment(
        died.deployment_id, name=f"{died.name} again", idempotency_key=f"again after {died.id}"
    )


async def ensure_automation(client: PrefectClient, *, missed_s: float = HEARTBEATS_MISSED_S) -> None:
    """Let the server itself crash our runs that no longer beat: also those of machines that are gone."""
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.events.schemas.events import ResourceSpecification

    if await client.read_automations_by_name(AUTOMATION):
        return
    ends = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed", "Skipped")}
    trigger = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.heartbeat", *ends},
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        match_related=ResourceSpecification(
            {"prefect.resource.id": [f"prefect.tag.{TAG}"], "prefect.resource.role": ["tag"]}
        ),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=missed_s),
    )
    await client.create_automation(
        AutomationCore(
            name=AUTOMATION,
            trigger=trigger,
            actions=[
                ChangeFlowRunState(
                    name=None, force=False, state=StateType.CRASHED, message="no heartbeat: its process is gone"
                )
            ],
        )
    )


async def _read_open(client: PrefectClient) -> list[FlowRun]:
    from prefect.client.schemas.filters import (
        DeploymentFilter,
        DeploymentFilterTags,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    open_states = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    return await client.read_flow_runs(
        deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=open_states))),
    )
