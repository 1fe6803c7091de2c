"""Scrapy's HTTP client, with a bound on what stands before a body: its limit of sizes counts bodies only.

Twisted keeps all headers that come. A server that sends nothing but headers fills the memory of the crawl within its
timeout, at hundreds of megabytes a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE

from spiders.outcomes import HeadTooLarge

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request
    from twisted.web.iweb import IResponse

MOST_HEAD_BYTES = 256 * 1024
"""Status line and headers, those of 1xx responses before it too; as browsers have it."""


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """For http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory


class _Protocol(_LenientHTTP11ClientProtocol):
    _head_bytes = 0

    def request(self, request: Request) -> Deferred[IResponse]:
        self._head_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        if self._parser is not None and self._parser.state not in (BODY, DONE):
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES + len(data):  # what comes with the last of it may be body
                self._giveUp(Failure(HeadTooLarge(MOST_HEAD_BYTES)))  # type: ignore[no-untyped-call]
                cast("Any", self.transport).abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 (Twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
