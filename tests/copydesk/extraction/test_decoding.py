from __future__ import annotations

import pytest

from copydesk.extraction.decoding import Decoded, decode_page
from copydesk.model import Reason, Refusal

TEXT = "<html><head>{}</head><body><p>Prêts “chers” à Zürich: 5 € l’unité, naïveté, où, déjà, élève</p></body></html>"
META = '<meta charset="{}">'

LIES = [
    ("utf-8", "iso-8859-1", "", "utf-8"),  # declared Latin-1, is UTF-8
    ("cp1252", "utf-8", "", "cp1252"),  # declared UTF-8, is windows-1252
    ("cp1252", "iso-8859-1", "", "cp1252"),  # WHATWG: the label iso-8859-1 means windows-1252
    ("utf-8", "", "text/html; charset=windows-1251", "utf-8"),
    ("utf-8-sig", "iso-8859-1", "", "utf-8"),
    ("utf-16", "utf-8", "", "utf-16-le"),
    ("utf-16-le", "utf-8", "", "utf-16-le"),
    ("utf-16-be", "", "", "utf-16-be"),
]
NOT_HTML = [
    (b"%PDF-1.7\n%\xe2\xe3", "text/html"),
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "text/html"),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "text/html"),
    (b"PK\x03\x04" + b"\x00" * 60, ""),
    (b'{"articles": []}', "application/json"),
    (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "application/xml"),
    (b"", "text/html"),
    (b"  \n ", "text/html"),
    (bytes(range(0, 9)) * 200, "text/html"),
    (b"some bytes", "video/mp4"),
]


@pytest.mark.parametrize(("written", "declared", "header", "read"), LIES)
def test_what_the_bytes_are_counts_more_than_what_is_declared(
    written: str, declared: str, header: str, read: str
) -> None:
    text = TEXT.format(META.format(declared) if declared else "")
    decoded = decode_page(text.encode(written), header)
    assert isinstance(decoded, Decoded)
    assert "Prêts “chers” à Zürich: 5 € l’unité" in decoded.text
    assert decoded.charset == read


@pytest.mark.parametrize(
    ("codec", "label", "text"),
    [
        ("shift_jis", "shift_jis", "日本銀行"),
        ("cp1251", "windows-1251", "Банк повысил"),
        ("gb18030", "gb2312", "银行加息"),
        ("euc-kr", "euc-kr", "은행"),
    ],
)
def test_declared_charsets_of_other_scripts_are_read(codec: str, label: str, text: str) -> None:
    body = f"<html><head>{META.format(label)}</head><body>{text * 20}</body></html>".encode(codec)
    decoded = decode_page(body)
    assert isinstance(decoded, Decoded)
    assert text in decoded.text


def test_a_few_broken_bytes_do_not_make_utf_8_something_else() -> None:
    decoded = decode_page(TEXT.format("").encode() + b"<p>\xe2\x80</p>")
    assert isinstance(decoded, Decoded)
    assert decoded.charset == "utf-8"
    assert decoded.note


@pytest.mark.parametrize(("body", "header"), NOT_HTML)
def test_what_is_no_page_is_refused(body: bytes, header: str) -> None:
    result = decode_page(body, header)
    assert isinstance(result, Refusal)
    assert result.reason is Reason.NOT_HTML
    assert result.detail


LONG_TAGS = [
    ("<p {}>text</p>", " ".join(f"a{n}=x" for n in range(20_000))),
    ("<p {}>text</p>", "x " * 200_000),
    ("<p {}>text</p>", 'a="' * 100_000),
    ("<script {}>var less = '<p ' + a;</script><p>text</p>", "b='>' " * 50_000),
]
KEPT_WHOLE = [
    '<p title="' + "a > b < c " * 5_000 + '">text</p>',
    "<!-- " + "<p a b c " * 5_000 + "--><p>text</p>",
    "<script>" + "if (a <b c) " * 5_000 + "</script><p>text</p>",
    "<p " + "a='1' " * 200 + ">text</p>",
]


@pytest.mark.parametrize(("page", "attributes"), LONG_TAGS)
def test_tags_keep_so_many_attributes_as_libxml2_reads_in_linear_time(page: str, attributes: str) -> None:
    decoded = decode_page(f"<html><body>{page.format(attributes)}</body></html>".encode(), content_type="text/html")
    assert isinstance(decoded, Decoded)
    assert len(decoded.text) < 8_000
    assert "<p" in decoded.text


@pytest.mark.parametrize("page", KEPT_WHOLE)
def test_long_values_comments_and_scripts_are_no_attributes(page: str) -> None:
    decoded = decode_page(f"<html><body>{page}</body></html>".encode(), content_type="text/html")
    assert isinstance(decoded, Decoded)
    assert page in decoded.text
