"""Whole pages through the one door."""

from __future__ import annotations

import json

import pytest

from copydesk.extraction.article import EXTRACTOR, extract_article, reset_caches
from copydesk.model import Article, Page, Reason, Refusal
from tests.copydesk.extraction.pages import HEADLINE, PARAGRAPHS, URL, article, extract, make_html

BODY = "\n\n".join(PARAGRAPHS)

JUNK_AFTER = [
    "<h3>Related Articles</h3><ul><li><a href='/a'>Silo prices rise for the third month in a row</a></li></ul>",
    "<p>Sign up for our newsletter and get the news in your inbox.</p>",
    "<p>Additional reporting by Ann Lee</p>",
    "<p>Follow us on Facebook</p><p>Share</p>",
    "<p>Ann Lee is a reporter who covers ports and freight for The Courier.</p>",
    "<p>© 2026 The Courier. All rights reserved.</p>",
    "<p><a href='/b'>READ MORE: Growers ask for a second terminal in the south</a></p>",
    "<p>Lesen Sie auch: Wie der Hafen brannte</p>",
    "<p>À lire aussi : le port après l'incendie</p>",
    "<p>Leave a Reply</p><p>Your email address will not be published.</p>",
    "<p>Back to top button</p>",
    "<p>Related: Silo prices rise for the third month in a row</p>",
    "<p>Tags: grain, ports</p>",
    "<p>We may earn a small commission if you buy through links on this page.</p>",
    "<p>Photo: Ann Lee / The Courier</p>",
    "<h3>Elsewhere on The Courier</h3><p><a href='/c'>Silo prices rise for the third month in a row</a></p>",
    "<h3>Corrections &amp; Clarifications</h3><p>A report on Friday got the name of the mayor of Dull wrong.</p>",
]
JUNK_BEFORE = [
    f"<p>{HEADLINE}</p>",
    "<p>By Ann Lee</p>",
    "<p>November 2, 2026</p>",
    "<p>Published on 2 November 2026 at 10:15</p>",
    "<p>Advertisement</p>",
    "<p>HALDEN</p>",
    "<img src='/a.jpg' alt='Elevators in the port of Halden'><p>Elevators in the port of Halden</p>",
    "<p>By Ann Lee, 21-Nov-2026 10:15 GMT Print this page E-mail it</p>",
]
KEPT = [
    "<h2>What the ministry says</h2><p>The ministry said in a statement that work would go on at night as well.</p>",
    "<ul><li>Two silos open in March</li><li>A third follows in the autumn</li></ul><p>The fourth stays closed.</p>",
    "<blockquote><p>No one will wait for a berth any more, he promised.</p></blockquote><p>So it is written.</p>",
    "<p>Correction: An earlier version of this article gave the wrong tonnage.</p>",
    "<p>Correction, Nov. 3, 2026: This article originally misidentified the owner of the silos.</p>",
    "<p>An earlier version of this story misstated the tonnage that the terminal will ship.</p>",
    "<p>Korrektur: In einer früheren Fassung dieses Artikels stand eine falsche Tonnage.</p>",
    "<p>Related-party sales make up a third of the turnover, as the annual report says.</p>",
    "<h2>Via Appia</h2><p>The old road to the port is closed for lorries since the fire, and will stay so.</p>",
]


@pytest.mark.parametrize("junk", JUNK_AFTER)
def test_what_stands_below_the_article_is_no_part_of_it(junk: str) -> None:
    assert article(make_html(after=junk)).body_text == BODY


@pytest.mark.parametrize("junk", JUNK_BEFORE)
def test_headline_byline_and_dateline_are_no_paragraphs(junk: str) -> None:
    assert article(make_html(before=junk)).body_text == BODY


@pytest.mark.parametrize("part", KEPT)
def test_sub_headings_lists_quotes_and_own_corrections_stay(part: str) -> None:
    text = article(make_html(after=part)).body_text
    assert text.startswith(BODY)
    assert len(text) > len(BODY) + 40


def test_items_of_a_list_stand_one_a_line() -> None:
    text = article(make_html(after=KEPT[1])).body_text
    assert "\n\nTwo silos open in March\nA third follows in the autumn\n\n" in text


def test_a_standfirst_is_a_field_of_its_own() -> None:
    standfirst = "Freight costs may fall by a fifth, the growers say."
    found = article(make_html(before=f'<p class="standfirst">{standfirst}</p>'))
    assert (found.standfirst, found.body_text) == (standfirst, BODY)


def test_a_body_in_several_containers_is_whole() -> None:
    halves = "".join(
        f'<div class="body__inner-container">{"".join(f"<p>{text}</p>" for text in part)}</div><div class="ad">Ad</div>'
        for part in (PARAGRAPHS[:2], PARAGRAPHS[2:])
    )
    html = (
        f"<html><head><meta property='og:type' content='article'></head><body><h1>{HEADLINE}</h1>{halves}</body></html>"
    )
    assert article(html).body_text == BODY


def test_a_body_that_is_only_in_json_ld_is_found() -> None:
    long = [text.replace("“", "'").replace("”", "'") for text in PARAGRAPHS]
    node = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n".join(long)}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    found = article(make_html(paragraphs=("Loading the article.",), head=head))
    assert found.body_text == "\n\n".join(long)
    assert any("JSON-LD" in note for note in found.notes)


def test_a_body_that_is_only_in_the_page_s_data_is_found() -> None:
    texts = [text for text in PARAGRAPHS for _ in (0,)] + [
        "Silos need power, and the grid operator has promised a second line. " * 3
    ]
    data = {
        "props": {"story": {"body": {"content": [{"type": "p", "text": text} for text in texts]}}, "menu": ["Home"]}
    }
    head = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'
    found = article(make_html(paragraphs=("Loading the article.",), head=head))
    assert found.body_text.startswith(PARAGRAPHS[0])
    assert PARAGRAPHS[3] in found.body_text


def test_json_ld_s_body_tells_what_does_not_belong() -> None:
    node = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": BODY}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    stranger = "<p>Readers of this publication voted the harbour café the best of the town for the third time.</p>"
    assert article(make_html(head=head, before=stranger)).body_text == BODY


def test_selectors_of_the_source_are_cut() -> None:
    html = make_html(after="<div class='boxout'><p>Zorbal kemtin arvo plin, dremas ol tarrin.</p></div>")
    page = Page(url=URL, body=html.encode(), prune=(".boxout", "//aside", "a:::b"))
    found = extract_article(page)
    assert isinstance(found, Article)
    assert found.body_text == BODY
    assert any("no selector" in note for note in found.notes)


def test_an_article_says_what_made_it_and_how_long_it_is() -> None:
    found = article(make_html())
    assert found.extractor == EXTRACTOR
    assert EXTRACTOR.startswith("trafilatura ")
    assert found.word_count == pytest.approx(len(BODY.split()), abs=4)
    assert len(found.content_hash) == len(found.body_hash) == 32
    assert found.content_hash != found.body_hash


def test_extraction_is_the_same_every_time_and_after_the_caches_are_forgotten() -> None:
    first = article(make_html())
    reset_caches()
    assert article(make_html()) == first


HOSTILE: list[tuple[str, bytes]] = [
    ("nested tags", b"<html><body>" + b"<div>" * 100_000 + b"deep"),
    ("nested lists", b"<html><body>" + b"<ul><li>" * 30_000 + b"deep"),
    ("nested inline", b"<html><body><p>" + b"<b><i>" * 30_000 + b"deep"),
    ("many attributes", b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">text</p>"),
    ("many elements", b"<html><body>" + b"<p>x</p>" * 150_000),
    ("null bytes", b"<html>\x00<body>\x00<p>\x00text\x00</p>" * 50),
    ("open tag", b"<" * 200_000),
    ("open comment", b"<html><!--" + b"-" * 500_000),
    ("quadratic blanks", b"<html><body><p>" + b" \n\t" * 300_000 + b"</p>"),
    ("quadratic brackets", b"<html><head><meta name=author content='" + b"(" * 100_000 + b"'></head><body><p>x</p>"),
    (
        "deep JSON",
        b"<html><head><script type='application/ld+json'>" + b'{"@graph":[' * 50_000 + b"</script></head><body>x",
    ),
    ("many meta tags", b"<html><head>" + b"<meta name=author content=x>" * 100_000 + b"</head><body>x"),
]


@pytest.mark.parametrize("body", [body for _, body in HOSTILE], ids=[name for name, _ in HOSTILE])
def test_hostile_pages_end_in_a_reason(body: bytes) -> None:
    result = extract(body)
    assert isinstance(result, Refusal)
    assert result.detail


def test_a_page_of_more_than_ten_megabytes_is_not_parsed() -> None:
    result = extract(b"<html><body>" + b"<p>text</p>" * 1_000_000)
    assert isinstance(result, Refusal)
    assert result.reason is Reason.TOO_LARGE
