"""What a perfect desk would hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copydesk.model import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedArticle:
    """One article in its present state. Optional fields are None or empty where its page does not state them."""

    url: str
    """Where the text is fetched from, after redirects, without tracking parameters."""
    canonical_url: str
    publisher: str | None
    headline: str
    standfirst: str | None
    body_text: str
    """Paragraphs separated by a blank line; lists one item a line."""
    authors: tuple[str, ...]
    published_at: datetime
    """Aware UTC, to the minute."""
    modified_at: datetime | None
    """The time of publication where it was never changed."""
    section: str | None
    language: str
    """BCP 47, as its page says it: `en-GB`."""
    based_on_url: str | None
    """The original that its page credits."""
    lead_image_url: str | None
    copy_of: str | None
    """The canonical URL of the original; None for an original."""
    relation: str | None
    """exact, near or derived, as `copydesk.model.Relation`."""
    source: str
    """The source whose endpoints list it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """Everything that a desk would hold that had polled since the start of the web."""

    articles: tuple[ExpectedArticle, ...]
    """Oldest first."""
    refused: tuple[tuple[str, Reason], ...]
    """URLs whose snapshot gives no article."""
    unreachable: tuple[tuple[str, str], ...]
    """Listed URLs that give no snapshot, and why: `404`, `410`, `robots`, `excluded` (by the source's patterns)."""
