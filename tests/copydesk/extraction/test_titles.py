from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from copydesk.extraction.article import extract_article
from copydesk.extraction.masthead import find_line, read_publisher
from copydesk.extraction.titles import choose_headline, strip_site, title_parts
from copydesk.model import Article, Candidate, Entry, Page
from tests.copydesk.extraction.pages import HEADLINE, NOW, URL, article, make_html

SEEN_IN_THE_WILD = [
    # title, names of the publication, headline
    ("Rates rise | The Courier", ["The Courier"], "Rates rise"),
    ("The Courier: Rates rise", ["The Courier"], "The Courier: Rates rise"),
    ("Courier - Rates rise", ["The Courier"], "Rates rise"),
    ("Rates rise - Business - The Courier", ["The Courier"], "Rates rise - Business"),
    ("Rates rise – and fall", ["The Courier"], "Rates rise – and fall"),
    ("Rates rise | Politics News | Courier News", ["Courier"], "Rates rise | Politics News"),
    ("Zinsen steigen | DW | 28.04.2023", ["dw"], "Zinsen steigen"),
    ("Rates rise | 2 November 2026", [], "Rates rise"),
    ("Rates rise | 5 questions", [], "Rates rise | 5 questions"),
    (
        "Rates rise | The Society of Friends of the Port of Sarn",
        ["Society of Friends of the Port of Sarn"],
        "Rates rise",
    ),
]
BUGS = [
    # a name inside a part that is more than the name; a page's own title given as its publisher's name
    ("Visit us - Comwrap at the big trade fair", ["comwrap"], "Visit us - Comwrap at the big trade fair"),
    ("Schools - Pupils learn faster", ["Pup"], "Schools - Pupils learn faster"),
]
ORDER_OF_TRUST = [
    # json-ld, og:title, h1s, title -> headline
    ("", "Rates rise in spring", ["Rates rise in the spring of the year"], "", "Rates rise in the spring of the year"),
    ("Rates to rise", "Rates rise in spring", ["Opinion Rates rise in spring"], "", "Rates rise in spring"),
    ("", "Rates rise in spring", ["Nov 2 2026 Rates rise in spring"], "", "Rates rise in spring"),
    ("", "Rates rise in spring", ["The spring observer", "Rates rise in spring"], "", "Rates rise in spring"),
    ("", "Rates rise in spring", ["The Ledger"], "The Ledger: Rates rise in spring", "Rates rise in spring"),
    ("", "", ["The Ledger"], "The Ledger", "The Ledger"),
    ("Rates rise in spring by a quarter", "", ["Rates rise in spring by…"], "", "Rates rise in spring by a quarter"),
    ("Rates rise in spring by...", "Rates rise in spring by a quarter", [], "", "Rates rise in spring by a quarter"),
    ("", "", ["Zins\u00adentscheid ver\u00adtagt bis April"], "", "Zinsentscheid vertagt bis April"),
]
MASTHEAD = "Grain & Rail Gazette"
OLD_PAGE = (
    "<html><head><title>{masthead} - {headline}</title></head><body><table><tr><td><b>{masthead}</b></td></tr>"
    "<tr><td><font>{line}</font></td></tr><tr><td>{text}</td></tr><tr><td>{foot}</td></tr></table></body></html>"
)


def candidates(linked: str, shared: str, shown: list[str], title: str) -> list[Candidate]:
    values = [("json-ld:headline", linked), ("meta:og:title", shared), *(("html:h1", text) for text in shown)]
    values.append(("html:title", title))
    return [Candidate(field="headline", value=value, origin=origin) for origin, value in values if value]


def old_page(*, masthead: str = "Grain &amp; Rail Gazette", line: str = HEADLINE, foot: str = "") -> str:
    return OLD_PAGE.format(masthead=masthead, headline=HEADLINE, line=line, text="", foot=foot)


@pytest.mark.parametrize(("title", "names", "headline"), SEEN_IN_THE_WILD + BUGS)
def test_names_and_dates_are_cut_off_titles_and_nothing_else(title: str, names: list[str], headline: str) -> None:
    assert strip_site(title, names) == headline


@pytest.mark.parametrize(("linked", "shared", "shown", "title", "headline"), ORDER_OF_TRUST)
def test_the_headline_is_what_page_and_tags_say_together(
    linked: str, shared: str, shown: list[str], title: str, headline: str
) -> None:
    assert choose_headline(candidates(linked, shared, shown, title), site_names=["Courier"])[0] == headline


def test_a_title_has_the_parts_that_it_may_be_without_its_ends() -> None:
    assert title_parts("Rates rise | Business | The Ledger") == [
        "Business | The Ledger",
        "Rates rise | Business",
        "Rates rise",
        "The Ledger",
    ]
    assert title_parts("Rates rise") == []


def test_the_part_of_a_title_that_is_a_line_of_its_own_is_the_headline() -> None:
    title = f"{MASTHEAD} - {HEADLINE}"
    assert find_line(title, document_fromstring(old_page())) == HEADLINE
    assert find_line(title, document_fromstring(old_page(line="Elsewhere"))) == title


def test_the_feed_s_title_tells_which_part_is_the_headline() -> None:
    title = f"{MASTHEAD} - {HEADLINE}"
    assert find_line(title, document_fromstring(old_page(line="")), hint=HEADLINE.upper()) == HEADLINE


def test_a_masthead_is_no_headline_though_it_is_a_line_of_its_own() -> None:
    root = document_fromstring(old_page(masthead="The Grain Ledger", line="", foot="© 2026 The Grain Ledger"))
    assert find_line("Ports – The Grain Ledger", root) == "Ports – The Grain Ledger"


@pytest.mark.parametrize(
    ("foot", "publisher"),
    [
        ("Copyright Grain &amp; Rail Gazette. All rights reserved", MASTHEAD),
        ('<img src="/logo.png" alt="Grain &amp; Rail Gazette logo">', MASTHEAD),
        ("Read more in the Grain &amp; Rail Gazette", ""),
        ("Copyright Somebody Else", ""),
    ],
)
def test_the_publisher_is_named_around_the_headline_and_as_the_page_s_owner(foot: str, publisher: str) -> None:
    root = document_fromstring(old_page(foot=foot))
    assert read_publisher([f"{MASTHEAD} - {HEADLINE}"], HEADLINE, root) == publisher
    assert read_publisher([f"{HEADLINE} | Rail | {MASTHEAD}"], HEADLINE, root) == publisher
    assert read_publisher([f"Opinion | {HEADLINE} - {MASTHEAD}"], HEADLINE, root) == publisher
    assert read_publisher([HEADLINE], HEADLINE, root) == ""


def test_an_old_page_without_tags_has_headline_publisher_and_all_candidates() -> None:
    html = make_html(title=f"{MASTHEAD.replace('&', '&amp;')} - {HEADLINE}", below=f"<p>© 2026 {MASTHEAD}</p>")
    html = html.replace(f"<h1>{HEADLINE}</h1>", f"<font><b>{HEADLINE}</b></font>")
    found = article(html, url="http://127.0.0.7:8000/story.php?id=7")
    assert (found.headline, found.publisher) == (HEADLINE, MASTHEAD)
    assert [c.origin for c in found.candidates if c.field == "headline"] == ["html:title"]


def test_characters_that_a_tag_escapes_twice_are_read() -> None:
    html = make_html(
        head='<meta property="og:title" content="Ferry &amp;amp; port: what&amp;#8217;s next for Sarn">', title=""
    )
    assert article(html.replace(f"<h1>{HEADLINE}</h1>", "")).headline == "Ferry & port: what’s next for Sarn"


def test_the_entry_s_title_is_kept_as_a_candidate() -> None:
    page = Page(url=URL, body=make_html().encode(), fetched_at=NOW, entry=Entry(url=URL, title="Another title of it"))
    found = extract_article(page)
    assert isinstance(found, Article)
    assert ("entry:title", "Another title of it") in [(c.origin, c.value) for c in found.candidates]
