"""How values look on a page. What publishers wrote is text here, whatever it pretends to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from copydesk.text import visible
from storage.web.charts import bars

MARK, UNMARK = "\u0002", "\u0003"
"""Around what a search found, in text that is not escaped yet."""


def plain(text: object) -> str:
    """A publisher's words without what is not seen."""
    return visible(str(text)) if text is not None else ""


def marked(text: str) -> Markup:
    """A snippet of a search, with what was found in `<mark>`."""
    parts = []
    for number, part in enumerate(text.split(MARK)):
        found, _, rest = part.rpartition(UNMARK) if number else ("", "", part)
        parts.append(Markup("<mark>{}</mark>{}").format(plain(found), plain(rest)) if found else escape(plain(rest)))
    return Markup("").join(parts)


def paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of a text, each a list of lines; several lines are a list."""
    return [
        [plain(line) for line in paragraph.split("\n") if line.strip()]
        for paragraph in text.split("\n\n")
        if paragraph.strip()
    ]


def web_url(url: object) -> str:
    """A URL that a link may lead to; empty where it is none of http or https."""
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname else ""


def instant(value: object) -> Markup:
    """An instant to the minute, in UTC, the seconds in its `datetime`."""
    found = read_instant(value)
    if found is None:
        return Markup('<span class="none">–</span>')
    utc = found.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        utc.isoformat(timespec="seconds"), f"{value} ", f"{utc:%Y-%m-%d %H:%M}"
    )


def clock(value: object) -> Markup:
    """The hour and minute of an instant, in UTC."""
    found = read_instant(value)
    if found is None:
        return Markup("")
    utc = found.astimezone(UTC)
    return Markup('<time datetime="{}">{}</time>').format(utc.isoformat(timespec="seconds"), f"{utc:%H:%M}")


def read_instant(value: object) -> datetime | None:
    """An ISO 8601 instant; None where it is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def long_day(day: str) -> str:
    """
    >>> long_day("2026-11-02")
    'Monday 2 November 2026'
    """
    found = datetime.fromisoformat(day)
    return f"{found:%A} {found.day} {found:%B %Y}"


def duration(seconds: float | None) -> str:
    """
    >>> duration(95), duration(7300), duration(200_000), duration(None)
    ('2 min', '2.0 h', '2.3 days', '–')
    """
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def number(value: float | None) -> str:
    """A count with commas."""
    return "–" if value is None else f"{value:,.0f}"


def share(value: float | None) -> str:
    """A share as per cent."""
    return "–" if value is None else f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def plural(value: int, one: str, many: str = "") -> str:
    """
    >>> plural(1, "copy", "copies"), plural(1200, "article")
    ('1 copy', '1,200 articles')
    """
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def words(name: object) -> str:
    """A name of ours, `not_an_article`, as words."""
    return str(name or "").replace("_", " ")


def query(values: Iterable[tuple[str, object]], **changed: object) -> str:
    """A query string: pairs that are not empty, with some changed."""
    merged = {**dict(values), **changed}
    return urlencode({key: value for key, value in merged.items() if value not in (None, "", False)})


FILTERS: dict[str, Callable[..., Any]] = {
    "plain": plain,
    "marked": marked,
    "paragraphs": paragraphs,
    "web_url": web_url,
    "instant": instant,
    "clock": clock,
    "long_day": long_day,
    "duration": duration,
    "number": number,
    "share": share,
    "plural": plural,
    "words": words,
}
GLOBALS: dict[str, Callable[..., Any]] = {"link_query": query, "bars": bars}
