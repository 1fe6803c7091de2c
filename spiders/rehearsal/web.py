"""The rehearsal web: invented publications on loopback, whose clock is an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from copydesk.model import Source
from spiders.rehearsal.expected import Expected, ExpectedArticle
from spiders.rehearsal.pages import Link
from spiders.rehearsal.publications import PUBLICATIONS, all_pieces
from spiders.rehearsal.server import Answer, LoopbackServer, Request
from spiders.rehearsal.site import Site, utc_minute
from spiders.rehearsal.texts import Piece


class RehearsalWeb:
    """Serves from threads of its own while its context is open.

    What is published follows from `clock`, so that a week can pass in a test. The past that it begins with is counted
    back from `started_at`; give the one of an earlier web to go on with the same publication times.
    """

    def __init__(self, clock: Callable[[], datetime], port: int = 0, *, started_at: datetime | None = None) -> None:
        """`clock` gives aware instants. `port` 0: any free one, the same at every address where that can be had."""
        self.log: list[Request] = []
        self.started_at = utc_minute(started_at or clock())
        self._clock = clock
        self._pieces = all_pieces()
        self._by_slug = {piece.slug: piece for piece in self._pieces}
        self._sites: dict[str, Site] = {}
        addresses = [press.address for press in PUBLICATIONS]
        self._server = LoopbackServer(addresses, port, self._answer, self.log)

    def __enter__(self) -> Self:
        """Listen.

        Raises:
            CopydeskError: this machine lacks one of the addresses, or the port is taken.
        """
        self._server.bind()
        for press in PUBLICATIONS:
            self._sites[press.address] = Site(
                press=press,
                pieces=[piece for piece in self._pieces if piece.publication == press.name],
                started_at=self.started_at,
                home=f"http://{press.address}:{self._server.ports[press.address]}",
                link_to=self._link_to,
            )
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def sources(self) -> tuple[Source, ...]:
        """The publications, as sources.toml would name them."""
        return tuple(site.source() for site in self._sites.values())

    def url_of(self, publication: str, path: str) -> str:
        """The absolute URL of a path of a publication (named as its source).

        Raises:
            KeyError: there is no such publication.
        """
        return self._site(publication).home + path

    def expected(self) -> Expected:
        """What a perfect desk would hold at the clock's present, had it polled since the start."""
        now = self._clock()
        faults = [(site.home + fault.path, fault) for site in self._sites.values() for fault in site.faults]
        articles = [self._expected_article(piece, now) for piece in self._pieces if self._is_out(piece, now)]
        return Expected(
            articles=tuple(articles),
            refused=tuple((url, fault.reason) for url, fault in faults if fault.reason),
            unreachable=tuple((url, fault.why_not_had) for url, fault in faults if fault.why_not_had),
        )

    def _answer(self, address: str, path: str) -> Answer:
        return self._sites[address].answer(path, self._clock())

    def _site(self, publication: str) -> Site:
        return self._sites[next((press.address for press in PUBLICATIONS if press.name == publication), publication)]

    def _is_out(self, piece: Piece, now: datetime) -> bool:
        return self._site(piece.publication).instant(piece.at_h) <= now

    def _link_to(self, slug: str) -> Link:
        piece = self._by_slug[slug]
        return Link(url=self._canonical_url(piece), headline=piece.headline)

    def _canonical_url(self, piece: Piece) -> str:
        site = self._site(piece.publication)
        return site.home + site.path_of(piece)

    def _expected_article(self, piece: Piece, now: datetime) -> ExpectedArticle:
        site = self._site(piece.publication)
        state = piece.at(site.hours(now))
        shows = site.press.shows
        original_url = self._canonical_url(self._by_slug[piece.of]) if piece.of else None
        return ExpectedArticle(
            url=site.fetched_url(piece),
            canonical_url=self._canonical_url(piece),
            publisher=site.press.title if "publisher" in shows else None,
            headline=state.headline,
            standfirst=(state.standfirst or None) if "standfirst" in shows else None,
            body_text=state.body_text,
            authors=state.authors if "authors" in shows else (),
            published_at=site.instant(piece.at_h),
            modified_at=site.modified_at(state) if "modified_at" in shows else None,
            section=state.section if "section" in shows else None,
            language=site.press.language,
            based_on_url=original_url if piece.relation == "derived" else None,
            lead_image_url=site.image_url(piece) if "lead_image_url" in shows else None,
            copy_of=original_url,
            relation=piece.relation or None,
            source=site.press.name,
        )
