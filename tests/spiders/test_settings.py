"""Scrapy's settings: the unsafe defaults are off, and Scrapy knows each name."""

from __future__ import annotations

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings, default_settings
from scrapy.utils.conf import build_component_list

from spiders.news import NewsSpider
from spiders.plan import CrawlPlan, CrawlSettings
from spiders.requests import Requests, user_agent
from spiders.settings import scrapy_settings
from storage.records import Validators

PLAN = CrawlPlan(
    crawl_id=1, database="x.db", archive="x", settings=CrawlSettings(max_body_bytes=77, contact="desk@example.org")
)


@pytest.fixture
def settings() -> Settings:
    return Crawler(NewsSpider, scrapy_settings(PLAN)).settings


def test_scrapy_knows_every_setting(settings: Settings) -> None:
    known = set(dir(default_settings))
    assert not set(scrapy_settings(PLAN)) - known


def test_no_door_is_open(settings: Settings) -> None:
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not build_component_list(settings.get_component_priority_dict_with_base("EXTENSIONS"))


def test_certificates_are_checked(settings: Settings) -> None:
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")


def test_only_http_and_https_are_spoken(settings: Settings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_limits_are_those_of_the_plan(settings: Settings) -> None:
    assert settings.getint("DOWNLOAD_MAXSIZE") == 77
    assert settings.getfloat("DOWNLOAD_TIMEOUT") == 30.0
    assert settings.getfloat("DOWNLOAD_DELAY") == 1.0


def test_requests_pass_our_middlewares_only(settings: Settings) -> None:
    names = build_component_list(settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"))
    assert [str(name).rpartition(".")[2] for name in names] == [
        "LeaseMiddleware",
        "RobotsMiddleware",
        "BodyMiddleware",
        "RedirectMiddleware",
    ]
    for name in ("SPIDER_MIDDLEWARES", "EXTENSIONS"):
        assert not build_component_list(settings.get_component_priority_dict_with_base(name))


@pytest.mark.parametrize(
    ("contact", "header"),
    [
        ("", "Copydesk/0.1"),
        ("https://example.org/bot", "Copydesk/0.1 (+https://example.org/bot)"),
        ("a\r\nX-Evil: (b)", "Copydesk/0.1 (+aX-Evil: b)"),
    ],
)
def test_the_user_agent_names_the_product_and_a_contact(contact: str, header: str) -> None:
    assert user_agent(contact) == header


def test_a_request_carries_all_its_headers_and_its_limit() -> None:
    validators = Validators(etag='"1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT")
    request = Requests(PLAN.settings).page("http://a.example/", source=None, validators=validators)

    assert request.headers["If-None-Match"] == b'"1"'
    assert request.headers["If-Modified-Since"] == b"Mon, 02 Nov 2026 10:00:00 GMT"
    assert request.headers["User-Agent"] == b"Copydesk/0.1 (+desk@example.org)"
    assert request.meta["download_timeout"] == 30.0
