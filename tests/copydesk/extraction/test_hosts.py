from __future__ import annotations

import pytest

from copydesk.extraction.hosts import brand_of, host_of, site_of

SPEC = [
    # url, host, site, brand; RFC 3986 section 3.2.2 for the addresses
    ("https://www.courier.example/a", "courier.example", "courier.example", "courier"),
    ("https://edition.courier.co.uk/a", "edition.courier.co.uk", "courier.co.uk", "courier"),
    ("https://news.courier.com.au", "news.courier.com.au", "courier.com.au", "courier"),
    ("http://127.0.0.2:8001/a", "127.0.0.2", "127.0.0.2", "127.0.0.2"),
    ("http://[2001:db8::7]:8001/a", "2001:db8::7", "2001:db8::7", "2001:db8::7"),
    ("http://localhost:8001/a", "localhost", "localhost", "localhost"),
    ("/a/relative", "", "", ""),
    ("http://[broken/a", "", "", ""),
]


@pytest.mark.parametrize(("url", "host", "site", "brand"), SPEC)
def test_a_url_tells_whose_page_it_is(url: str, host: str, site: str, brand: str) -> None:
    assert (host_of(url), site_of(url), brand_of(url)) == (host, site, brand)


def test_addresses_that_begin_alike_are_different_sites_and_brands() -> None:
    first, other = "http://127.0.0.2:8001/a", "http://127.0.0.3:8001/a"
    assert site_of(first) != site_of(other)
    assert brand_of(first) != brand_of(other)
