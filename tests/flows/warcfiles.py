"""WARC files as other crawlers write them, of invented pages."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from io import BytesIO

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def make_warc(pages: Iterable[tuple[str, str, bytes]], *, gzipped: bool = True) -> bytes:
    """A file of pages: URL, date, body. Beside each a request and a metadata record, as Common Crawl has them."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzipped, warc_version="WARC/1.0")
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "another crawler"}))
    for url, date, body in pages:
        stamp = {"WARC-Date": date}
        request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        for kind, headers, payload in (
            ("request", request, b""),
            ("response", head, body),
            ("metadata", None, b"a: b"),
        ):
            writer.write_record(
                writer.create_warc_record(
                    url, kind, payload=BytesIO(payload), http_headers=headers, warc_headers_dict=stamp
                )
            )
    return out.getvalue()


def packed_whole(raw: bytes) -> bytes:
    """A plain file, packed by hand."""
    return gzip.compress(raw)


def packed_zstd(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(raw)
