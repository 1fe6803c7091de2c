"""Work pools: what the templates of containers promise, and that Prefect's own workers read them so."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
from typing import Any
from uuid import uuid4

import pytest

from flows.pools import COMMAND, OURS, TEMPLATES, Pool, job_variables, read_template

PLACEHOLDER = re.compile(r"{{ (\w+) }}")
SECRET = re.compile(r"password|secret_key|token|auth_string|://[^/\"]*:[^/\"]*@", re.IGNORECASE)


def container(pool_type: str) -> dict[str, Any]:
    """What its template says about one container, whoever edits its variables."""
    configuration = read_template(pool_type)["job_configuration"]
    if pool_type == "docker":
        return dict(configuration["container_create_kwargs"])
    return dict(configuration["job_manifest"]["spec"]["template"]["spec"])


@pytest.mark.parametrize("pool_type", ["docker", "kubernetes"])
def test_every_placeholder_is_a_variable_with_a_default_and_every_variable_is_used(pool_type: str) -> None:
    template = read_template(pool_type)
    used = set(PLACEHOLDER.findall(json.dumps(template["job_configuration"])))

    assert used == template["variables"]["properties"].keys()
    assert all("default" in variable for variable in template["variables"]["properties"].values())


@pytest.mark.parametrize("pool_type", ["docker", "kubernetes"])
def test_a_run_in_a_container_has_the_same_beginning_as_ours(pool_type: str) -> None:
    variables = read_template(pool_type)["variables"]["properties"]

    assert variables["command"]["default"] == COMMAND.replace("python ", "python3 ")
    assert variables["env"]["default"]["COPYDESK_HOME"] == "/desk"
    assert variables["env"]["default"]["COPYDESK_RUN_MARKS"].startswith("/desk/")
    assert job_variables(Pool(type=pool_type)) == {}
    assert job_variables(OURS) == {"command": COMMAND}


@pytest.mark.parametrize("pool_type", ["docker", "kubernetes"])
def test_no_secret_is_in_a_template(pool_type: str) -> None:
    defaults = [each["default"] for each in read_template(pool_type)["variables"]["properties"].values()]

    assert not SECRET.search(json.dumps(defaults))


def test_a_docker_run_is_nobody_in_particular_on_a_root_that_it_cannot_write() -> None:
    found = container("docker")

    assert (found["user"], found["read_only"], found["cap_drop"]) == ("10001", True, ["ALL"])
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert read_template("docker")["job_configuration"]["privileged"] is False


def test_a_kubernetes_run_is_nobody_in_particular_on_a_root_that_it_cannot_write() -> None:
    pod = container("kubernetes")
    (inside,) = pod["containers"]

    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)
    assert pod["automountServiceAccountToken"] is False
    assert inside["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert inside["envFrom"] == [{"secretRef": {"name": "{{ secret }}", "optional": True}}]


def test_the_templates_are_those_that_are_offered() -> None:
    from flows.config import POOL_TYPES

    assert {path.stem.removeprefix("pool-") for path in TEMPLATES.glob("pool-*.json")} == {*POOL_TYPES} - {"process"}


@pytest.mark.parametrize(
    ("pool_type", "package", "configuration"),
    [
        ("docker", "prefect_docker", "DockerWorkerJobConfiguration"),
        ("kubernetes", "prefect_kubernetes", "KubernetesWorkerJobConfiguration"),
    ],
)
def test_prefects_worker_starts_our_command_with_the_template(
    pool_type: str, package: str, configuration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its package is installed, which a desk does not need."""
    if importlib.util.find_spec(package) is None:
        return
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    from prefect.client.orchestration import PrefectClient
    from prefect.client.schemas.objects import FlowRun

    kind = getattr(importlib.import_module(f"{package}.worker"), configuration)
    client = PrefectClient("http://127.0.0.1:9/api")
    made = asyncio.run(kind.from_template_and_values(read_template(pool_type), {}, client=client))
    made.prepare_for_flow_run(FlowRun(id=uuid4(), flow_id=uuid4(), name="every-hour 1 of 4"))

    assert read_template(pool_type)["job_configuration"].keys() <= type(made).model_fields.keys()
    assert made.env["COPYDESK_HOME"] == "/desk"
    if pool_type == "kubernetes":
        (inside,) = made.job_manifest["spec"]["template"]["spec"]["containers"]
        assert [*inside["command"], *inside["args"]] == ["/usr/bin/env", *COMMAND.replace("n ", "n3 ", 1).split()]
    else:
        assert made.command == COMMAND.replace("n ", "n3 ", 1)
