"""A small HTTP/1.1 server on several loopback addresses, with a log. It knows nothing of news."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import itertools
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from copydesk.errors import CopydeskError
from spiders.rehearsal.publications import Validators

LONGEST_HEAD = 65_536
SMALLEST_GZIPPED = 400
_counter = itertools.count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a path answers, before the conditions of the request are looked at."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    changed_at: datetime | None = None
    """When the body last changed, aware; None where unknown: no Last-Modified."""
    validators: Validators = Validators.NONE
    location: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One line of the log."""

    address: str
    method: str
    path: str
    """With its query."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """The If-… headers, names in lower case."""
    user_agent: str = ""
    status: int = 0

    @property
    def conditional(self) -> bool:
        return bool(self.conditions)


Answerer = Callable[[str, str], Answer]
"""(address, path with query) -> what stands there."""


class LoopbackServer:
    """Serves `answer` on every address from a thread of its own, from `start` to `stop`."""

    def __init__(self, addresses: Sequence[str], port: int, answer: Answerer, log: list[Request]) -> None:
        self.ports: dict[str, int] = {}
        self._addresses, self._port, self._answer, self._log = addresses, port, answer, log
        self._sockets: dict[str, socket.socket] = {}
        self._open: set[asyncio.Transport] = set()

    def bind(self) -> None:
        """Take the ports: one for all addresses where it is free on all.

        Raises:
            CopydeskError: an address cannot be listened at.
        """
        wanted = self._port
        try:
            for address in self._addresses:
                self._sockets[address] = _listen(address, wanted, exact=bool(self._port))
                self.ports[address] = self._sockets[address].getsockname()[1]
                wanted = wanted or self.ports[address]
        except CopydeskError:
            for bound in self._sockets.values():
                bound.close()
            raise

    def start(self) -> None:
        """Serve from now on. Returns once every address answers."""
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="rehearsal-web", daemon=True)
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        servers = [
            self._loop.run_until_complete(self._loop.create_server(self._connections_at(address), sock=bound))
            for address, bound in self._sockets.items()
        ]
        self._loop.call_soon(ready.set)  # a stop that came before the loop runs for ever would break what runs now
        self._loop.run_forever()
        self._loop.run_until_complete(self._close(servers))
        self._loop.close()

    async def _close(self, servers: Sequence[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        for transport in list(self._open):
            transport.abort()
        while self._open:
            await asyncio.sleep(0)

    def _connections_at(self, address: str) -> Callable[[], _Connection]:
        return lambda: _Connection(address, self._respond, self._open)

    def _respond(self, address: str, head: bytes) -> tuple[bytes, bool]:
        """The whole response to a request head, and whether the connection ends with it."""
        line, *rest = head.decode("latin-1").split("\r\n")
        words = line.split(" ")
        headers = {key.strip().lower(): value.strip() for key, _, value in (text.partition(":") for text in rest)}
        closes = headers.get("connection", "").lower() == "close" or words[-1] != "HTTP/1.1"
        if len(words) != 3 or not words[1].startswith("/"):
            return _written(Answer(status=400), {}, with_body=True), True
        method, path = words[0], words[1]
        known = method in ("GET", "HEAD")
        found = self._answer(address, path) if known else Answer(status=405)
        answer, fields = _under_conditions(found, headers)
        conditions = {key: value for key, value in headers.items() if key.startswith("if-")}
        self._log.append(
            Request(
                address=address,
                method=method,
                path=path,
                conditions=conditions,
                user_agent=headers.get("user-agent", ""),
                status=answer.status,
            )
        )
        if "gzip" in headers.get("accept-encoding", "") and len(answer.body) >= SMALLEST_GZIPPED:
            answer = replace(answer, body=gzip.compress(answer.body, 3, mtime=0))
            fields |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return _written(answer, fields, with_body=method != "HEAD"), closes


def _listen(address: str, port: int, *, exact: bool) -> socket.socket:
    for wanted in (port,) if exact or not port else (port, 0):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((address, wanted))
            bound.listen(128)
            bound.setblocking(False)
            return bound
        except OSError as error:
            bound.close()
            trouble = error
    raise CopydeskError(
        f"{address}:{port}",
        f"the rehearsal web cannot listen here ({trouble.strerror}); it needs 127.0.1.11 to 127.0.1.19, which Linux "
        f"has and macOS only after `sudo ifconfig lo0 alias {address} up` for each",
    )


def _under_conditions(answer: Answer, headers: Mapping[str, str]) -> tuple[Answer, dict[str, str]]:
    """The answer that the request's conditions leave (RFC 9110, section 13), with its validators."""
    fields: dict[str, str] = {"Location": answer.location} if answer.location else {}
    kind = answer.validators if answer.status == 200 else Validators.NONE
    changed_at = answer.changed_at.replace(microsecond=0) if answer.changed_at else None
    if kind in (Validators.BOTH, Validators.LYING):
        salt = str(next(_counter)).encode() if kind is Validators.LYING else b""
        fields["ETag"] = f'"{hashlib.sha1(salt + answer.body, usedforsecurity=False).hexdigest()[:20]}"'
    if kind is not Validators.NONE and changed_at:
        fields["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    if _is_unchanged(fields, changed_at if "Last-Modified" in fields else None, headers):
        return replace(answer, status=304, body=b""), fields
    return answer, fields


def _is_unchanged(fields: Mapping[str, str], changed_at: datetime | None, headers: Mapping[str, str]) -> bool:
    if "if-none-match" in headers:  # takes precedence: If-Modified-Since is not looked at (section 13.1.3)
        seen = {tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")}
        return "ETag" in fields and (fields["ETag"] in seen or "*" in seen)
    if "if-modified-since" not in headers or changed_at is None:
        return False
    try:
        since = parsedate_to_datetime(headers["if-modified-since"])
    except ValueError:
        return False
    return changed_at <= (since if since.tzinfo else since.replace(tzinfo=UTC))


def _written(answer: Answer, fields: Mapping[str, str], *, with_body: bool) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", "Server: rehearsal"]
    if answer.status != 304:
        lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (answer.body if with_body else b"")


class _Connection(asyncio.Protocol):
    def __init__(
        self, address: str, respond: Callable[[str, bytes], tuple[bytes, bool]], known: set[asyncio.Transport]
    ) -> None:
        self._address, self._respond, self._known = address, respond, known
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._known.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._known.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            response, closes = self._respond(self._address, head)
            self._transport.write(response)
            if closes:
                self._transport.close()
                return
        if len(self._received) > LONGEST_HEAD:
            self._transport.abort()
