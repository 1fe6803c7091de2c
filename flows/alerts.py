"""Alerts, delivered through apprise: mail, chat, webhooks, whatever an address of news.toml names."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from copydesk.health.alerts import make_message
from storage.store import Store

log = logging.getLogger(__name__)

LONGEST_REASON = 200
TEST_TITLE = "Copydesk: this is a test"
TEST_TEXT = "Alerts of this desk arrive here. Nothing is wrong."


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What became of telling one address."""

    address: str
    """Without its secrets."""
    sent: int
    """Alerts; they go out as one message."""
    waiting: int
    """Alerts that are tried again with the next check."""
    what: str = ""
    """Why it failed, a line; empty where it did not."""


def address_key(url: str) -> str:
    """What the store calls an address: it may hold a password, which is nobody's business there."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def deliver(store: Store, urls: Sequence[str], *, now: datetime) -> list[Delivery]:
    """Send what waits for each address, one message each. What cannot be sent waits for the next call."""
    store.health.drop_alerts(except_for=[address_key(url) for url in urls])
    done = []
    for url in urls:
        pending = store.health.claim_alerts(address_key(url), now=now)
        if not pending:
            continue
        title, text = make_message([each.alert for each in pending])
        what = send(url, title, text)
        store.health.settle_alerts([each.id for each in pending], delivered=not what)
        if what:
            again = "tried again with the next check"
            log.warning("alert not delivered (%s) address=%s alerts=%d why=%s", again, shown(url), len(pending), what)
        counts = {"sent": 0, "waiting": len(pending)} if what else {"sent": len(pending), "waiting": 0}
        done.append(Delivery(address=shown(url), what=what, **counts))
    return done


def try_addresses(urls: Sequence[str]) -> list[Delivery]:
    """Send a test message to each address, at once."""
    done = []
    for url in urls:
        what = send(url, TEST_TITLE, TEST_TEXT)
        done.append(Delivery(address=shown(url), sent=int(not what), waiting=0, what=what))
    return done


def send(url: str, title: str, text: str) -> str:
    """Send one message and return why that failed, a line; empty where it was delivered. May take some seconds."""
    import apprise

    logging.getLogger("apprise").propagate = False  # what it has to say is the reason returned; it names addresses
    desk = apprise.Apprise()
    with apprise.LogCapture(level=logging.INFO, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        delivered = bool(desk.add(url)) and desk.notify(
            body=text, title=title, body_format=apprise.NotifyFormat.TEXT, notify_type=apprise.NotifyType.WARNING
        )
        reasons = said.getvalue()
    if delivered:
        return ""
    if not len(desk):
        return "apprise does not know this kind of address; https://github.com/caronc/apprise/wiki lists them"
    return _reason(reasons) or "it was not accepted"


def shown(url: str) -> str:
    """An address as people may see it: without passwords and tokens."""
    import apprise

    found = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if isinstance(found, apprise.NotifyBase):
        return str(found.url(privacy=True)).partition("?")[0]  # type: ignore[no-untyped-call]
    return f"{url.partition('://')[0]}://…"


def _reason(said: str) -> str:
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    return "; ".join(dict.fromkeys(lines))[:LONGEST_REASON]
