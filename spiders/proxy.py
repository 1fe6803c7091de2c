"""A proxy on loopback for all of a browser's traffic: the address check and the size limit hold for it, too.

A browser resolves names by itself, out of the sight of `spiders.resolver`. So it resolves none: it is told to ask this
proxy for everything, plain requests and tunnels (CONNECT) alike. The proxy resolves a name, asks the guard, and
connects to the very address that was admitted: a name that changes in between gains nothing.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from spiders.resolver import Guard

log = logging.getLogger(__name__)

LONGEST_HEAD = 65_536
HEAD_END = b"\r\n\r\n"
BLOCK = 65_536
HOP_BY_HOP = frozenset({"connection", "proxy-connection", "keep-alive", "proxy-authorization", "upgrade", "te"})
"""Fields between the browser and us (RFC 9110, section 7.6.1); each connection carries one request."""
TARGET = re.compile(r"\[?([^\]]+)\]?:(\d{1,5})")


class Refusal(Exception):
    """Why a request is not passed on; `status` is what the browser is told."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status


class LoopbackProxy:
    """Serves on 127.0.0.1 at a free port, on the running loop, from `start` to `close`."""

    def __init__(self, guard: Guard, *, most_bytes: int, timeout_s: float) -> None:
        """`most_bytes`: that one connection may bring; `timeout_s`: without a byte, and for the connection itself."""
        self.port = 0
        self._guard = guard
        self._most_bytes = most_bytes
        self._timeout_s = timeout_s
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=LONGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop at once: connections under way are cut."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except Refusal as refusal:
            log.info("proxy refuses why=%s", refusal)
            with suppress(OSError):
                writer.write(_response(refusal.status, str(refusal)))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            log.debug("proxy lost a connection error=%r", error)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(HEAD_END), self._timeout_s)
        line, *fields = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target = (*line.split(" "), "", "")[:2]
        host, port, path = _where(method, target)
        upstream, sink = await self._connect(host, port)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                sink.write("\r\n".join([f"{method} {path} HTTP/1.1", *_passed_on(fields), "", ""]).encode("latin-1"))
                await self._pass_head(upstream, writer)
            await self._relay((reader, sink), (upstream, writer))
        finally:
            sink.close()

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """
        Raises:
            Refusal: the name resolves to nothing, to refused addresses alone, or nothing answers there.
        """
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Refusal("502 Bad Gateway", f"{host} does not resolve") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        admitted = self._guard.admit(host, addresses)
        if not admitted:
            why = self._guard.refused.get(host.lower(), "it has no address")
            raise Refusal("403 Forbidden", f"address refused: {why}")
        for address in admitted:
            with suppress(OSError, TimeoutError):
                opening = asyncio.open_connection(address, port, limit=LONGEST_HEAD)
                return await asyncio.wait_for(opening, self._timeout_s)
        raise Refusal("502 Bad Gateway", f"nothing answers at {host}:{port}")

    async def _pass_head(self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The head of a response, told to be the last of its connection: the next may be for another host."""
        while True:
            head = await asyncio.wait_for(upstream.readuntil(HEAD_END), self._timeout_s)
            line, *fields = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            if not line.startswith("HTTP/"):
                raise Refusal("502 Bad Gateway", "the answer is no HTTP")
            if " 1" in line[:10]:  # 100 Continue and the like
                writer.write(head)
                continue
            writer.write("\r\n".join([line, *_passed_on(fields), "", ""]).encode("latin-1"))
            return

    async def _relay(
        self,
        up: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        down: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Both ways, until the server is done, one side is silent for too long, or too much has come."""
        sending = asyncio.create_task(self._pump(*up))
        try:
            await self._pump(*down)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, OSError, TimeoutError):
                await sending

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = 0
        while block := await asyncio.wait_for(reader.read(BLOCK), self._timeout_s):
            passed += len(block)
            if passed > self._most_bytes:
                log.warning("a connection of the browser was cut: it brought more than bytes=%d", self._most_bytes)
                return
            writer.write(block)
            await writer.drain()


def _where(method: str, target: str) -> tuple[str, int, str]:
    """Host, port and path that a request line means (RFC 9112, sections 3.2.2 and 3.2.3).

    Raises:
        Refusal: it means none that may be asked for.
    """
    if method == "CONNECT":
        match = TARGET.fullmatch(target)
        if match is None:
            raise Refusal("400 Bad Request", f"no host and port: {target[:80]}")
        return match[1], int(match[2]), ""
    try:
        parts = urlsplit(target)
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise Refusal("400 Bad Request", f"no URL: {target[:80]}") from error
    if parts.scheme not in ("http", "ws") or not host:
        raise Refusal("400 Bad Request", f"neither http nor a tunnel: {target[:80]}")
    return host, port, parts._replace(scheme="", netloc="").geturl() or "/"


def _passed_on(fields: Iterable[str]) -> list[str]:
    kept = [field for field in fields if field.partition(":")[0].strip().lower() not in HOP_BY_HOP]
    return [*kept, "Connection: close"]


def _response(status: str, why: str) -> bytes:
    body = why.encode("utf-8", "replace")
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body
