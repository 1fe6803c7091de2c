from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.discovery.sections import is_article_like, parse_section
from copydesk.errors import ParseError
from copydesk.model import Entry

ROOT = "https://ledger.example"
FOLDER = Path(__file__).parent / "pages"
"""Section pages of different build, written for these tests, with all that stands around headlines on real ones."""


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def entry(path: str, title: str, published_at: datetime | None = None) -> Entry:
    return Entry(url=ROOT + path, title=title, published_at=published_at)


def read(page: str, path: str = "/business/") -> tuple[Entry, ...]:
    return parse_section(page.encode(), section_url=ROOT + path, content_type="text/html; charset=utf-8")


PAGES = {
    "WordPress": (
        "wordpress.html",
        "/category/markets/",
        [
            entry("/2026/11/02/rates-rise-again/", "Rates rise again", at(2, 6, 30)),
            entry("/2026/11/01/steel-mill-shut/", "Oldest steel mill in the valley is shut", at(1, 18)),
            entry("/2026/10/31/wheat/", "Wheat", at(31, month=10)),
        ],
    ),
    "newspaper": (
        "newspaper.html",
        "/money",
        [
            entry("/money/banks-1234567", "Banks asked to hold more capital"),
            entry("/money/capital-rules-1234001", "What the capital rules say, line by line"),
            entry("/money/oil-slips-below-sixty-1234568", "Oil slips below sixty", at(2, 9)),
            entry("/video/1234569?cmp=rss", "How a mint works", at(2, 8)),
            entry("/money/pensions-1234570", "Pensions: five things to know before April"),
        ],
    ),
    "divs without classes": (
        "divs.html",
        "/m",
        [
            entry("/news/central-bank-leaves-rates-alone", "Central bank leaves rates alone for now"),
            entry("/news/chip-maker-cuts-jobs", "Chip maker cuts 1,200 jobs at two plants"),
            entry("/news/port-strike-ends", "Port strike ends after nine days"),
            entry("/news/yen", "Yen: why it falls and falls"),
        ],
    ),
    "tables": (
        "tables.html",
        "/list.asp?c=1",
        [
            entry("/story.asp?id=200417", "Trade ministers meet in harbour town"),
            entry("/story.asp?id=200416", "Grain prices steady after rain"),
            entry("/story.asp?id=200415", "Savings bank to close four branches"),
            entry("/story.asp?id=200414", "Shipyard wins order"),
        ],
    ),
    "Japanese": (
        "japanese.html",
        "/keizai/",
        [
            entry("/article/20261102001", "日本銀行、政策金利を据え置き 全員一致で決定", at(2, 1, 30)),
            entry("/article/20261102002", "港湾のスト終結、九日ぶりに船が動き出す", at(2)),
            entry("/article/20261101009", "鉄鋼大手、高炉を一基休止へ 需要低迷で", at(1, 9)),
        ],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_exactly_the_articles_come_in_document_order(name: str) -> None:
    file, path, expected = PAGES[name]
    assert list(read((FOLDER / file).read_text(encoding="utf-8"), path)) == expected


ARTICLES = [
    "/business/rates-rise-again",
    "/rates_rise_again.html",
    "/2026/11/02/rates/",
    "/2026/11/rates",
    "/rates-2026-11-02",
    "/a/1234567",
    "/story.asp?id=200417",
    "/news/articles/c0mzk1234567o",
]
NO_ARTICLES = ["/", "/business/", "/business", "/small-business", "/page/2/", "/list.asp?c=12", "/2026/", "/a-b-c-d"]


@pytest.mark.parametrize("path", ARTICLES)
def test_addresses_of_articles_spell_headlines_or_carry_numbers(path: str) -> None:
    assert is_article_like(ROOT + path)


@pytest.mark.parametrize("path", NO_ARTICLES)
def test_addresses_of_sections_do_not(path: str) -> None:
    assert not is_article_like(ROOT + path)


HEADLINES = [f"Bank number {number} leaves its rates alone" for number in range(1, 6)]


def listing(*hrefs: str, texts: list[str] = HEADLINES, before: str = "", around: str = "{}") -> str:
    items = "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in zip(hrefs, texts, strict=False))
    return f"<html><body>{before}{around.format(f'<ul>{items}</ul>')}</body></html>"


def urls(page: str, path: str = "/business/") -> list[str]:
    return [found.url for found in read(page, path)]


def test_an_article_that_is_linked_in_several_spellings_comes_once() -> None:
    page = listing("/2026/11/02/a?utm_source=box#top", "/2026/11/02/a", "https://LEDGER.example:443/2026/11/02/a")
    assert urls(page) == [ROOT + "/2026/11/02/a?utm_source=box"]


def test_links_to_other_sites_are_left_out_and_those_to_subdomains_kept() -> None:
    page = listing("https://wire.example/2026/11/02/a", "https://markets.ledger.example/2026/11/02/b", "/2026/11/02/c")
    assert urls(page) == ["https://markets.ledger.example/2026/11/02/b", ROOT + "/2026/11/02/c"]


def test_the_page_itself_and_the_homepage_are_no_articles() -> None:
    page = listing("/2026/11/02/", "/", "https://ledger.example", "#top", "/2026/11/02/c", "mailto:desk@ledger.example")
    assert urls(page, "/2026/11/02/?utm_source=x") == [ROOT + "/2026/11/02/c"]


@pytest.mark.parametrize(
    "frame", ["<nav>{}</nav>", "<footer><div>{}</div></footer>", '<div role="navigation">{}</div>']
)
def test_what_stands_in_a_frame_is_no_headline(frame: str) -> None:
    page = listing("/2026/11/02/a", "/2026/11/02/b", around=frame)
    with pytest.raises(ParseError, match="no link on it looks like a link to an article"):
        read(page)


def test_a_menu_is_no_headline_list_though_its_addresses_carry_numbers() -> None:
    page = listing("/c/10001", "/c/10002", "/c/10003", texts=["Banks", "Trade", "Small business"])
    with pytest.raises(ParseError, match="no link on it looks like a link to an article"):
        read(page)


def test_the_base_of_the_page_counts() -> None:
    page = f'<html><head><base href="/news/"></head>{listing("2026/11/02/a", "2026/11/02/b")}</html>'
    assert urls(page) == [ROOT + "/news/2026/11/02/a", ROOT + "/news/2026/11/02/b"]


TITLES = [
    # (links to one article, its title)
    ('<a href="{}">17 comments on this so far</a><h3><a href="{}">Rates rise</a></h3>', "Rates rise"),
    ('<a href="{}"><h3>Rates rise again</h3><p>A teaser of many, many words.</p></a>', "Rates rise again"),
    ('<a href="{}">Rates rise once again</a> <a href="{}">By half a point, after a long debate of the board</a>',
     "Rates rise once again"),
    ('<a href="{}"><img src="a.png"></a> <p><a href="{}">more</a></p> <a href="{}">Rates\n rise  once again</a>',
     "Rates rise once again"),
]  # fmt: skip


@pytest.mark.parametrize(("links", "expected"), TITLES)
def test_the_headline_is_taken_before_teasers_and_counts(links: str, expected: str) -> None:
    (found,) = read(f"<html><body><div>{links.replace('{}', '/2026/11/02/rates')}</div></body></html>")
    assert found.title == expected


def test_a_date_belongs_to_the_card_that_holds_no_other_article() -> None:
    cards = "".join(
        f'<div class="card"><h2><a href="/2026/11/0{day}/a">{HEADLINES[day]}</a></h2>{stamp}</div>'
        for day, stamp in ((1, '<time datetime="2026-11-01T08:00:00Z">8:00</time>'), (2, ""), (3, "<time>soon</time>"))
    )
    page = f'<html><body><div><time datetime="2026-12-24">24</time>{cards}</div></body></html>'
    assert [found.published_at for found in read(page)] == [at(1, 8), None, None]


NO_SECTIONS = [
    (b"", "no web page"),
    (b"   ", "no web page"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "no web page"),
    (b"<html><body><p>Down for maintenance</p></body></html>", "no link on it looks like a link to an article"),
    (b"<!-- -->", "no"),
    (b'{"a": 1}', "no"),
]


@pytest.mark.parametrize(("body", "message"), NO_SECTIONS)
def test_what_is_no_section_page_is_told_in_one_line(body: bytes, message: str) -> None:
    with pytest.raises(ParseError) as raised:
        parse_section(body, section_url=ROOT + "/business/")
    assert message in raised.value.message
    assert "\n" not in str(raised.value)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.sampled_from(list(PAGES)), st.integers(0, 4000), st.integers(0, 400), st.one_of(st.binary(max_size=6), st.text())
)
def test_damaged_pages_are_read_or_refused_never_a_crash(name: str, begin: int, gone: int, piece: bytes | str) -> None:
    file, path, _ = PAGES[name]
    body = (FOLDER / file).read_bytes()
    inserted = piece.encode("utf-8", "replace") if isinstance(piece, str) else piece
    try:
        entries = parse_section(body[:begin] + inserted + body[begin + gone :], section_url=ROOT + path)
    except ParseError:
        return
    assert all(found.url.startswith(("http://", "https://")) for found in entries)
    assert len({found.url for found in entries}) == len(entries)


def test_a_link_that_cannot_be_resolved_is_passed_over() -> None:
    assert urls(listing("http://[", "javascript:void(0)", "/2026/11/02/c")) == [ROOT + "/2026/11/02/c"]


def test_a_page_of_twenty_thousand_links_is_read() -> None:
    same = "<a href='/2026/11/02/a'>Rates rise once again</a>" * 20_000
    assert urls(f"<html><body>{same}</body></html>") == [ROOT + "/2026/11/02/a"]
    menu = "<b><a href='/x'>Menu</a></b>" * 10_000
    many = "".join(f"<div><a href='/2026/11/02/{n}'>Rates rise once again</a></div>" for n in range(10_000))
    assert len(urls(f"<html><body>{menu}{many}</body></html>")) == 10_000
