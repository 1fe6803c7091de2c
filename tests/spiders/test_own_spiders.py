"""Spiders of a user's own: the worked example of the documents, and what becomes of broken ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copydesk.errors import ConfigError
from copydesk.model import Source
from flows.config import load_sources
from flows.equipment import equip
from spiders.plan import CrawlEvent
from spiders.sites import load_spider
from tests.servers import Server
from tests.spiders.crawls import Desk, Ran

ROOT = Path(__file__).parents[2]
CODE, TABLE = re.findall(r"```\w+\n(.*?)```", (ROOT / "docs" / "own-spiders.md").read_text(), re.DOTALL)
HEAD = "from spiders.sites import Entry, SiteSpider\nclass Mine(SiteSpider):\n    def parse(self, response):\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def crawl(desk: Desk, web: Server, code: str) -> Ran:
    path = desk.home / "x.py"
    path.write_text(code)
    return desk.crawl(Source(name="own", sections=(web.url("/start"),), spider=str(path)))


def test_the_example_of_the_documents_has_ten_lines_and_works(desk: Desk) -> None:
    (desk.home / "sites").mkdir()
    (desk.home / "sites" / "quarry.py").write_text(CODE)
    with Server() as web:
        (desk.home / "sources.toml").write_text(TABLE.replace("https://quarry.example", web.url("")))
        web.serve(
            "/reports", "<li class=report data-page=/a><b>The first</b></li><a class=older href='/reports?page=2'>"
        )
        web.serve("/reports?page=2", "<li class=report data-page=b><b>The second</b></li>")
        web.serve("/a", "a"), web.serve("/b", "b")
        sources = equip(load_sources(desk.home), desk.home, print)
        ran = desk.crawl(*sources)

    assert len(CODE.strip().splitlines()) <= 10
    assert ran.outcomes() == {"/a": "kept", "/b": "kept"}
    assert next((row["outcome"], row["detail"]) for row in ran.polls if row["url"].endswith("/reports")) == (
        "read",
        "quarry.py, 1 entry",
    )


def test_a_spider_reads_json_and_yields_plain_urls_and_may_begin_at_the_homepage(desk: Desk) -> None:
    path = desk.home / "x.py"
    path.write_text(f"{HEAD}        yield from response.json()['pages']\n")
    with Server() as web:
        home = web.serve("/", '{"pages": ["/a"]}', content_type="application/json")
        web.serve("/a", "a")
        ran = desk.crawl(Source(name="own", homepage=home, spider=str(path)))

    assert ran.outcomes() == {"/a": "kept"}


BROKEN = {
    "        yield Entry(url=response.nowhere)\n": "x.py: line 4: AttributeError",
    "        yield 17\n": "expected an Entry, a URL or response.follow(…), found int",
    "        yield 'javascript:alert(1)'\n": "no http or https URL",
    "        return []\n": "x.py found no article on it",
    "        pass\n": "x.py found no article on it",
    "        syntax error\n": "line 4: SyntaxError",
    "        pass\nclass Other(SiteSpider): pass\n": "expected one class that is a SiteSpider, found 2",
}


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_spider_costs_its_source_the_look_and_is_told_with_its_line(desk: Desk, body: str) -> None:
    with Server() as web, Server() as other:
        web.serve("/start", "<p>hello")
        other.serve("/a", "a")
        path = desk.home / "x.py"
        path.write_text(HEAD + body)
        ran = desk.crawl(
            Source(name="own", sections=(web.url("/start"),), spider=str(path)),
            Source(name="other", feeds=(other.feed("/feed.xml", ["/a"]),)),
        )

    assert [row["outcome"] for row in ran.polls if row["source"] == "own"] == ["not_a_feed"]
    assert BROKEN[body] in ran.troubles[0]
    assert ran.outcomes() == {"/a": "kept"}
    assert ran.end.finish_reason == "finished"


def test_pages_that_lead_on_for_ever_are_followed_for_a_while(desk: Desk) -> None:
    code = (
        f"{HEAD}        n = len(response.url)\n        yield response.follow(response.url + 'x')\n        yield '/a'\n"
    )
    with Server() as web:
        for number in range(40):
            web.serve("/start" + "x" * number, "<p>more")
        web.serve("/a", "a")
        ran = crawl(desk, web, code)
        pages = [path for path in web.paths() if path.startswith("/start")]

    assert len(pages) == 11
    assert ran.outcomes() == {"/a": "kept"}


def test_a_source_whose_spider_is_missing_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "mine.py").write_text("")
    told: list[CrawlEvent] = []
    good = Source(name="good", spider="sites/mine.py")
    bad = Source(name="bad", spider="sites/none.py")

    able = equip([good, bad, Source(name="plain")], tmp_path, told.append)

    assert [(each.name, each.spider) for each in able] == [
        ("good", str((tmp_path / "sites" / "mine.py").resolve())),
        ("plain", ""),
    ]
    assert [(event.source, "no such file" in event.what) for event in told] == [("bad", True)]
    with pytest.raises(ConfigError, match="no such file"):
        equip([bad], tmp_path, told.append)


def test_a_browser_that_is_missing_is_told_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(name="scripted", render="browser")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="apt-get install chromium"):
        equip([source], tmp_path, print)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="make install-browser"):
        equip([source], tmp_path, print)


def test_a_file_that_is_no_python_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such Python file"):
        load_spider(str(tmp_path / "x.py"))
