"""Who sees the page, and what every response says to a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from copydesk.errors import StorageError
from storage.store import open_store
from storage.web.desk import make_app
from storage.web.guard import Guard, policy_of
from storage.web.options import WebOptions
from storage.web.passwords import check_password, hash_password, is_hash, is_session, make_key, make_session
from storage.web.server import check_options
from storage.web.throttle import FROM_ALL, FROM_ONE, WINDOW_S, Throttle

PASSWORD = "slate and copper"
HASH = hash_password(PASSWORD)
PATHS = (
    "/",
    "/search",
    "/search.json?q=a",
    "/data",
    "/data/articles.json",
    "/static/desk.css",
    "/-/settings.json",
    "/no",
)
OURS = {"accept": "text/html,*/*;q=0.8"}


def visit(options: WebOptions, act: Callable[[httpx.AsyncClient], Awaitable[None]], host: str = "localhost") -> None:
    """Open the page of an empty store and do something there."""
    open_store(options.database).close()

    async def inner() -> None:
        transport = httpx.ASGITransport(app=make_app(options), client=("127.0.0.1", 5))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}:8001") as client:
            await act(client)

    asyncio.run(inner())


@pytest.fixture
def open_desk(tmp_path: Path) -> WebOptions:
    return WebOptions(database=tmp_path / "copydesk.db", archive=tmp_path)


@pytest.fixture
def closed_desk(tmp_path: Path) -> WebOptions:
    return WebOptions(database=tmp_path / "copydesk.db", archive=tmp_path, host="0.0.0.0", password_hash=HASH)


def test_every_response_forbids_scripts_frames_and_sniffing(open_desk: WebOptions) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        for path in PATHS:
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "frame-ancestors 'none'" in headers["content-security-policy"], path
            assert "script-src" not in headers["content-security-policy"], path
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer", path

    visit(open_desk, act)


def test_a_stored_page_gets_an_origin_of_its_own() -> None:
    assert policy_of("/snapshot/7").startswith("sandbox; default-src 'none'")
    assert "allow-scripts" not in policy_of("/snapshot/7")


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.rebound.example", "localhost.rebound.example", "[::1"])
def test_a_name_that_others_point_here_is_refused(open_desk: WebOptions, host: str) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        response = await client.get("/", headers={"host": f"{host}:8001"})
        assert response.status_code == 421

    visit(open_desk, act)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.8.9.1"])
def test_this_machine_by_its_own_names_is_answered(open_desk: WebOptions, host: str) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        assert (await client.get("/", headers={"host": f"{host}:8001"})).status_code == 200

    visit(open_desk, act)


def test_with_a_password_nothing_is_shown_before_it(closed_desk: WebOptions) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        for path in PATHS:
            program = await client.get(path)
            assert program.status_code == 401, path
            person = await client.get(path, headers=OURS)
            assert person.status_code == 303, path
            assert person.headers["location"].startswith("/-/login?next="), path
            assert (await client.post(path)).status_code == 401, path
            forged = {"cookie": "copydesk_session=9999999999.00.ffff", **OURS}
            assert (await client.get(path, headers=forged)).status_code == 303, path

    visit(closed_desk, act)


def test_the_right_password_opens_every_page_and_logging_out_closes_them(closed_desk: WebOptions) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        form = {"password": PASSWORD, "next": "/sources?a=b"}
        response = await client.post("/-/login", data=form, headers={"origin": "http://localhost:8001"})
        assert response.status_code == 303
        assert response.headers["location"] == "/sources?a=b"
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        for path in PATHS[:-1]:
            answer = await client.get(path)
            assert answer.status_code == 200, path
            assert answer.headers["cache-control"] == "private, no-store", path
        await client.post("/-/logout")
        assert (await client.get("/")).status_code == 401

    visit(closed_desk, act)


@pytest.mark.parametrize(
    "wanted", ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/-/login"]
)
def test_a_login_leads_nowhere_else(closed_desk: WebOptions, wanted: str) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        response = await client.post("/-/login", data={"password": PASSWORD, "next": wanted})
        assert response.headers["location"] == "/"

    visit(closed_desk, act)


def test_a_form_from_another_site_is_refused(closed_desk: WebOptions) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        response = await client.post(
            "/-/login", data={"password": PASSWORD}, headers={"origin": "https://elsewhere.example"}
        )
        assert response.status_code == 403

    visit(closed_desk, act)


def test_guessing_is_slowed_down(closed_desk: WebOptions) -> None:
    async def act(client: httpx.AsyncClient) -> None:
        codes = [(await client.post("/-/login", data={"password": "guess"})).status_code for _ in range(FROM_ONE)]
        assert codes == [403] * FROM_ONE
        refused = await client.post("/-/login", data={"password": PASSWORD})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= WINDOW_S + 1

    visit(closed_desk, act)


def test_many_addresses_together_are_slowed_down_too() -> None:
    now = [1_000.0]
    throttle = Throttle(lambda: now[0])
    for number in range(FROM_ALL):
        throttle.failed(f"10.0.0.{number}")

    assert throttle.wait_s("10.0.1.1") > 0
    now[0] += WINDOW_S
    assert throttle.wait_s("10.0.1.1") == 0


def test_sql_can_be_switched_off(open_desk: WebOptions) -> None:
    from dataclasses import replace

    async def refuses(client: httpx.AsyncClient) -> None:
        assert (await client.get("/data?sql=select+1")).status_code == 403
        assert (await client.get("/data.json?sql=select+1")).status_code == 403
        assert (await client.get("/data/articles.json?_where=1=1")).status_code == 403
        assert (await client.get("/data/articles.json")).status_code == 200

    visit(replace(open_desk, allow_sql=False), refuses)


def test_a_query_that_goes_on_is_given_up_and_none_may_write(open_desk: WebOptions) -> None:
    endless = "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n"

    async def act(client: httpx.AsyncClient) -> None:
        slow = await client.get("/data.json", params={"sql": endless})
        assert slow.status_code == 400
        written = await client.get("/data.json", params={"sql": "delete from articles"})
        assert written.status_code == 400

    visit(open_desk, act)


def test_others_are_let_in_only_with_a_password(tmp_path: Path) -> None:
    from dataclasses import replace

    options = WebOptions(database=tmp_path / "a.db", archive=tmp_path, host="0.0.0.0")
    with pytest.raises(StorageError, match="--set-password"):
        check_options(options)
    check_options(replace(options, password_hash=HASH))
    check_options(replace(options, host="127.0.0.1"))


def test_a_hash_fits_its_password_alone() -> None:
    assert is_hash(HASH)
    assert check_password(PASSWORD, HASH)
    assert not check_password(PASSWORD + " ", HASH)
    assert not check_password("", HASH)
    assert not is_hash("scrypt$1$1$1$AA==$AA==")  # a cost that guards nothing
    assert not is_hash(PASSWORD)


def test_a_session_ends_with_its_time_and_with_the_password(tmp_path: Path) -> None:
    key = make_key(tmp_path / "copydesk.db", HASH)
    session = make_session(key, now_s=1_000)

    assert make_key(tmp_path / "copydesk.db", HASH) == key
    assert is_session(session, key, now_s=2_000)
    assert not is_session(session, key, now_s=1_000 + 15 * 24 * 3600)
    assert not is_session(session, make_key(tmp_path / "copydesk.db", "another hash"), now_s=2_000)
    assert not is_session("9" + session, key, now_s=2_000)
    assert not is_session("", key, now_s=2_000)
    assert (tmp_path / "web.key").stat().st_mode & 0o077 == 0


def test_the_guard_keeps_out_of_what_is_no_request(closed_desk: WebOptions) -> None:
    seen = []

    async def app(scope: object, receive: object, send: object) -> None:
        seen.append(scope)

    asyncio.run(Guard(app, closed_desk)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]

    assert seen == [{"type": "lifespan"}]
