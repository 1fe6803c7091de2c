"""Feeds and sitemaps of the rehearsal web, read by the parsers that everybody uses."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import tomllib
import urllib.request
from xml.etree import ElementTree

import feedparser
import pytest

from spiders.rehearsal import RehearsalWeb
from tests.spiders.rehearsal.conftest import Clock, Got, Reader

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
VERSIONS = {
    "harbour-ledger": "rss20",
    "morning-assay": "rss20",
    "quarry-street": "atom10",
    "bizpulse": "rss20",
    "meridian-wire": "rss20",
    "handelsbote": "rss091u",
    "grain-and-rail": "rss10",
}
BURST_H = 52


def feed_of(web: RehearsalWeb, name: str, reader: Reader) -> Got:
    return reader.get(next(source.feeds[0] for source in web.sources() if source.name == name))


def urls_of(web: RehearsalWeb, name: str) -> set[str]:
    return {article.url for article in web.expected().articles if article.source == name}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_feed_is_of_its_kind_and_lists_its_articles(web: RehearsalWeb, reader: Reader, name: str) -> None:
    got = feed_of(web, name, reader)
    parsed = feedparser.parse(got.body, response_headers={"content-type": "application/xml"})
    links = [entry.link for entry in parsed.entries]
    titles = {article.headline for article in web.expected().articles if article.source == name}

    assert parsed.version == VERSIONS[name]
    assert len(links) == len(set(links)) >= 5
    if name != "morning-assay":
        assert titles <= {entry.title for entry in parsed.entries}


@pytest.mark.parametrize("name", sorted(set(VERSIONS) - {"grain-and-rail"}))
def test_a_feed_is_xml(web: RehearsalWeb, reader: Reader, name: str) -> None:
    assert len(list(ElementTree.fromstring(feed_of(web, name, reader).body).iter())) > 20


def test_one_feed_is_no_xml_and_has_relative_links(web: RehearsalWeb, reader: Reader) -> None:
    body = feed_of(web, "grain-and-rail", reader).body

    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(body)
    assert b"Markets & movements" in body
    assert b"&nbsp;" in body
    assert b"<link>/story.php?id=" in body


def test_the_json_feed_is_of_version_1_1(web: RehearsalWeb, reader: Reader) -> None:
    feed = json.loads(feed_of(web, "tidemark", reader).body)

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert urls_of(web, "tidemark") <= {item["url"] for item in feed["items"]}


def test_entries_come_newest_first_with_their_text(web: RehearsalWeb, reader: Reader) -> None:
    entries = feedparser.parse(feed_of(web, "harbour-ledger", reader).body).entries
    dates = [entry.published_parsed for entry in entries]
    full = next(entry for entry in entries if entry.title.startswith("The tugboat"))

    assert dates == sorted(dates, reverse=True)
    assert "passed a hat round the canteen" in full.content[0].value
    assert full.author == "Bettina Farr"


def test_a_burst_overflows_the_feed_and_stays_in_the_sitemap(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    before = urls_of(web, "morning-assay")
    clock.pass_hours(BURST_H - 4)
    quiet = urls_of(web, "morning-assay")
    clock.pass_hours(4)
    burst = urls_of(web, "morning-assay") - quiet
    in_feed = {entry.link for entry in feedparser.parse(feed_of(web, "morning-assay", reader).body).entries}
    in_news = _locations(gzip.decompress(reader.get(web.url_of("morning-assay", "/sitemap-news.xml.gz")).body))
    in_all = _locations(reader.get(web.url_of("morning-assay", "/sitemap-articles.xml")).body)

    assert len(in_feed) == 5 < len(burst)
    assert burst - in_feed
    assert burst <= in_news
    assert not before <= in_news
    assert before | burst <= in_all


def test_the_sitemap_index_names_both_sitemaps(web: RehearsalWeb, reader: Reader) -> None:
    names = _locations(reader.get(web.url_of("morning-assay", "/sitemap.xml")).body)
    news = ElementTree.fromstring(gzip.decompress(reader.get(web.url_of("morning-assay", "/sitemap-news.xml.gz")).body))

    assert names == {web.url_of("morning-assay", path) for path in ("/sitemap-news.xml.gz", "/sitemap-articles.xml")}
    assert all(reader.get(name).status == 200 for name in names)
    titles = {str(title.text) for title in news.iter(f"{NEWS}title")}
    assert {article.headline for article in web.expected().articles if article.source == "morning-assay"} <= titles


def test_section_pages_link_to_their_articles(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    clock.pass_hours(40)
    source = next(source for source in web.sources() if source.name == "northgate-observer")
    pages = "".join(reader.get(url).text for url in source.sections)

    assert not source.feeds
    assert not source.sitemaps
    assert all(f'class="front-card-link" href="{url}"' in pages for url in urls_of(web, "northgate-observer"))


def test_as_a_program_it_prints_its_sources_and_ends_with_ctrl_c() -> None:
    command = [sys.executable, "-m", "spiders.rehearsal"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stderr
        told = [next(program.stderr) for _ in range(10)]  # the last line comes once it serves and has printed all
        lines = [next(program.stdout)]
        while not lines[-1].startswith("tags") or "deutsch" not in lines[-1]:
            lines.append(next(program.stdout))
        sources = tomllib.loads("".join(lines))["source"]
        with urllib.request.urlopen(sources[0]["feeds"][0]) as response:
            assert response.status == 200
        program.send_signal(signal.SIGINT)
        assert program.wait() == 0
        assert program.stderr.read() == ""

    assert "Ctrl-C" in told[-1]
    assert len(sources) == 9


def _locations(body: bytes) -> set[str]:
    return {str(loc.text) for loc in ElementTree.fromstring(body).iter(LOC)}
