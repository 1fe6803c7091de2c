from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from courlan import clean_url
from hypothesis import given, settings
from hypothesis import strategies as st
from w3lib.url import canonicalize_url

from copydesk.tracking import SESSIONS, TRACKERS, is_tracking
from copydesk.urls import canonical_url, check_pattern, matches_pattern, resolve_url

SPEC = [
    # RFC 3986, section 6.2.2.1: case of scheme, host and escapes
    ("HTTP://News.Example/a", "http://news.example/a"),
    ("https://news.example/%c3%a4", "https://news.example/%C3%A4"),
    # section 6.2.2.2: what needs no escape
    ("https://news.example/%7Edesk/%41", "https://news.example/~desk/A"),
    # section 6.2.2.3, with the examples of 5.2.4
    ("https://news.example/a/b/c/./../../g", "https://news.example/a/g"),
    ("https://news.example/../../g", "https://news.example/g"),
    ("https://news.example/a/.", "https://news.example/a/"),
    ("https://news.example/a/b/..", "https://news.example/a/"),
    ("https://news.example/..", "https://news.example/"),
    ("https://news.example/mid/6;x=1/../6", "https://news.example/mid/6"),
    ("https://news.example/..g/.g/g..", "https://news.example/..g/.g/g.."),
    # section 6.2.3: empty path, default port
    ("http://news.example", "http://news.example/"),
    ("http://news.example?q=1", "http://news.example/?q=1"),
    ("http://news.example:/a", "http://news.example/a"),
    ("http://news.example:80/a", "http://news.example/a"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
    # section 3.2.1 and 3.5: user and fragment
    ("https://desk:secret@news.example/a", "https://news.example/a"),
    ("https://news.example/a#comments", "https://news.example/a"),
    # RFC 3987, section 3.1; RFC 5890
    ("https://news.example/zürich?q=é", "https://news.example/z%C3%BCrich?q=%C3%A9"),
    ("https://Zürich.example/a", "https://xn--zrich-kva.example/a"),
    ("https://zürich.example:443/a", "https://xn--zrich-kva.example/a"),
    # RFC 1034, section 3.1: a whole name ends with a dot
    ("https://news.example./a", "https://news.example/a"),
    ("https://news.example.:443/a", "https://news.example/a"),
    # Servlet specification, 7.1.3: the session of a reader without cookies
    ("https://news.example/a;jsessionid=1F2C.node1?id=7", "https://news.example/a?id=7"),
    ("https://news.example/a;JSESSIONID=1/b", "https://news.example/a/b"),
    # AMP Cache URL Format: kind, `s` for https, the publisher's host and path
    ("https://news-example.cdn.ampproject.org/c/s/News.example/amp/A", "https://news.example/amp/A"),
    ("https://news-example.cdn.ampproject.org/v/news.example/a?usqp=mq331&id=7", "http://news.example/a?id=7"),
    # DirectoryIndex (Apache), index (nginx), defaultDocument (IIS)
    ("https://news.example/2026/rates/index.html", "https://news.example/2026/rates/"),
    ("https://news.example/rates/Default.aspx/../default.aspx", "https://news.example/rates/"),
]

SEEN_IN_THE_WILD = [
    ("  https://news.example/a\n", "https://news.example/a"),
    ("https://news.example/a\n-b", "https://news.example/a-b"),  # broken by a feed's line length
    ("https://news.example/a b", "https://news.example/a%20b"),
    ('https://news.example/"rates"?q=<x>', "https://news.example/%22rates%22?q=%3Cx%3E"),
    ("https://news.example/100%-sure", "https://news.example/100%25-sure"),
    ("https://news.example/a?utm_source=rss&utm_medium=feed", "https://news.example/a"),
    ("https://news.example/a?UTM_Source=rss&id=7", "https://news.example/a?id=7"),
    ("https://news.example/a?utm%5Fsource=rss", "https://news.example/a"),
    ("https://news.example/a?id=7&amp;utm_source=rss", "https://news.example/a?id=7"),
    ("https://news.example/a?at_medium=RSS&at_campaign=KARANGA", "https://news.example/a"),
    ("https://news.example/a?fbclid=IwAR0x&gclid=1&mc_cid=2&smid=tw", "https://news.example/a"),
    ("https://news.example/a?__twitter_impression=true", "https://news.example/a"),
    ("https://news.example/a?", "https://news.example/a"),
    ("https://news.example/a?&id=7&", "https://news.example/a?id=7"),
    ("https://news.example/a?itm_campaign=BottomRelated&id=7", "https://news.example/a?id=7"),
    ("https://news.example/a#xtor=RSS-1", "https://news.example/a"),
    ("https://news.example/a?PHPSESSID=f00&id=7", "https://news.example/a?id=7"),
    ("https://news.example/(S(0hmhwc45xpgi5y55ytf1kg55))/a.aspx", "https://news.example/a.aspx"),
    ("https://www.google.com/amp/s/news.example/a/amp/", "https://news.example/a/amp/"),
    ("https://www.google.co.uk/amp/s/amp.news.example/a", "https://amp.news.example/a"),
    ("https://news.example/a/index.html?utm_source=rss", "https://news.example/a/"),
    ("https://news.example/a?cx_recsWidget=x&srsltid=y", "https://news.example/a"),
]

BUGS = [
    # escaped dots gave `/../b`, which is another key than `/b`
    ("https://news.example/a/%2e%2e/b", "https://news.example/b"),
    # a stray percent sign gave a new escape: `%7e`, and `~` the second time
    ("https://news.example/%%37%65", "https://news.example/%257e"),
    # dots after `//` were taken for a host
    ("https://news.example//a/../b", "https://news.example//b"),
    # half a character (JSON feeds can hold one) raised UnicodeEncodeError
    ("https://news.example/\ud800", "https://news.example/%EF%BF%BD"),
    ("https://news.example:0443/a", "https://news.example/a"),
    # what an escape or a dot hides is opened the first time, not the second
    ("https://x.cdn.ampproject.org/%63/s/a.example/b", "https://a.example/b"),
    ("https://x.cdn.ampproject.org/c/s/y.cdn.ampproject.org/c/s/a.example", "https://a.example/"),
    ("https://news.example/a/..;jsessionid=1", "https://news.example/"),
]

UNTOUCHED = [
    "https://news.example/A",  # paths are case-sensitive
    "https://news.example/a?q=b%20c",  # no tracker, so no re-encoding
    "https://news.example/a?q=b+c",
    "https://news.example/a/",  # not the same as without
    "https://news.example//a",
    "https://news.example/a;v=1",
    "https://news.example/a?b=1&a=2",  # order can matter
    "https://news.example/a?a=1&a=2",
    "https://news.example/a?id=1|2",
    "https://news.example/a?flag",
    "https://news.example/a?flag=",
    "https://news.example/%2F",  # a slash that is no separator
    "https://news.example/a?u=https%3A%2F%2Fb.example%2F%3Futm_source%3Dx",
    "https://news.example/...",
    "https://news.example/a?page=2",
    "https://news.example/a?ref=1",  # a name that is an address on other servers
    "https://news.example/a?campaign=1",
    "http://news.example/a",
    "http://news.example:443/a",
    "https://news.example:8443/a",
    "https://www.news.example/a",
    "http://[::1]/a",
    "http://127.0.0.1:8000/a",
    # other dresses of an article, until its page says so
    "https://amp.news.example/a",
    "https://m.news.example/a",
    "https://news.example/a/amp/",
    "https://news.example/a?outputType=amp",
    "https://news.example/a/print",
    "https://news.example/a?print=1",
    "https://news.example/a?page=1",
    # names that are sessions and trackers elsewhere
    "https://news.example/a?sid=31337",
    "https://news.example/a?__s=1",
    "https://news.example/a?session=morning",
    # a script, not the folder's page
    "https://news.example/index.php?id=7",
    "https://news.example/index.html/a",
    "https://news.example/a/Index.html",
    "https://news.example/a-index.html",
    # not a cache
    "https://news.example/c/s/a.example/b",
    "https://www.google.com/search/s/a.example/b",
    "https://x.cdn.ampproject.org/i/s/a.example/b.jpg",
]

NO_URLS = [
    "",
    "rates rise",
    "/a",
    "//news.example/a",
    "mailto:desk@news.example",
    "javascript:void(0)",
    "ftp://news.example/a",
    "http://",
    "https:///a",
    "http://[news/a",
    "http://@:80/",
    "tag:news.example,2026:1",
]

TEN_SPELLINGS = [
    "https://news.example/caf%C3%A9?id=7",
    "HTTPS://NEWS.EXAMPLE/caf%C3%A9?id=7",
    "https://news.example:443/café?id=7",
    "https://news.example./caf%c3%a9?id=7",
    "https://desk@news.example/café?id=7#top",
    "https://news.example/a/../caf%C3%A9?id=7",
    "https://news.example/a/%2E%2E/%63af%C3%A9?id=7",
    "https://news.example/café?utm_source=rss&id=7&utm_medium=feed",
    "https://news.example/café?id=7&amp;utm_source=rss",
    " https://news.example/café?id=7&#comments\r\n",
]

ALL = [*SPEC, *SEEN_IN_THE_WILD, *BUGS]
URL_LIKE = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(["http://", "https://", "//", "/", ".", "..", "%", "%2e", "%2F", "?", "&", "#", "@", ":"]),
            st.sampled_from(
                ["a.example", "[::1]", "[", "]", ":80", "utm_a=1", "=", ";", "\\", " ", "\ud800", "。", "ß"]
            ),
            st.sampled_from(
                [";jsessionid=1", "/(S(0hmhwc45xpgi5y55ytf1kg55))", "index.html", "x.cdn.ampproject.org", "/c/s/"]
            ),
            st.text(max_size=4),
        ),
        max_size=12,
    ),
)


@pytest.mark.parametrize(("url", "expected"), ALL)
def test_a_url_has_one_canonical_form(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize("url", UNTOUCHED)
def test_distinct_urls_stay_apart(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize("text", NO_URLS)
def test_what_is_no_url_comes_back_as_it_is(text: str) -> None:
    assert canonical_url(f" {text}\n") == text


@pytest.mark.parametrize("url", [url for url, _ in ALL] + UNTOUCHED + NO_URLS + TEN_SPELLINGS)
def test_the_canonical_form_of_a_canonical_form_is_itself(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_ten_spellings_of_a_url_are_one_key() -> None:
    assert {canonical_url(url) for url in TEN_SPELLINGS} == {TEN_SPELLINGS[0]}


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.one_of(st.text(), URL_LIKE, URL_LIKE.map(lambda text: "https://a.example/" + text)))
def test_no_text_raises_and_every_form_is_stable(text: str) -> None:
    once = canonical_url(text)
    assert canonical_url(once) == once
    once.encode("utf-8")


@settings(max_examples=300, derandomize=True, deadline=None)
@given(URL_LIKE, URL_LIKE)
def test_a_link_is_resolved_to_an_absolute_url_or_to_none(base: str, href: str) -> None:
    url = resolve_url(base, href)
    if url is not None:
        assert urlsplit(url).scheme in ("http", "https")
        assert urlsplit(url).hostname
        url.encode("utf-8")


def test_steps_are_a_policy_that_a_caller_can_choose() -> None:
    assert canonical_url("HTTPS://News.Example/a?utm_source=x#b", steps=()) == "https://News.Example/a?utm_source=x#b"


@pytest.mark.parametrize(
    "name", ["utm_source", "UTM_CAMPAIGN", "fbclid", "wt.mc", "hsa_acc", "_ga", "CMP", "amp;cmpid"]
)
def test_parameters_that_name_the_way_of_the_reader_are_tracking(name: str) -> None:
    assert is_tracking(name)


@pytest.mark.parametrize("name", ["", "id", "p", "q", "page", "utm", "article", "gid", "ref", "source", "at"])
def test_parameters_that_may_name_the_article_are_not_tracking(name: str) -> None:
    assert not is_tracking(name)


AS_COURLAN = [
    "https://news.example/a?utm_source=rss&id=7",
    "https://news.example:443/a",
    "HTTPS://News.Example/A/b?fbclid=1",
    "https://news.example/../a",
    "https://news.example/a?gclid=1&mc_cid=2",
]
AS_W3LIB = ["HTTP://News.Example/%7edesk/%c3%a4?q=b", "https://news.example/a#top", "https://news.example"]
MERGED_BY_OTHERS = [
    # order of parameters, an empty one, a double slash, a parameter that is an id
    (canonicalize_url, "https://news.example/a?b=1&a=2", "https://news.example/a?a=2&b=1"),
    (clean_url, "https://news.example//a", "https://news.example/a"),
    (clean_url, "https://news.example/a?source=7", "https://news.example/a?source=8"),
    (clean_url, "https://news.example/a?clid=7", "https://news.example/a"),
]


@pytest.mark.parametrize("url", AS_COURLAN)
def test_what_courlan_does_well_is_done_alike(url: str) -> None:
    assert canonical_url(url) == clean_url(url)


@pytest.mark.parametrize("url", AS_W3LIB)
def test_what_w3lib_does_well_is_done_alike(url: str) -> None:
    assert canonical_url(url) == canonicalize_url(url)


@pytest.mark.parametrize(("peer", "one", "other"), MERGED_BY_OTHERS)
def test_pages_that_others_take_for_one_stay_two(peer: Callable[[str], str], one: str, other: str) -> None:
    assert peer(one) == peer(other)
    assert canonical_url(one) != canonical_url(other)


def test_every_tracker_says_where_it_is_from_and_is_written_in_lower_case() -> None:
    for each in (*TRACKERS, *SESSIONS):
        assert each.names or each.prefixes, each.who
        assert all(name == name.lower() for name in (*each.names, *each.prefixes)), each.who
    names = [name for each in (*TRACKERS, *SESSIONS) for name in (*each.names, *each.prefixes)]
    assert len(names) == len(set(names))


RESOLVED = [
    ("b", "https://a.example/news/b"),
    ("../b#c", "https://a.example/b"),
    ("/b", "https://a.example/b"),
    ("?page=2", "https://a.example/news/index.html?page=2"),
    ("//b.example/c", "https://b.example/c"),
    ("HTTP://b.example/c", "http://b.example/c"),
    (" /b\n", "https://a.example/b"),
    ("/b\n-c", "https://a.example/b-c"),
    ("/b c", "https://a.example/b%20c"),
    ("", "https://a.example/news/index.html"),
    ("#top", "https://a.example/news/index.html"),
    ("mailto:desk@a.example", None),
    ("javascript:void(0)", None),
    ("tel:+49301", None),
    ("data:text/html,x", None),
    ("http://", None),
    ("http://[b", None),
    ("http://b c.example/", None),
    ("http://<b>/", None),
    ("/\ud800", "https://a.example/\ufffd"),
]


@pytest.mark.parametrize(("href", "expected"), RESOLVED)
def test_a_link_means_an_absolute_url(href: str, expected: str | None) -> None:
    assert resolve_url("https://a.example/news/index.html", href) == expected


MATCHES = [
    ("https://a.example/business/rates", "/business/", True),
    ("https://a.example/Business/rates", "/business/", False),
    ("https://a.example/2026/rates.html", "/20*.html$", True),
    ("https://a.example/2026/rates.html?p=2", "/20*.html$", False),
    ("https://a.example/b?u=http://b.example/", "http://b.example/", False),
    ("http://b.example/c", "http://b.example/", True),
    ("https://a.example/a.c", "a.c", True),
    ("https://a.example/abc", "/a.c", False),  # a dot is a dot
    ("https://a.example/a+b(c)", "+b(c)", True),
    ("https://a.example/a/x/b", "/a/*/b", True),
    ("https://a.example/a/b", "/a/*/b", False),
]


@pytest.mark.parametrize(("url", "pattern", "expected"), MATCHES)
def test_a_pattern_is_a_piece_of_the_url(url: str, pattern: str, expected: bool) -> None:
    assert (matches_pattern(url, [pattern]) == pattern) is expected


def test_the_first_pattern_that_matches_is_told() -> None:
    assert matches_pattern("https://a.example/b/c", ["/x/", "/c", "/b/"]) == "/c"
    assert matches_pattern("https://a.example/b/c", []) is None


@pytest.mark.parametrize("pattern", ["", "*", "$", "**$", " ", "/a b/", "/a\n"])
def test_a_pattern_that_matches_all_or_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="expected a URL pattern"):
        check_pattern(pattern)


def test_a_sound_pattern_comes_back() -> None:
    assert check_pattern("/business/*.html$") == "/business/*.html$"
