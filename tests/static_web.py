"""A fast web on loopback that serves given pages as sources with feeds: for the real pages and for benchmarks.

Pages are spread over a few addresses, each of which is one source with an RSS feed. It keeps a log of requests, answers
conditional requests, and can change a page. As a program (`python -m tests.static_web PACK`), so that its work
falls on a process of its own, it prints its sources as JSON and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from copydesk.model import Source


@dataclass(frozen=True)
class Request:
    host: str
    path: str
    conditional: bool
    status: int
    at: float = field(default_factory=time.monotonic)
    """Seconds of the machine's monotonic clock."""


@dataclass(frozen=True)
class StaticPage:
    id: str
    body: bytes
    content_type: str = "text/html; charset=utf-8"


def read_pack(pack: Path, *, corpora: tuple[str, ...] = ("aeb", "afd", "fundus")) -> list[StaticPage]:
    """The news pages of a folder with pages.jsonl ({"id", "url", "path"} a line)."""
    pages = []
    for line in (pack / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        if page["id"].partition("-")[0] in corpora:
            body = (pack / page["path"]).read_bytes()
            pages.append(StaticPage(page["id"], gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
    return pages


@dataclass
class StaticWeb:
    """Serves `pages` from a thread of its own. A context manager."""

    pages: Iterable[StaticPage]
    hosts: int = 8
    delay_s: float = 0.0
    """Before each answer."""
    log: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._addresses = [f"127.0.1.{number + 1}" for number in range(self.hosts)]
        self._bodies: dict[tuple[str, str], tuple[bytes, str, str]] = {}
        self._paths: dict[str, list[str]] = {address: [] for address in self._addresses}
        for number, page in enumerate(self.pages):
            address = self._addresses[number % self.hosts]
            self._paths[address].append(f"/{page.id}.html")
            self._set(address, f"/{page.id}.html", page.body, page.content_type)
        self._ports: dict[str, int] = {}
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        for address in self._addresses:
            self._set(address, "/feed.xml", self._feed(address), "application/rss+xml")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def sources(self) -> list[Source]:
        return [
            Source(
                name=f"static-{number + 1}", homepage=self.url(address, "/"), feeds=(self.url(address, "/feed.xml"),)
            )
            for number, address in enumerate(self._addresses)
        ]

    def url(self, address: str, path: str) -> str:
        return f"http://{address}:{self._ports[address]}{path}"

    def page_urls(self) -> Iterator[str]:
        for address, paths in self._paths.items():
            yield from (self.url(address, path) for path in paths)

    def replace(self, page_id: str, body: bytes) -> None:
        """Change a page's body from now on."""
        for address, paths in self._paths.items():
            if f"/{page_id}.html" in paths:
                self._set(address, f"/{page_id}.html", body, "text/html; charset=utf-8")

    def publish(self, page: StaticPage) -> None:
        """Add a page, at the next address in turn, and to the top of its feed."""
        address = self._addresses[sum(map(len, self._paths.values())) % self.hosts]
        self._set(address, f"/{page.id}.html", page.body, page.content_type)
        self._paths[address].insert(0, f"/{page.id}.html")
        self._set(address, "/feed.xml", self._feed(address), "application/rss+xml")

    def _set(self, address: str, path: str, body: bytes, content_type: str) -> None:
        self._bodies[address, path] = (body, content_type, f'"{hashlib.md5(body).hexdigest()}"')

    def _feed(self, address: str) -> bytes:
        items = "".join(f"<item><link>{escape(self.url(address, path))}</link></item>" for path in self._paths[address])
        return f'<rss version="2.0"><channel><title>{address}</title>{items}</channel></rss>'.encode()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        servers = []
        for address in self._addresses:
            server = self._loop.run_until_complete(self._loop.create_server(lambda: _Connection(self), address, 0))
            self._ports[address] = server.sockets[0].getsockname()[1]
            servers.append(server)
        ready.set()
        self._loop.run_forever()
        for server in servers:
            server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def answer(self, head: bytes) -> bytes:
        """The whole response to a request head."""
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        host = headers.get("host", "").partition(":")[0]
        if path == "/-/log":
            return _response(200, json.dumps([vars(request) for request in self.log]).encode(), "application/json")
        found = self._bodies.get((host, path))
        conditional = "if-none-match" in headers or "if-modified-since" in headers
        if found is None:
            response, status = _response(404, b"not here", "text/plain"), 404
        elif headers.get("if-none-match") == found[2]:
            response, status = _response(304, b"", found[1], found[2]), 304
        else:
            response, status = _response(200, found[0], found[1], found[2]), 200
        self.log.append(Request(host, path, conditional, status))
        return response


def _response(status: int, body: bytes, content_type: str, etag: str = "") -> bytes:
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
    head += f"ETag: {etag}\r\n" if etag else ""
    return head.encode() + b"\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, web: StaticWeb) -> None:
        self.web = web
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            answer = self.web.answer(head)
            if self.web.delay_s:
                asyncio.get_running_loop().call_later(self.web.delay_s, self.transport.write, answer)
            else:
                self.transport.write(answer)


def main() -> None:
    with StaticWeb(read_pack(Path(sys.argv[1])), hosts=int(sys.argv[2]) if len(sys.argv) > 2 else 8) as web:
        feeds = [(source.name, source.feeds[0]) for source in web.sources()]
        print(json.dumps({"feeds": feeds, "pages": len(list(web.page_urls()))}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
