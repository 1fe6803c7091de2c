"""Instants as publishers write them. Nothing here knows the present: it is an argument."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser
from dateutil import tz

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the web is older; earlier dates are zeros of a database."""
LEAD = timedelta(days=1)
"""How far in the future a date may lie: a local time that is taken for UTC, a paper dated tomorrow."""

ZONES_H = {
    # RFC 822 section 5.1, and what feeds write: hours east of Greenwich
    **{"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "IST": 5.5, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "SAST": 2, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8},
    **{"PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3, "ART": -3},
}
SEASONAL = {
    # what American papers write all the year round; in force since 2007 (Energy Policy Act of 2005, section 110)
    "ET": tz.tzstr("EST5EDT,M3.2.0/2,M11.1.0/2"),
    "CT": tz.tzstr("CST6CDT,M3.2.0/2,M11.1.0/2"),
    "MT": tz.tzstr("MST7MDT,M3.2.0/2,M11.1.0/2"),
    "PT": tz.tzstr("PST8PDT,M3.2.0/2,M11.1.0/2"),
}
MONTHS = {
    # names of months that English has otherwise, by the first letters that tell them
    "January": "janvier enero gennaio januar januari janeiro jänner janv ene genn gen",
    "February": "février febrero febbraio februar februari fevereiro févr fév fev feber",
    "March": "mars marzo märz maart março mrz maerz mär mrt",
    "April": "avril abril aprile avr abr",
    "May": "mai mayo maggio mei maio mag",
    "June": "juin junio giugno juni junho giu",
    "July": "juillet julio luglio juli julho juil lug",
    "August": "août agosto augustus aout ago",
    "September": "septembre septiembre settembre setembro sett set",
    "October": "octobre octubre ottobre oktober outubro okt ott out",
    "November": "novembre noviembre novembro",
    "December": "décembre diciembre dicembre dezember december dezembro dez dic déc",
}
_MONTH = {foreign: english for english, names in MONTHS.items() for foreign in names.split()}
_WORD = re.compile(r"[^\W\d_]+\.?")
_FILLERS = frozenset(
    [
        "de",
        "del",
        "um",
        "uhr",
        "at",
        "à",
        "le",
        "el",
        "den",
        "vom",
        "am",
        "op",
        "om",
        "on",
        "em",
        "às",
        "las",
        "alle",
        "ore",
        "du",
    ]
)
_WEEKDAYS = re.compile(
    # by their first letters, as far as no month begins alike in any of the languages (mars, Mar., maart)
    r"^(?:(?:lun|mart|mard|mer|mié|mie|jeu|jue|ven|vie|sam|sáb|sab|dim|dom|gio|seg|ter|qua|qui|sex|"
    r"mon|die|don|mit|fre|son|maan|din|woe|vri|zat|zon)[^\W\d_]*(?:-feira)?[.,]*\s+"
    r"|(?:mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo)[.,]*\s*(?=\d)"
    r"|mar[.,]*\s+(?=\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3}))",  # Tuesday if a day and a month follow, else March
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.\d+)?")
_DAY_FIRST = re.compile(r"(?<!\d)\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)")
_FRACTION = re.compile(r"([.,]\d{6})\d+")
_REWRITTEN = (
    (re.compile(r"\b(?:GMT|UTC) ?(?=[+-]\d)"), ""),  # JavaScript's GMT+0100, which others read as POSIX's TZ: west
    (re.compile(r" \([A-Za-z ]+\)$"), ""),
    (re.compile(r"\[[\w/+-]+\]$"), ""),  # the zone's name after its offset, as Java prints it
    (re.compile(r"[（(][日月火水木金土一二三四五六][)）]"), " "),
    (re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"), r"\1-\2-\3 "),
    (re.compile(r"(\d{1,2})[時时시]\s?(\d{1,2})[分분]?"), r"\1:\2"),
    (re.compile(r"(?<=\d)(?:er|[ºª°])(?!\w)"), ""),  # 1er novembre, 1º de novembro
    (re.compile(r"\b[aà] las?\b", re.IGNORECASE), ""),
    (re.compile(r"(\b\d{4}\b.*\s\d{1,2})\.(\d{2})(?=\s*(?:Uhr\b|$))", re.IGNORECASE), r"\1:\2"),  # um 14.30 Uhr
)
"""How dates are written that no library reads -> as one does."""


class _Names(dateutil_parser.parserinfo):
    """dateutil's own, except that the century of a year of two digits does not depend on the present one."""

    def convertyear(self, year: int, century_specified: bool = False) -> int:
        """As POSIX and `email.utils` have it: 69 to 99 are of the last century."""
        if year >= 100 or century_specified:
            return year
        return year + (2000 if year < 69 else 1900)


_PARSER = dateutil_parser.parser(_Names())


def parse_instant(text: str) -> datetime | None:
    """Return the instant that a text states; naive where it states no zone; None where it states no whole date.

    Reference: ISO 8601, RFC 3339, RFC 5322 section 3.3; then what dateutil reads, and Unix seconds or milliseconds.

    >>> parse_instant("Mon, 02 Nov 2026 07:30:00 EST").isoformat()
    '2026-11-02T07:30:00-05:00'
    >>> parse_instant("10:30")
    """
    text = text.strip()
    if not text or len(text) > 100 or not any(character.isdigit() for character in text):
        return None
    for read in (_epoch, _iso, _mail, _loose):
        instant = read(text)
        if instant is not None:
            return instant if _is_whole(instant) else None
    return None


def parse_utc(text: str) -> datetime | None:
    """As `parse_instant`; what states no zone is taken for UTC."""
    instant = parse_instant(text)
    return instant.replace(tzinfo=UTC) if instant is not None and instant.tzinfo is None else instant


def plausible(instant: datetime, *, now: datetime) -> bool:
    """Whether something can have been published then. Both aware."""
    return EARLIEST <= instant <= now + LEAD


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_FRACTION.sub(r"\1", text))
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    match = _EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(match[1]), tz=UTC) if match else None


def _mail(text: str) -> datetime | None:
    """RFC 5322. A zone that it does not know by name is left to `_loose`."""
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    return instant if instant.tzinfo is not None else None


def _loose(text: str) -> datetime | None:
    """What dateutil reads. It fills what is missing from a default date: two defaults tell a whole date from a part."""
    for pattern, replacement in _REWRITTEN:
        text = pattern.sub(replacement, text)
    words = _WORD.sub(_english, _WEEKDAYS.sub("", text))
    day_first = bool(_DAY_FIRST.search(words))
    found = []
    for default in (datetime(2000, 1, 1), datetime(2001, 2, 2)):  # noqa: DTZ001 (naive: where the text states no zone)
        try:
            found.append(_PARSER.parse(words, default=default, dayfirst=day_first, tzinfos=_zone))
        except (ValueError, OverflowError, TypeError, AttributeError):
            return None
    if found[0] != found[1]:
        return None
    offset = found[0].utcoffset()
    return found[0] if offset is None else found[0].replace(tzinfo=timezone(offset))


def _english(match: re.Match[str]) -> str:
    word = match[0].rstrip(".").lower()
    if word == "am" and match.string[: match.start()].rstrip()[-1:].isdigit():
        return match[0]  # 12:30 am, and not `am 3. November`
    if word in _FILLERS:
        return ""
    return _MONTH.get(word, match[0])


def _zone(name: str | None, offset_s: int | None) -> tzinfo | None:
    if offset_s is not None:
        return timezone(timedelta(seconds=offset_s)) if abs(offset_s) < 86_400 else None
    if seasonal := SEASONAL.get((name or "").upper()):
        return seasonal
    hours = ZONES_H.get((name or "").upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def _is_whole(instant: datetime) -> bool:
    """Whether it can be moved to UTC: the first and last days of the calendar cannot."""
    return 1 < instant.year < 9999
