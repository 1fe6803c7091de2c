"""Bytes of a response -> text, or the reason why they are no web page."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, resolve_encoding

from copydesk.model import Reason, Refusal

MAX_BODY_BYTES = 10_000_000
"""Larger pages are refused: no article is, and parsing takes memory of some ten times this."""
SNIFFED_BYTES = 2_048
GUESSED_BYTES = 64_000
"""Of a page whose declared charset is wrong, looked at to guess another."""
TOLERATED_ERRORS = 0.02
"""Share of broken sequences among the multi-byte ones, up to which text is still UTF-8 (truncated, mixed comments)."""

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (image, sound or video)"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\x00\x00\x00\x18ftyp", "an MP4 file"),
    (b"\x00\x00\x00\x1cftyp", "an MP4 file"),
    (b"\x00\x00\x00\x20ftyp", "an MP4 file"),
    (b"SQLite format 3", "a database"),
)
BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SPACE = r"\t\n\f\r\x0b\x20"
ATTRIBUTE = (
    rf"""[^{SPACE}/>][^{SPACE}/>=]*+(?:[{SPACE}]*+=[{SPACE}]*+(?:"[^"]*+"?|'[^']*+'?|[^{SPACE}>"'][^{SPACE}>]*+|))?+"""
)
"""A name, mostly with a value; in quotes it may hold `<` and `>`. Nothing is tried twice: linear on any text."""
ATTRIBUTES = re.compile(ATTRIBUTE.encode())
RAW_TEXT = "|".join(
    "".join(f"[{letter}{letter.upper()}]" for letter in name)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
)
"""Elements whose text holds no tags, whatever it looks like. Spelled out: to ignore case slows the whole pattern."""
START_TAG = re.compile(
    rf"<!--(?:[^-]++|-(?!->))*+|"
    rf"<(?:({RAW_TEXT})(?=[{SPACE}/>])((?:[{SPACE}/]++|{ATTRIBUTE})*+)>?(?:[^<]++|<(?!/(?i:\1)))*+|"
    rf"[a-zA-Z][^{SPACE}/>]*+((?:[{SPACE}/]++|{ATTRIBUTE})*+)>?)".encode()
)
"""A comment, an element of raw text up to its end, or a start tag (HTML, sections 13.2.5.6 to 13.2.5.39)."""
MAX_ATTRIBUTES = 256
"""Kept of one tag: libxml2 walks along all of them to add one. Real tags have up to 64."""
FEW_ATTRIBUTES = rf"(?:[{SPACE}/]*+{ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+[{SPACE}/]*+(?!{ATTRIBUTE})"
RAW_ELEMENTS = "|".join(
    rf"{name}(?=[{SPACE}/>]){FEW_ATTRIBUTES}>?(?:[^<]++|<(?!/{name}))*+" for name in RAW_TEXT.split("|")
)
ORDINARY = re.compile(
    rf"(?:[^<]++|<!--(?:[^-]++|-(?!->))*+|"
    rf"<(?:{RAW_ELEMENTS}|[a-zA-Z][^{SPACE}/>]*+{FEW_ATTRIBUTES}>?|(?![a-zA-Z]|!--)))*+".encode()
)
"""The same as far as no tag has too many attributes: most pages from end to end, without a step in Python."""
LONG_TAG_BYTES = 1_000
"""Shorter tags hold too few attributes to matter, and are passed over."""
EASTERN = re.compile(rb"""<html[^>]{0,300}?\blang\s*=\s*["']?(?:pl|cs|sk|hu|ro|hr|sl|bs|sq|tr|lt|lv|et)\b""", re.I)
"""Languages of which windows-1252 lacks letters."""
WESTERN_SIBLINGS = re.compile(
    r"^(?:cp(?:125[0457]|437|85\d|86\d|1026|500|037|1140|273|775)|latin|iso8859_(?:1|2|3|4|9|10|13|14|15|16)$|mac_(?!cyr|greek)|hp_roman)"
)
"""Charsets that a guess takes for windows-1252 where few letters tell them apart."""
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r")
"""Characters that XML has no place for: lxml reads them and refuses to write them."""
NO_BREAK_PAGE = bytes.maketrans(b"\f", b" ")
CONTROL_REFERENCES = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[0-8bcef]|1[0-9a-f])(?![0-9a-f]));?", re.I
)
NO_CHARACTER = re.compile("\ufffe|\uffff".encode())
BINARY = bytes(code for code in range(27) if not 9 <= code <= 13)
"""Characters that texts hold few of."""
FEED_ROOT = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]", re.I)
HTML_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|p|article|meta|title|table|h1|span|main|section)\b", re.I
)
META_CHARSET = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([a-z0-9_:.\-]{2,40})""", re.I)
NOT_HTML_TYPES = re.compile(
    r"^\s*(?:image|audio|video|font)/|^\s*application/(?:pdf|zip|octet-stream|json|ld\+json)\b", re.I
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """A page as text."""

    utf8: bytes
    """Encoded anew: what the parser reads, without what it should not."""
    charset: str
    """As which the bytes were read."""
    note: str = ""
    """Why the declared charset was not believed; empty where it was."""

    @property
    def text(self) -> str:
        return self.utf8.decode("utf-8")


def decode_page(body: bytes, content_type: str = "") -> Decoded | Refusal:
    """Return a page's text, or why it is none. Never raises, never takes longer than linear time.

    Valid UTF-8 with multi-byte characters is UTF-8 whatever is declared: other encodings do not look like it by chance.

    Reference: WHATWG Encoding (labels), HTML section 13.2.3 (order: BOM, header, meta).
    """
    if len(body) > MAX_BODY_BYTES:
        return Refusal(reason=Reason.TOO_LARGE, detail=f"{len(body):,} bytes, at most {MAX_BODY_BYTES:,} are read")
    wrong = sniff(body, content_type)
    if wrong:
        return Refusal(reason=Reason.NOT_HTML, detail=wrong)
    for bom, charset in BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :].decode(charset, "replace"), charset)
    bare = _utf16_without_bom(body)
    if bare:
        return _decoded(body.decode(bare, "replace"), bare, f"{bare} without byte order mark")
    return _decode_declared(body, content_type)


def sniff(body: bytes, content_type: str = "") -> str:
    """Return what `body` is if it is no web page, else an empty string."""
    head = body[:SNIFFED_BYTES]
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not start:
        return "an empty document" if not body.strip(b"\x00 \t\r\n") else "a document that begins with blanks only"
    for magic, name in MAGIC:
        if start.startswith(magic) or head.startswith(magic):
            return f"the bytes are {name}"
    if FEED_ROOT.search(start[:600]) and not HTML_TAG.search(start[:300]):
        return "the bytes are a feed or sitemap"
    if start[:1] in b"{[" and not HTML_TAG.search(body[:20_000]):
        return "the bytes are JSON or a script"
    if NOT_HTML_TYPES.search(content_type) and not HTML_TAG.search(head):
        return f"served as {content_type.split(';')[0].strip()}"
    if _utf16_without_bom(body) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ""
    control = len(head) - len(head.translate(None, BINARY))
    if control > len(head) * 0.1 and not HTML_TAG.search(head):
        return "the bytes are binary"
    return ""


def _utf16_without_bom(body: bytes) -> str:
    """Markup in UTF-16 has a zero in every other byte."""
    head = body[:400]
    if len(head) < 40:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.35 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.35 and odd < len(head) * 0.05:
        return "utf-16-be"
    return ""


def _decode_declared(body: bytes, content_type: str) -> Decoded:
    declared = _declared(body, content_type)
    if _is_utf8(body):
        lies = bool(declared) and declared[0] != "utf-8" and not body.isascii()
        return Decoded(utf8=_clean(body), charset="utf-8", note=f"declared {declared[0]}, is UTF-8" if lies else "")
    for charset in declared:
        if charset == "utf-8" or charset.startswith(("utf-16", "utf-32")):
            continue
        try:
            text = body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        note = f"declared {declared[0]}, is {charset}" if charset != declared[0] else ""
        return _decoded(text, charset, note)
    return _guess(body, declared)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Names of codecs, header before meta."""
    labels = [http_content_type_encoding(content_type) if content_type else None]
    meta = META_CHARSET.search(body[:20_000])
    if meta:
        labels.append(meta[1].decode("ascii", "replace"))
    found = []
    for label in labels:
        codec = resolve_encoding(label) if label else None
        if codec and codec not in found:
            found.append(codec)
    return found


def _guess(body: bytes, declared: list[str]) -> Decoded:
    text = body.decode("utf-8", "replace")
    broken, wide = text.count("\ufffd"), len(body) - len(text)
    if wide > 0 and broken <= max(3, wide * TOLERATED_ERRORS):
        return _decoded(text, "utf-8", f"{broken} broken sequences in UTF-8")
    best = from_bytes(_sample(body)).best()
    charset = best.encoding if best else "cp1252"
    if charset in ("ascii", "utf_8") or (WESTERN_SIBLINGS.match(charset) and not EASTERN.search(body[:20_000])):
        charset = "cp1252"
    note = f"declared {declared[0]}, taken as {charset}" if declared else f"charset not declared, taken as {charset}"
    return _decoded(body.decode(charset, "replace"), charset, note)


def _sample(body: bytes) -> bytes:
    """Where the characters beyond ASCII are: that is what tells charsets apart."""
    wide = re.search(rb"[\x80-\xff]", body)
    start = max(0, wide.start() - 1_000) if wide else 0
    return body[start : start + GUESSED_BYTES]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(text: str, charset: str, note: str = "") -> Decoded:
    return Decoded(utf8=_clean(text.encode("utf-8", "replace")), charset=charset, note=note)


def _clean(raw: bytes) -> bytes:
    """Null bytes end a document for some parsers; a tag with 100,000 attributes costs libxml2 minutes."""
    raw = raw.translate(NO_BREAK_PAGE, CONTROLS)
    if b"\xef" in raw:  # as the first byte of few other characters: cheap to look for
        raw = NO_CHARACTER.sub(b"", raw)
    raw = CONTROL_REFERENCES.sub(b" ", raw)
    ordinary = ORDINARY.match(raw)
    if ordinary is None or ordinary.end() == len(raw):
        return raw
    spans = (tag.span() for tag in START_TAG.finditer(raw))
    long = [span for span in spans if span[1] - span[0] > LONG_TAG_BYTES]
    tags = (START_TAG.match(raw, start) for start, _ in long)
    cuts = [cut for tag in tags if tag and (cut := _cut(tag))]
    if not cuts:
        return raw
    pieces, done = [], 0
    for start, end in cuts:
        pieces.append(raw[done:start])
        done = end
    return b"".join([*pieces, raw[done:]])


def _cut(tag: re.Match[bytes]) -> tuple[int, int] | None:
    """Where the attributes of a tag begin and end that are too many."""
    start, end = tag.span(2 if tag[1] else 3)
    for seen, attribute in enumerate(ATTRIBUTES.finditer(tag.string, start, end)):
        if seen >= MAX_ATTRIBUTES:
            return attribute.start(), end
    return None
