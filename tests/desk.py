"""A real desk under test: `copydesk up` in a process of its own, its server on a free port, and its API."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import psutil

from copydesk.model import Source
from storage.store import Store

Value = TypeVar("Value")

UP_S = 300.0
"""For a desk to come up on a machine that has other things to do."""
LOADED_S = 240.0
"""For what takes seconds on a machine that has nothing else to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(act: Callable[[], Value], *, within_s: float, every_s: float = 0.25, what: str = "") -> Value:
    """What `act` gives, once that is something."""
    until = time.monotonic() + within_s
    while True:
        found = act()
        if found:
            return found
        assert time.monotonic() < until, f"not within {within_s:g} s: {what or act}"
        time.sleep(every_s)


def source_toml(source: Source, **more: str) -> str:
    """A table of sources.toml."""
    lines = [f'[[source]]\nname = "{source.name}"']
    lines += [
        f"{key} = {list(getattr(source, key))}" for key in ("feeds", "sitemaps", "sections") if getattr(source, key)
    ]
    lines += [f'{key} = "{value}"' for key, value in more.items()]
    return "\n".join(lines).replace("'", '"') + "\n"


class _Patient(httpx.HTTPTransport):
    """Asks a server again that is busy: Prefect on SQLite says 503 while another request writes."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(20):
            response = super().handle_request(request)
            if response.status_code != 503:
                break
            response.close()
            time.sleep(0.5)
        return response


def api_client(address: str) -> httpx.Client:
    """A client of the API of the Prefect server at an address."""
    return httpx.Client(base_url=f"http://{address}/api", timeout=60, transport=_Patient())


@dataclass
class Desk:
    """`copydesk up` in a home folder. A context manager: leaving it ends whatever is left."""

    home: Path
    news: str = ""
    """Lines of `[crawl]`."""
    schedule: str = "every 15 minutes"
    environ: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "news.toml").write_text(
            f"[crawl]\nallow_private_addresses = true\n{self.news}\n"
            f'[schedule]\naddress = "{self.address}"\ndefault = "{self.schedule}"\n'
            f'[web]\naddress = "127.0.0.1:{free_port()}"\n'
        )
        self.api = api_client(self.address)
        self.process: subprocess.Popen[bytes] | None = None
        self.family: list[psutil.Process] = []

    def write_sources(self, tables: Iterable[str]) -> None:
        (self.home / "sources.toml").write_text("\n".join(tables))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.remember()
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for process in self.family:
            if process.is_running():
                process.kill()
        self.api.close()

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "flows.cli", *args, "--home", str(self.home)]

    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "COPYDESK_"))}
        return {**kept, **self.environ}

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """A command of the desk's own, to its end."""
        return subprocess.run(
            self.command(*args), capture_output=True, text=True, env=self.environment(), timeout=LOADED_S, check=False
        )

    def up(self) -> None:
        """Start, and wait until everything is well."""
        before = self.output().count("the desk is up")
        with (self.home / "up.out").open("ab") as output:
            self.process = subprocess.Popen(
                self.command("up"), stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=self.environment()
            )
        wait_for(
            lambda: self.output().count("the desk is up") > before or self.process.poll() is not None,  # type: ignore[union-attr]
            within_s=UP_S,
            what="the desk is up",
        )
        assert self.process.poll() is None, self.output()
        self.remember()

    def down(self) -> float:
        """Ctrl-C; how many seconds it took."""
        assert self.process is not None
        self.remember()
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        return time.monotonic() - began

    def output(self) -> str:
        path = self.home / "up.out"
        return path.read_text() if path.exists() else ""

    def log(self) -> str:
        return (self.home / "data" / "logs" / "up.log").read_text()

    def remember(self) -> None:
        """Whatever runs for this desk now, so that the test can see it end."""
        assert self.process is not None
        self.family = [process for process in self.family if process.is_running()]
        with suppress(psutil.NoSuchProcess):
            self.family += psutil.Process(self.process.pid).children(recursive=True)

    def find(self, module: str) -> list[psutil.Process]:
        """The processes of this desk that run a module."""
        assert self.process is not None
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if module in process.cmdline():
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("POST", path, json=body)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """What the server answers; None where that is nothing."""
        response = self.api.request(method, path, **options).raise_for_status()
        return response.json() if response.content else None

    def deployment(self, name: str) -> dict[str, Any]:
        flow = {"every": "crawl", "cron ": "crawl"}.get(name[:5], name)
        found: dict[str, Any] = self.ask("GET", f"/deployments/name/{flow}/{name}")
        return found

    def deployments(self) -> set[str]:
        return {row["name"] for row in self.post("/deployments/filter")}

    def runs(self, name: str, *states: str) -> list[dict[str, Any]]:
        """The runs of a deployment, newest due first; of some types of state, if named."""
        run_filter = {"state": {"type": {"any_": list(states)}}} if states else {}
        found: list[dict[str, Any]] = self.post(
            "/flow_runs/filter",
            deployments={"id": {"any_": [self.deployment(name)["id"]]}},
            flow_runs=run_filter,
            sort="EXPECTED_START_TIME_DESC",
        )
        return found

    def start_run(self, name: str, **parameters: Any) -> str:
        made = self.post(f"/deployments/{self.deployment(name)['id']}/create_flow_run", parameters=parameters)
        return str(made["id"])

    def wait_for_run(self, run_id: str, *states: str, within_s: float = LOADED_S) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            row: dict[str, Any] = self.ask("GET", f"/flow_runs/{run_id}")
            return row if row["state_type"] in states else None

        found = wait_for(look, within_s=within_s, what=f"run {run_id} {states}")
        assert found is not None
        return found


@contextmanager
def a_desk(home: Path, tables: Iterable[str], **options: Any) -> Iterator[Desk]:
    """A desk that is up."""
    with Desk(home, **options) as desk:
        desk.write_sources(tables)
        desk.up()
        yield desk


def interleaved_hosts(store: Store) -> set[str]:
    """Hosts that two crawls asked in turn: each crawl's pages of a host must be done before the next one begins."""
    looks: dict[str, list[tuple[str, int]]] = {}
    for row in store.crawls.rows():
        crawl = store.crawls.get(int(row["id"])) or {"fetches": []}
        for fetch in crawl["fetches"]:
            looks.setdefault(urlsplit(fetch["url"]).netloc, []).append((fetch["at"], int(row["id"])))
    wrong = set()
    for host, found in looks.items():
        order = [crawl for crawl, _ in itertools.groupby(crawl for _, crawl in sorted(found))]
        if len(order) != len(set(order)):
            wrong.add(host)
    return wrong
