"""Pages that are listed like articles and are none, or cannot be had."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from copydesk.model import Reason

FAULT_PAGES = Path(__file__).parent / "templates" / "faults"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One page that gives no article."""

    publication: str
    path: str
    headline: str
    """What the endpoint says of it."""
    at_h: float
    reason: Reason | None = None
    """Why its snapshot gives no article; None where there will be no snapshot."""
    why_not_had: str = ""
    """Why there will be no snapshot: `404`, `410`, `robots`, `excluded`."""
    status: int = 200
    shows: str = ""
    """A file of templates/faults put into the publication's own page; after `alone:` it is the whole page."""


FAULTS = (
    Fault(
        publication="harbour-ledger",
        path="/archive/brine-street-depot/",
        headline="Brine Street depot to reopen as training yard",
        at_h=-60,
        reason=Reason.SOFT_404,
        shows="not-found.html",
    ),
    Fault(
        publication="harbour-ledger",
        path="/category/business-news/",
        headline="All our business news",
        at_h=-50,
        reason=Reason.SECTION_PAGE,
    ),
    Fault(
        publication="tidemark",
        path="/stories/a-letter-to-our-readers",
        headline="Chip makers count the cost of a dry summer",
        at_h=-20,
        reason=Reason.CONSENT_WALL,
        shows="alone:consent.html",
    ),
    Fault(
        publication="tidemark",
        path="/charts/cloud-spending.html",
        headline="Chart: cloud spending by quarter",
        at_h=-33,
        reason=Reason.NOT_HTML,
    ),
    Fault(
        publication="morning-assay",
        path="/companies/quillon-brothers-184502.html",
        headline="Quillon Brothers weighs sale of its foundry arm",
        at_h=-31,
        reason=Reason.PAYWALL,
        shows="paywall.html",
    ),
    Fault(
        publication="morning-assay",
        path="/companies/aldous-mills-117733.html",
        headline="Aldous Mills names new finance chief",
        at_h=-27,
        why_not_had="404",
        status=404,
        shows="gone.html",
    ),
    Fault(
        publication="meridian-wire",
        path="/article/withdrawn-idMW100001",
        headline="WITHDRAWN: Corrin Metals to close smelter",
        at_h=-22,
        why_not_had="410",
        status=410,
        shows="gone.html",
    ),
    Fault(
        publication="morning-assay",
        path="/private/briefing-note-december.html",
        headline="Briefing note: December outlook",
        at_h=-12,
        why_not_had="robots",
        shows="paywall.html",
    ),
    Fault(
        publication="morning-assay",
        path="/podcasts/the-assay-hour-41.html",
        headline="The Assay Hour: who pays for the grid?",
        at_h=-8,
        why_not_had="excluded",
        shows="paywall.html",
    ),
)


def fault_text(name: str) -> str:
    return (FAULT_PAGES / name).read_text(encoding="utf-8")


def png(width: int, height: int) -> bytes:
    """A grey picture."""
    rows = (b"\0" + bytes((x + y) % 200 + 40 for x in range(width)) for y in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
