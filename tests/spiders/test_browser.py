"""Sources with `render = "browser"`, in a real headless Chromium."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from copydesk.extraction.article import extract_article
from copydesk.model import Article, Page, Source
from spiders.process import CrawlProcess
from spiders.rehearsal import RehearsalWeb
from storage.archive import read_response
from storage.store import open_store
from tests.servers import Server, hang
from tests.spiders.crawls import Desk, source_of
from tests.spiders.test_villains import PublicLoopback

pytestmark = pytest.mark.usefixtures("chromium")

WRITES = (
    "<p id=a>Loading<script>fetch('{}').then(r=>r.text()).then(t=>document.getElementById('a').textContent=t)</script>"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, {"timeout_s": 20.0})


def bodies(desk: Desk) -> dict[str, str]:
    """What was kept of each page, by the last part of its URL."""
    with open_store(desk.database) as store:
        rows = store.snapshots.pending(limit=50)
    return {
        row.final_url.rpartition("/")[2]: read_response(desk.home / "archive", row.pointer)[1].decode() for row in rows
    }


def browsers_of(pid: int) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a browser starts and ends helpers all the time
            if "chrom" in child.name():
                found.append(child)
    return found


def test_a_page_whose_text_a_script_writes_is_stored_as_a_reader_sees_it(desk: Desk) -> None:
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as web:
        source = Source(name="scripted", feeds=(web.url_of("harbour-ledger", "/scripted/feed.xml"),), language="en-GB")
        plain = Desk(desk.home / "plain", desk.settings)
        plain.crawl(source)
        ran = desk.crawl(replace(source, render="browser"))
        expected = {each.headline: each.body_text for each in web.expected().articles}

    assert set(ran.outcomes().values()) == {"kept"}
    assert all("Loading" in body for body in bodies(plain).values())
    assert len(bodies(desk)) == 3
    for name, body in bodies(desk).items():
        found = extract_article(Page(url=f"https://a.example/{name}", body=body.encode()))
        assert isinstance(found, Article)
        assert found.body_text == expected[found.headline]


def test_the_page_itself_keeps_the_manners_of_a_crawl(desk: Desk) -> None:
    with Server() as web, Server() as other:
        source = source_of(web, ["/page", "/private/page", "/moved", "/gone"], render="browser", delay_s=0.3)
        web.serve("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
        web.serve("/page", WRITES.format("/words"), etag='"1"')
        web.serve("/words", "Written by a script")
        web.serve("/moved", status=302, Location=other.url("/there"))
        web.serve("/gone", "no", status=410)
        other.serve("/robots.txt", "User-agent: *\nDisallow: /there", content_type="text/plain")
        other.serve("/there", "<p>never seen")
        ran = desk.crawl(source)
        times = [web.requests(path)[0].at for path in ("/page", "/moved", "/gone")]
        web.forget()
        again = desk.crawl(source, clock_offset_s=86_400.0)
        conditional = web.requests("/page")[0].headers
        agents = {asked.headers["user-agent"] for asked in web.asked}

    outcomes = {str(row["url"]).removeprefix(web.url("")): row["outcome"] for row in ran.fetches}
    assert outcomes == {"/page": "kept", "/private/page": "refused", "/moved": "refused", "/gone": "gone"}
    assert "/there" not in other.paths()
    assert min(b - a for a, b in zip(sorted(times), sorted(times)[1:], strict=False)) > 0.25
    assert "Written by a script" in bodies(desk)["page"]
    assert "if-none-match" not in conditional
    assert {row["outcome"] for row in again.fetches if str(row["url"]).endswith("/page")} <= {"kept", "revisit"}
    assert len(agents) == 1
    assert "Copydesk" in agents.pop()


def test_scripts_reach_no_private_address_and_the_page_leads_nowhere(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"timeout_s": 20.0, "allow_private_addresses": False})
    with Server("127.0.0.2") as public, Server("127.0.0.3") as private:
        private.serve("/secret", "the secret", Access_Control_Allow_Origin="*")
        private.serve("/x.js", "document.title='stolen'")
        names = f"http://localhost:{private.port}/secret"
        public.serve(
            "/page",
            f"<p id=a>nothing</p><img src='{private.url('/pixel')}'><script src='{private.url('/x.js')}'></script>"
            f"<iframe src='{private.url('/frame')}'></iframe><script>"
            f"for (const u of ['{private.url('/secret')}', '{names}', 'file:///etc/passwd'])"
            " fetch(u).then(r=>r.text()).then(t=>document.getElementById('a').textContent+=t).catch(()=>0);"
            f"try {{ new WebSocket('ws://{private.address}:{private.port}/socket') }} catch (e) {{}}"
            f"setTimeout(() => {{ location.href = '{public.url('/elsewhere')}' }}, 300)</script>",
        )
        source = Source(name="sly", feeds=(public.feed("/feed.xml", ["/page"]),), render="browser")
        plan = desk.plan([source])
        with PublicLoopback(plan) as process:
            events = list(process.events())
        ran = desk.ran(plan.crawl_id, events)
        reached, led = private.paths(), public.paths()

    assert ran.outcomes() == {"/page": "kept"}
    assert reached == []
    assert "/elsewhere" not in led
    assert "secret" not in bodies(desk)["page"].replace("/secret", "")
    assert "root:" not in bodies(desk)["page"]


def test_a_script_that_writes_without_end_or_never_ends_costs_its_page_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"timeout_s": 8.0, "max_body_bytes": 200_000})
    with Server() as web:
        source = source_of(web, ["/flood", "/loop", "/good"], render="browser")
        web.serve("/flood", "<p>a<script>document.body.append('x'.repeat(400000))</script>")
        web.serve("/loop", "<p>a<script>for (;;) {}</script>")
        web.script("/slow", hang)
        web.serve("/good", WRITES.format("/words"))
        web.serve("/words", "Written")
        ran = desk.crawl(source)

    assert ran.outcomes() == {"/flood": "failed", "/loop": "failed", "/good": "kept"}
    assert "larger than 200000 bytes" in ran.detail("/flood")
    assert "did not show it within 8 s" in ran.detail("/loop")


def test_a_section_page_is_rendered_and_a_feed_is_not(desk: Desk) -> None:
    with Server() as web:
        links = "".join(f"<li><h2><a href=/report-{n}-of-the-day>Report {n} of the day</a></h2>" for n in range(4))
        web.serve("/news", f'<ul id=l></ul><script>document.getElementById("l").innerHTML = `{links}`</script>')
        ran = desk.crawl(Source(name="s", sections=(web.url("/news"),), render="browser"))

    assert [(row["outcome"], row["entries"]) for row in ran.polls] == [("read", 4)]


def test_a_crawl_that_ends_leaves_no_browser_however_it_ends(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/page"], render="browser")
        web.serve("/page", WRITES.format("/slow"))
        web.script("/slow", hang)
        plan = desk.plan([source])
        with CrawlProcess(plan) as process:
            until = time.monotonic() + 30
            while not (found := browsers_of(process.pid)) and time.monotonic() < until:
                time.sleep(0.1)
            assert found
            psutil.Process(process.pid).kill()
            list(process.events())
        _, alive = psutil.wait_procs(found, timeout=10)

    assert not [each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_a_crawl_without_such_a_source_starts_no_browser_and_loads_nothing_of_it(desk: Desk) -> None:
    with Server() as web:
        source = source_of(web, ["/page"])
        web.script("/page", hang)
        plan = desk.plan([source])
        with CrawlProcess(plan) as process:
            time.sleep(1.5)
            maps = [each.path for each in psutil.Process(process.pid).memory_maps()]
            children = psutil.Process(process.pid).children(recursive=True)
            process.stop()
            list(process.events())

    assert not children
    assert not [path for path in maps if "playwright" in path or "greenlet" in path]
