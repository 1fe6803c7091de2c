"""What an edit did to a published article: headline, figures, currencies, a notice of correction; and where."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from copydesk.worddiff import CONTEXT_WORDS, Op, Part, word_diff


class Mark(StrEnum):
    """What readers of an edit look for first."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    FIGURES = "figures"
    CURRENCY = "currency"
    CORRECTION = "correction"


FIGURE = re.compile(r"\d+(?:[.,:'’]\d+)*(?:\s?%)?")
CURRENCIES = (
    ("USD", r"US\$|\$|\bUSD\b|\bdollars?\b"),
    ("EUR", r"€|\bEUR\b|\beuros?\b"),
    ("GBP", r"£|\bGBP\b|\bpounds?\b|\bsterling\b"),
    ("JPY", r"¥|\bJPY\b|\byen\b|円"),
    ("CHF", r"\bCHF\b|\b(?:Swiss )?francs?\b|\bFranken\b"),
    ("CNY", r"\bCNY\b|\bRMB\b|\byuan\b|\brenminbi\b|元"),
    ("INR", r"₹|\bINR\b|\brupees?\b|\bRs\.?(?=\s?\d)"),
    ("KRW", r"₩|\bKRW\b|\bwon(?= a share\b| per\b)"),
    ("RUB", r"₽|\bRUB\b|\broubles?\b|\brubles?\b"),
    ("SEK", r"\bSEK\b|\bkronor\b"),
    ("BRL", r"R\$|\bBRL\b|\breais\b"),
    ("AUD", r"A\$|\bAUD\b"),
    ("CAD", r"C\$|\bCAD\b"),
)
"""Code and the spellings that name it."""
CURRENCY = re.compile("|".join(f"(?P<{code}>{pattern})" for code, pattern in reversed(CURRENCIES)), re.I)
"""The longer spellings first: `R$` is no dollar."""
NOTICES = (
    r"corrections?:",
    r"correction\b.{0,40}\b(?:20\d\d|was|this)\b",
    r"clarifications?:",
    r"corrects?\b.{0,60}\b(?:paragraph|headline|spelling|figure|to say|to show)\b",
    r"(?:was|has been|have been|is) (?:corrected|amended)\b",
    r"(?:article|story|report) (?:was|has been) updated\b",
    r"an earlier (?:version|headline)\b",
    r"(?:a|the) previous version of\b",
    r"editor['’]s note\b",
    r"we (?:apologi[sz]e|regret) (?:for )?the error\b",
    r"(?:berichtigung|korrektur|richtigstellung)\b",
    r"in einer (?:früheren|ersten) (?:version|fassung)\b",
    r"rectificatif\b",
    r"une version (?:précédente|antérieure)\b",
    r"(?:fe de erratas|corrección)\b",
    r"una versión anterior\b",
    r"errata corrige\b",
    r"una versione precedente\b",
    r"rectificatie\b",
    r"in een eerdere versie\b",
)
"""How papers say that they were wrong."""
NOTICE = re.compile(rf"\b(?:{'|'.join(NOTICES)})", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One state of an article, as far as an edit goes."""

    headline: str
    body_text: str
    standfirst: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """What became of a state."""

    marks: tuple[Mark, ...]
    headline: list[Part]
    """Word by word, whole; empty where it stayed."""
    standfirst: list[Part]
    body: list[Part]
    """With a few words around each difference; empty where it stayed."""


def describe_edit(old: Version, new: Version, *, context: int = CONTEXT_WORDS) -> Edit:
    """Compare two states of an article, word by word, and say what stands out.

    >>> edit = describe_edit(Version(headline="Rates", body_text="up $5"), Version(headline="Rates", body_text="up €5"))
    >>> [str(mark) for mark in edit.marks]
    ['currency']
    """
    headline = word_diff(old.headline, new.headline, context=1_000)
    standfirst = word_diff(old.standfirst, new.standfirst, context=1_000)
    body = word_diff(old.body_text, new.body_text, context=context)
    lost, won = (_text_of(op, headline, standfirst, body) for op in (Op.LOST, Op.WON))
    told = (
        (Mark.HEADLINE, bool(headline)),
        (Mark.STANDFIRST, bool(standfirst)),
        (Mark.FIGURES, figures(lost) != figures(won)),
        (Mark.CURRENCY, set(currencies(lost)) != set(currencies(won)) and bool(lost) and bool(won)),
        (Mark.CORRECTION, bool(NOTICE.search(won)) and not NOTICE.search(lost)),
    )
    return Edit(marks=tuple(mark for mark, holds in told if holds), headline=headline, standfirst=standfirst, body=body)


def figures(text: str) -> Counter[str]:
    """The numbers of a text, each as often as it stands there.

    >>> sorted(figures("up 2.5% to 1,200"))
    ['1,200', '2.5%']
    """
    return Counter(found.replace(" ", "") for found in FIGURE.findall(text))


def currencies(text: str) -> Counter[str]:
    """The currencies that a text names, by code."""
    return Counter(str(found.lastgroup) for found in CURRENCY.finditer(text))


def _text_of(op: Op, *diffs: list[Part]) -> str:
    return "\n".join(part.text for parts in diffs for part in parts if part.op is op)
