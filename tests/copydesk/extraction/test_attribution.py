# ruff: noqa: E501
"""Whom a republished article credits. Pages of our own making: no public set has aggregators with credit lines."""

from __future__ import annotations

import json

import pytest

from tests.copydesk.extraction.credit_pages import CREDITED, NOT_CREDITED, Credited
from tests.copydesk.extraction.pages import URL, article, make_html

ORIGINAL = "https://harbour-post.example.org/2026/11/01/terminal-to-reopen"
LINK = f'<a href="{ORIGINAL}">{{}}</a>'

LINES = [
    "<p><a href='{u}'>Source link</a></p>",
    "<div><a href='{u}' rel='nofollow noopener' target='_blank'>Source link</a></div>",
    "<p>Source: <a href='{u}'>Harbour Post</a></p>",
    "<p><strong>Source:</strong> <a href='{u}'>Harbour Post</a></p>",
    "<p>Source – <a href='{u}'>harbour-post.example.org</a></p>",
    "<p>Via <a href='{u}'>Harbour Post</a></p>",
    "<p>(via <a href='{u}'>Harbour Post</a>)</p>",
    "<p>Original source: <a href='{u}'>{u}</a></p>",
    "<p>Original article: <a href='{u}'>Terminal to reopen</a></p>",
    "<p><a href='{u}'>Original article</a></p>",
    "<p>Article source: <a href='{u}'>Harbour Post</a></p>",
    "<p>This article originally appeared on <a href='{u}'>Harbour Post</a>.</p>",
    "<p><em>This story was originally published by <a href='{u}'>Harbour Post</a> and is republished with permission.</em></p>",
    "<p>First published on <a href='{u}'>Harbour Post</a>.</p>",
    "<p>Originally posted at <a href='{u}'>Harbour Post</a></p>",
    "<p>The post appeared first on <a href='{u}'>Harbour Post</a>.</p>",
    "<p>Republished from <a href='{u}'>Harbour Post</a> under a Creative Commons licence.</p>",
    "<p>Reprinted with permission from <a href='{u}'>Harbour Post</a>.</p>",
    "<p>Syndicated from <a href='{u}'>Harbour Post</a></p>",
    "<p><a href='{u}'>Read the original article</a></p>",
    "<p><a href='{u}'>Read the full story at Harbour Post</a></p>",
    "<p>Quelle: <a href='{u}'>Hafenpost</a></p>",
    "<p>Dieser Artikel ist zuerst erschienen bei <a href='{u}'>Hafenpost</a>.</p>",
    "<p><a href='{u}'>Zum Original</a></p>",
    "<p>Cet article a été initialement publié par <a href='{u}'>Le Port</a>.</p>",
    "<p>Fuente: <a href='{u}'>El Puerto</a></p>",
    "<p>Publicado originalmente en <a href='{u}'>El Puerto</a>.</p>",
    "<p>Fonte: <a href='{u}'>Il Porto</a></p>",
    "<p>Bron: <a href='{u}'>De Haven</a></p>",
    "<p>Källa: <a href='{u}'>Hamnposten</a></p>",
    "<p>Źródło: <a href='{u}'>Port</a></p>",
    "<p>Источник: <a href='{u}'>Порт</a></p>",
    "<p>出典：<a href='{u}'>港新聞</a></p>",
    "<h4>Source</h4>".replace("<h4>Source</h4>", "<h4>Source: <a href='{u}'>Harbour Post</a></h4>"),
]
NODES = [
    {"isBasedOn": ORIGINAL},
    {"isBasedOn": {"@type": "NewsArticle", "url": ORIGINAL}},
    {"isBasedOnUrl": ORIGINAL},
    {"isBasedOn": [{"@id": ORIGINAL}]},
]
HEADS = [
    f'<link rel="canonical" href="{ORIGINAL}">',
    f'<meta name="syndication-source" content="{ORIGINAL}">',
    f'<meta name="original-source" content="{ORIGINAL}">',
    f'<meta property="article:original_source" content="{ORIGINAL}">',
    f'<meta name="dc.source" content="{ORIGINAL}">',
]
NO_CREDIT = [
    "<p>The terminal burned in 2024, as <a href='{u}'>Harbour Post</a> reported at the time, and stayed closed ever since then.</p>",
    "<p><a href='https://www.facebook.com/sharer.php?u={u}'>Share on Facebook</a></p>",
    "<p>Source: <a href='https://twitter.com/port/status/1'>Twitter</a></p>",
    "<p>Via <a href='https://wa.me/?text=a'>WhatsApp</a></p>",
    "<p>Source: <a href='/sources/port'>our archive</a></p>",
    "<p>Source: port authority</p>",
    "<p>“The source of the fire was a belt”, the report says; <a href='{u}'>the report</a> has 300 pages and was published in May.</p>",
    "<p>Photo: <a href='{u}'>Harbour Post</a></p>",
    "<p><a href='{u}'>Subscribe to Harbour Post</a></p>",
]
REFUSED = [
    ("https://courier.example/", "home page"),
    ("/", "home page"),
    ("https://courier.example/business", "section"),
    ("javascript:void(0)", "no web address"),
    ("http://[broken", "no web address"),
]


@pytest.mark.parametrize("line", LINES)
def test_a_credit_line_at_the_end_names_the_original(line: str) -> None:
    assert article(make_html(after=line.replace("{u}", ORIGINAL))).based_on_url == ORIGINAL


@pytest.mark.parametrize("line", LINES[:4])
def test_a_credit_line_below_the_article_counts_too(line: str) -> None:
    assert (
        article(make_html(below=f"<div class='credit'>{line.replace('{u}', ORIGINAL)}</div>")).based_on_url == ORIGINAL
    )


@pytest.mark.parametrize("node", NODES)
def test_schema_org_names_the_original(node: dict[str, object]) -> None:
    script = json.dumps({"@type": "NewsArticle", "headline": "Grain terminal", **node})
    assert article(make_html(head=f'<script type="application/ld+json">{script}</script>')).based_on_url == ORIGINAL


@pytest.mark.parametrize("head", HEADS)
def test_tags_name_the_original(head: str) -> None:
    found = article(make_html(head=head))
    assert found.based_on_url == ORIGINAL
    assert found.canonical_url == URL


@pytest.mark.parametrize("line", NO_CREDIT)
def test_citations_and_share_buttons_are_no_credits(line: str) -> None:
    assert article(make_html(after=line.replace("{u}", ORIGINAL))).based_on_url is None


@pytest.mark.parametrize("line", ["<p>Source: <a href='{u}'>Harbour Post</a></p>"])
def test_a_source_named_above_the_text_is_no_credit(line: str) -> None:
    assert article(make_html(before=line.replace("{u}", ORIGINAL))).based_on_url is None


@pytest.mark.parametrize(("href", "why"), REFUSED)
def test_a_canonical_link_that_cannot_be_right_is_refused_with_a_reason(href: str, why: str) -> None:
    found = article(make_html(head=f'<link rel="canonical" href="{href}">'))
    assert found.canonical_url == URL
    assert any("rel=canonical refused" in note and why in note for note in found.notes)


def test_a_canonical_link_on_the_same_site_is_trusted() -> None:
    target = "https://www.courier.example/business/grain-terminal-to-reopen-1234"
    found = article(make_html(head=f'<link rel="canonical" href="{target}">'), url="https://m.courier.example/amp/1234")
    assert found.canonical_url == target
    assert found.based_on_url is None


def test_an_edition_of_the_same_brand_is_no_original() -> None:
    found = article(
        make_html(head='<link rel="canonical" href="https://courier.co.uk/business/grain-terminal">'),
        url="https://courier.com/business/grain-terminal",
    )
    assert found.based_on_url is None


@pytest.mark.parametrize("case", [*CREDITED, *NOT_CREDITED], ids=lambda case: case.name)
def test_a_page_among_the_furniture_of_its_site_credits_whom_it_says(case: Credited) -> None:
    found = article(case.html, url=case.url)
    assert found.based_on_url == case.original, found.notes


PLAIN = "https://quay.example/2026/11/02/terminal-reopens"
DRESSED = "https://quay.example/amp/2026/11/02/terminal-reopens"


@pytest.mark.parametrize(
    ("url", "head", "kept"),
    [
        (DRESSED, f'<meta property="og:url" content="{PLAIN}">', PLAIN),
        (DRESSED, f'<link rel="canonical" href="{DRESSED}"><meta property="og:url" content="{PLAIN}">', PLAIN),
        (f"{PLAIN}?print=1", f'<meta property="og:url" content="{PLAIN}">', PLAIN),
        (DRESSED, "", DRESSED),  # nothing on the page says so
        (DRESSED, '<meta property="og:url" content="https://quay.example/2026/11/02/another">', DRESSED),
        (PLAIN, f'<meta property="og:url" content="{DRESSED}">', PLAIN),
        (f"{PLAIN}?page=2", f'<meta property="og:url" content="{PLAIN}">', f"{PLAIN}?page=2"),  # the rest of the text
    ],
)
def test_a_page_for_phones_or_print_is_kept_under_the_plain_address_that_it_names(
    url: str, head: str, kept: str
) -> None:
    assert article(make_html(head=head), url=url).canonical_url == kept
