"""An object store that speaks S3, on loopback, in a process of its own: moto's server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.desk import free_port, wait_for

BUCKET = "news"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "no-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class ObjectStore:
    """One that can be ended and begun again, empty, on the same port."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> Mapping[str, str]:
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint_url}

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._answers, within_s=60, what="moto's server")
        httpx.put(f"{self.endpoint_url}/{BUCKET}").raise_for_status()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket, by key."""
        from fsspec import filesystem

        files: Any = filesystem(
            "s3", key="tests", secret="no-secret", endpoint_url=self.endpoint_url, use_listings_cache=False
        )
        return {key: bytes(files.cat_file(key)) for key in files.find(BUCKET)}

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.endpoint_url}/moto-api/data.json", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    store = ObjectStore()
    try:
        store.start()
        yield store
    finally:
        store.stop()
