"""A scriptable server on loopback: each path answers as a test says, and everything asked is written down.

with Server() as web:
    web.serve("/a", b"<p>text", etag='"1"')
    web.serve("/slow", drip(b"x", every_s=0.5))
    ...
    assert web.paths() == ["/robots.txt", "/a"]
"""

from __future__ import annotations

import itertools
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_HOSTS = itertools.count(1)


def fresh_address() -> str:
    """An address of 127.0.0.0/8 that no other server of this test run has: politeness and leases go by host."""
    number = next(_HOSTS)
    return f"127.0.{2 + number // 250}.{1 + number % 250}"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    at: float
    """Monotonic seconds."""
    path: str
    headers: Mapping[str, str]
    """Names lower-case."""


@dataclass(frozen=True)
class Reply:
    """One response. Conditional requests are answered by its validators, where it has any."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""


Script = Callable[["Exchange"], None]
"""Writes a whole response by hand, as wrong as it likes."""


class Exchange(BaseHTTPRequestHandler):
    """One connection; scripts write to `self.wfile`, or call `start` first."""

    protocol_version = "HTTP/1.1"
    server: _HttpServer
    timeout = 30

    def do_GET(self) -> None:
        web = self.server.web
        headers = {name.lower(): value for name, value in self.headers.items()}
        with web.lock:
            web.asked.append(Asked(time.monotonic(), self.path, headers))
            found = web.replies.get(self.path)
            reply = found.pop(0) if isinstance(found, list) and len(found) > 1 else found
            reply = reply[0] if isinstance(reply, list) else reply
        if callable(reply):
            self.close_connection = True
            reply(self)
            return
        self.reply(reply or Reply(b"not here", 404), headers)

    def reply(self, reply: Reply, headers: Mapping[str, str]) -> None:
        known = reply.etag and headers.get("if-none-match") == reply.etag
        known = known or (reply.last_modified and headers.get("if-modified-since") == reply.last_modified)
        sent = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
        if reply.etag:
            sent["ETag"] = reply.etag
        if reply.last_modified:
            sent["Last-Modified"] = reply.last_modified
        body = b"" if known else reply.body
        self.start(304 if known else reply.status, {**sent, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client went away, which is what many tests are about

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: `asked` is the log."""


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    web: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken pipes are expected."""


class Server:
    """Serves from threads of its own. A context manager. Without a reply for a path: 404, robots.txt too."""

    def __init__(self, address: str = "", *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.address = address or fresh_address()
        self._wanted_port = port
        self.tls = tls
        self.replies: dict[str, Reply | Script | list[Reply | Script]] = {}
        self.asked: list[Asked] = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        """Set when the server ends: scripts that hang wait for it."""

    def __enter__(self) -> Self:
        self._server = _HttpServer((self.address, self._wanted_port), Exchange)
        self._server.web = self
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}{path}"

    def serve(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        etag: str = "",
        last_modified: str = "",
        **headers: str,
    ) -> str:
        """Answer a path so from now on; returns its URL. Underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[path] = Reply(
            body if isinstance(body, bytes) else body.encode(),
            status,
            {"Content-Type": content_type, **named},
            etag,
            last_modified,
        )
        return self.url(path)

    def script(self, path: str, *scripts: Reply | Script) -> str:
        """Answer a path by scripts, one a request; the last one stays."""
        self.replies[path] = list(scripts)
        return self.url(path)

    def feed(self, path: str, paths: list[str], **validators: str) -> str:
        """Serve an RSS feed of pages of this server."""
        return self.serve(
            path,
            make_feed([page if "://" in page else self.url(page) for page in paths]),
            content_type="application/rss+xml",
            **validators,
        )

    def paths(self) -> list[str]:
        with self.lock:
            return [asked.path for asked in self.asked]

    def requests(self, path: str) -> list[Asked]:
        with self.lock:
            return [asked for asked in self.asked if asked.path == path]

    def forget(self) -> None:
        with self.lock:
            self.asked.clear()


def make_feed(urls: list[str]) -> bytes:
    items = "".join(
        f"<item><title>Report {number}</title><link>{url.replace('&', '&amp;')}</link></item>"
        for number, url in enumerate(urls)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def hang(exchange: Exchange) -> None:
    """Take the request and say nothing."""
    exchange.server.web.closing.wait(60)


def drip(data: bytes, *, every_s: float) -> Script:
    """Send headers, then a byte of the body now and then, without an end."""

    def script(exchange: Exchange) -> None:
        exchange.start(200, {"Content-Type": "text/html"})
        while not exchange.server.web.closing.wait(every_s):
            exchange.wfile.write(data)

    return script


def endless(exchange: Exchange) -> None:
    """Send a body without length that does not end, as fast as it is read."""
    exchange.start(200, {"Content-Type": "text/html"})
    while not exchange.server.web.closing.is_set():
        exchange.wfile.write(b"x" * 65536)


def after(delay_s: float, reply: Reply) -> Script:
    """Answer late."""

    def script(exchange: Exchange) -> None:
        exchange.server.web.closing.wait(delay_s)
        exchange.reply(reply, {})

    return script
