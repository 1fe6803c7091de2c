"""The Atom feed: valid whatever publishers write, without copies, the last to arrive first."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest

from copydesk.model import Source
from storage.store import Store
from storage.web.desk import make_app
from storage.web.options import WebOptions
from storage.web.passwords import hash_password
from tests.browser.desk import BIDI, LONG_WORD, SCRIPT
from tests.storage.kept import NOON, begin, keep, make_body, make_extraction
from tests.storage.web.atom import faults

PASSWORD = "slate: and copper"
HASH = hash_password(PASSWORD)


def put(store: Store, page: str, headline: str, *, source: str = "ledger", **more: Any) -> int:
    """Store one article and return its id; what `make_extraction` does not take are fields of the article."""
    from dataclasses import replace

    taken = {name: more.pop(name) for name in ("published_at", "body_text") if name in more}
    made = make_extraction(keep(store, begin(store), page, source=source), word=page, headline=headline, **taken)
    assert made.article is not None
    (stored,) = store.articles.store([replace(made, article=replace(made.article, **more))], now=NOON)
    assert stored.article_id is not None
    return stored.article_id


def ask(path: Path, *asked: tuple[str, dict[str, str]], password_hash: str = "") -> list[httpx.Response]:
    """Answers of the page, one after the other."""
    options = WebOptions(database=path, archive=path.parent, password_hash=password_hash)

    async def inner() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=make_app(options), client=("127.0.0.1", 5))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8001") as client:
            return [await client.get(path, headers=headers) for path, headers in asked]

    return asyncio.run(inner())


def read(path: Path, address: str) -> Any:
    """A feed as a reader has it, which must find nothing wrong with it, nor may we."""
    (response,) = ask(path, (address, {}))
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert faults(response.content) == []
    parsed = feedparser.parse(response.content, sanitize_html=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def titles(path: Path, address: str) -> list[str]:
    return [entry.title for entry in read(path, address).entries]


def test_a_feed_of_an_empty_store_is_valid(store: Store, path: Path) -> None:
    assert titles(path, "/feed") == []


def test_an_entry_has_the_whole_text_its_original_and_the_desks_own_page(store: Store, path: Path) -> None:
    body = "The levy <rose> & rose.\n\nOne\nTwo"
    number = put(store, "levy", "Levy & tax", body_text=body, authors=("A. Writer", "B. Writer"), section="Economy",
                 keywords=("tax", "tin"), language="en-GB", standfirst="It <rose>.")  # fmt: skip

    (entry,) = read(path, "/feed").entries

    assert entry.title == "Levy & tax"
    assert entry.content[0].value == "<p>The levy &lt;rose&gt; &amp; rose.</p>\n<ul><li>One</li><li>Two</li></ul>"
    assert entry.content[0].language == "en-GB"
    assert entry.link == "https://ledger.example/levy"
    assert [link.href for link in entry.links if link.rel == "related"] == [f"http://localhost:8001/article/{number}"]
    assert [author.name for author in entry.authors] == ["A. Writer", "B. Writer"]
    assert [tag.term for tag in entry.tags] == ["Economy", "tax", "tin"]
    assert entry.published == "2026-11-02T12:00:00Z"


HOSTILE: dict[str, dict[str, Any]] = {
    "script": {"headline": SCRIPT, "body_text": f"{SCRIPT}\n\n<img src=x onerror=pwned()>", "authors": (SCRIPT,)},
    "direction": {"headline": BIDI, "body_text": BIDI, "section": BIDI, "keywords": (BIDI, "")},
    "controls": {"headline": "a\x00b\x1bc\x0b\ufffe\uffff]]>", "body_text": "]]> \x08 &amp; <![CDATA["},
    "address": {"headline": "Links", "url": "javascript:pwned()", "language": "<en>", "lead_image_url": "data:x"},
    "spaces": {"headline": "", "url": 'https://ledger.example/a b"<c>%zz/ü', "language": "", "publisher": "\x01"},
    "long": {"headline": LONG_WORD, "body_text": LONG_WORD * 900, "standfirst": LONG_WORD},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_feed_is_valid_whatever_a_publisher_writes(store: Store, path: Path, name: str) -> None:
    put(store, name, **HOSTILE[name])

    (entry,) = read(path, "/feed").entries

    assert entry.link.startswith(("https://ledger.example/", "http://localhost:8001/article/"))


def test_ids_stay_when_a_text_is_revised_and_updated_moves(store: Store, path: Path) -> None:
    put(store, "levy", "Levy")
    (before,) = read(path, "/feed").entries
    later = NOON + timedelta(hours=5)
    snapshot = keep(store, begin(store), "levy", at=later, digest="sha1:later")
    store.articles.store([make_extraction(snapshot, word="other", headline="Levy rises")], now=later)

    (after,) = read(path, "/feed").entries

    assert (after.id, after.title) == (before.id, "Levy rises")
    assert before.updated < after.updated == "2026-11-02T17:00:00Z"


def test_what_arrives_late_stands_first_whenever_it_was_published(store: Store, path: Path) -> None:
    put(store, "a", "Of today")
    put(store, "b", "Of last week", published_at=NOON - timedelta(days=7))

    assert titles(path, "/feed") == ["Of last week", "Of today"]
    assert titles(path, "/feed?limit=1") == ["Of last week"]


def test_copies_are_folded_unless_they_are_asked_for(store: Store, path: Path) -> None:
    put(store, "a", "Mill grinds", body_text=make_body("mill"))
    put(store, "b", "Mill grinds", body_text=make_body("mill"), source="courier")

    assert titles(path, "/feed") == ["Mill grinds"]
    assert titles(path, "/feed?copies=1") == ["Mill grinds", "Mill grinds"]


ASKED = {
    "/feed?q=copper+levy": ["Copper levy"],
    "/feed?source=courier": ["Tin levy"],
    "/feed?tag=uk": ["Tin levy"],
    "/feed?language=de": ["Zinkabgabe", "Kupferabgabe"],
    "/feed?language=de-AT": ["Zinkabgabe"],
    "/feed?q=levy&tag=uk": ["Tin levy"],
    "/feed?tag=nothing": [],
}


@pytest.mark.parametrize("address", ASKED)
def test_a_feed_is_of_words_a_source_a_tag_or_a_language(store: Store, path: Path, address: str) -> None:
    put(store, "a", "Copper levy", language="en")
    put(store, "b", "Tin levy", source="courier", language="en-GB")
    put(store, "c", "Kupferabgabe", language="de")
    put(store, "d", "Zinkabgabe", language="de-AT")
    store.sources.sync([Source(name="ledger"), Source(name="courier", tags=("uk", "metals"))], now=NOON)

    assert titles(path, address) == ASKED[address]


@pytest.mark.parametrize("page", ["/search?q=levy&tag=uk&order=best", "/search", "/", "/sources/ledger"])
def test_a_page_tells_readers_where_its_feed_is(store: Store, path: Path, page: str) -> None:
    from lxml import html

    put(store, "a", "Copper levy")
    (response,) = ask(path, (page, {}))
    (link,) = html.fromstring(response.text).xpath("//head/link[@rel='alternate'][@type='application/atom+xml']")

    assert read(path, link.get("href")).feed.title == link.get("title")


def test_what_a_reader_has_is_not_sent_again(store: Store, path: Path) -> None:
    put(store, "a", "Copper levy")
    (first,) = ask(path, ("/feed", {}))

    (again,) = ask(path, ("/feed", {"if-none-match": first.headers["etag"]}))
    assert (again.status_code, again.content) == (304, b"")
    put(store, "b", "Tin levy")
    (later,) = ask(path, ("/feed", {"if-none-match": first.headers["etag"]}))
    assert later.status_code == 200


def basic(password: str, name: str = "reader") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def test_with_a_password_a_reader_says_it_with_each_look(store: Store, path: Path) -> None:
    put(store, "a", "Copper levy")
    without, wrong, right, again, other = ask(
        path,
        ("/feed", {}),
        ("/feed", basic("wrong")),
        ("/feed", basic(PASSWORD)),
        ("/feed", basic(PASSWORD)),
        ("/search.json?q=levy", basic(PASSWORD, "")),
        password_hash=HASH,
    )

    assert (without.status_code, wrong.status_code) == (401, 401)
    assert without.headers["www-authenticate"].startswith("Basic ")
    assert b"Copper" not in without.content + wrong.content
    assert (right.status_code, again.status_code, other.status_code) == (200, 200, 200)
    assert right.headers["cache-control"] == "private, no-store"
    assert faults(right.content) == []


MALFORMED: list[Callable[[], dict[str, str]]] = [
    lambda: {"authorization": "Basic %%%"},
    lambda: {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
    lambda: {"authorization": "Basic " + base64.b64encode(PASSWORD.split(":")[0].encode()).decode()},
    lambda: {"authorization": f"Bearer {PASSWORD}"},
]


@pytest.mark.parametrize("headers", MALFORMED)
def test_a_malformed_password_opens_nothing(store: Store, path: Path, headers: Callable[[], dict[str, str]]) -> None:
    (response,) = ask(path, ("/feed", headers()), password_hash=HASH)

    assert response.status_code == 401


def test_guessing_through_the_feed_is_slowed_down_as_at_the_login(store: Store, path: Path) -> None:
    tries = ask(path, *[("/feed", basic(f"guess {number}")) for number in range(7)], password_hash=HASH)

    assert [response.status_code for response in tries] == [401] * 5 + [429] * 2
    assert int(tries[-1].headers["retry-after"]) > 0
