"""Bodies as they were before their Content-Encoding: whole, and no larger than may be, or not at all.

In place of Scrapy's, which hands on what it could unpack of a body that breaks off: half an article would be kept as if
it were all of it, and the next look, at the whole one, would find a revision.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

import brotli
from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from spiders.outcomes import TooLarge, Torn

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

ACCEPT = b"gzip, deflate, br, zstd"
STEP_BYTES = 65_536
"""Unpacked at once, so that a bomb goes off in the hand of nobody."""
GZIP = 31
GZIP_MAGIC = b"\x1f\x8b"
"""zlib's window bits for a member of a gzip file."""
DAMAGED = (zlib.error, brotli.error, ZstdError)


class BodyMiddleware:
    """Unpacks what came."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BodyMiddleware:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault(b"Accept-Encoding", ACCEPT)

    def process_response(self, request: Request, response: Response) -> Response:
        """
        Raises:
            Torn: it breaks off, or is not packed as it says.
            TooLarge: it is larger than `max_body_bytes` in the end.
        """
        named = response.headers.getlist(b"Content-Encoding")
        if not named or not response.body:
            return response
        codings = [each.strip().lower() for each in chain.from_iterable(value.split(b",") for value in named)]
        body = response.body
        while codings and (steps := CODINGS.get(codings[-1])):
            body = unpack(body, steps, most_bytes=self.most_bytes)
            codings.pop()
        headers = response.headers.copy()
        headers.pop(b"Content-Encoding")
        if codings:
            headers[b"Content-Encoding"] = b", ".join(codings)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)


Steps = Callable[[bytes], Iterator[bytes]]


def unpack(body: bytes, steps: Steps, *, most_bytes: int) -> bytes:
    """Return a body without its coding.

    Raises:
        Torn: it breaks off, or is not packed so.
        TooLarge: as the name says.
    """
    parts, size = [], 0
    try:
        for part in steps(body):
            size += len(part)
            if size > most_bytes:
                raise TooLarge("as it is unpacked")
            parts.append(part)
    except DAMAGED as error:
        raise Torn("the body is not compressed as its Content-Encoding says") from error
    return b"".join(parts)


def _gunzip(body: bytes) -> Iterator[bytes]:
    while True:
        unpacker = zlib.decompressobj(GZIP)
        yield from _inflated(unpacker, body)
        body = unpacker.unused_data
        if not body.startswith(GZIP_MAGIC):  # what else follows the last member is of no use, and seen in the wild
            return


def _inflate(body: bytes) -> Iterator[bytes]:
    """RFC 9110 section 8.4.1.2: in zlib's format; some send bare DEFLATE data."""
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(body[:2])
    except zlib.error:
        yield from _inflated(zlib.decompressobj(-zlib.MAX_WBITS), body)
        return
    yield from _inflated(unpacker, body[2:])


def _inflated(unpacker: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while not unpacker.eof:
        part = unpacker.decompress(body, STEP_BYTES)
        body = unpacker.unconsumed_tail
        if not part and not body and not unpacker.eof:
            raise Torn(BREAKS_OFF)
        yield part


def _unbrotli(body: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    while not unpacker.is_finished():
        part = unpacker.process(body, output_buffer_limit=STEP_BYTES)
        body = b""
        if not part and not unpacker.is_finished():
            raise Torn(BREAKS_OFF)
        yield part


def _unzstd(body: bytes) -> Iterator[bytes]:
    while body:
        unpacker = ZstdDecompressor()
        while not unpacker.eof:
            part = unpacker.decompress(body, STEP_BYTES)
            body = b""
            if not part and unpacker.needs_input and not unpacker.eof:
                raise Torn(BREAKS_OFF)
            yield part
        body = unpacker.unused_data


BREAKS_OFF = "the response ended before all that it promised had come: its compressed body breaks off"
CODINGS: Mapping[bytes, Steps] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
