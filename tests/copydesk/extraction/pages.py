"""Invented pages: a builder that makes a plain article page, and the test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from copydesk.extraction.article import extract_article
from copydesk.model import Article, Page, Refusal

URL = "https://courier.example/business/2026/11/02/grain-terminal-to-reopen"
HEADLINE = "Grain terminal to reopen after two years of repairs"
PARAGRAPHS = (
    "The port authority said on Monday that the northern grain terminal would open again in March, two years after a "
    "fire closed it and sent freight costs up across the region.",
    "Halden Foods, which ships a third of the harvest, signed a lease for twelve years. The company expects to move "
    "four million tonnes a year through the silos by the end of the decade.",
    "“We have paid for trucks long enough,” said Marit Orrin, who heads the growers’ union. She called the rent "
    "fair, and the timetable brave.",
    "Repairs cost 310 million crowns, of which insurers carry two thirds. The rest comes from the transport ministry, "
    "which had wanted the work done a year earlier.",
)
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


def make_html(
    *,
    headline: str = HEADLINE,
    paragraphs: tuple[str, ...] = PARAGRAPHS,
    head: str = "",
    before: str = "",
    after: str = "",
    below: str = "",
    lang: str = "en",
    title: str | None = None,
    kind: str = "article",
) -> str:
    """A page; `before` and `after` stand in the article around its paragraphs, `below` after the article."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    og = f'<meta property="og:type" content="{kind}">' if kind else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title or headline}</title>{og}{head}'
        f'</head><body><nav><a href="/">Home</a> <a href="/business">All</a></nav><main><article><h1>{headline}</h1>'
        f"{before}{text}{after}</article>{below}</main><footer>About us. Imprint.</footer></body></html>"
    )


def extract(html: str | bytes, *, url: str = URL, content_type: str = "text/html") -> Article | Refusal:
    body = html.encode() if isinstance(html, str) else html
    return extract_article(Page(url=url, body=body, content_type=content_type, fetched_at=NOW))


def article(html: str | bytes, *, url: str = URL, content_type: str = "text/html") -> Article:
    """The article of a page that must hold one."""
    result = extract(html, url=url, content_type=content_type)
    assert isinstance(result, Article), result
    return result
