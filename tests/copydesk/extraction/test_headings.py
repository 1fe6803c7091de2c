"""Which headings stand over the article, and how tags spell them."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from copydesk.extraction.headings import find_shown, read_heading
from copydesk.extraction.tags import read_tags
from tests.copydesk.extraction.pages import HEADLINE, article, make_html

SEEN_IN_THE_WILD = [
    # markup of the h1, its text
    ("Ferry runs <em>again</em>", "Ferry runs again"),
    ("<em>Hamlet</em>'s ghost returns", "Hamlet's ghost returns"),
    (
        "<span>Hafen von Sarn</span><span class='hidden'>:</span> <span>Fähre fährt wieder</span>",
        "Hafen von Sarn: Fähre fährt wieder",
    ),
    ("<span>Ports</span>Ferry runs again", "Ports Ferry runs again"),
    ("Le bac repart <span>?</span>", "Le bac repart ?"),
    ("Ferry<br>runs again", "Ferry runs again"),
    ("“<span>The Ferry</span>” runs again", "“The Ferry” runs again"),
    ("<span>渡し船</span><span>再開</span>", "渡し船再開"),
    ("Ferry runs again<script>track()</script>", "Ferry runs again"),
]
PATHS = [
    '<nav><ol><li><a href="/">Home</a></li><li>{h1}</li></ol></nav>',
    '<div class="site-breadcrumbs"><span>Home</span>{h1}</div>',
    '<div data-testid="BreadcrumbArea"><div><div>{h1}</div></div></div>',
    '<header><div class="head__crumb">{h1}</div></header>',
    '<ol itemscope itemtype="https://schema.org/BreadcrumbList"><li>{h1}</li></ol>',
    "<footer><div>{h1}</div></footer>",
]
NOT_PATHS = [
    '<header class="article-header">{h1}</header>',
    '<section id="apple-crumble-recipe">{h1}</section>',
    '<ul><li class="story">{h1}</li></ul>',
    "<nav><div><div><div><div><div><div>{h1}</div></div></div></div></div></div></nav>",
]
SEARCHED = "Sarn ferry 2026: timetable, prices and everything about the crossing"
KICKERS = [
    # parts of the h1, what the tags say, headline
    ("<span>Harbour news of the week</span> <span>Ferry runs again</span>", ["Ferry runs again"], "Ferry runs again"),
    (
        "<span>Harbour news</span> <span>Ferry runs again</span>",
        ["Harbour news / Ferry runs again"],
        "Harbour news / Ferry runs again",
    ),
    ("Ferry runs again <button>Save this article</button>", ["Ferry runs again"], "Ferry runs again"),
    ("<span>Opinion</span> Ferry runs again", ["Opinion | Ferry runs again", "Ferry runs again"], "Ferry runs again"),
    ("<span>Opinion</span> Ferry runs again", ["Something else entirely"], "Opinion Ferry runs again"),
    ("<b>Sarn</b> ferry runs again", ["Sarn ferry runs again"], "Sarn ferry runs again"),
    ("<b>The</b> crossing", ["Crossing"], "The crossing"),
]


def page_with_path(path: str, *, over: str = f"<h2>{HEADLINE}</h2>") -> str:
    html = make_html(title=SEARCHED, head=f'<meta property="og:title" content="{HEADLINE}">')
    return html.replace(f"<h1>{HEADLINE}</h1>", path.format(h1=f"<h1>{SEARCHED}</h1>") + over)


@pytest.mark.parametrize(("markup", "text"), SEEN_IN_THE_WILD)
def test_a_heading_reads_as_a_reader_sees_it(markup: str, text: str) -> None:
    assert read_heading(document_fromstring(f"<h1>{markup}</h1>").find(".//h1")).text == text


@pytest.mark.parametrize("path", PATHS)
def test_a_heading_in_the_path_to_the_page_is_aside(path: str) -> None:
    root = document_fromstring(path.format(h1="<h1>Ferry runs again</h1>"))
    assert read_heading(root.find(".//h1")).is_aside


@pytest.mark.parametrize("path", NOT_PATHS)
def test_headings_elsewhere_are_not(path: str) -> None:
    root = document_fromstring(path.format(h1="<h1>Ferry runs again</h1>"))
    assert not read_heading(root.find(".//h1")).is_aside


@pytest.mark.parametrize("path", PATHS)
def test_where_the_first_heading_is_the_path_the_headline_is_the_second_that_a_tag_repeats(path: str) -> None:
    found = article(page_with_path(path))
    assert found.headline == HEADLINE
    seen = [(item.origin, item.value) for item in found.candidates if item.field == "headline"]
    assert seen[0] == ("html:h2", HEADLINE)
    assert ("html:h1 aside", SEARCHED) in seen


def test_a_second_heading_that_no_tag_repeats_is_not_the_headline() -> None:
    root = document_fromstring(page_with_path(PATHS[0], over="<h2>Most read this week</h2>"))
    headings = read_tags(root, url="").headings
    assert find_shown(root, headings, [HEADLINE]) == []


def test_a_teaser_of_the_second_rank_does_not_displace_a_heading_over_the_article() -> None:
    root = document_fromstring(f"<h1>Ferry runs again</h1><p>Text</p><h2>{SEARCHED}</h2>")
    assert find_shown(root, read_tags(root, url="").headings, [SEARCHED]) == [("html:h1", "Ferry runs again")]


@pytest.mark.parametrize(("markup", "told", "headline"), KICKERS)
def test_tags_say_whether_a_kicker_belongs_to_the_headline(markup: str, told: list[str], headline: str) -> None:
    root = document_fromstring(f"<div><h1>{markup}</h1></div>")
    assert find_shown(root, read_tags(root, url="").headings, told) == [("html:h1", headline)]


def test_an_unclosed_heading_is_read_no_further_than_a_headline_may_be_long() -> None:
    root = document_fromstring(f"<h1>Ferry{'<span>word</span>' * 5_000}</h1>")
    assert len(read_heading(root.find(".//h1")).text) <= 2_000


def page_with_two_names(*, mark: str = "", more: str) -> str:
    """A page that shows another headline than its tags tell, beside a further heading of the first rank."""
    html = make_html(headline="Silence at the northern quay", title=SEARCHED, below=f"<h1>{more}</h1>")
    return html.replace("<h1>Silence", f"<h1 {mark}>Silence")


def test_the_only_heading_that_is_a_sentence_is_the_headline_though_no_tag_repeats_it() -> None:
    assert article(page_with_two_names(more="Choose your port")).headline == "Silence at the northern quay"


def test_of_several_that_no_tag_repeats_the_one_that_microdata_mark_is_the_headline() -> None:
    others = "More from the pages of our weekend edition"
    assert (
        article(page_with_two_names(mark='itemprop="headline"', more=others)).headline == "Silence at the northern quay"
    )
    assert article(page_with_two_names(more=others)).headline == SEARCHED


def test_a_marked_heading_that_only_names_the_publication_is_not_the_headline() -> None:
    html = make_html(
        below="",
        title=f"{HEADLINE} | The Quay Courier",
        head='<meta property="og:site_name" content="The Quay Courier">',
    )
    html = html.replace("<main>", '<h1 itemprop="name headline">The Quay Courier</h1><main>')
    assert article(html).headline == HEADLINE
