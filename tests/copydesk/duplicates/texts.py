"""Invented articles and what happens to articles: cut, led in otherwise, re-worded, repeated with other numbers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from copydesk.duplicates.fingerprint import Fingerprint
from copydesk.duplicates.index import Known, MemoryIndex
from copydesk.duplicates.matching import Match, describe, match

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

FERRY = """\
Halden Lines will buy four battery ferries from the Orrin yard for 212 million crowns, its chairwoman Berit \
Aune said on Monday, ending two years of talks with three builders.

The vessels are to replace diesel ships on the Skarvik crossing from 2029, and each will carry 180 cars. The \
transport ministry pays a third of the price under a fund for clean shipping that parliament approved in June.

"We waited until the batteries could do the winter timetable without a second charge," Aune told reporters in \
Skarvik. "Now they can, and the crossing will be quieter for everybody who lives along it."

The Orrin yard, which employs 640 people, had warned in spring that it would close its northern hall without a \
large order. Its union said the contract secures work until the end of 2031 and called off a strike that was \
planned for Friday.

Halden shares rose 4.2% to 88.50 crowns in Oslo. Analysts at Tverfjell Bank had expected an order for three \
ships and called the price reasonable, given that the last tender ended at 59 million crowns a vessel.

A spokesman for the rival yard in Gdynia, Marek Wolski, said it would look into the award and had not decided \
whether to complain to the authorities.
"""

HARBOUR = """\
Dredging of the outer harbour at Port Ellery has stopped after divers found a wreck that may be three hundred \
years old, the port authority said.

Work on the new channel had begun in August and was to end before the winter storms. Harbour master Colm \
Tierney said barges would wait at the breakwater until archaeologists from Castlebrook University have looked \
at the timbers.

The delay costs about 90,000 pounds a day, according to the contractor, Sandwell Marine, which has 14 vessels \
on the site.

Fishing boats can use the old channel. Container ships of the Meridian line will be sent to Dunmorrow, 60 \
miles along the coast, and their cargo brought back by road.

Local councillor Ines Farrow asked the government to share the cost. "Nobody here sank that ship," she said.
"""

ELECTION = """\
Voters in the canton of Lauenbach rejected a plan to merge its eleven fire brigades on Sunday, by 52.3% to \
47.7%, the chancellery announced.

Turnout was 61 percent. The proposal by councillor Regula Amstad would have closed the stations at Hinteregg \
and Moos, whose crews argued that hoses would arrive eight minutes later in the side valleys.

Amstad said she would respect the result, but that the canton could not pay for new engines in all eleven \
communes. A commission is to report by May on which of them may share equipment.

The mayor of Moos, Beat Zurfluh, opened the doors of the fire station to the public in the evening, and the \
brass band played until ten.
"""

FOREIGN = """\
Die Stadtwerke Niederau wollen bis 2030 ein Fernwärmenetz für 4.800 Haushalte bauen, wie Vorstand Jutta \
Kessler am Dienstag sagte. Die Wärme soll aus dem Abwasser des Klärwerks kommen.

Der Stadtrat muss dem Vorhaben noch zustimmen. Kritik kam vom Verein Bürger für Niederau, dessen Sprecher \
Holger Brandt die Kosten von 96 Millionen Euro für zu niedrig angesetzt hält.

Kessler verwies auf ein Gutachten der Hochschule Lindental. Danach sinken die Preise für die Haushalte um ein \
Fünftel, sobald zwei Drittel der Straßen angeschlossen sind.
"""

WRAP = """\
Shares in {city} closed {verb} on {day}, with the {city} index ending at {index}, a move of {percent}% from \
the previous session, as traders weighed company results and the price of oil.

Turnover was {turnover} million crowns, with {gainers} shares gaining and {losers} losing. The largest gain \
was {up}'s, up {upmove}%, while {down} lost {downmove}%.

The crown traded at {crown} to the dollar late in the afternoon, dealers said. The yield of the ten-year \
government bond stood at {bond}%, and the overnight rate at {rate}%.
"""
WRAPS = (
    {"city": "Oslo", "verb": "higher", "day": "Monday", "index": "1,412.80", "percent": "0.74", "turnover": "3,912",
     "gainers": "91", "losers": "47", "up": "Halden Lines", "upmove": "4.2", "down": "Tverfjell Bank",
     "downmove": "1.9", "crown": "10.41", "bond": "3.12", "rate": "4.5"},
    {"city": "Oslo", "verb": "lower", "day": "Tuesday", "index": "1,398.15", "percent": "1.04", "turnover": "4,105",
     "gainers": "38", "losers": "102", "up": "Orrin Foods", "upmove": "2.7", "down": "Halden Lines",
     "downmove": "3.3", "crown": "10.47", "bond": "3.18", "rate": "4.25"},
)  # fmt: skip

ELEVATOR = """\
The elevator at Marl, dark since the Halden company gave it up four years ago, took in its first loads on \
Saturday under the ownership of 86 growers who had clubbed together for it.

It holds 22,000 tonnes. Repairs to the leg and the pit came to 1.9 million crowns, “and a good deal of \
swearing”, said the chairman, Osbert Lyle.

Without it, members hauled their wheat 70 kilometres to Port Sarn and waited there in line. Lyle puts the saving \
at nine crowns a tonne, which on a fair crop pays for the whole in six years.

The railway has agreed to relay the siding by harvest if the growers guarantee forty trains a year. They have \
signed for forty-two.

A supper was held in the scale house. The café at Marl, closed for as long as the elevator, will open again on \
market days.
"""
TOWER = """\
The grain tower at Marl, shuttered because the Halden agency abandoned it 4 years in the past, accepted its \
opening hundreds on Saturday beneath the possession of 86 farmers who had pooled cash for it.

It accommodates 22,000 tons. Fixes to the leg and the pit amounted to 1.9 million crowns, "and a great quantity \
of cursing", mentioned the president, Osbert Lyle.

With out it, associates carted their wheat 70 km to Port Sarn and queued there. Lyle estimates the economy at 9 \
crowns a ton, which on a good harvest covers the entire thing in 6 years.

The railroad has consented to rebuild the sidetrack by harvest if the farmers promise 40 trains yearly. They've \
subscribed for 42.

A dinner was staged within the weighing home. The restaurant at Marl, shuttered for so long as the grain tower, \
will reopen on buying and selling days.
"""
"""What a machine that changes every word makes of ELEVATOR."""

SYNONYMS = {
    "buy": "purchase", "ending": "concluding", "talks": "negotiations", "builders": "constructors",
    "vessels": "boats", "replace": "supplant", "carry": "transport", "price": "cost", "fund": "scheme",
    "approved": "endorsed", "waited": "held off", "reporters": "journalists", "quieter": "calmer",
    "everybody": "everyone", "lives": "dwells", "employs": "has", "people": "staff", "warned": "cautioned",
    "close": "shut", "large": "big", "order": "commission", "contract": "deal", "secures": "guarantees",
    "work": "jobs", "strike": "walkout", "planned": "scheduled", "rose": "climbed", "expected": "foreseen",
    "reasonable": "fair", "tender": "bidding", "ended": "finished", "spokesman": "representative",
    "rival": "competing", "look": "inquire", "decided": "determined", "complain": "object", "award": "decision",
}  # fmt: skip


def paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n") if paragraph]


def joined(parts: list[str]) -> str:
    return "\n\n".join(parts)


def reword(text: str, synonyms: dict[str, str] = SYNONYMS) -> str:
    """Swap words as a rewriting machine does; names and numbers stay."""
    return re.sub(r"[a-z]+", lambda found: synonyms.get(found[0], found[0]), text)


def known(
    number: int,
    body_text: str,
    *,
    headline: str = "",
    published_at: datetime | None = NOON,
    publisher: str = "Evening Post",
) -> tuple[Known, Fingerprint]:
    return describe(number, headline=headline, body_text=body_text, published_at=published_at, publisher=publisher)


def match_last(*bodies: str, apart: timedelta = timedelta(hours=1), window: timedelta | None = None) -> list[Match]:
    """The matches of the last of some texts, which arrive one after the other; numbered from 0."""
    index = MemoryIndex()
    found: list[Match] = []
    for number, body in enumerate(bodies):
        article, made = known(number, body, published_at=NOON + number * apart)
        found = match(article, made, index, window=window)
        index.add(article, made)
    return found
