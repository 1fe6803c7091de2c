"""`copydesk sources` on real servers on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.config import load_sources
from spiders.rehearsal import RehearsalWeb
from tests.servers import Server

NEWS = "[crawl]\ndelay_s = 0\nallow_private_addresses = true\n"
NO_LOOPBACK = "[crawl]\ndelay_s = 0\n"


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk")


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def web() -> Iterator[RehearsalWeb]:
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "news.toml").write_text(NEWS)
    return tmp_path


def test_a_publication_is_found_shown_previewed_and_written(home: Path, web: RehearsalWeb) -> None:
    address = web.url_of("morning-assay", "/")
    (home / "sources.toml").write_text('# mine\n\n[[source]]\nname = "x"\nfeeds = ["http://127.0.9.9:9/rss"]\n# end\n')
    result = copydesk(home, "sources", "add", address, "--yes", "--name", "assay", "--tag", "rehearsal")

    assert result.exit_code == 0, result.output
    (shown,) = rows(result)
    by_url = {row["url"]: row for row in shown["found"]}
    feed = by_url[web.url_of("morning-assay", "/rss/business.xml")]
    assert (feed["chosen"], feed["entries"], feed["origin"]) == (True, 5, "link tag")
    assert feed["newest_at"].startswith("20")
    assert shown["per_day"] > 1
    assert [article["headline"] for article in shown["preview"] if article["word_count"] > 100]
    assert any("robots.txt" in article["why_not"] for article in shown["preview"])
    added = load_sources(home)[1]
    assert added.feeds == (web.url_of("morning-assay", "/rss/business.xml"),)
    assert added.sitemaps == (web.url_of("morning-assay", "/sitemap-news.xml.gz"),)
    assert (added.name, added.tags, added.language) == ("assay", ("rehearsal",), "en")
    assert added.schedule.startswith("every ")
    assert (home / "sources.toml").read_text().startswith("# mine\n\n[[source]]\nname = ")
    assert not (home / "data").exists()


def test_what_was_added_can_be_crawled_at_once(home: Path, web: RehearsalWeb) -> None:
    copydesk(home, "sources", "add", web.url_of("harbour-ledger", "/"), "--yes", "--schedule", "every 3 hours")
    (source,) = load_sources(home)
    (crawl,) = rows(copydesk(home, "crawl", source.name, "--limit", "4"))

    assert source.schedule == "every 3 hours"
    assert crawl["new"] > 1


def test_a_dry_run_and_a_pipe_without_yes_write_nothing(home: Path, web: RehearsalWeb) -> None:
    for flags in ((), ("--dry-run",)):
        result = copydesk(home, "sources", "add", web.url_of("tidemark", "/"), *flags, "--format", "table")
        assert result.exit_code == 0, result.output
        assert "[[source]]" in result.stdout
        assert "nothing was written" in result.stderr
        assert not (home / "sources.toml").exists()


def test_a_source_that_is_followed_is_not_added_twice(home: Path, web: RehearsalWeb) -> None:
    copydesk(home, "sources", "add", web.url_of("tidemark", "/"), "--yes", "--name", "tidemark")
    again = copydesk(home, "sources", "add", web.url_of("tidemark", "/feed.json"), "--yes")
    other = copydesk(home, "sources", "add", web.url_of("harbour-ledger", "/"), "--yes", "--name", "tidemark")

    assert (again.exit_code, other.exit_code) == (1, 1)
    assert 'is followed already, as "tidemark"' in again.output
    assert "is the name of another source" in other.output


def test_feeds_are_found_on_the_pages_of_sections_and_at_common_places(home: Path) -> None:
    with Server() as by_section, Server() as by_place:
        by_section.serve("/", "<nav><a href='/markets'>Markets</a></nav><p>Hello")
        tag = '<link rel="alternate" type="application/rss+xml" href="/m.xml">'
        by_section.serve("/markets", f"<title>m</title>{tag}<p>Markets")
        by_section.feed("/m.xml", ["/a"])
        by_place.serve("/", "<p>Hello")
        by_place.feed("/rss.xml", ["/a"])
        for web in (by_section, by_place):
            web.serve("/a", "<p>a")
            result = copydesk(home, "sources", "add", web.url("/"), "--yes")
            assert result.exit_code == 0, result.output

    first, second = load_sources(home)
    assert first.feeds == (by_section.url("/m.xml"),)
    assert second.feeds == (by_place.url("/rss.xml"),)
    assert len(by_place.asked) < 30


def test_the_address_of_a_feed_is_taken_as_one(home: Path) -> None:
    with Server() as web:
        web.serve("/a", "<p>a")
        copydesk(home, "sources", "add", web.feed("/news.rss", ["/a"]), "--yes", "--name", "fed")

    assert load_sources(home)[0].feeds == (web.url("/news.rss"),)


def test_a_page_without_any_list_and_one_that_cannot_be_had_are_one_line_each(home: Path) -> None:
    with Server() as web:
        web.serve("/", "<p>Nothing here")
        web.serve("/robots.txt", "User-agent: *\nDisallow: /closed", content_type="text/plain")
        nothing = copydesk(home, "sources", "add", web.url("/"), "--yes")
        closed = copydesk(home, "sources", "add", web.url("/closed"), "--yes")
        (home / "news.toml").write_text(NO_LOOPBACK)
        refused = copydesk(home, "sources", "add", web.url("/"), "--yes")

    assert [result.exit_code for result in (nothing, closed, refused)] == [1, 1, 1]
    assert "no feed, no news sitemap and no list of articles was found" in nothing.output
    assert "robots.txt disallows it" in closed.output
    assert "loopback address" in refused.output
    assert "/closed" not in web.paths()
    assert not (home / "sources.toml").exists()


def test_check_tells_the_dead_the_moved_and_the_new_and_fails_where_one_is_dead(home: Path) -> None:
    with Server() as web:
        page = '<link rel="alternate" type="application/rss+xml" href="/better.xml"><p>Hello'
        web.serve("/", page)
        web.serve("/moved.xml", status=301, Location=web.feed("/here.xml", ["/a"]))
        web.feed("/better.xml", ["/b", "/c"])
        urls = json.dumps([web.url("/moved.xml"), web.url("/gone.xml")])
        text = f'[[source]]\nname = "s"\nhomepage = "{web.url("/")}"\nfeeds = {urls}\n'
        (home / "sources.toml").write_text(text)
        result = copydesk(home, "sources", "check", "s")
        by_url = copydesk(home, "sources", "check", web.url("/"))
        unknown = copydesk(home, "sources", "check", web.url("/nobody"))
        plain = copydesk(home, "sources", "check")

    found = {row["url"].rpartition("/")[2]: row for row in rows(result)}
    assert {name: row["state"] for name, row in found.items()} == {
        "moved.xml": "moved",
        "gone.xml": "dead",
        "better.xml": "new",
    }
    assert found["moved.xml"]["moved_to"] == web.url("/here.xml")
    assert found["gone.xml"]["status"] == 404
    assert result.exit_code == by_url.exit_code == 1
    assert rows(by_url) == rows(result)
    assert "1 of 2 endpoints answered" in result.stderr
    assert "1 dead; 1 moved; 1 new" in result.stderr
    assert "copydesk sources add" in unknown.output
    assert len(rows(plain)) == 2
    assert (home / "sources.toml").read_text() == text


def test_pause_and_resume(home: Path) -> None:
    text = '[[source]]\nname = "s"\nfeeds = ["http://127.0.9.9:9/rss"]\n'
    (home / "sources.toml").write_text(text)

    assert "s is paused" in copydesk(home, "sources", "pause", "s").stderr
    assert [row["state"] for row in rows(copydesk(home, "sources", "list"))] == ["paused"]
    assert "s is resumed" in copydesk(home, "sources", "resume", "s").stderr
    assert (home / "sources.toml").read_text() == text
    assert 'did you mean "s"' in copydesk(home, "sources", "pause", "ss").output


def test_an_opml_file_comes_in_and_goes_out(home: Path, tmp_path: Path) -> None:
    (home / "sources.toml").write_text('[[source]]\nname = "ledger"\nfeeds = ["https://ledger.example/rss"]\n')
    (home / "in.opml").write_text(
        '<opml version="2.0"><body><outline text="Ports"><outline text="Ledger" xmlUrl="https://ledger.example/rss"/>'
        '<outline text="Courier" xmlUrl="https://courier.example/rss" htmlUrl="https://courier.example/"/>'
        '<outline text="Courier" xmlUrl="https://courier.example/two" htmlUrl="https://courier.example/"/>'
        '<outline text="Ledger" xmlUrl="https://other.example/rss"/></outline></body></opml>'
    )
    dry = copydesk(home, "sources", "import", str(home / "in.opml"), "--dry-run")
    done = copydesk(home, "sources", "import", str(home / "in.opml"), "--tag", "mine")
    again = copydesk(home, "sources", "import", str(home / "in.opml"))

    assert "nothing was written" in dry.stderr
    assert "https://ledger.example/rss is followed already, as ledger" in done.stderr
    assert [(each.name, len(each.feeds), each.tags) for each in load_sources(home)] == [
        ("ledger", 1, ()),
        ("courier", 2, ("ports", "mine")),
        ("other", 1, ("ports", "mine")),
    ]
    assert "nothing to add" in again.stderr
    out = copydesk(home, "sources", "export", str(home / "out.opml"))
    assert "4 feeds of 3 sources" in out.stderr
    (tmp_path / "second").mkdir()
    copydesk(tmp_path / "second", "sources", "import", str(home / "out.opml"))
    assert {each.feeds for each in load_sources(tmp_path / "second")} == {each.feeds for each in load_sources(home)}


def test_an_opml_file_that_is_none_is_one_line(home: Path) -> None:
    (home / "no.opml").write_text("<html></html>")
    for name in ("no.opml", "absent.opml"):
        result = copydesk(home, "sources", "import", str(home / name))
        assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_a_host_that_asks_for_less_while_a_source_is_looked_at_is_left_alone_by_crawls_too_and_the_other_way_round(
    home: Path,
) -> None:
    with Server() as web:
        web.feed("/feed.xml", [])
        (home / "sources.toml").write_text(f'[[source]]\nname = "one"\nfeeds = ["{web.url("/feed.xml")}"]\n')
        assert copydesk(home, "crawl", "--all").exit_code == 0
        web.serve("/feed.xml", "slow down", status=429, Retry_After="7200")
        copydesk(home, "sources", "check", "one")
        web.forget()
        crawled = copydesk(home, "crawl", "--all")
        checked = copydesk(home, "sources", "check", "one")

    assert web.paths() == []
    assert "asked for less (HTTP 429); left alone until" in crawled.stderr
    assert "left alone" in checked.output
