"""Endpoints of any kind, read."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.discovery.feeds import parse_feed
from copydesk.discovery.sections import parse_section
from copydesk.discovery.sitemaps import parse_sitemap
from copydesk.model import EndpointKind, Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What an endpoint said."""

    what: str
    """A line for the record of the poll: `RSS 2.0, 20 entries`."""
    entries: tuple[Entry, ...] = ()
    """In document order."""
    child_urls: tuple[str, ...] = ()
    """Sitemaps that it names, the most promising first."""
    ttl_s: float | None = None
    """How long the publisher wants to be left alone; None where it does not say."""


def read_endpoint(kind: EndpointKind, body: bytes, *, url: str, content_type: str = "") -> Reading:
    """Return what the body of an endpoint says.

    Raises:
        ParseError: it is not what its kind says.
    """
    if kind is EndpointKind.FEED:
        feed = parse_feed(body, feed_url=url, content_type=content_type)
        return Reading(what=f"{feed.format}, {_count(feed.entries)}", entries=feed.entries, ttl_s=feed.ttl_s)
    if kind is EndpointKind.SITEMAP:
        sitemap = parse_sitemap(body, sitemap_url=url, content_type=content_type)
        listed = f"{len(sitemap.child_urls)} sitemaps" if sitemap.child_urls else _count(sitemap.entries)
        return Reading(what=f"{sitemap.format}, {listed}", entries=sitemap.entries, child_urls=sitemap.child_urls)
    entries = parse_section(body, section_url=url, content_type=content_type)
    return Reading(what=f"section page, {_count(entries)}", entries=entries)


def _count(entries: tuple[Entry, ...]) -> str:
    return "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
