"""Pages of invented news in any number, each of them different, for tests that need many."""

from __future__ import annotations

import random

from tests.static_web import StaticPage

WHO = ("The port authority", "Halden Foods", "The transport ministry", "Orrin Bank", "The growers", "The union")
WHAT = ("said it would close", "opened", "sold", "agreed to repair", "delayed work on", "raised the budget of")
WHICH = ("a grain terminal", "the northern depot", "its paper mill", "two ferries", "a cold store", "the river bridge")
WHEN = ("by the end of March", "after a vote on Monday", "within two years", "before the harvest", "despite a strike")
WHY = ("because freight costs rose", "as orders from abroad fell", "to meet new safety rules", "after a loss last year")


def make_headline(number: int) -> str:
    rnd = random.Random(number)
    return f"{rnd.choice(WHO)} {rnd.choice(WHAT)} {rnd.choice(WHICH)}, report {number}"


def make_paragraphs(number: int, *, count: int = 5) -> list[str]:
    """Paragraphs of about forty words that no other number gives."""
    rnd = random.Random(number)
    return [
        " ".join(
            f"{rnd.choice(WHO)} {rnd.choice(WHAT)} {rnd.choice(WHICH)} {rnd.choice(WHEN)} {rnd.choice(WHY)}, "
            f"at a cost of {rnd.randint(2, 900)}.{number % 10} million crowns."
            for _ in range(2)
        )
        for _ in range(count)
    ]


def make_page(number: int, *, day: str = "2026-11-01") -> StaticPage:
    """A plain article page; `id` is `page-NUMBER`."""
    headline, paragraphs = make_headline(number), make_paragraphs(number)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = (
        f'<!doctype html><html lang="en"><head><title>{headline}</title><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{day}T08:00:00+00:00"></head><body><nav><a href="/">Home</a>'
        f"</nav><main><article><h1>{headline}</h1>{body}</article></main><footer>About us</footer></body></html>"
    )
    return StaticPage(f"page-{number}", html.encode())
