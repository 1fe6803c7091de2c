"""The health of every source: judged, kept, told. Plain functions, which the command line and the flow call."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from copydesk.health.alerts import Alert
from copydesk.health.history import SourceHistory, Verdict
from copydesk.health.verdict import judge_all
from flows.alerts import Delivery, address_key, deliver
from flows.certificates import certificate_until
from flows.config import Settings
from storage.store import Row, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthReport:
    """How the sources are."""

    verdicts: tuple[Verdict, ...]
    """In the order of sources.toml."""
    rows: tuple[Row, ...]
    """source state cause since evidence checked_at, in the same order."""
    news: tuple[Alert, ...]
    """What was put in line to be told now; empty where news.toml names no address."""
    deliveries: tuple[Delivery, ...]
    """To addresses that something waited for."""

    @property
    def sick(self) -> tuple[str, ...]:
        """Names of the sources that are sick."""
        return tuple(verdict.source for verdict in self.verdicts if verdict.is_sick)


def check_health(
    store: Store,
    settings: Settings,
    now: datetime,
    *,
    ask_certificate: Callable[[str], datetime | None] = certificate_until,
) -> HealthReport:
    """Judge every source, keep what was found, and tell what changed.

    Costs some milliseconds a source; a source whose certificate is not trusted costs a TLS handshake, an address that
    something waits for a message.
    """
    histories = [_with_certificates(history, ask_certificate) for history in store.health.histories(now=now)]
    verdicts = judge_all(histories, now)
    urls = settings.alerts.urls
    news = store.health.record(verdicts, addresses=[address_key(url) for url in urls], now=now)
    for alert in news:
        log.info("health source=%s alert=%s", alert.source, alert.title)
    return HealthReport(
        verdicts=tuple(verdicts),
        rows=tuple(store.health.rows()),
        news=tuple(news),
        deliveries=tuple(deliver(store, urls, now=now)),
    )


def _with_certificates(history: SourceHistory, ask: Callable[[str], datetime | None]) -> SourceHistory:
    if not any(_is_distrusted(endpoint.detail) for endpoint in history.endpoints):
        return history
    endpoints = tuple(
        replace(endpoint, certificate_until=ask(endpoint.url)) if _is_distrusted(endpoint.detail) else endpoint
        for endpoint in history.endpoints
    )
    return replace(history, endpoints=endpoints)


def _is_distrusted(detail: str) -> bool:
    return detail.startswith("TLS:")
