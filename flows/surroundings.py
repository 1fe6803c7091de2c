"""What Prefect is told by its environment: where its things lie, and settings whose defaults do not suit a desk."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from flows.config import Settings
from flows.engine import MARKS_VARIABLE

OURS_VARIABLE = "COPYDESK_SERVER_IS_OURS"
"""Says that no other machine works for the server."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLIENT_METRICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}
RUNS = {
    # Without a heartbeat in time, a run is taken for dead (flows/janitor.py); 180 s would be too long to wait for one.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_WORKER_QUERY_SECONDS": "5",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",  # SQLite under load
    "PREFECT_CLIENT_MAX_RETRIES": "8",  # a server that is started again is back within a minute
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,spiders,storage",  # so that a run's page shows what the desk says
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}
SERVER = {
    # In memory, leases of concurrency slots end with the server, and healthy runs crash when they renew theirs.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # Of a run that is to start. A worker that dies in between holds the slot no longer than this.
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "60",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 86_400),
    # One desk's server: looking every few seconds for what happens every few minutes keeps a laptop awake.
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "15",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS": "15",
}
"""For the server that `copydesk up` starts. Another one is its owner's."""


def marks_folder(settings: Settings) -> Path:
    """Where the flow runs of this machine hold their marks."""
    return settings.desk.data.absolute() / "runs"


def beat_file(settings: Settings) -> Path:
    """What the worker of this machine or container touches every few seconds while it looks for runs."""
    return settings.desk.data.absolute() / "runs" / f"worker-{socket.gethostname()}.beat"


def last_good_folder(settings: Settings) -> Path:
    """Where the sources.toml lies that was last read without complaint: what runs go by while an edit is broken."""
    return settings.desk.data.absolute() / "runs" / "last-good"


def prefect_environment(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of everything that speaks to Prefect: `environ`, and what it leaves open.

    Without a PREFECT_API_URL in `environ`, it names the server that `copydesk up` starts.
    """
    prefect_home = settings.desk.data.absolute() / "prefect"
    found = {
        **QUIET,
        **RUNS,
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        "PREFECT_API_URL": f"http://{settings.schedule.address}/api",
        **environ,
        "COPYDESK_HOME": str(settings.home.absolute()),
        MARKS_VARIABLE: str(marks_folder(settings)),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environ.get("PATH", os.defpath)]),
    }
    if not environ.get("PREFECT_API_URL"):
        database = f"sqlite+aiosqlite:///{prefect_home / 'prefect.db'}"
        found = {**SERVER, "PREFECT_SERVER_DATABASE_CONNECTION_URL": database, **found, OURS_VARIABLE: "1"}
    return found
