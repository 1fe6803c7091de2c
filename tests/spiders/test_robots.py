"""robots.txt by RFC 9309, and tdmrep.json: as files, and over several crawls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copydesk.model import Source
from copydesk.rights import Rights
from spiders.middlewares.robots import MOST_READ_BYTES, TOKEN, judge_robots, rules_of
from storage.records import SiteFile
from storage.store import open_store
from tests.servers import Reply, Server
from tests.spiders.crawls import Desk, source_of

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
URL = "http://a.example/robots.txt"
HOUR_S = 3600.0


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def allows(text: str, path: str) -> bool:
    parser = rules_of(SiteFile(url=URL, fetched_at=NOW, status=200, body=text)).parser
    assert parser is not None
    return parser.can_fetch(f"http://a.example{path}", TOKEN)


# Sections 2.2 and 5 of RFC 9309, and what files in the wild get wrong.
FILES = {
    "our group counts alone": ("User-agent: *\nDisallow: /\n\nUser-agent: copydesk\nDisallow: /x", "/a", True),
    "in any case": ("user-agent: COPYDESK\ndisallow: /a", "/a", False),
    "groups of one name are one": (
        "User-agent: Copydesk\nDisallow: /a\nUser-agent: Copydesk\nDisallow: /b",
        "/a",
        False,
    ),
    "several names share a group": ("User-agent: other\nUser-agent: copydesk\nDisallow: /a", "/a", False),
    "another one's group is not ours": ("User-agent: GPTBot\nDisallow: /", "/a", True),
    "the longest match counts": ("User-agent: *\nDisallow: /news\nAllow: /news/open", "/news/open/1", True),
    "a star in a path": ("User-agent: *\nDisallow: /*/print$", "/a/print", False),
    "an empty rule allows": ("User-agent: *\nDisallow:", "/a", True),
    "robots.txt itself is free": ("User-agent: *\nDisallow: /", "/robots.txt", True),
    "a line of rubbish turns nothing off": ("User-agent: *\n<<< oops\nDisalow: /y\nDisallow: /a", "/a", False),
    "a misspelled rule is understood": ("User-agent: *\nDisalow: /a", "/a", False),
    "a missing colon, too": ("User-agent *\nDisallow /a", "/a", False),
    "a rule before any group is none's": ("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
    "ends of lines of all systems": ("User-agent: *\r\nDisallow: /b\rDisallow: /a", "/a", False),
    "a comment": ("User-agent: * # all\nDisallow: /a # this", "/a", False),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_its_author_meant_it(name: str) -> None:
    text, path, allowed = FILES[name]
    assert allows(text, path) is allowed


def judge(
    status: int, *, known: SiteFile | None = None, after: timedelta = timedelta(0)
) -> tuple[SiteFile, bool | None]:
    """What is kept, and whether a page may be fetched; None: nothing may."""
    file, rules = judge_robots(URL, status, "User-agent: *\nDisallow: /a", known=known, now=NOW + after)
    if rules is None:
        return file, None
    return file, rules.parser is None or rules.parser.can_fetch("http://a.example/a", TOKEN)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (200, False),
        (404, True),
        (410, True),
        (401, True),
        (403, True),
        (302, True),
        (500, None),
        (503, None),
        (429, None),
    ],
)
def test_a_status_says_what_may_be_fetched(status: int, allowed: bool | None) -> None:
    assert judge(status)[1] is allowed


def test_while_the_server_fails_what_was_read_before_counts_for_a_month() -> None:
    read, _ = judge(200)
    failing, allowed = judge(503, known=read)
    assert (failing.body, failing.failing_since, allowed) == (read.body, NOW, False)
    later, allowed = judge(0, known=failing, after=timedelta(days=20))
    assert (later.failing_since, allowed) == (NOW, False)
    assert judge(503, known=later, after=timedelta(days=31))[1] is True


def test_a_file_that_was_never_had_closes_the_site_for_a_month_of_failures() -> None:
    failing, allowed = judge(500)
    assert allowed is None
    assert judge(500, known=failing, after=timedelta(days=29))[1] is None
    assert judge(500, known=failing, after=timedelta(days=31))[1] is True
    assert judge(200, known=failing, after=timedelta(days=31))[0].failing_since is None


def test_a_file_is_read_once_a_day_however_many_crawls_there_are(desk: Desk) -> None:
    with Server() as web:
        web.serve("/robots.txt", "User-agent: *\nDisallow: /a", content_type="text/plain")
        source = source_of(web, ["/a", "/b"])
        for hours in (0, 1, 23):
            desk.crawl(source, clock_offset_s=hours * HOUR_S)
        assert web.paths().count("/robots.txt") == 1
        assert web.paths().count("/.well-known/tdmrep.json") == 1
        web.serve("/robots.txt", "User-agent: *\nDisallow: /b", content_type="text/plain")
        web.feed("/feed.xml", ["/a", "/b", "/c"])
        web.serve("/c", "c")
        web.forget()
        later = desk.crawl(source, clock_offset_s=25 * HOUR_S)

    assert web.paths().count("/robots.txt") == 1
    assert "/b" not in web.paths()
    assert later.outcomes()["/c"] == "kept"


def test_five_redirects_of_the_file_are_followed_and_more_are_no_file(desk: Desk) -> None:
    with Server() as five, Server() as six, Server() as circle:
        for web, hops in ((five, 5), (six, 6)):
            for hop in range(hops):
                target = "/rules" if hop == hops - 1 else f"/hop-{hop + 1}"
                name = "/robots.txt" if hop == 0 else f"/hop-{hop}"
                web.script(name, Reply(status=301, headers={"Location": target}))
            web.serve("/rules", "User-agent: *\nDisallow: /a", content_type="text/plain")
        circle.script("/robots.txt", Reply(status=302, headers={"Location": "/robots.txt"}))
        ran = desk.crawl(*(source_of(web, ["/a"]) for web in (five, six, circle)))
        outcomes = {str(row["url"]): row["outcome"] for row in ran.fetches}
        assert outcomes == {five.url("/a"): "refused", six.url("/a"): "kept", circle.url("/a"): "kept"}


def test_what_follows_500_kib_is_ignored(desk: Desk) -> None:
    with Server() as web:
        padding = "# padding\n" * (MOST_READ_BYTES // 10 + 1)
        web.serve("/robots.txt", f"User-agent: *\nDisallow: /a\n{padding}Disallow: /b", content_type="text/plain")
        ran = desk.crawl(source_of(web, ["/a", "/b"]))

    assert ran.outcomes() == {"/a": "refused", "/b": "kept"}


def test_a_site_whose_file_fails_today_is_fetched_by_the_rules_of_yesterday(desk: Desk) -> None:
    with Server() as web:
        web.serve("/robots.txt", "User-agent: *\nDisallow: /a", content_type="text/plain")
        source = source_of(web, ["/b"])
        desk.crawl(source)
        web.serve("/robots.txt", "oops", status=500)
        source_of(web, ["/a", "/b", "/c"])
        later = desk.crawl(source, clock_offset_s=48 * HOUR_S)

    assert later.outcomes()["/a"] == "refused"
    assert later.outcomes()["/c"] == "kept"


def test_rights_are_recorded_with_each_snapshot(desk: Desk) -> None:
    with Server() as web:
        site = '[{"location": "/kept", "tdm-reservation": 1, "tdm-policy": "/policy.json"}]'
        web.serve("/.well-known/tdmrep.json", site, content_type="application/json")
        web.serve("/tagged", '<meta name="robots" content="noindex"><p>text', X_Robots_Tag="noarchive")
        web.serve("/kept", "<p>text")
        source = Source(name="rights", feeds=(web.feed("/feed.xml", ["/tagged", "/kept", "/plain"]),))
        web.serve("/plain", "<p>text")
        desk.crawl(source)
        with open_store(desk.database, read_only=True) as store:
            snapshots = {row.final_url: row.id for row in store.snapshots.pending(limit=10)}
            found = {url: store.hosts.rights_of_snapshot(number) for url, number in snapshots.items()}
            trail = store.why(web.url("/tagged"))

    assert found[web.url("/plain")] == Rights()
    assert (found[web.url("/tagged")].noindex, found[web.url("/tagged")].noarchive) == (True, True)
    assert found[web.url("/kept")].tdm_reserved
    assert found[web.url("/kept")].tdm_policy_url == web.url("/policy.json")
    (fetched,) = [step for step in trail if step["step"] == "fetched"]
    assert fetched["why"].endswith("noarchive (X-Robots-Tag); noindex (meta robots)")
