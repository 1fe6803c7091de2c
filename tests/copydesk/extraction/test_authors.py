from __future__ import annotations

import json

import pytest
from lxml.html import fragment_fromstring

from copydesk.extraction.authors import byline_text, make_house
from copydesk.extraction.names import clean_authors, is_agency, is_personal
from tests.copydesk.extraction.pages import article, make_html

SEEN_IN_THE_WILD = [
    # a byline's text -> names
    ("Ann Lee December 22, 2026", ("Ann Lee",)),
    ("Ann Lee | 22 December 2026", ("Ann Lee",)),
    ("Ann Lee Dec 18", ("Ann Lee",)),
    ("Ann Lee Last updated: 22.12.2026", ("Ann Lee",)),
    ("Zoé Petit 3 novembre 2026", ("Zoé Petit",)),
    ("Sat, 02 Nov 2026", ()),
    ("Ann Lee, courier.example", ("Ann Lee",)),
    ("Ann Lee | The Harbour Journal", ("Ann Lee",)),
    ("Ann Lee, PSP", ("Ann Lee",)),
    ("Ann Lee, AFP", ("Ann Lee", "AFP")),
    ("Ann O'Connor The Associated Press", ("Ann O'Connor",)),
    ("The Associated Press", ("The Associated Press",)),
    ("Harbour Journal Media", ("Harbour Journal Media",)),
    ("April Day", ("April Day",)),
    ("May Summers and June Carter", ("May Summers", "June Carter")),
    ("Written by", ()),
    ("Print this article", ()),
    ("Creative Commons License", ()),
    ("Текст: Анна Ли", ("Анна Ли",)),
    ("Words: Ann Lee", ("Ann Lee",)),
    ("Link Copied", ()),
]
PERSONS = [
    ("Ann Lee", True),
    ("Ludwig van den Berg", True),
    ("Seán O'Hara", True),
    ("d'Artagnan Petit", True),
    ("松岡大地", True),
    ("Иван Петров", True),
    ("Ann", False),
    ("van den", False),
    ("references are immutable", False),
    ("The Harbour Times", False),
    ("} Ann Lee", False),
    ("Lee 2", False),
    ("", False),
]
AGENCIES = [("AFP", True), ("The Associated Press", True), ("dpa", True), ("Ann Lee", False), ("AFPX", False)]
BYLINES_IN_PAGES = [
    # what stands under the headline -> authors
    (
        '<p class="byline">By <a href="/x">Ann Lee</a><span class="paper"> </span><div>Harbour Post</div></p>',
        ("Ann Lee",),
    ),
    ('<div class="author"><style>.a{color:#ba0600}</style><span>Ann</span> <span>Lee</span></div>', ("Ann Lee",)),
    ('<div class="author">Ann Lee <time datetime="2026-11-02">November</time></div>', ("Ann Lee",)),
    ('<ul class="info"><li><a href="/author/ann/">Ann Lee</a></li></ul>', ("Ann Lee",)),
    ('<p>von <a href="/autoren/name/eva">Eva Klein</a></p>', ("Eva Klein",)),
    (
        '<p>Von: <span><a href="/eva-klein">Eva Klein</a>, </span><span><a href="/bo">Bo Chan</a></span></p>',
        ("Eva Klein", "Bo Chan"),
    ),
    ("<ul><li><strong>Autorin/Autor</strong> Eva Klein</li></ul>", ("Eva Klein",)),
    ("<div><strong>Contributors:</strong> Ann Lee</div>", ("Ann Lee",)),
    ('<div><span>By</span> <a href="/ann">Ann Lee</a></div>', ("Ann Lee",)),
    ("<p>By default references are immutable.</p>", ()),
    ("<p>Von Schmidt vergoldet sich im Viereck</p>", ()),
    ('<p><a href="/authors/">Our Authors</a></p>', ()),
    ('<div class="author-box">the leader in cloud solutions</div>', ()),
]


def make_page(node: dict[str, object], *, head: str = "", before: str = "") -> str:
    script = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **node})
    return make_html(head=f'<script type="application/ld+json">{script}</script>{head}', before=before)


@pytest.mark.parametrize(("raw", "names"), SEEN_IN_THE_WILD)
def test_days_employers_and_labels_are_no_part_of_a_name(raw: str, names: tuple[str, ...]) -> None:
    assert clean_authors([raw]) == names


@pytest.mark.parametrize(("name", "expected"), PERSONS)
def test_a_person_s_name_has_capitals_and_no_word_of_an_organisation(name: str, expected: bool) -> None:
    assert is_personal(name) is expected


@pytest.mark.parametrize(("name", "expected"), AGENCIES)
def test_wire_services_are_known(name: str, expected: bool) -> None:
    assert is_agency(name) is expected


@pytest.mark.parametrize(("before", "authors"), BYLINES_IN_PAGES)
def test_a_byline_names_persons_and_what_only_looks_like_one_names_nobody(
    before: str, authors: tuple[str, ...]
) -> None:
    assert article(make_html(before=before)).authors == authors


def test_boxes_in_a_byline_are_set_apart_and_unread_elements_left_out() -> None:
    html = "<div>By <a>Ann <b>Lee</b></a><script>x()</script> and <a>Bo</a> <time>today</time></div>"
    assert byline_text(fragment_fromstring(html)) == "By ; Ann Lee ; ; ; and ; Bo"


def test_a_name_in_two_properties_is_one_name() -> None:
    found = article(make_page({"author": [{"@type": "Person", "givenName": "Eva", "familyName": "Klein"}]}))
    assert found.authors == ("Eva Klein",)


def test_citation_author_is_turned_round() -> None:
    assert article(make_html(head='<meta name="citation_author" content="Lee, Ann B.">')).authors == ("Ann B. Lee",)


def test_what_a_card_is_written_by_is_the_author() -> None:
    head = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Lee">'
    assert article(make_html(head=head)).authors == ("Ann Lee",)
    assert article(make_html(head=head.replace("Written by", "Reading time"))).authors == ()


def test_the_house_yields_to_a_person_in_the_byline_but_not_to_initials_or_prose() -> None:
    house = {"author": {"@type": "Organization", "name": "The Courier"}, "publisher": {"name": "The Courier"}}
    assert article(make_page(house, before='<p class="byline">Ann Lee</p>')).authors == ("Ann Lee",)
    assert article(make_page(house, before='<p class="byline">amw</p>')).authors == ("The Courier",)
    assert article(make_page(house, before="<p>Von Schmidt vergoldet sich im Viereck</p>")).authors == ("The Courier",)
    found = article(make_page(house, before='<p class="byline">Ann Lee</p>'))
    assert [c.value for c in found.candidates if c.field == "authors"] == ["The Courier", "Ann Lee"]


def test_the_house_beside_a_person_is_no_author() -> None:
    names = {"author": [{"name": "Ann Lee"}, {"name": "Courier"}]}
    assert article(make_page(names)).authors == ("Ann Lee",)
    assert article(make_page({"author": {"name": "Courier"}})).authors == ("Courier",)


def test_a_house_is_known_by_its_host_and_by_its_initials() -> None:
    house = make_house("Courier Online", "co.example", "dw")
    assert house.owns("COURIER online")
    assert house.owns("Deutsche Welle")
    assert not house.owns("Ann Lee")


def test_those_who_took_the_pictures_or_edited_did_not_write_it() -> None:
    names = {"author": [{"name": "Ann Lee"}, {"name": "Bo Chan"}, {"name": "Cy Orrin"}]}
    byline = "<div>By <a>Ann Lee</a> <span>Photography by </span><a>Bo Chan</a> <span>Styled by Cy Orrin</span></div>"
    assert article(make_page(names, before=byline)).authors == ("Ann Lee",)
    prose = "<p>This episode was produced by Ann Lee, edited by Bo Chan and checked by Cy Orrin.</p>"
    assert article(make_page(names, before=prose)).authors == ("Ann Lee", "Bo Chan", "Cy Orrin")


def test_a_role_stands_where_nobody_is_named() -> None:
    assert article(make_page({"author": {"name": "Executive Content Editor"}})).authors == ("Executive Content Editor",)
    assert article(make_page({"author": {"name": "Editor"}})).authors == ()
