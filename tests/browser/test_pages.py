"""Every page, in a real browser, on a store of 5,000 articles and on what hostile publishers send."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.web.pages import ROUTES
from tests.browser.conftest import DESKTOP, PHONE, Desk, Watch, looking
from tests.browser.desk import BIG_BYTES, HOSTILE_SOURCE, REVISIONS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("playwright")

PATHS = (
    "/",
    "/?page=2",
    "/search?q=the&order=best",
    "/search?q=S%26P+500",
    "/search?q=nothingmatchesthis",
    "/feed",
    "/feed?source=villain",
    "/sources",
    "/sources/tidemark",
    f"/sources/{HOSTILE_SOURCE}",
    "/crawls",
    "/crawls/1",
    "/quarantine",
    "/quarantine?reason=consent_wall",
    "/gaps",
    "/junk",
    "/data",
    "/data/articles",
    "/data/articles/1",
    "/data?sql=select+headline+from+articles+limit+5",
    "/not-here",
)
TURNED = "/[\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(document.title + document.body.innerText)"
"""Whether a mark of direction is left that could turn a line around."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def paths(desk: Desk) -> list[str]:
    made = desk.made
    articles = [made.plain, *made.hostile, made.big, made.revised, *made.copies, made.chinese]
    return [
        *PATHS,
        *(f"/article/{number}" for number in articles),
        f"/article/{made.revised}/revisions",
        f"/article/{made.revised}/revisions?page=3",
        f"/article/{made.big}.txt",
        f"/day/{datetime.now(UTC) - timedelta(days=3):%Y-%m-%d}",
        f"/day?day={datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}",
        f"/snapshot/{made.snapshot}/source",
        *(f"/stories/{number}" for number in made.stories),
        f"/article/{made.hostile[0]}/why",
        f"/article/{made.copies[0]}/beside/{made.copies[1]}",
        f"/article/{made.hostile[3]}/beside/{made.hostile[0]}",
    ]


def check(page: Page, path: str, watch: Watch) -> list[str]:
    """What is wrong with the page that is open."""
    wrong = []
    if page.evaluate("window.pwned || document.title == 'pwned'"):
        wrong.append(f"{path}: a script ran")
    if not path.startswith("/data") and page.evaluate(TURNED):
        wrong.append(f"{path}: a mark of direction is left")
    if overflow := page.evaluate(OVERFLOW):
        wrong.append(f"{path}: {overflow} px wider than the window")
    told = [error for error in watch.errors if "404 (Not Found)" not in error]
    wrong += [f"{path}: {problem}" for problem in (*told, *watch.elsewhere)]
    watch.errors.clear()
    watch.elsewhere.clear()
    return wrong


def test_every_page_there_is_is_walked(desk: Desk) -> None:
    walked = [path.partition("?")[0] for path in paths(desk)]
    others = ("^/search\\.", "^/-/theme/")  # a download, and a redirection; both have tests of their own

    unwalked = [route for route, _ in ROUTES if not any(re.match(route, path) for path in walked)]

    assert [route for route in unwalked if not route.startswith(others)] == []


def test_two_megabytes_are_shown_in_part_and_kept_whole(desk: Desk, browser: Browser) -> None:
    with looking(browser, desk.url, Watch()) as page:
        page.goto(f"{desk.url}/article/{desk.made.big}")
        shown = len(page.inner_text(".body"))
        page.click("text=the whole text")

        assert 100_000 < shown < 300_000
        assert len(page.inner_text("body")) > BIG_BYTES * 0.99


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_runs_a_script_breaks_its_layout_or_asks_elsewhere(
    desk: Desk, browser: Browser, viewport: dict[str, int]
) -> None:
    watch, wrong = Watch(), []
    with looking(browser, desk.url, watch, viewport=viewport) as page:
        for path in paths(desk):
            response = page.goto(desk.url + path)
            assert response is not None
            assert response.status == (404 if path == "/not-here" else 200), path
            wrong += check(page, path, watch)

    assert not wrong
    assert desk.trap.connections == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(desk: Desk, browser: Browser, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    watch, wrong = Watch(), []
    made = desk.made
    looked_at = [
        "/",
        "/search?q=the",
        "/sources",
        "/sources/tidemark",
        "/crawls",
        "/crawls/2",
        "/quarantine",
        "/gaps",
        "/junk",
    ]
    looked_at += [f"/article/{number}" for number in (made.plain, made.hostile[2], made.copies[1])]
    looked_at += [f"/article/{made.revised}/revisions", f"/article/{made.plain}/why", "/not-here"]
    looked_at += [f"/article/{made.copies[0]}/beside/{made.copies[1]}"]
    looked_at += [f"/stories/{number}" for number in (made.stories[0], made.stories[-1])]
    # The page's own policy lets no script in, not even the one that judges it.
    with looking(browser, desk.url, watch, color_scheme=scheme, bypass_csp=True) as page:
        for path in looked_at:
            page.goto(desk.url + path)
            for found in axe.run(page).response["violations"]:
                nodes = [node["html"][:200] for node in found["nodes"][:3]]
                if found["impact"] in ("serious", "critical"):
                    wrong.append((path, found["id"], found["help"], nodes))

    assert not wrong


def test_a_stored_page_is_shown_and_can_do_nothing(desk: Desk, browser: Browser) -> None:
    watch = Watch()
    with looking(browser, desk.url, watch) as page:
        page.goto(f"{desk.url}/snapshot/{desk.made.snapshot}")
        page.wait_for_timeout(300)  # what it would load or go to, it would by now

        assert page.url.endswith(f"/snapshot/{desk.made.snapshot}")
        assert "The words of the page." in page.inner_text("body")
        assert page.title() == "x"
        assert page.evaluate("window.origin") == "null"
        page.goto(f"{desk.url}/snapshot/{desk.made.snapshot}/source")
        assert "onload=" in page.inner_text("body")

    assert watch.elsewhere == []
    assert desk.trap.connections == 0


def test_links_of_publishers_lead_to_the_web_or_nowhere(desk: Desk, browser: Browser) -> None:
    with looking(browser, desk.url, Watch()) as page:
        for number in desk.made.hostile:
            page.goto(f"{desk.url}/article/{number}")
            links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
            assert [link for link in links if not link.startswith(("/", "#", "http://", "https://"))] == []


def test_the_page_of_the_day_leads_to_an_article_its_revisions_and_its_trail(desk: Desk, browser: Browser) -> None:
    with looking(browser, desk.url, Watch()) as page:
        page.goto(desk.url)
        page.click(".story h2 a")
        assert "/article/" in page.url
        page.click("text=Why it is here")
        assert page.inner_text(".trail li:first-child strong") != ""

        page.goto(f"{desk.url}/article/{desk.made.revised}")
        first = page.inner_text(".edit >> nth=0")
        assert "currency changed" in first
        assert "correction notice" in first
        assert "figures changed" in first
        page.click(f"text=All {REVISIONS} revisions")
        assert page.locator(".edit").count() == 20


def test_copies_are_folded_under_their_original_and_shown_side_by_side(desk: Desk, browser: Browser) -> None:
    original, copy = desk.made.copies
    with looking(browser, desk.url, Watch()) as page:
        page.goto(desk.url)
        story = page.locator(".story", has_text="Quarry sells slate")
        assert story.count() == 1
        story.locator("summary").click()
        assert story.locator(f'.copies a[href="/article/{copy}"]').is_visible()

        page.goto(f"{desk.url}/article/{copy}")
        page.click(".note >> text=side by side")
        assert page.url.endswith(f"/article/{copy}/beside/{original}")
        assert "blue slate" in page.inner_text("mark >> nth=0")


@pytest.mark.parametrize(
    ("words", "kind"), [("S&P 500", "index"), ("AT&T", "index"), ("央行", "chinese"), ("人民银行", "chinese")]
)
def test_a_search_finds_what_people_type(desk: Desk, browser: Browser, words: str, kind: str) -> None:
    with looking(browser, desk.url, Watch()) as page:
        page.goto(desk.url)
        page.fill("#quick", words)
        page.press("#quick", "Enter")

        assert f"/article/{getattr(desk.made, kind)}" in page.eval_on_selector_all(
            ".hits a", "links => links.map(link => link.getAttribute('href'))"
        )
        assert page.locator(".hits mark").count() > 0


def test_facets_narrow_a_search_and_can_be_taken_back(desk: Desk, browser: Browser) -> None:
    with looking(browser, desk.url, Watch()) as page:
        page.goto(f"{desk.url}/search?q=the")
        before = page.inner_text(".chosen")
        page.click(".facets a >> text=tidemark")
        assert "source tidemark" in page.inner_text(".chosen").replace("\n", " ")
        assert {text.split(" ")[0] for text in page.locator(".hits .source").all_inner_texts()} == {"tidemark"}
        page.click('.chosen a[aria-label^="without"]')
        assert page.inner_text(".chosen") == before


def test_colours_follow_the_system_and_can_be_chosen(desk: Desk, browser: Browser) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with looking(browser, desk.url, Watch(), color_scheme="dark") as page:
        page.goto(f"{desk.url}/sources")
        dark = page.evaluate(paper)
        choose(page, "light")
        assert page.url == f"{desk.url}/sources"
        light = page.evaluate(paper)
        assert light != dark
        page.goto(desk.url)
        assert page.evaluate(paper) == light
        choose(page, "as the system")
        assert page.evaluate(paper) == dark


def choose(page: Page, colours: str) -> None:
    with page.expect_navigation(wait_until="load"):
        page.click(f".themes >> text={colours}")


def test_a_keyboard_reaches_the_content_at_once(desk: Desk, browser: Browser) -> None:
    with looking(browser, desk.url, Watch()) as page:
        page.goto(desk.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
