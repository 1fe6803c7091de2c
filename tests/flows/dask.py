"""A Dask cluster of two worker processes, and a Prefect server, for tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from flows.bulk_dask import prefect_server
from flows.config import load_settings
from flows.engines import Where


@contextmanager
def dask_cluster(home: Path, *, workers: int = 2) -> Iterator[tuple[Any, Where]]:
    """The cluster, and how it is named. Its workers know nothing of the Prefect server but what the tasks bring."""
    from distributed import LocalCluster

    clean = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    with mock.patch.dict(os.environ, clean, clear=True), prefect_server(load_settings(home)) as environ:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=str(home / "dask"),
        )
        with cluster, mock.patch.dict(os.environ, {"PREFECT_API_URL": environ["PREFECT_API_URL"]}):
            yield cluster, Where(engine="dask", address=cluster.scheduler_address)
