"""XML as publishers serve it: read strictly first, then repaired as feed readers do."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator

from lxml import etree

from copydesk.errors import ParseError

MOST_BYTES = 100_000_000
"""Of a document, decompressed: twice what sitemaps.org allows a sitemap."""
GZIP_MAGIC = b"\x1f\x8b"

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|\w{1,32};)?")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, section 2.2)."""
_PROLOG = re.compile(r"^[^<]*(?:<\?xml[^>]*\?>)?\s*(?:<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)?", re.DOTALL)


def parse_xml(body: bytes, *, url: str, content_type: str = "") -> etree._Element:
    """Return the root element of a document; entities are not expanded, nothing outside is read.

    Raises:
        ParseError: there is no element in it, even after repair.
    """
    body = gunzip(body, url=url).lstrip()
    if not body:
        raise ParseError(url, "the document is empty")
    try:
        return etree.fromstring(body, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        root = etree.fromstring(repair(body, content_type), _parser(recover=True))
    if root is None:
        raise ParseError(url, "no XML in it")
    return root


def gunzip(body: bytes, *, url: str) -> bytes:
    """Return a document unpacked, where it is packed; a torn end is left out.

    Raises:
        ParseError: it is damaged, or larger than any feed or sitemap may be.
    """
    if not body.startswith(GZIP_MAGIC):
        return body
    unpacker = zlib.decompressobj(31)
    try:
        unpacked = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ParseError(url, f"the gzip file is damaged ({error})") from error
    if unpacker.unconsumed_tail:
        raise ParseError(url, f"larger than {MOST_BYTES} bytes when unpacked")
    return unpacked


def repair(body: bytes, content_type: str) -> bytes:
    """Return a document that a lenient parser can read: UTF-8, no characters that XML forbids, no entities of HTML."""
    text = _ILLEGAL.sub("", decode(body, content_type))
    text = _PROLOG.sub("", text, count=1)
    parts = _CDATA.split(text)  # every second part stands in a CDATA section or a comment, where `&` is only a sign
    parts[::2] = [_AMPERSAND.sub(_mend_ampersand, part) for part in parts[::2]]
    return "".join(parts).encode("utf-8")


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a document: by its byte order mark, its own declaration, the header, then what fits."""
    names = [codec for mark, codec in _BOMS if body.startswith(mark)]
    if declared := _DECLARED.search(body[:400]):
        names.append(declared[1].decode("ascii"))
    if charset := _CHARSET.search(content_type):
        names.append(charset[1])
    for name in (*names, "utf-8", "cp1252"):
        try:
            return body.decode("cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def text_of(element: etree._Element) -> str:
    """Return the text in an element and its children; entities that no document type declares are read as HTML's."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: etree._Element) -> Iterator[str]:
    if isinstance(element, etree._Entity):
        yield html.unescape(element.text or "")
        return
    if not isinstance(element.tag, str):
        return  # a comment or a processing instruction
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def _mend_ampersand(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_ENTITIES:
        return match[0]
    meant = html.unescape(match[0])
    if meant == match[0]:
        return "&amp;" + name
    return html.escape(_ILLEGAL.sub("", meant))


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8" if recover else None,
    )
