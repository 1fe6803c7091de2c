from __future__ import annotations

import json

import pytest

from copydesk.extraction.language import choose_language
from copydesk.extraction.names import clean_authors
from tests.copydesk.extraction.pages import HEADLINE, article, make_html

BYLINES = [
    ("By Ann Lee", ("Ann Lee",)),
    ("by ANN LEE and BO CHAN", ("Ann Lee", "Bo Chan")),
    ("Ann Lee, Bo Chan and Cy Orrin", ("Ann Lee", "Bo Chan", "Cy Orrin")),
    ("Von Jörg Groß und Eva Klein", ("Jörg Groß", "Eva Klein")),
    ("Par Zoé Petit", ("Zoé Petit",)),
    ("Ann Lee, Senior Markets Editor", ("Ann Lee",)),
    ("Ann Lee (ann.lee@courier.example)", ("Ann Lee",)),
    ("Ann Lee | Reporter", ("Ann Lee",)),
    ("Ann Lee, Ph.D.", ("Ann Lee",)),
    ("Ann Lee @annlee", ("Ann Lee",)),
    ("Ann Lee (Image: Getty Images/Stock)", ("Ann Lee",)),
    ("Staff Reporters", ("Staff Reporters",)),
    ("AFP", ("AFP",)),
    ("https://courier.example/authors/1", ()),
    ("admin", ()),
    ("November 2, 2026", ()),
    ("", ()),
    ("(" * 5_000, ()),
]
PUBLISHERS = [
    # publisher in JSON-LD, og:site_name, publisher
    ("The Courier", "", "The Courier"),
    ("", "The Courier", "The Courier"),
    ("Courier Media Inc", "The Courier", "Courier Media Inc"),
    ("Associated Press", "The Courier", "The Courier"),
    ("Associated Press", "", "Associated Press"),
    ("Blogger", "The Courier", "The Courier"),
    ("@courier", "", "courier"),
    ("https://courier.example", "The Courier", "The Courier"),
    ("Courier | News from the quays", "", "Courier"),
    ("The Harbour – and beyond", "", "The Harbour – and beyond"),
    ("The Courier -", "", "The Courier"),
]
DATES = [
    ('<meta property="article:published_time" content="2026-11-02T08:15:00+01:00">', "2026-11-02T08:15:00+01:00"),
    ('<meta property="article:published_time" content="2026-11-02T08:15:00Z">', "2026-11-02T08:15:00+00:00"),
    ('<meta property="article:published_time" content="1970-01-01T00:00:00Z">', None),
    ('<meta property="article:published_time" content="2031-01-01T00:00:00Z">', None),
    ('<meta name="date" content="soon">', None),
]
LANGUAGES = [
    ("The bank said that it would raise the rate in the spring.", "en_GB", "en-GB"),
    (
        "Die Bank hat am Montag mit dem Ministerium über die Zinsen und das neue Gesetz gesprochen.",
        "en",
        "de",
    ),
    ("日本銀行は金利を引き上げると発表した。", "", "ja"),
    ("Банк повысил ставку и не будет её снижать.", "ru-RU", "ru-RU"),
    ("Xq zz", "nonsense!", None),
    ("Xq zz", "pt-BR", "pt-BR"),
]


@pytest.mark.parametrize(("raw", "names"), BYLINES)
def test_bylines_become_names(raw: str, names: tuple[str, ...]) -> None:
    assert clean_authors([raw]) == names


def test_the_publisher_is_no_author_beside_a_person_but_stays_alone() -> None:
    assert clean_authors(["The Courier", "Ann Lee"], publisher="The Courier") == ("Ann Lee",)
    assert clean_authors(["The Courier"], publisher="The Courier") == ("The Courier",)


@pytest.mark.parametrize(("linked", "site", "publisher"), PUBLISHERS)
def test_the_publisher_is_whose_page_it_is_not_a_wire_service_or_platform(
    linked: str, site: str, publisher: str
) -> None:
    script = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "publisher": {"name": linked}})
    head = f'<script type="application/ld+json">{script}</script><meta property="og:site_name" content="{site}">'
    assert article(make_html(head=head)).publisher == publisher


def test_a_wire_service_publishes_on_its_own_host() -> None:
    script = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "publisher": {"name": "Reuters"}})
    head = f'<script type="application/ld+json">{script}</script><meta property="og:site_name" content="U.S.">'
    assert article(make_html(head=head), url="https://www.reuters.com/a/grain-terminal").publisher == "Reuters"


@pytest.mark.parametrize(("head", "instant"), DATES)
def test_dates_keep_their_offset_and_impossible_ones_are_refused(head: str, instant: str | None) -> None:
    found = article(make_html(head=head), url="https://courier.example/a/grain-terminal-to-reopen")
    assert (found.published_at.isoformat() if found.published_at else None) == instant


@pytest.mark.parametrize(("text", "declared", "tag"), LANGUAGES)
def test_the_language_is_that_of_the_text(text: str, declared: str, tag: str | None) -> None:
    assert choose_language(text, declared=declared) == tag


def test_json_ld_gives_every_field_with_its_provenance() -> None:
    graph = [
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {
            "@type": ["NewsArticle"],
            "headline": HEADLINE,
            "author": {"@id": "#ann"},
            "datePublished": "2026-11-02T06:00:00+02:00",
            "dateModified": "2026-11-02T09:00:00+02:00",
            "articleSection": "Ports",
            "keywords": "grain, freight",
            "isAccessibleForFree": "False",
            "publisher": {"@type": "Organization", "name": "The Courier"},
            "image": ["https://courier.example/a.jpg"],
        },
    ]
    script = json.dumps({"@context": "https://schema.org", "@graph": graph})
    found = article(make_html(head=f'<script type="application/ld+json">{script},</script>'))
    assert (found.headline, found.authors, found.section, found.keywords) == (
        HEADLINE,
        ("Ann Lee",),
        "Ports",
        ("grain", "freight"),
    )
    assert (found.publisher, found.paywalled, found.lead_image_url) == (
        "The Courier",
        True,
        "https://courier.example/a.jpg",
    )
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2026-11-02T06:00:00+02:00"
    assert found.modified_at is not None
    origins = {candidate.field: candidate.origin for candidate in reversed(found.candidates)}
    assert origins["authors"] == "json-ld:author"
    assert origins["published_at"] == "json-ld:datePublished"


def test_a_label_before_the_headline_is_no_part_of_it() -> None:
    html = make_html(
        headline=f"<span>Opinion</span> {HEADLINE}",
        head=f'<meta property="og:title" content="{HEADLINE}">',
        title=HEADLINE,
    )
    assert article(html).headline == HEADLINE


def test_a_byline_is_read_where_no_tag_names_an_author() -> None:
    assert article(make_html(before='<div class="byline">By <a href="/ann">Ann Lee</a></div>')).authors == ("Ann Lee",)
    assert article(make_html(before="<p>By Ann Lee</p>")).authors == ("Ann Lee",)
