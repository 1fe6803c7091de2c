"""Who sees the page, and what a browser may do with it. Stands before Datasette and before our own pages."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import json
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from storage.web.login import LOGIN_POLICY, login_page
from storage.web.options import WebOptions, is_loopback
from storage.web.passwords import SESSION_S, check_password, is_session, make_key, make_session
from storage.web.throttle import Throttle

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOGIN, LOGOUT = "/-/login", "/-/logout"
COOKIE = "copydesk_session"
FORM_BYTES = 4_096
PROOFS = 16
"""Names with the right password that are remembered; any name will do."""

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No page of ours runs a script or loads anything from elsewhere."""
DATA_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""Datasette's own pages carry styles inline."""
SNAPSHOT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""A publisher's page: no script, no form, no load, an origin of its own."""
POLICIES = (("/snapshot/", SNAPSHOT_POLICY), ("/data", DATA_POLICY), (LOGIN, LOGIN_POLICY), ("/", POLICY))
"""Beginning of a path -> its policy; the first that fits."""
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"x-dns-prefetch-control", b"off"),
)


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: App, options: WebOptions, *, clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._options = options
        self._clock = clock
        self._throttle = Throttle(clock)
        self._checking = asyncio.Semaphore(2)
        self._proofs: set[bytes] = set()
        self._key = make_key(Path(options.database), options.password_hash) if options.password_hash else b""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path: str = scope["path"]
        send = _sealed(send, path, is_private=bool(self._options.password_hash))
        if not self._options.password_hash:
            if is_foreign_host(headers.get("host", "")):
                await _reply(send, 421, "this page answers to localhost and to addresses, not to other names\n")
                return
        elif path == LOGIN:
            await self._log_in(scope, headers, receive, send)
            return
        elif path == LOGOUT and scope["method"] == "POST":
            await _redirect(send, LOGIN, cookie=_cookie("", 0, scope))
            return
        elif not self._is_known(headers) and not await self._is_let_in(scope, headers, send):
            return
        await self._app(scope, receive, send)

    def _is_known(self, headers: dict[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and is_session(cookie.value, self._key, now_s=self._clock())

    async def _is_let_in(self, scope: Message, headers: dict[str, str], send: Send) -> bool:
        """Whether a program says the password with what it asks (RFC 7617), as readers of feeds do; else it is
        answered here."""
        given = headers.get("authorization", "")
        password = read_basic(given)
        if password is None:
            await self._ask(scope, headers, send)
            return False
        proof = hashlib.blake2b(given.encode(), key=self._key, digest_size=32).digest()
        if proof in self._proofs:  # a reader comes every few minutes, and checking a password costs .1 s
            return True
        client = _client(scope)
        if wait_s := self._throttle.wait_s(client):
            more = [(b"retry-after", str(int(wait_s) + 1).encode())]
            await _reply(send, 429, "too many wrong passwords\n", headers=more)
            return False
        if not await self._is_right(password, client):
            await self._ask(scope, {}, send)
            return False
        self._proofs = {*list(self._proofs)[:PROOFS], proof}
        return True

    async def _is_right(self, password: str, client: str) -> bool:
        self._throttle.failed(client)  # until it proves right: tries at the same time are counted too
        async with self._checking:
            is_right = await asyncio.to_thread(check_password, password, self._options.password_hash)
        if is_right:
            self._throttle.passed(client)
        return is_right

    async def _ask(self, scope: Message, headers: dict[str, str], send: Send) -> None:
        """Send a person to the login; tell a program that it must, or that it may say the password with what it asks.
        Only where programs ask: a browser would open a window of its own."""
        if scope["method"] != "GET" or "text/html" not in headers.get("accept", ""):
            is_for_programs = scope["path"] == "/feed" or scope["path"].endswith(".json")
            more = [(b"www-authenticate", b'Basic realm="Copydesk", charset="UTF-8"')] if is_for_programs else []
            text = json.dumps({"ok": False, "error": f"log in at {LOGIN} first"})
            await _reply(send, 401, text, "application/json", more)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        await _redirect(send, f"{LOGIN}?next={quote(wanted, safe='/')}")

    async def _log_in(self, scope: Message, headers: dict[str, str], receive: Receive, send: Send) -> None:
        given = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        if scope["method"] != "POST":
            await _reply(send, 200, login_page(_local(given.get("next", ["/"])[0])), "text/html")
            return
        form = parse_qs((await _body(receive)).decode("utf-8", "replace"))
        wanted = _local(form.get("next", ["/"])[0])
        client = _client(scope)
        if not _is_same_origin(headers):
            await _reply(send, 403, login_page(wanted, "This form was sent from another site."), "text/html")
            return
        if wait_s := self._throttle.wait_s(client):
            text = f"Too many wrong passwords; try again in {int(wait_s) + 1} seconds."
            more = [(b"retry-after", str(int(wait_s) + 1).encode())]
            await _reply(send, 429, login_page(wanted, text), "text/html", more)
            return
        if not await self._is_right(form.get("password", [""])[0], client):
            await _reply(send, 403, login_page(wanted, "That is not the password."), "text/html")
            return
        session = make_session(self._key, now_s=self._clock())
        await _redirect(send, wanted, cookie=_cookie(session, SESSION_S, scope))


def is_foreign_host(host: str) -> bool:
    """Whether a Host header is a name that others can point at this machine (DNS rebinding): they cannot make a browser
    say `localhost`, or an address that is not in its address line.

    >>> is_foreign_host("127.0.0.1:8001"), is_foreign_host("rebound.example:8001")
    (False, True)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return True
    if is_loopback(name):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def policy_of(path: str) -> str:
    """The content security policy of a path."""
    return next(policy for beginning, policy in POLICIES if path.startswith(beginning))


def _sealed(send: Send, path: str, *, is_private: bool) -> Send:
    """The same, with our headers on every response."""
    own = [*HEADERS, (b"content-security-policy", policy_of(path).encode())]
    if is_private:
        own.append((b"cache-control", b"private, no-store"))
    names = {name for name, _ in own}

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
            message = {**message, "headers": [*kept, *own]}
        await send(message)

    return sealed


def _is_same_origin(headers: dict[str, str]) -> bool:
    """Browsers say where a form was sent from; what says nothing is no browser, and carries no one's cookies."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == headers.get("host", "")


def read_basic(authorization: str) -> str | None:
    """The password of an Authorization header, whatever name stands before it; None where it holds none (RFC 7617).

    >>> read_basic("Basic YTpzZXNhbWU6"), read_basic("Bearer x")
    ('sesame:', None)
    """
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, found, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError:
        return None
    return password if found else None


def _client(scope: Message) -> str:
    return str((scope.get("client") or ("unknown", 0))[0])


def _local(path: str) -> str:
    """A path of this page to go on to, and nothing that leads elsewhere."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_path and not path.startswith(LOGIN) else "/"


def _cookie(value: str, age_s: int, scope: Message) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{COOKIE}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"


async def _body(receive: Receive) -> bytes:
    """What was sent, as far as a form of ours goes."""
    body = b""
    while len(body) < FORM_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return body[:FORM_BYTES]


async def _redirect(send: Send, to: str, *, cookie: str = "") -> None:
    headers = [(b"location", to.encode("latin-1", "replace"))]
    if cookie:
        headers.append((b"set-cookie", cookie.encode()))
    await _reply(send, 303, "", "text/plain", headers)


async def _reply(
    send: Send, status: int, text: str, kind: str = "text/plain", headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    body = text.encode()
    own = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})
