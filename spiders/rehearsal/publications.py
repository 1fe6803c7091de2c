"""The invented publications: what each is called, where it listens, and how its machinery behaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from spiders.rehearsal.texts import Piece, read_texts


class Validators(StrEnum):
    """What a server sends for conditional requests (RFC 9110, section 8.8)."""

    BOTH = "both"
    NONE = "none"
    LAST_MODIFIED = "last_modified"
    LYING = "lying"
    """A new ETag and a new Last-Modified for the same bytes each time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """One publication of the rehearsal web."""

    name: str
    """Its source's name, and that of its template and its file of texts."""
    title: str
    address: str
    article_path: str
    """With {slug}, {number}, {section}, {year}, {month}, {month_name} and {day}."""
    feed_path: str = ""
    feed_kind: str = ""
    """rss2, rss1, rss091, atom or json; empty: no feed."""
    feed_size: int = 20
    """Entries at most, newest first."""
    sitemap: bool = False
    sections: tuple[str, ...] = ()
    """Names of sections that the source polls as such."""
    validators: Validators = Validators.BOTH
    encoding: str = "utf-8"
    language: str = "en"
    utc_offset_h: int = 0
    """Of the times that its pages show."""
    date_format: str = "%d %B %Y, %H:%M"
    shows: frozenset[str] = frozenset(
        {"publisher", "authors", "section", "standfirst", "modified_at", "lead_image_url"}
    )
    """The optional fields that its pages state."""
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    query: str = ""
    """Tracking parameters on every link of the feed."""
    amp: bool = False


PUBLICATIONS = (
    Publication(
        name="harbour-ledger",
        title="The Harbour Ledger",
        address="127.0.1.11",
        article_path="/{year}/{month:02}/{slug}/",
        feed_path="/feed/",
        feed_kind="rss2",
        language="en-GB",
        date_format="%B %d, %Y",
        tags=("shipping",),
    ),
    Publication(
        name="morning-assay",
        title="The Morning Assay",
        address="127.0.1.12",
        article_path="/{section}/{slug}-{number}.html",
        feed_path="/rss/business.xml",
        feed_kind="rss2",
        feed_size=5,
        sitemap=True,
        utc_offset_h=1,
        date_format="%A %d %B %Y %H.%M",
        exclude=("/podcasts/",),
        tags=("markets",),
    ),
    Publication(
        name="quarry-street",
        title="Quarry Street",
        address="127.0.1.13",
        article_path="/a/{number}",
        feed_path="/atom.xml",
        feed_kind="atom",
        validators=Validators.NONE,
        date_format="%d %B %Y at %H:%M UTC",
        shows=frozenset({"authors"}),
        tags=("commentary",),
    ),
    Publication(
        name="tidemark",
        title="Tidemark",
        address="127.0.1.14",
        article_path="/stories/{slug}",
        feed_path="/feed.json",
        feed_kind="json",
        validators=Validators.LYING,
        utc_offset_h=-5,
        language="en-US",
        date_format="%b %d, %Y %H:%M EST",
        amp=True,
        tags=("technology",),
    ),
    Publication(
        name="grain-and-rail",
        title="Grain & Rail Gazette",
        address="127.0.1.15",
        article_path="/story.php?id={number}",
        feed_path="/backend.rdf",
        feed_kind="rss1",
        validators=Validators.LAST_MODIFIED,
        encoding="windows-1252",
        date_format="%d-%b-%Y %H:%M GMT",
        shows=frozenset({"authors"}),
        tags=("commodities",),
    ),
    Publication(
        name="northgate-observer",
        title="Northgate Observer",
        address="127.0.1.16",
        article_path="/{section}/{year}/{month_name}/{day:02}/{slug}",
        sections=("Economy", "Companies"),
        date_format="%a %d %b %Y %H.%M GMT",
        tags=("economy",),
    ),
    Publication(
        name="bizpulse",
        title="BizPulse Daily",
        address="127.0.1.17",
        article_path="/business-news/{slug}/",
        feed_path="/feed/",
        feed_kind="rss2",
        language="en-US",
        date_format="%B %d, %Y",
        shows=frozenset({"publisher", "lead_image_url"}),
        include=("/business-news/",),
        tags=("aggregator",),
    ),
    Publication(
        name="meridian-wire",
        title="Meridian Wire",
        address="127.0.1.18",
        article_path="/article/{slug}-idMW{number}",
        feed_path="/feeds/latest.xml",
        feed_kind="rss2",
        sitemap=True,
        date_format="%d %B %Y %H:%M UTC",
        shows=frozenset({"publisher", "authors", "section", "modified_at"}),
        tags=("wire",),
    ),
    Publication(
        name="handelsbote",
        title="Handelsbote Lindenau",
        address="127.0.1.19",
        article_path="/{section}/{slug}-{number}.html",
        feed_path="/rss.xml",
        feed_kind="rss091",
        language="de",
        utc_offset_h=1,
        date_format="%d.%m.%Y, %H:%M Uhr",
        query="utm_source=rss&utm_medium=feed",
        tags=("deutsch",),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A publication prints a text of the wire."""

    publication: str
    of: str
    after_h: float
    """After the original was published."""
    section: str
    headline: str = ""
    """Its own; empty: the wire's."""
    cut: tuple[int, ...] = ()
    """Paragraphs left out, counted from 0."""


COPIES = (
    Copy(publication="harbour-ledger", of="coldharbour-terminal", after_h=0.4, section="Ports"),
    Copy(publication="harbour-ledger", of="tanker-rates", after_h=0.7, section="Markets"),
    Copy(publication="harbour-ledger", of="ferro-strike", after_h=1.2, section="Labour"),
    Copy(publication="harbour-ledger", of="ballast-rules", after_h=0.5, section="Regulation"),
    Copy(publication="morning-assay", of="velmark-bank-rate", after_h=0.3, section="Economy"),
    Copy(publication="morning-assay", of="tanker-rates", after_h=0.5, section="Markets"),
    Copy(publication="morning-assay", of="lumen-chips", after_h=0.9, section="Companies"),
    Copy(publication="morning-assay", of="results-halvard", after_h=0.2, section="Companies"),
    Copy(publication="morning-assay", of="results-orsa", after_h=0.2, section="Companies"),
    Copy(publication="morning-assay", of="results-tessaline", after_h=0.1, section="Companies"),
    Copy(publication="morning-assay", of="ballast-rules", after_h=0.6, section="Economy"),
    Copy(publication="grain-and-rail", of="velmark-bank-rate", after_h=1.5, section="Money"),
    Copy(publication="grain-and-rail", of="ferro-strike", after_h=0.8, section="Rail"),
    Copy(
        publication="grain-and-rail",
        of="wheat-levy",
        after_h=2.0,
        section="Grain",
        headline="Millers brace for dearer flour after Sarnia export levy",
        cut=(2, 5),
    ),
)


def all_pieces() -> tuple[Piece, ...]:
    """Written pieces and syndicated copies, oldest first."""
    written = read_texts()
    by_slug = {piece.slug: piece for piece in written}
    copies = [_copied(by_slug[copy.of], copy) for copy in COPIES]
    return tuple(sorted((*written, *copies), key=lambda piece: piece.at_h))


def _copied(original: Piece, copy: Copy) -> Piece:
    kept = tuple(text for number, text in enumerate(original.paragraphs) if number not in copy.cut)
    return replace(
        original,
        publication=copy.publication,
        slug=f"{original.slug}-wire",
        at_h=original.at_h + copy.after_h,
        headline=copy.headline or original.headline,
        paragraphs=kept,
        authors=("Meridian Wire",),
        section=copy.section,
        image="",
        of=original.slug,
        relation="near" if copy.cut else "exact",
        revisions=(),
        flags=frozenset(),
    )
