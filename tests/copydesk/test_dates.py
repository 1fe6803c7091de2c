from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.dates import EARLIEST, LEAD, parse_instant, parse_utc, plausible

SPEC = [
    # RFC 3339, section 5.8, and ISO 8601
    ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000+00:00"),
    ("1996-12-19T16:39:57-08:00", "1996-12-19T16:39:57-08:00"),
    ("1937-01-01T12:00:27.87+00:20", "1937-01-01T12:00:27.870000+00:20"),
    ("2026-11-02T07:30:00.123456789Z", "2026-11-02T07:30:00.123456+00:00"),
    ("2026-11-02T07:30:00,123456789Z", "2026-11-02T07:30:00.123456+00:00"),
    ("2026-11-02T07:30:00.1Z", "2026-11-02T07:30:00.100000+00:00"),
    ("2026-11-02t07:30:00z", "2026-11-02T07:30:00+00:00"),
    ("2026-11-02T07:30Z", "2026-11-02T07:30:00+00:00"),
    ("2026-11-02T07:30:00+0100", "2026-11-02T07:30:00+01:00"),
    ("2026-11-02T07:30:00+01", "2026-11-02T07:30:00+01:00"),
    ("20261102T073000Z", "2026-11-02T07:30:00+00:00"),
    ("2026-11-02T07:30:00", "2026-11-02T07:30:00"),
    ("2026-11-02", "2026-11-02T00:00:00"),
    ("20261102", "2026-11-02T00:00:00"),
    # RFC 822, section 5.1; RFC 5322, section 3.3 and its obsolete zones in 4.3
    ("Mon, 02 Nov 2026 07:30:00 GMT", "2026-11-02T07:30:00+00:00"),
    ("Mon, 02 Nov 2026 07:30:00 UT", "2026-11-02T07:30:00+00:00"),
    ("Mon, 02 Nov 2026 07:30:00 EST", "2026-11-02T07:30:00-05:00"),
    ("Thu, 02 Jul 2026 07:30:00 PDT", "2026-07-02T07:30:00-07:00"),
    ("Mon, 02 Nov 2026 07:30:00 Z", "2026-11-02T07:30:00+00:00"),
    ("02 Nov 26 07:30 GMT", "2026-11-02T07:30:00+00:00"),
    ("Mon, 2 Nov 2026 07:30:00 +0100", "2026-11-02T07:30:00+01:00"),
    ("Mon, 2 Nov 2026 07:30:00 -0930", "2026-11-02T07:30:00-09:30"),
    ("Mon, 2 Nov 2026 07:30:00 +0000 (UTC)", "2026-11-02T07:30:00+00:00"),
    # RFC 9110, section 5.6.7: the older forms of HTTP
    ("Monday, 02-Nov-26 07:30:00 GMT", "2026-11-02T07:30:00+00:00"),
    ("Mon Nov  2 07:30:00 2026", "2026-11-02T07:30:00"),
]

SEEN_IN_THE_WILD = [
    # zones that RFC 5322 does not name
    ("Mon, 02 Nov 2026 07:30:00 CET", "2026-11-02T07:30:00+01:00"),
    ("Thu, 02 Jul 2026 07:30:00 CEST", "2026-07-02T07:30:00+02:00"),
    ("Thu, 02 Jul 2026 07:30:00 BST", "2026-07-02T07:30:00+01:00"),
    ("Mon, 02 Nov 2026 07:30:00 IST", "2026-11-02T07:30:00+05:30"),
    ("Mon, 02 Nov 2026 07:30:00 JST", "2026-11-02T07:30:00+09:00"),
    ("Mon, 02 Nov 2026 07:30:00 GMT+0100", "2026-11-02T07:30:00+01:00"),
    ("Nov 2, 2026 5:30 p.m. ET", "2026-11-02T17:30:00-05:00"),
    ("July 1, 2026 10:00 am ET", "2026-07-01T10:00:00-04:00"),
    ("July 1, 2026 10:00 PT", "2026-07-01T10:00:00-07:00"),
    ("Nov 2, 2026 10:00 CT", "2026-11-02T10:00:00-06:00"),
    ("2026-11-02T07:30:00+00:00[UTC]", "2026-11-02T07:30:00+00:00"),
    ("Mon Nov 02 2026 07:30:00 GMT+0100 (Central European Standard Time)", "2026-11-02T07:30:00+01:00"),
    ("Mon, 02 Nov 2026 07:30:00 +9999", "2026-11-02T07:30:00"),
    # nearly ISO 8601
    ("2026-11-02 07:30:00 -0500", "2026-11-02T07:30:00-05:00"),
    ("2026-11-02T07:30:00 +0100", "2026-11-02T07:30:00+01:00"),
    ("2026-11-02 07:30:00 UTC", "2026-11-02T07:30:00+00:00"),
    ("2026-1-2 7:30", "2026-01-02T07:30:00"),
    ("2026/11/02 07:30", "2026-11-02T07:30:00"),
    ("20261102073000", "2026-11-02T07:30:00"),
    # Unix time
    ("1762068600", "2025-11-02T07:30:00+00:00"),
    ("1762068600000", "2025-11-02T07:30:00+00:00"),
    ("1762068600.25", "2025-11-02T07:30:00+00:00"),
    # English
    ("November 2, 2026", "2026-11-02T00:00:00"),
    ("Nov. 2, 2026 at 5:30 PM EDT", "2026-11-02T17:30:00-04:00"),
    ("Tuesday 3rd November 2026", "2026-11-03T00:00:00"),
    ("12:30 am 3 Nov 2026", "2026-11-03T00:30:00"),
    ("12:30 pm, 3 Nov 2026", "2026-11-03T12:30:00"),
    ("2 Sept 2026", "2026-09-02T00:00:00"),
    ("Mon Nov 02 07:30:00 +0000 2026", "2026-11-02T07:30:00+00:00"),
    # German
    ("3. November 2026", "2026-11-03T00:00:00"),
    ("Dienstag, 3. November 2026 um 14:30 Uhr", "2026-11-03T14:30:00"),
    ("am 3. März 2026, 14.30 Uhr", "2026-03-03T14:30:00"),
    ("Di., 3. Dez. 2024", "2024-12-03T00:00:00"),
    ("Mo, 02.11.2026, 09:15", "2026-11-02T09:15:00"),
    ("2. Jänner 2026", "2026-01-02T00:00:00"),
    # French
    ("mardi 3 novembre 2026 à 14h30", "2026-11-03T14:30:00"),
    ("1er février 2026", "2026-02-01T00:00:00"),
    ("mar. 3 nov. 2026", "2026-11-03T00:00:00"),
    ("le 14 août 2026", "2026-08-14T00:00:00"),
    ("3 déc. 2026", "2026-12-03T00:00:00"),
    # Spanish
    ("lunes, 2 de noviembre de 2026 a las 10:30", "2026-11-02T10:30:00"),
    ("martes 3 de marzo de 2026", "2026-03-03T00:00:00"),
    ("5 ene. 2026", "2026-01-05T00:00:00"),
    ("5 abr 2026", "2026-04-05T00:00:00"),
    # Italian
    ("lunedì 2 novembre 2026 alle ore 10:30", "2026-11-02T10:30:00"),
    ("martedì 3 marzo 2026 alle 10.30", "2026-03-03T10:30:00"),
    ("2 gen 2026", "2026-01-02T00:00:00"),
    ("2 giugno 2026", "2026-06-02T00:00:00"),
    # Portuguese
    ("terça-feira, 3 de novembro de 2026 às 14h30", "2026-11-03T14:30:00"),
    ("1º de fevereiro de 2026", "2026-02-01T00:00:00"),
    ("2 set 2026", "2026-09-02T00:00:00"),
    ("2 out. 2026", "2026-10-02T00:00:00"),
    # Dutch
    ("maandag 2 november 2026 om 10:30", "2026-11-02T10:30:00"),
    ("2 mrt 2026", "2026-03-02T00:00:00"),
    ("di 3 maart 2026", "2026-03-03T00:00:00"),
    # Japanese, Korean
    ("2026年11月2日 10時30分", "2026-11-02T10:30:00"),
    ("2026年11月2日（月）10:30", "2026-11-02T10:30:00"),
    ("2026년 11월 2일", "2026-11-02T00:00:00"),
    # the day stands first where dots divide
    ("3.11.2026", "2026-11-03T00:00:00"),
    ("03.11.26", "2026-11-03T00:00:00"),
    ("03. 11. 2026 14:30", "2026-11-03T14:30:00"),
    ("2026.11.03", "2026-11-03T00:00:00"),
    ("13/11/2026", "2026-11-13T00:00:00"),
]

BUGS = [
    # the month was taken for a French Tuesday and left out
    ("Mar 3, 2026", "2026-03-03T00:00:00"),
    ("March 3, 2026 10:00 AM", "2026-03-03T10:00:00"),
    ("maart 3, 2026", "2026-03-03T00:00:00"),
    # milliseconds that were taken for a date of 1512 and a time
    ("1512121212123", "2017-12-01T09:40:12+00:00"),
]

INCOMPLETE = [
    *("2026", "2026-11", "Nov 2026", "November", "2. November", "2 Nov", "10:30", "10:30 GMT", "Monday", "Mon 10:30"),
    *("2 hours ago", "vor 2 Stunden", "yesterday 10:30", "today", "Q3", "3", "11/02", "novembre 2026"),
]

NO_DATES = [
    *("", " ", "rates rise", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    *("Sat, 31 Feb 2026 10:00:00 GMT", "2026-13-01", "2026-11-02T25:00:00Z", "1,762,068,600", "{{ date }}", "nan 1"),
    *("9" * 50, "9" * 10_000, "²³", "Infinity 1"),
]


@pytest.mark.parametrize(("text", "expected"), [*SPEC, *SEEN_IN_THE_WILD, *BUGS])
def test_a_text_states_an_instant(text: str, expected: str) -> None:
    instant = parse_instant(f" {text}\n")
    assert instant is not None
    assert instant.isoformat() == expected


@pytest.mark.parametrize("text", [*INCOMPLETE, *NO_DATES])
def test_a_text_that_states_no_whole_date_gives_none(text: str) -> None:
    assert parse_instant(text) is None


def test_years_of_two_digits_lie_between_1969_and_2068_whenever_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    far = time.struct_time((2090, 1, 1, 0, 0, 0, 6, 1, 0))
    monkeypatch.setattr(time, "localtime", lambda *_: far)
    texts = ("2 Nov 26", "03.11.68", "November 2, 69", "Mon, 02 Nov 99 07:30:00 CET")
    assert [instant.year for text in texts if (instant := parse_instant(text))] == [2026, 2068, 1969, 1999]


def test_the_zone_of_the_machine_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "tzname", ("XYZ", "XYT"))
    instant = parse_instant("2 November 2026 07:30 XYZ")
    assert instant is not None
    assert instant.tzinfo is None


@settings(max_examples=600, derandomize=True, deadline=None)
@given(
    st.one_of(
        st.text(max_size=120),
        st.lists(
            st.one_of(
                st.sampled_from(
                    [*"0123456789", *" -:/.,+TZ", "mar", "nov", "2026", "am", "pm", "GMT", "h", "um", "日"]
                ),
                st.characters(),
            ),
            max_size=30,
        ).map("".join),
    )
)
def test_no_text_raises_and_all_instants_can_be_moved_to_utc(text: str) -> None:
    instant = parse_utc(text)
    if instant is not None:
        assert instant.utcoffset() is not None
        instant.astimezone(UTC)


def test_long_texts_are_not_read_at_all() -> None:
    assert parse_instant("2 November 2026" + " " * 1000) is not None
    assert parse_instant("2 November 2026" + "," * 100) is None


def test_what_states_no_zone_is_taken_for_utc() -> None:
    assert parse_utc("2026-11-02 07:30") == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    stated = parse_utc("2026-11-02T07:30:00+01:00")
    assert stated is not None
    assert stated.isoformat() == "2026-11-02T07:30:00+01:00"
    assert parse_utc("soon") is None


def test_a_date_is_plausible_between_the_first_page_of_the_web_and_tomorrow(noon: datetime) -> None:
    assert plausible(EARLIEST, now=noon)
    assert plausible(noon + LEAD, now=noon)
    assert not plausible(EARLIEST - timedelta(seconds=1), now=noon)
    assert not plausible(noon + LEAD + timedelta(seconds=1), now=noon)
