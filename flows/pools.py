"""The work pools that start the desk's runs: our own workers' processes, containers, or jobs of a Kubernetes cluster.

A pool's template is data, flows/templates/pool-TYPE.json, and no secret is in it. It is given to a pool that is new;
from then on it is edited on Prefect's page, and nothing here changes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import CopydeskError

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

PROCESS = "process"
TEMPLATES = Path(__file__).parent / "templates"
COMMAND = "python -P -m flows.engine"
"""Starts a run with the interpreter that comes first in PATH: of the worker, or of the image."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """A work pool of Prefect."""

    name: str = "copydesk"
    type: str = PROCESS
    """One of `flows.config.POOL_TYPES`."""


OURS = Pool()
"""Whose workers `copydesk up` starts, where news.toml names no other."""


def read_template(pool_type: str) -> dict[str, Any]:
    """The base job template of a new pool: `job_configuration`, and the `variables` that a person may set in it."""
    if pool_type == PROCESS:
        from prefect.workers.process import ProcessWorker

        return ProcessWorker.get_default_base_job_template()
    template: dict[str, Any] = json.loads((TEMPLATES / f"pool-{pool_type}.json").read_text(encoding="utf-8"))
    return template


def job_variables(pool: Pool) -> dict[str, Any]:
    """What our deployments set in the template of their pool; the templates of containers say it themselves."""
    return {"command": COMMAND} if pool.type == PROCESS else {}


async def ensure_pool(client: PrefectClient, pool: Pool) -> None:
    """See that the pool is there; one that is keeps its template.

    Raises:
        httpx.HTTPError: the server does not answer, or refuses.
        CopydeskError: a pool of that name is of another type.
    """
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

    try:
        found = await client.read_work_pool(pool.name)
    except ObjectNotFound:
        made = WorkPoolCreate(
            name=pool.name,
            type=pool.type,
            description="Starts the runs of the desk.",
            base_job_template=read_template(pool.type),
        )
        try:
            await client.create_work_pool(made)
        except ObjectAlreadyExists:
            return  # another worker was faster
    else:
        if found.type != pool.type:
            raise CopydeskError(
                pool.name, f"this work pool is of type {found.type}, not {pool.type}; name another one, or that type"
            )
