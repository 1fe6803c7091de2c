# ruff: noqa: E501
"""Whole pages whose bytes are not what their header, their meta tag or nothing says: the text is right all the same."""

from __future__ import annotations

import pytest

from copydesk.model import Refusal
from tests.copydesk.extraction.pages import article, extract, make_html

WESTERN = (
    "Le ministère a jugé « trop chers » les prêts accordés à Zürich l’été dernier, où l’on craint déjà la sécheresse.",
    "La société Hälg & Söhne paiera 5 € l’unité à ses éleveurs, soit deux fois plus qu’en février, dit son gérant.",
    "« Ça suffit », a répondu le syndicat des éleveurs, qui réclame une réunion à Genève avant la fin de l’année.",
)
POLISH = (
    "Żegluga śródlądowa przewiozła w październiku mniej zboża niż rok wcześniej, podał w poniedziałek urząd.",
    "Spółka zależna portu chce kupić trzy barki i zatrudnić dwudziestu marynarzy, jeśli bank przyzna kredyt.",
    "Związkowcy ostrzegają, że bez pogłębienia toru wodnego statki będą musiały czekać na przypływ całą noc.",
)
RUSSIAN = (
    "Банк повысил ставку до шестнадцати процентов и предупредил, что решение может быть не последним в этом году.",
    "Экспортёры зерна просят правительство отменить пошлину, потому что урожай в этом году ниже прошлогоднего.",
    "Порт обещает открыть новый терминал весной, если железная дорога успеет построить вторую ветку к причалам.",
)
JAPANESE = (
    "北部の穀物ターミナルは来年三月に再開する見通しとなった。港湾当局が月曜日に発表した。二年前の火災で閉鎖されていた。",
    "収穫量の三分の一を扱うハルデン食品は十二年間の賃貸契約を結んだ。同社は年間四百万トンの出荷を見込むとしている。",
    "修復費用は三億一千万クローネで、保険会社が三分の二を負担する。残りは運輸省が支払う予定だ。",
)
LIES = [
    ("windows-1252, its meta says UTF-8", WESTERN, "cp1252", "utf-8", "text/html"),
    ("windows-1252, its header says UTF-8", WESTERN, "cp1252", "", "text/html; charset=utf-8"),
    ("windows-1252, header and meta say UTF-8", WESTERN, "cp1252", "utf-8", "text/html; charset=UTF-8"),
    ("windows-1252, nobody says so", WESTERN, "cp1252", "", "text/html"),
    ("windows-1252, its label says Latin-1", WESTERN, "cp1252", "iso-8859-1", "text/html"),
    ("UTF-8, its header says Latin-1", WESTERN, "utf-8", "utf-8", "text/html; charset=ISO-8859-1"),
    ("UTF-8, its meta says windows-1252", WESTERN, "utf-8", "windows-1252", "text/html"),
    ("UTF-8, its meta says UTF-16", WESTERN, "utf-8", "utf-16", "text/html"),
    ("UTF-8, its meta says a charset that there is not", WESTERN, "utf-8", "utf-eight", "text/html; charset=none"),
    ("UTF-8 with a byte order mark, its header says windows-1251", WESTERN, "utf-8-sig", "", "text/html; charset=cp1251"),
    ("UTF-16 with a byte order mark, its meta says UTF-8", WESTERN, "utf-16", "utf-8", "text/html"),
    ("UTF-16 without a byte order mark", WESTERN, "utf-16-le", "utf-8", "text/html"),
    ("UTF-16 without one, high bytes first", WESTERN, "utf-16-be", "", "text/html; charset=utf-8"),
    ("UTF-32", WESTERN, "utf-32", "utf-8", "text/html"),
    ("ISO 8859-2, its header says so, its meta says UTF-8", POLISH, "iso8859-2", "utf-8", "text/html; charset=iso-8859-2"),
    ("ISO 8859-2, its meta says so, its header says UTF-8", POLISH, "iso8859-2", "iso-8859-2", "text/html; charset=utf-8"),
    ("windows-1251, nobody says so", RUSSIAN, "cp1251", "", "text/html"),
    ("windows-1251, its meta says UTF-8", RUSSIAN, "cp1251", "utf-8", "text/html"),
    ("KOI8-R, its meta says so", RUSSIAN, "koi8-r", "koi8-r", "text/html"),
    ("UTF-16 in Russian without a byte order mark", RUSSIAN, "utf-16-le", "", "text/html"),
    ("UTF-16 in Japanese with a byte order mark", JAPANESE, "utf-16", "", "text/html; charset=shift_jis"),
    ("Shift JIS, its header says UTF-8, its meta is right", JAPANESE, "shift_jis", "shift_jis", "text/html; charset=utf-8"),
]  # fmt: skip


def page(texts: tuple[str, ...], meta: str) -> str:
    html = make_html(paragraphs=texts, headline="Terminal", lang="").replace(' lang=""', "")
    return html.replace('<meta charset="utf-8">', f'<meta charset="{meta}">' if meta else "")


@pytest.mark.parametrize(("texts", "codec", "meta", "header"), [row[1:] for row in LIES], ids=[row[0] for row in LIES])
def test_what_the_bytes_are_is_read_whatever_is_said_of_them(
    texts: tuple[str, ...], codec: str, meta: str, header: str
) -> None:
    body = page(texts, meta).encode(codec)
    assert article(body, content_type=header).body_text.startswith("\n\n".join(texts[:2]))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.999])
def test_a_page_that_breaks_off_in_the_middle_of_a_letter_is_read_as_far_as_it_goes(share: float) -> None:
    body = page(WESTERN * 3, "utf-8").encode("utf-8")
    end = next(place for place in range(int(len(body) * share), 0, -1) if body[place] >= 0x80) + 1
    result = extract(body[:end])
    assert isinstance(result, Refusal) or WESTERN[0] in result.body_text


def test_null_bytes_between_all_letters_are_no_other_charset() -> None:
    body = page(WESTERN, "utf-8").replace("é", "é\0").encode() + b"\0" * 5_000
    assert WESTERN[0] in article(body).body_text
