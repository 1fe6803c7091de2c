from __future__ import annotations

import time

import pytest

from copydesk.rights import Reservation, Rights, SiteRule, read_rights, read_tdmrep, reservation_of

URL = "https://a.example/news/1"


def read(body: str = "", *headers: tuple[str, str], site: Reservation | None = None) -> Rights:
    return read_rights(headers, body.encode(), url=URL, site=site)


# Google, "Robots meta tag, data-nosnippet, and X-Robots-Tag specifications", with its examples.
X_ROBOTS = {
    "noindex": (True, False),
    "NOARCHIVE, nofollow": (False, True),
    "none": (True, False),
    "unavailable_after: 25 Jun 2010 15:00:00 PST": (False, False),
    "unavailable_after: Fri, 25 Jun 2010 15:00:00 PST, noarchive": (False, True),
    "max-snippet: 20, noarchive": (False, True),
    "googlebot: noindex, nofollow": (False, False),
    "copydesk: noindex": (True, False),
    "*: noarchive": (False, True),
    "otherbot: noindex, copydesk: noarchive": (False, True),
    "all": (False, False),
    "": (False, False),
}


@pytest.mark.parametrize("value", X_ROBOTS)
def test_directives_in_a_header_are_read_where_they_are_for_us(value: str) -> None:
    found = read("", ("X-Robots-Tag", value))
    assert (found.noindex, found.noarchive) == X_ROBOTS[value]


def test_each_header_line_begins_anew() -> None:
    found = read("", ("X-Robots-Tag", "googlebot: nofollow"), ("x-robots-tag", "noarchive"))
    assert found == Rights(noarchive=True, why=("noarchive (X-Robots-Tag)",))


METAS = {
    '<meta name="robots" content="noindex,noarchive">': (True, True),
    "<META CONTENT=noarchive NAME=Robots>": (False, True),
    "<meta name='copydesk' content='noindex'/>": (True, False),
    '<meta name="googlebot" content="noindex">': (False, False),
    '<!-- <meta name="robots" content="noindex"> -->': (False, False),
    '<script>var a = \'<meta name="robots" content="noindex">\'</script>': (False, False),
    '<template><meta name="robots" content="noindex"></template>': (False, False),
    '<style>/* <meta name="robots" content="noindex"> */</style>': (False, False),
    '<script src="a.js"></script><meta name = "robots" content = noindex>': (True, False),
    '<meta property="robots" content="noindex">': (False, False),
    '<meta name="robots">': (False, False),
}


@pytest.mark.parametrize("tag", METAS)
def test_directives_in_meta_tags_are_read(tag: str) -> None:
    found = read(f"<html><head><title>t</title>{tag}</head><body>robots</body></html>")
    assert (found.noindex, found.noarchive) == METAS[tag]


HOSTILE = (
    b"<script ",
    b"<meta ",
    b"<!--",
    b"<template",
    b"<meta " + b"-" * 1900 + b">",
    b'<meta a="' + b'a="' * 600 + b">",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_page_that_is_made_to_be_slow_is_read_in_one_way_through(piece: bytes) -> None:
    """Patterns that go back would take minutes for each, and hold the whole crawl."""
    body = piece * (3_000_000 // len(piece))
    started_s = time.process_time()

    assert read_rights((), body, url="https://a.example/") == Rights()
    assert time.process_time() - started_s < 3


def test_a_reservation_is_read_with_its_policy_from_headers_and_from_tags() -> None:
    header = read("", ("TDM-Reservation", "1"), ("tdm-policy", "/policy.json"))
    assert (header.tdm_reserved, header.tdm_policy_url) == (True, "https://a.example/policy.json")
    assert header.why == ("text and data mining reserved (header)",)

    tag = read('<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://b.example/p">')
    assert (tag.tdm_reserved, tag.tdm_policy_url) == (True, "https://b.example/p")


def test_a_reservation_anywhere_is_one_and_silence_is_no_word() -> None:
    free, held = Reservation(reserved=False), Reservation(reserved=True, policy_url="https://a.example/p")
    assert read().tdm_reserved is None
    assert read(site=free).tdm_reserved is False
    assert read("", ("tdm-reservation", "0"), site=held).tdm_reserved is True
    assert read("", ("tdm-reservation", "0"), site=held).tdm_policy_url == "https://a.example/p"
    assert read("", ("tdm-reservation", "yes")).tdm_reserved is None


TDMREP = """[
    {"location": "/", "tdm-reservation": 0},
    {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://a.example/policies/news.json"},
    {"location": "/news/free/", "tdm-reservation": 0},
    {"location": "/*.pdf$", "tdm-reservation": 1},
    {"location": "/odd", "tdm-reservation": 2},
    {"tdm-reservation": 1}, 7
]"""
RESERVED = {
    "/": False,
    "/about": False,
    "/news/1": True,
    "/news/free/1": False,
    "/papers/a.pdf": True,
    "/papers/a.pdf?x=1": False,
    "/odd": False,
}


@pytest.mark.parametrize("path", RESERVED)
def test_the_file_of_a_site_is_read_by_its_longest_pattern(path: str) -> None:
    found = reservation_of(path, read_tdmrep(TDMREP, url="https://a.example/.well-known/tdmrep.json"))
    assert found is not None
    assert found.reserved is RESERVED[path]


@pytest.mark.parametrize("text", ["", "not found", "{}", "null", "[[]]", "[" * 100_000])
def test_what_is_no_such_file_reserves_nothing(text: str) -> None:
    assert read_tdmrep(text, url=URL) == ()


FITS = [
    # (pattern, path, whether it fits)
    ("/a", "/abc", True),
    ("/a$", "/a", True),
    ("/a$", "/ab", False),
    ("/a*$", "/ab", True),
    ("/a*b$", "/a-b-b", True),
    ("/ab*b$", "/ab", False),  # one b is not both
    ("/*/b/*.pdf$", "/a/b/c.pdf", True),
    ("/*/b/*.pdf$", "/a/c/b.pdf", False),
    ("*", "/a", True),
    ("/a**b", "/ab", True),
    ("/a", "/", False),
]


@pytest.mark.parametrize(("pattern", "path", "fits"), FITS)
def test_a_pattern_fits_as_in_robots_txt(pattern: str, path: str, fits: bool) -> None:
    rule = SiteRule(location=pattern, reservation=Reservation(reserved=True))
    assert (reservation_of(path, [rule]) is not None) is fits


@pytest.mark.timeout(20)
def test_a_site_file_that_is_made_to_be_slow_is_not() -> None:
    rules = [SiteRule(location="/" + "*a" * 500 + "*b", reservation=Reservation(reserved=True))] * 1_000
    assert reservation_of("/" + "a" * 8_000, rules) is None


def test_a_path_that_no_pattern_names_is_not_spoken_of() -> None:
    assert reservation_of("/a", (SiteRule(location="/b", reservation=Reservation(reserved=True)),)) is None
