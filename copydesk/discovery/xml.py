"""XML as publishers serve it: read strictly first, then repaired as feed readers do."""

from __future__ import annotations

import html
import re
import zlib
from collections import deque
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from copydesk.errors import ParseError

MOST_BYTES = 100_000_000
"""Of a sitemap, decompressed: twice what sitemaps.org allows."""
MOST_TREE_BYTES = 30_000_000
"""Of a document that is read as a tree, decompressed: a tree takes ten times the room."""
GZIP_MAGIC = b"\x1f\x8b"

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))", re.DOTALL)
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|\w{1,32};)?")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, section 2.2)."""
_BEGINNING = re.compile(r"<\?xml\s|<(?:rss|rdf:rdf|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_JUNK = 20_000
"""Characters before a document in which its beginning is looked for: warnings of PHP, comments of caches."""
_PROLOG = re.compile(r"^[^<]*(?:<\?[^>]*\?>\s*)*(?:<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)?", re.DOTALL)
_ENTRY = re.compile(r"<((?:\w+:)?(?:item|entry|url|sitemap))[\s>]", re.IGNORECASE)
_END = re.compile(r"</(?:\w+:)?(?:rss|rdf|feed|urlset|sitemapindex)\s*>", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"</?(a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figure|figcaption|font|h[1-6]|hr|i|iframe|img|ins|li|"
    r"mark|ol|p|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|tr|tt|u|ul|wbr)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_OPENING_TAG = re.compile(r"<[A-Za-z][^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+\s*=\s*)("[^"]*"|'[^']*'|[^\s"'/>]+)""")
_TAG = re.compile(r"</?([A-Za-z][\w:-]*)(?:[\s/][^<>]{0,2000})?>|<!--.{0,2000}?-->", re.DOTALL)
_INLINE = frozenset(
    "a abbr b big cite code del em font i ins mark q s small span strike strong sub sup tt u wbr".split()  # noqa: SIM905
)
"""HTML that parts no words."""
_SINGLE_BYTE = re.compile(r"(?:iso-?8859-|windows-125|cp-?125|latin-?\d|us-ascii$|ascii$)", re.IGNORECASE)
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Codecs of Python that no document means."""
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""What a document means that is written in Windows' code page and says ISO 8859-1."""


def parse_xml(body: bytes, *, url: str, content_type: str = "") -> etree._Element:
    """Return the root element of a document; entities are not expanded, nothing outside is read.

    Raises:
        ParseError: there is no element in it, even after repair.
    """
    body = gunzip(body, url=url, most=MOST_TREE_BYTES).lstrip()
    if len(body) > MOST_TREE_BYTES:
        raise ParseError(url, f"larger than {MOST_TREE_BYTES} bytes")
    if not body:
        raise ParseError(url, "the document is empty")
    try:
        if not _is_mislabelled(body):
            return etree.fromstring(body, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        pass
    repaired = repair(body, content_type)
    try:
        root = etree.fromstring(repaired, _parser(recover=True)) if b"<" in repaired else None
    except etree.XMLSyntaxError as error:
        raise ParseError(url, f"no XML in it ({error})") from error
    if root is None:
        raise ParseError(url, "no XML in it")
    return root


def stream(body: bytes, name: str) -> Iterator[etree._Element]:
    """Yield the elements of a name, in any namespace, in constant memory: each is gone when the next one comes.

    A document that breaks off ends there.
    """
    events = etree.iterparse(
        BytesIO(body), tag=f"{{*}}{name}", resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


def gunzip(body: bytes, *, url: str, most: int | None = None) -> bytes:
    """Return a document unpacked, where it is packed; a torn end is left out. `most` bytes; None: MOST_BYTES.

    Raises:
        ParseError: it is damaged, or larger than any feed or sitemap may be.
    """
    if not body.startswith(GZIP_MAGIC):
        return body
    unpacked, most = bytearray(), most or MOST_BYTES
    while body.startswith(GZIP_MAGIC):  # members may follow each other (RFC 1952, section 2.2)
        unpacker = zlib.decompressobj(31)
        try:
            unpacked += unpacker.decompress(body, most + 1 - len(unpacked))
        except zlib.error as error:
            raise ParseError(url, f"the gzip file is damaged ({error})") from error
        if len(unpacked) > most:
            raise ParseError(url, f"larger than {most} bytes when unpacked")
        body = unpacker.unused_data
    return bytes(unpacked)


def repair(body: bytes, content_type: str) -> bytes:
    """Return a document that a lenient parser can read, in UTF-8.

    Without what stands before it, its document type, characters that XML forbids, entities and tags of HTML, and the
    entry in which it was torn off: half an address is a wrong address.
    """
    text = ILLEGAL.sub("", decode(body, content_type))
    if beginning := _BEGINNING.search(text, 0, _JUNK):
        text = text[beginning.start() :]
    text = _drop_torn_entry(_PROLOG.sub("", text, count=1))
    has_entries = _ENTRY.search(text) is not None
    parts = _CDATA.split(text)  # every second part stands in a CDATA section or a comment, where `&` is only a sign
    for number, part in enumerate(parts):
        if number % 2 == 0:
            mended = _AMPERSAND.sub(_mend_ampersand, part)
            if has_entries:
                mended = _OPENING_TAG.sub(_quote_attributes, _HTML_TAG.sub(_space_of, mended))
            parts[number] = mended
    return "".join(parts).encode("utf-8")


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a document: by its byte order mark, its own declaration, the header, then what fits.

    What says that it is written in a code page of 256 characters and is sound UTF-8 is UTF-8; a declaration of UTF-16
    that can be read as ASCII is wrong.
    """
    names = [codec for mark, codec in _BOMS if body.startswith(mark)]
    if declared := _declared(body):
        names += ["utf-8", declared] if _SINGLE_BYTE.match(declared) else [declared]
    if charset := _CHARSET.search(content_type):
        names += ["utf-8", charset[1]] if _SINGLE_BYTE.match(charset[1]) else [charset[1]]
    for name in (*names, "utf-8", "cp1252"):
        if name.lower().replace("-", "_") in _NO_CHARSETS:
            continue
        try:
            return _decode(body, "cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii") else name)
        except (UnicodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _decode(body: bytes, codec: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(body) - 4:
            raise
        return body[: error.start].decode(codec)  # torn off within a character


def text_of(element: etree._Element) -> str:
    """Return the text in an element and its children; entities that no document type declares are read as HTML's."""
    text = "".join(_texts(element))
    return " ".join((text if text.isascii() else text.translate(_C1)).split())


def drop_tags(text: str) -> str:
    """Return HTML without its tags and comments; a space where they part words.

    >>> drop_tags("<p>Rates <b>ri</b>se<br>if 2 < 3</p>").strip()
    'Rates rise if 2 < 3'
    """
    return _TAG.sub(_space_of, text) if "<" in text else text


def _space_of(tag: re.Match[str]) -> str:
    return "" if (tag[1] or "b").lower() in _INLINE else " "


def _quote_attributes(tag: re.Match[str]) -> str:
    return _ATTRIBUTE.sub(lambda match: match[0] if match[2][0] in "\"'" else f'{match[1]}"{match[2]}"', tag[0])


def _drop_torn_entry(text: str) -> str:
    if _END.search(text, max(0, len(text) - _JUNK)):
        return text
    last = next(iter(deque(_ENTRY.finditer(text), maxlen=1)), None)
    if last is None or f"</{last[1]}" in text[last.end() :]:
        return text
    return text[: last.start()]


def _declared(body: bytes) -> str:
    declared = _DECLARED.search(body[:_JUNK])
    name = declared[1].decode("ascii") if declared else ""
    return "" if re.match(r"(?i)utf-?(?:16|32)|ucs|iso-10646", name) else name


def _is_mislabelled(body: bytes) -> bool:
    """Whether a document says that it is written in a code page of 256 characters, and is sound UTF-8."""
    if body.isascii() or not _SINGLE_BYTE.match(_declared(body)):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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
    meant = html.unescape(match[0]).replace("\ufffd", "")
    if meant == match[0]:
        return "&amp;" + name
    return html.escape(ILLEGAL.sub("", meant))


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
