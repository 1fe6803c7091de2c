"""The rehearsal web as a reader with nothing but HTTP sees it."""

from __future__ import annotations

import html
import re
import socket
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from copydesk.errors import CopydeskError
from copydesk.model import Reason
from spiders.rehearsal import ExpectedArticle, RehearsalWeb
from tests.spiders.rehearsal.conftest import START, Clock, Got, Reader

TAG = re.compile(r"<[^>]+>")
WRONG_CHARSETS = {"Apfelbauern ernten": "utf-8", "Last lever signal box": "windows-1252"}
"""What the bytes are in, by the headline's beginning, of pages whose Content-Type claims something else."""
BURST_H = 52
"""Hours after which it is over."""
WEEK_H = 7 * 24


def text_of(got: Got, encoding: str = "") -> str:
    """A page's text without tags, white space unified."""
    charset = encoding or got.headers["content-type"].partition("charset=")[2]
    return " ".join(html.unescape(TAG.sub(" ", got.body.decode(charset))).split())


def find(web: RehearsalWeb, words: str, publisher: str = "") -> ExpectedArticle:
    found = [article for article in web.expected().articles if words in article.canonical_url]
    return next(article for article in found if publisher in article.source)


def encoding_of(article: ExpectedArticle) -> str:
    return next((name for words, name in WRONG_CHARSETS.items() if article.headline.startswith(words)), "")


@pytest.mark.parametrize("hours", [0, 24, WEEK_H])
def test_every_expected_article_stands_whole_on_its_page(
    web: RehearsalWeb, clock: Clock, reader: Reader, hours: int
) -> None:
    clock.pass_hours(hours)
    for article in web.expected().articles:
        got = reader.get(article.url)
        assert (got.status, got.url) == (200, article.url)
        shown = text_of(got, encoding_of(article))
        assert article.headline in shown
        missing = [line for line in article.body_text.split("\n") if " ".join(line.split()) not in shown]
        assert not missing, article.url


def test_it_begins_with_sixty_articles_of_seven_addresses_and_grows_for_a_week(web: RehearsalWeb, clock: Clock) -> None:
    first = web.expected().articles
    clock.pass_hours(WEEK_H)
    later = web.expected().articles

    assert len(first) >= 60
    assert len({article.body_text for article in first}) >= 45
    assert len({urlsplit(article.url).hostname for article in first}) >= 7
    assert len({article.canonical_url for article in later}) == len(later) >= len(first) + 15
    assert {article.canonical_url for article in first} < {article.canonical_url for article in later}
    assert all(article.published_at <= START for article in first)
    assert all(START - timedelta(days=4) < article.published_at for article in first)
    assert {article.language for article in first} >= {"en", "de"}


def test_articles_are_as_long_as_short_news(web: RehearsalWeb, clock: Clock) -> None:
    clock.pass_hours(WEEK_H)
    for article in web.expected().articles:
        assert 120 <= len(article.body_text.split()) <= 350, article.url
        assert 4 <= len(article.body_text.split("\n\n")) <= 9, article.url


def test_what_is_not_published_yet_is_not_there(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    clock.pass_hours(WEEK_H)
    late = web.expected().articles[-1]
    clock.pass_hours(-WEEK_H)
    assert reader.get(late.url).status == 404
    clock.pass_hours(WEEK_H)
    assert reader.get(late.url).status == 200


def test_copies_say_what_they_are_copies_of(web: RehearsalWeb) -> None:
    articles = {article.canonical_url: article for article in web.expected().articles}
    relations: dict[str, list[ExpectedArticle]] = {}
    for article in articles.values():
        if article.copy_of:
            relations.setdefault(str(article.relation), []).append(article)

    assert {name: len(found) for name, found in relations.items()} == {"exact": 8, "near": 1, "derived": 7}
    for article in relations["exact"]:
        original = articles[article.copy_of or ""]
        assert (article.body_text, article.headline) == (original.body_text, original.headline)
        assert article.published_at > original.published_at
    near, original = relations["near"][0], articles[relations["near"][0].copy_of or ""]
    assert len(original.body_text.split("\n\n")) - len(near.body_text.split("\n\n")) == 2
    assert set(near.body_text.split("\n\n")) < set(original.body_text.split("\n\n"))
    assert near.headline != original.headline


def test_the_aggregator_rewords_every_sentence_and_credits_the_original(web: RehearsalWeb, reader: Reader) -> None:
    articles = {article.canonical_url: article for article in web.expected().articles}
    derived = [article for article in articles.values() if article.relation == "derived"]
    for article in derived:
        page = reader.get(article.url).text
        assert f'<a href="{article.based_on_url}" target="_blank" rel="noopener">Source link</a>' in page
        assert page.index("Business News</a></p>") < page.index("Source link") < page.index("Related Articles")
        assert page.index("Related Articles") < page.index("Leave a Reply") < page.index("Back to top button")
        assert not set(article.body_text.split("\n\n")) & set(articles[article.copy_of or ""].body_text.split("\n\n"))


def test_a_correction_changes_text_headline_and_time(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    before = find(web, "card-fees-cut")
    first = reader.get(before.url)
    clock.pass_hours(6)
    after = find(web, "card-fees-cut")
    second = reader.get(before.url, If_None_Match=first.headers["etag"])

    assert second.status == 200
    assert "400 million crowns in its first year" in first.text
    assert "380 million crowns in its first year" in second.text
    assert "Correction:" in after.body_text
    assert (before.url, before.published_at) == (after.url, after.published_at)
    assert before.modified_at == before.published_at
    assert after.modified_at == START + timedelta(hours=5)
    assert f'"dateModified": "{(START + timedelta(hours=6)).replace(tzinfo=None).isoformat()}+01:00"' in second.text


def test_a_headline_changes_and_so_does_its_feed(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    before = find(web, "cloud-price-clock")
    clock.pass_hours(8)
    after = find(web, "cloud-price-clock")

    assert before.headline != after.headline
    assert after.headline in reader.get(web.url_of("tidemark", "/feed.json")).text
    assert before.headline not in reader.get(web.url_of("tidemark", "/feed.json")).text


def test_a_live_blog_grows_at_its_top(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    before = find(web, "live-budget-day")
    clock.pass_hours(4)
    after = find(web, "live-budget-day")
    page = reader.get(after.url).text

    assert page.count('class="live-post"') == 6
    assert len(after.body_text) > len(before.body_text)
    assert after.body_text.index("Parliament has adjourned") < after.body_text.index("The minister has left")
    assert after.modified_at == START + timedelta(hours=3)


def test_refused_pages_look_like_what_they_are(web: RehearsalWeb, reader: Reader) -> None:
    refused = {reason: reader.get(url) for url, reason in web.expected().refused}

    assert set(refused) == {
        *(Reason.CONSENT_WALL, Reason.SOFT_404, Reason.SECTION_PAGE),
        *(Reason.NOT_HTML, Reason.PAYWALL),
    }
    assert {got.status for got in refused.values()} == {200}
    assert {got.headers["content-type"].partition(";")[0] for got in refused.values()} == {"text/html"}
    assert "Page not found" in refused[Reason.SOFT_404].text
    assert "Before you continue" in refused[Reason.CONSENT_WALL].text
    assert refused[Reason.NOT_HTML].body.startswith(b"\x89PNG\r\n")
    assert refused[Reason.SECTION_PAGE].text.count("td_module_1 ") >= 8
    assert '"isAccessibleForFree":false' in refused[Reason.PAYWALL].text


def test_pages_that_cannot_be_had_say_so(web: RehearsalWeb, reader: Reader) -> None:
    unreachable = {why: url for url, why in web.expected().unreachable}

    assert set(unreachable) == {"404", "410", "robots", "excluded"}
    assert reader.get(unreachable["404"]).status == 404
    assert reader.get(unreachable["410"]).status == 410
    assert urlsplit(unreachable["robots"]).path.startswith("/private/")
    assert reader.get(web.url_of("quarry-street", "/no-such-page")).status == 404


def test_every_address_has_robots_txt_and_a_front_page(web: RehearsalWeb, reader: Reader) -> None:
    addresses = {urlsplit(source.homepage).hostname for source in web.sources()}
    for source in web.sources():
        robots = reader.get(f"{source.homepage}robots.txt")
        assert (robots.status, robots.headers["content-type"]) == (200, "text/plain")
        assert "Disallow: /private/" in robots.text
        assert reader.get(source.homepage).status == 200
    assert len(addresses) == len(web.sources()) >= 7


def test_a_moved_article_redirects_from_where_the_feed_has_it(web: RehearsalWeb, reader: Reader) -> None:
    listed = web.url_of("harbour-ledger", "/old/moved-lighthouse-trust")

    assert listed in reader.get(web.url_of("harbour-ledger", "/feed/")).text
    assert reader.get(listed).url == find(web, "moved-lighthouse-trust").url
    assert web.log[-2].status == 301


def test_tracking_parameters_lead_to_the_same_page(web: RehearsalWeb, reader: Reader) -> None:
    article = find(web, "windrad-fluegel")
    tracked = f"{article.url}?utm_source=rss&utm_medium=feed"

    assert html.escape(tracked) in reader.get(web.url_of("handelsbote", "/rss.xml")).text
    assert reader.get(tracked).body == reader.get(article.url).body


def test_amp_pages_point_to_their_canonical_page(web: RehearsalWeb, reader: Reader) -> None:
    article = find(web, "kelp-servers", "tidemark")

    assert article.url.replace("/amp/", "/") == article.canonical_url != article.url
    assert f'<link rel="canonical" href="{article.canonical_url}">' in reader.get(article.url).text
    assert f'<link rel="amphtml" href="{article.url}">' in reader.get(article.canonical_url).text


def test_declared_charsets_of_two_pages_are_wrong(web: RehearsalWeb, reader: Reader) -> None:
    german = reader.get(find(web, "apfelernte-rekord").url)
    english = reader.get(next(a.url for a in web.expected().articles if a.headline.startswith("Last lever")))

    assert german.headers["content-type"] == "text/html; charset=iso-8859-1"
    assert "Käthe Übelhör" in german.text
    assert english.headers["content-type"] == "text/html; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        english.body.decode()
    assert "naïve" in english.body.decode("windows-1252")


def test_unchanged_pages_answer_304_to_either_condition(web: RehearsalWeb, reader: Reader) -> None:
    for publication in ("harbour-ledger", "morning-assay", "northgate-observer", "meridian-wire", "handelsbote"):
        article = find(web, "/", publication)
        first = reader.get(article.url)
        assert parsedate_to_datetime(first.headers["last-modified"]) >= article.published_at
        assert reader.get(article.url, If_None_Match=first.headers["etag"]).status == 304
        assert reader.get(article.url, If_None_Match=f'"x", W/{first.headers["etag"]}').status == 304
        assert reader.get(article.url, If_None_Match='"x"').status == 200
        assert reader.get(article.url, If_Modified_Since=first.headers["last-modified"]).status == 304
        assert reader.get(article.url, If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT").status == 200
        both = reader.get(article.url, If_None_Match='"x"', If_Modified_Since=first.headers["last-modified"])
        assert both.status == 200
    assert web.log[-1].conditions["if-none-match"] == '"x"'
    assert web.log[-1].conditional


def test_some_servers_know_no_conditions_or_lie(web: RehearsalWeb, reader: Reader) -> None:
    without = reader.get(find(web, "/", "quarry-street").url)
    old = reader.get(find(web, "/", "grain-and-rail").url)
    lying = [reader.get(find(web, "kelp-servers", "tidemark").url) for _ in range(2)]
    again = reader.get(lying[0].url, If_None_Match=lying[0].headers["etag"])

    assert not {"etag", "last-modified"} & set(without.headers)
    assert "etag" not in old.headers
    assert reader.get(old.url, If_Modified_Since=old.headers["last-modified"]).status == 304
    assert lying[0].body == lying[1].body == again.body
    assert len({got.headers["etag"] for got in (*lying, again)}) == 3


def test_feeds_answer_304_until_something_appears(web: RehearsalWeb, clock: Clock, reader: Reader) -> None:
    url = web.url_of("meridian-wire", "/feeds/latest.xml")
    first = reader.get(url)
    assert reader.get(url, If_None_Match=first.headers["etag"]).status == 304
    clock.pass_hours(BURST_H)
    assert reader.get(url, If_None_Match=first.headers["etag"]).status == 200


def test_bodies_are_gzipped_where_asked(web: RehearsalWeb, reader: Reader) -> None:
    url = find(web, "/", "morning-assay").url
    plain, packed = reader.get(url), reader.get(url, Accept_Encoding="gzip, deflate")

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.body == plain.body
    assert int(packed.headers["content-length"]) < len(plain.body)


def test_the_box_of_the_most_read_changes_by_the_day_and_the_text_does_not(
    web: RehearsalWeb, clock: Clock, reader: Reader
) -> None:
    article = find(web, "opal-mine-reopens")
    first = reader.get(article.url)
    clock.pass_hours(25)
    second = reader.get(article.url)

    assert first.body != second.body
    assert article == find(web, "opal-mine-reopens")


def test_a_later_web_goes_on_where_an_earlier_one_stopped(web: RehearsalWeb, clock: Clock) -> None:
    clock.pass_hours(30)
    first = [(article.headline, article.published_at) for article in web.expected().articles]
    with RehearsalWeb(clock, started_at=START) as again:
        assert [(article.headline, article.published_at) for article in again.expected().articles] == first


def test_a_port_that_is_taken_is_one_clear_line(clock: Clock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.1.13", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CopydeskError, match=rf"^127\.0\.1\.13:{port}: .*cannot listen.*macOS[^\n]*$"):
            RehearsalWeb(clock, port).__enter__()
        with socket.socket() as free:  # those before it were let go
            free.bind(("127.0.1.11", port))
