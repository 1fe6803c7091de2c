"""One publication at work: what stands at each of its paths at an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from copydesk.model import Source
from spiders.rehearsal import feeds, scripted
from spiders.rehearsal.faults import FAULTS, Fault, fault_text, png
from spiders.rehearsal.pages import ArticlePage, Link, Post, article_page, list_page, parts_of, plain_page
from spiders.rehearsal.publications import Publication
from spiders.rehearsal.server import Answer
from spiders.rehearsal.texts import Piece

CARDS = 12
BOXED = 3
"""Links in a box beside or below an article."""
SUMMARY_CHARS = 160
HOUSE_PAGES = {
    "about": "Who we are",
    "contact": "Contact us",
    "privacy": "Privacy notice",
    "newsletters": "Newsletters",
    "jobs": "Work with us",
    "advertise": "Advertise",
    "terms": "Terms of use",
}
HTML_TYPES = {"says_latin1": "text/html; charset=iso-8859-1", "says_utf8": "text/html; charset=utf-8"}
"""Charsets that are claimed wrongly, by the piece's flag."""


@dataclass
class Site:
    """A publication with its pieces. Hours count from `started_at`."""

    press: Publication
    pieces: Sequence[Piece]
    """Its own and those it copied, oldest first."""
    started_at: datetime
    home: str
    """Without a slash at the end."""
    link_to: Callable[[str], Link]
    """The slug of a piece of any publication -> a link to it, for credits."""
    faults: Sequence[Fault] = field(init=False)

    def __post_init__(self) -> None:
        self.faults = [fault for fault in FAULTS if fault.publication == self.press.name]
        self._by_path = {self.path_of(piece): (piece, False) for piece in self.pieces}
        if self.press.amp:
            self._by_path |= {f"/amp{path}": (piece, True) for path, (piece, _) in self._by_path.items()}
        self._moved = {f"/old/{piece.slug}": self.path_of(piece) for piece in self.pieces if "moved" in piece.flags}

    def source(self) -> Source:
        press = self.press
        return Source(
            name=press.name,
            homepage=f"{self.home}/",
            feeds=(self.home + press.feed_path,) if press.feed_path else (),
            sitemaps=(f"{self.home}/sitemap.xml",) if press.sitemap else (),
            sections=tuple(f"{self.home}/{name.lower()}" for name in press.sections),
            language=press.language,
            tags=press.tags,
            include=press.include,
            exclude=press.exclude,
        )

    def instant(self, hours: float) -> datetime:
        return self.started_at + timedelta(minutes=round(hours * 60))

    def hours(self, at: datetime) -> float:
        return (at - self.started_at).total_seconds() / 3600

    def modified_at(self, state: Piece) -> datetime:
        """When it was last changed; when it was published, where it never was."""
        return self.instant(state.at_h if state.modified_h is None else state.modified_h)

    def path_of(self, piece: Piece) -> str:
        at = self.instant(piece.at_h)
        return self.press.article_path.format(
            slug=piece.slug,
            number=piece.number,
            section=piece.section.lower(),
            year=at.year,
            month=at.month,
            month_name=at.strftime("%b").lower(),
            day=at.day,
        )

    def fetched_url(self, piece: Piece) -> str:
        """Where the endpoints lead in the end."""
        amp = self.press.amp and "plain" not in piece.flags
        return f"{self.home}{'/amp' if amp else ''}{self.path_of(piece)}"

    def listed_url(self, piece: Piece) -> str:
        """What the endpoints say."""
        if "moved" in piece.flags:
            return f"{self.home}/old/{piece.slug}"
        return self.fetched_url(piece) + (f"?{self.press.query}" if self.press.query else "")

    def published(self, now: datetime) -> list[Piece]:
        """The present states, newest first."""
        hours = self.hours(now)
        return [piece.at(hours) for piece in reversed(self.pieces) if self.instant(piece.at_h) <= now]

    def answer(self, path: str, now: datetime) -> Answer:
        """What `path` (with its query) answers."""
        path = _without_tracking(path)
        if path == self.press.feed_path:
            return self._feed(now)
        if path.startswith("/sitemap") and self.press.sitemap:
            return self._sitemap(path, now)
        if path == "/robots.txt":
            lines = ["User-agent: *", "Disallow: /private/", "Disallow: /search"]
            lines += [f"Sitemap: {self.home}/sitemap.xml"] if self.press.sitemap else []
            return Answer(body="".join(f"{line}\n" for line in lines).encode(), content_type="text/plain")
        if path.startswith("/img/"):
            return Answer(body=png(640, 360), content_type="image/png")
        if path.startswith("/scripted/"):
            return scripted.answer(
                path,
                self.home,
                self.press,
                [(piece.slug, self._page(piece), self._entry(piece)) for piece in self.published(now)],
            )
        if path in self._moved:
            return Answer(status=301, location=self.home + self._moved[path])
        return self._article(path, now) or self._other(path, now)

    def _article(self, path: str, now: datetime) -> Answer | None:
        piece, amp = self._by_path.get(path, (None, False))
        if piece is None or self.instant(piece.at_h) > now:
            return None
        state = piece.at(self.hours(now))
        popular = self._popular(now)
        html = article_page(self.press, self.home, self._page(state), self._related(piece), popular, amp=amp)
        changed_at = self.modified_at(state)
        if popular:
            changed_at = max(changed_at, self.started_at + timedelta(days=self._days(now)))
        kind = next((HTML_TYPES[flag] for flag in state.flags if flag in HTML_TYPES), "")
        return self._html(html, changed_at, kind)

    def _html(self, html: str, changed_at: datetime | None, content_type: str = "", status: int = 200) -> Answer:
        return Answer(
            body=html.encode(self.press.encoding, "xmlcharrefreplace"),
            content_type=content_type or f"text/html; charset={self.press.encoding}",
            status=status,
            changed_at=changed_at,
            validators=self.press.validators,
        )

    def _page(self, state: Piece) -> ArticlePage:
        path = self.path_of(state)
        return ArticlePage(
            url=self.home + path,
            canonical_url=self.home + path,
            amp_url=f"{self.home}/amp{path}" if self.press.amp else "",
            headline=state.headline,
            paragraphs=state.paragraphs,
            standfirst=state.standfirst,
            authors=state.authors,
            section=state.section,
            language=self.press.language,
            published_at=self.instant(state.at_h),
            modified_at=None if state.modified_h is None else self.instant(state.modified_h),
            image_url=self.image_url(state) or "",
            caption=state.image,
            credit=self.link_to(state.of) if state.relation == "derived" else None,
            posts=tuple(
                Post(posted_at=self.instant(update.at_h), paragraphs=update.paragraphs)
                for update in reversed(state.updates)
            ),
        )

    def image_url(self, piece: Piece) -> str | None:
        return f"{self.home}/img/{piece.number}.png" if piece.image else None

    def _related(self, piece: Piece) -> list[Link]:
        """Pieces that had been published when this one was: the box is not touched later."""
        others = [other for other in self.pieces if other.slug != piece.slug]
        earlier = [other for other in others if other.at_h <= piece.at_h]
        return [self._link(other) for other in (*reversed(earlier), *others)][:BOXED]

    def _popular(self, now: datetime) -> list[Link]:
        """The box of the most read, another one each day; empty where the publication's pages have none."""
        if "popular" not in parts_of(self.press.name):
            return []
        published = self.published(now)
        days = self._days(now)
        return [self._link(published[(days + 2 * number) % len(published)]) for number in range(BOXED)]

    def _days(self, now: datetime) -> int:
        return max(0, int(self.hours(now) // 24))

    def _link(self, piece: Piece) -> Link:
        return Link(
            url=self.home + self.path_of(piece),
            headline=piece.headline,
            standfirst=piece.standfirst,
            published_at=self.instant(piece.at_h),
            section=piece.section,
        )

    def _listed(self, now: datetime) -> list[feeds.Listed]:
        """Everything that endpoints list, pages with faults among them, newest first."""
        entries = [self._entry(piece) for piece in self.published(now)]
        for fault in self.faults:
            at = self.instant(fault.at_h)
            url = self.home + fault.path
            entries.append(feeds.Listed(url=url, headline=fault.headline, published_at=at, modified_at=at))
        return sorted(entries, key=lambda entry: entry.published_at, reverse=True)

    def _entry(self, piece: Piece) -> feeds.Listed:
        return feeds.Listed(
            url=self.listed_url(piece),
            headline=piece.headline,
            published_at=self.instant(piece.at_h),
            modified_at=self.modified_at(piece),
            summary=piece.standfirst or piece.paragraphs[0][:SUMMARY_CHARS],
            authors=piece.authors,
            section=piece.section,
            html="".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in piece.paragraphs),
        )

    def _feed(self, now: datetime) -> Answer:
        entries = self._listed(now)[: self.press.feed_size]
        write, content_type = feeds.WRITERS[self.press.feed_kind]
        return self._endpoint(write(self.press, self.home, entries), content_type, entries)

    def _sitemap(self, path: str, now: datetime) -> Answer:
        entries = self._listed(now)
        fresh = [entry for entry in entries if entry.published_at > now - timedelta(days=feeds.NEWS_SITEMAP_DAYS)]
        bodies: dict[str, Callable[[], bytes]] = {
            "/sitemap.xml": lambda: feeds.sitemap_index(self.home, max(entry.modified_at for entry in entries)),
            "/sitemap-news.xml.gz": lambda: feeds.news_sitemap(self.press, fresh),
            "/sitemap-articles.xml": lambda: feeds.sitemap(entries),
        }
        if path not in bodies:
            return self._not_found()
        kind = "application/gzip" if path.endswith(".gz") else "application/xml"
        return self._endpoint(bodies[path](), kind, entries)

    def _endpoint(self, body: bytes, content_type: str, entries: Iterable[feeds.Listed]) -> Answer:
        changed_at = max((entry.modified_at for entry in entries), default=None)
        return Answer(body=body, content_type=content_type, changed_at=changed_at, validators=self.press.validators)

    def _other(self, path: str, now: datetime) -> Answer:
        """A page with a fault, a section, the front page, one about the house, or none."""
        fault = next((fault for fault in self.faults if fault.path == path), None)
        if fault and (fault.shows or fault.path.startswith("/charts/")):
            return self._fault(fault)
        name = path.strip("/").removeprefix("category/").lower()
        if name in HOUSE_PAGES:
            main = f"<h1>{HOUSE_PAGES[name]}</h1><p>{escape(self.press.title)} is an invented publication.</p>"
            return self._html(plain_page(self.press, self.home, HOUSE_PAGES[name], main), self.started_at)
        pieces = self.published(now)
        known = {piece.section.lower(): piece.section for piece in self.pieces}
        if name in ("", "business-news"):
            known, title = {}, self.press.title
        elif name in known:
            pieces, title = [piece for piece in pieces if piece.section.lower() == name], known[name]
        else:
            return self._not_found()
        html = list_page(self.press, self.home, title, [self._link(piece) for piece in pieces[:CARDS]])
        return self._html(html, max((self._entry(piece).modified_at for piece in pieces), default=None))

    def _fault(self, fault: Fault) -> Answer:
        if not fault.shows:
            return Answer(body=png(320, 200), content_type="text/html; charset=utf-8")
        kind, _, name = fault.shows.rpartition(":")
        text = fault_text(name).replace("{headline}", escape(fault.headline)).replace("{home}", self.home)
        html = text if kind == "alone" else plain_page(self.press, self.home, fault.headline, text)
        return self._html(html, self.instant(fault.at_h), status=fault.status)

    def _not_found(self) -> Answer:
        main = "<h1>404</h1><p>There is no such page here.</p>"
        return self._html(plain_page(self.press, self.home, "404 Not Found", main), None, status=404)


def _without_tracking(path: str) -> str:
    parts = urlsplit(path)
    query = [(key, value) for key, value in parse_qsl(parts.query) if not key.startswith("utm_")]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def utc_minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)
