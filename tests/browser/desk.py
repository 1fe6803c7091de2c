"""A store for the pages to show: thousands of articles made of the rehearsal web's sentences, and hostile ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from copydesk.model import Article, Candidate, Entry, Reason, Refusal, Source
from spiders.rehearsal.publications import PUBLICATIONS, all_pieces
from storage.archive import ArchiveWriter
from storage.records import (
    CrawlCounts,
    Extraction,
    PollOutcome,
    PollRecord,
    SeenEntry,
    SnapshotRow,
)
from storage.store import Store, open_store
from tests.storage.kept import Page, keep_pages, make_article

ARTICLES = 5_000
BATCH = 500
DAYS = 30
SENTENCES = 9
HOSTILE_SOURCE = "villain"
SCRIPT = "<script>document.title='pwned';window.pwned=1</script>"
BIDI = "Rates \u202efall\u2066 to \u200f5 per cent\u202d\u2069 tomorrow"
LONG_WORD = "Donaudampfschifffahrt" * 30
REVISIONS = 400
BIG_BYTES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Made:
    """Numbers of what the tests look at."""

    plain: int
    hostile: tuple[int, ...]
    big: int
    revised: int
    copies: tuple[int, int]
    chinese: int
    index: int
    stories: tuple[int, ...]
    """Of the hostile articles, and of the two copies."""
    snapshot: int
    """Of a hostile page, with its bytes in the archive."""


def sources() -> list[Source]:
    """The publications of the rehearsal web, and one that means harm."""
    names = [(publication.name, publication.tags) for publication in PUBLICATIONS] + [(HOSTILE_SOURCE, ("hostile",))]
    return [
        Source(name=name, homepage=f"https://{name}.example/", feeds=(f"https://{name}.example/rss",), tags=tags)
        for name, tags in names
    ]


def fill(database: Path, archive: Path, *, trap: str, now: datetime, articles: int = ARTICLES) -> Made:
    """Fill a new store. `trap` is a URL on loopback that nothing may ask for."""
    with open_store(database) as store:
        store.sources.sync(sources(), now=now - timedelta(days=DAYS))
        crawl_id = _begin(store, now - timedelta(hours=2))
        ids = list(_fill_plain(store, crawl_id, now, articles))
        with ArchiveWriter(archive, crawl_id=crawl_id) as writer:
            made = _fill_hostile(store, crawl_id, writer, trap, now)
        _poll(store, crawl_id, now)
        counts = CrawlCounts(polled=10, fetched=articles, new=articles, quarantined=2, failed=1)
        store.crawls.finish(crawl_id, at=now, finish_reason="finished", counts=counts)
        _begin(store, now - timedelta(minutes=5))
        rows = [store.articles.get(str(number)) for number in (*made.hostile, made.copies[0])]
    return replace(made, plain=ids[0], stories=tuple(int(row["story_id"]) for row in rows if row is not None))


def make_texts(count: int, *, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Headlines and bodies out of the rehearsal web's sentences, no two alike, the same on each run."""
    dice = random.Random(seed)
    pieces = [piece for piece in all_pieces() if not piece.of]
    sentences = [
        sentence
        for piece in pieces
        for paragraph in piece.paragraphs
        for sentence in re.split(r"(?<=[.!?]) ", paragraph)
        if len(sentence) > 40
    ]
    headlines = [piece.headline for piece in pieces]
    for number in range(count):
        chosen = dice.sample(sentences, SENTENCES)
        lines = [re.sub(r"\d+", lambda _: str(dice.randrange(2, 9_000)), sentence) for sentence in chosen]
        body = "\n\n".join(" ".join(lines[at : at + 3]) for at in range(0, SENTENCES, 3))
        yield f"{dice.choice(headlines)}, {number + 1}", body


def _make(address: str, headline: str, body_text: str, **more: object) -> Article:
    candidates = (Candidate(field="headline", value=headline, origin="html:h1"),)
    return make_article(
        address, headline, body_text, **{"language": "en", "extractor": "tests 1", "candidates": candidates, **more}
    )


def _begin(store: Store, at: datetime) -> int:
    return store.crawls.begin(trigger="every 15 minutes", sources=[source.name for source in sources()], at=at)


def _fill_plain(store: Store, crawl_id: int, now: datetime, count: int) -> Iterator[int]:
    names = [publication.name for publication in PUBLICATIONS]
    texts = list(make_texts(count))
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        urls = [f"https://{names[number % len(names)]}.example/a/{number}" for number in numbers]
        rows = _keep(store, crawl_id, urls, now - timedelta(hours=1))
        extractions = []
        for number, row in zip(numbers, rows, strict=True):
            headline, body = texts[number]
            published = now - timedelta(minutes=30 + number * DAYS * 1_440 // count)
            section = ("Economy", "Companies", "Markets")[number % 3]
            article = _make(row.url, headline, body, published_at=published, section=section, authors=("A. Writer",))
            extractions.append(Extraction(snapshot=row, article=article))
        for stored in store.articles.store(extractions, now=now):
            assert stored.article_id is not None
            yield stored.article_id


def _fill_hostile(store: Store, crawl_id: int, writer: ArchiveWriter, trap: str, now: datetime) -> Made:
    page = hostile_page(trap)
    (kept,) = _keep(store, crawl_id, [f"https://{HOSTILE_SOURCE}.example/page"], now, body=page, writer=writer)
    villains = [
        _make(kept.url, f"{SCRIPT}Markets <b onmouseover=pwned()>fall</b>",
                     f"<img src=x onerror=pwned()>\n\n{SCRIPT}"),
        _make(_url("links"), "Links that bite", "A text.\n\nAnother.", lead_image_url="javascript:pwned()",
                     based_on_url="data:text/html,<script>1</script>", url="javascript:pwned()"),
        _make(_url("bidi"), BIDI, f"{BIDI}\n\n{BIDI}", authors=(BIDI,), section=f"{BIDI}{SCRIPT}"),
        _make(_url("long"), LONG_WORD, f"{LONG_WORD}\n\n{LONG_WORD * 20}", authors=(LONG_WORD,),
                     section=LONG_WORD, publisher=LONG_WORD, keywords=(LONG_WORD,), standfirst=LONG_WORD),
        _make(_url("empty"), "", "x", publisher='"><script>pwned()</script>'),
    ]  # fmt: skip
    villains = [
        replace(article, published_at=now - timedelta(minutes=5 + place)) for place, article in enumerate(villains)
    ]
    rows = [kept, *_keep(store, crawl_id, [article.canonical_url for article in villains[1:]], now)]
    hostile = [_store(store, row, article, now) for row, article in zip(rows, villains, strict=True)]
    (row,) = _keep(store, crawl_id, [_url("big")], now)
    big = _store(store, row, _make(_url("big"), "Two megabytes", "All work. " * (BIG_BYTES // 10)), now)
    refused, wall = _keep(store, crawl_id, [_url("refused"), "javascript:pwned()"], now, body=page, writer=writer)
    refusals = [
        Extraction(
            snapshot=refused, refusal=Refusal(reason=Reason.CONSENT_WALL, detail=f"{SCRIPT} accept {LONG_WORD}")
        ),
        Extraction(snapshot=wall, refusal=Refusal(reason=Reason.TOO_SHORT, detail="7 words")),
    ]
    store.articles.store(refusals, now=now)
    others = _fill_others(store, crawl_id, now)
    return replace(others, hostile=tuple(hostile), big=big, snapshot=kept.id)


def _fill_others(store: Store, crawl_id: int, now: datetime) -> Made:
    """Ordinary articles that a test asks for by name."""
    revised = 0
    for number in range(REVISIONS):
        at = now - timedelta(hours=REVISIONS - number)
        (row,) = _keep(store, crawl_id, [_url("revised")], at)
        text = f"The levy is {number} dollars a tonne, the ministry said.\n\n" + ("It was raised again. " * 12)
        if number == REVISIONS - 1:
            text = text.replace("dollars", "euros") + "\n\nCorrection: an earlier version named the wrong currency."
        revised = _store(store, row, _make(_url("revised"), f"Levy at {number // 10}0", text), now)
    body = "\n\n".join(f"The quarry of day {day} sold {day * 7} tonnes of blue slate to the port." for day in range(12))
    copies = []
    for place, name in enumerate(("meridian-wire", "bizpulse")):
        url = f"https://{name}.example/slate"
        (row,) = _keep(store, crawl_id, [url], now)
        published = now - timedelta(hours=3 - place)
        copies.append(_store(store, row, _make(url, "Quarry sells slate", body, published_at=published), now))
    chinese = _make(_url("zh"), "央行宣布降息", "中国人民银行周二宣布下调利率。" * 20, language="zh")
    (row,) = _keep(store, crawl_id, [_url("zh")], now)
    index = _make(_url("sp"), "S&P 500 and AT&T", "The S&P 500 rose as AT&T gained.\n\n" + "Volume was thin. " * 15)
    (other,) = _keep(store, crawl_id, [_url("sp")], now)
    return Made(
        plain=0,
        hostile=(),
        big=0,
        revised=revised,
        copies=(copies[0], copies[1]),
        chinese=_store(store, row, chinese, now),
        index=_store(store, other, index, now),
        stories=(),
        snapshot=0,
    )


def _url(path: str) -> str:
    return f"https://{HOSTILE_SOURCE}.example/{path}"


def _store(store: Store, row: SnapshotRow, article: Article, now: datetime) -> int:
    (stored,) = store.articles.store([Extraction(snapshot=row, article=article)], now=now)
    assert stored.article_id is not None
    return stored.article_id


def _keep(
    store: Store,
    crawl_id: int,
    urls: Sequence[str],
    at: datetime,
    *,
    body: bytes = b"",
    writer: ArchiveWriter | None = None,
) -> list[SnapshotRow]:
    """Pages of the sources that their hosts are named after."""
    owners = [url.split("/")[2].removesuffix(".example") if "://" in url else HOSTILE_SOURCE for url in urls]
    pages = [Page(url=url, source=owner, at=at, body=body) for url, owner in zip(urls, owners, strict=True)]
    return keep_pages(store, crawl_id, pages, writer=writer)


def _poll(store: Store, crawl_id: int, now: datetime) -> None:
    for endpoint in store.endpoints.of([source.name for source in sources()]):
        outcome = PollOutcome.FAILED if endpoint.source == HOSTILE_SOURCE else PollOutcome.READ
        poll = PollRecord(
            endpoint_id=endpoint.id,
            crawl_id=crawl_id,
            at=now - timedelta(hours=1),
            outcome=outcome,
            status=200,
            detail=SCRIPT if outcome is PollOutcome.FAILED else "",
            entries=(_seen(endpoint.source),),
        )
        store.polls.record(poll, now=now)


def _seen(source: str) -> SeenEntry:
    url = f"https://{source}.example/seen"
    return SeenEntry(entry=Entry(url=url, title=SCRIPT), key=url, wanted=False)


def hostile_page(trap: str) -> bytes:
    """A publisher's page that tries everything: scripts, loads, a form, a refresh, connections made in advance."""
    return f"""<!doctype html><html><head><title>x</title>{SCRIPT}
<base href="{trap}"><meta http-equiv="refresh" content="0; url={trap}refresh">
<link rel="preconnect" href="{trap}"><link rel="dns-prefetch" href="{trap}"><link rel="prefetch" href="{trap}prefetch">
<link rel="stylesheet" href="{trap}style.css"><link rel="icon" href="{trap}icon.png">
<style>body {{ background: url({trap}css.png) }} @import "{trap}import.css";</style>
<script src="{trap}script.js"></script></head>
<body onload="window.pwned=1"><img src="{trap}image.png" srcset="{trap}image2.png 2x" onerror="window.pwned=1">
<iframe src="{trap}frame"></iframe><object data="{trap}object"></object><embed src="{trap}embed">
<video src="{trap}video" poster="{trap}poster" autoplay></video>
<svg onload="window.pwned=1"><image href="{trap}svg"/></svg>
<form action="{trap}form" method="post"><input autofocus onfocus="window.pwned=1"></form>
<a href="javascript:window.pwned=1" id="bite">bite</a><p>The words of the page.</p>
</body></html>""".encode()
