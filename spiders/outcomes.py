"""What became of a request: a response or the lack of one, said in words that a user can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.internet import error as txerror

from copydesk.polling import FailureKind
from copydesk.rights import Reservation
from spiders.resolver import Guard
from storage.records import FetchOutcome

LONGEST_RETRY_AFTER_S = 24 * 3600.0
"""A publisher that asks for more is asked again after a day: typing errors must not silence a source for a year."""
LONGEST_DETAIL = 200
TLS_MARK = "TLS: "
TLS_WORDS = {
    "certificate verify failed": (
        "certificate verify failed: it is expired, self-signed, or its authority is not known here"
    )
}
"""OpenSSL's reasons in more words. Which of the three it is, it tells nobody who asks afterwards."""
STATUS_KINDS: dict[int, FailureKind] = {
    401: FailureKind.FORBIDDEN,
    403: FailureKind.FORBIDDEN,
    410: FailureKind.GONE,
    429: FailureKind.LIMITED,
    451: FailureKind.FORBIDDEN,
}
"""Others: 5xx is the server's failure, 4xx means that nothing is there."""


class Skipped(IgnoreRequest):
    """The request was not made, and nothing is to be recorded: its entry stays due."""


class Refused(IgnoreRequest):
    """The request may not be made: robots.txt, the scheme or the address says no. `str` says why."""


class Lost(IgnoreRequest):
    """The request was given up without a response of its own. `str` says why."""

    kind = FailureKind.OTHER


class Torn(Lost):
    """Not all of the response came."""

    kind = FailureKind.CONNECTION


class TooLarge(Lost):
    """More came than may."""


class HeadTooLarge(Exception):
    """The headers alone are more than anybody needs. Of the connection: it arrives wrapped, as others of its kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A response, as far as what keeps it must know it."""

    final_url: str
    status: int
    reason: str
    """The standard's words for the status: Scrapy does not keep those that were sent."""
    headers: tuple[tuple[str, str], ...]
    """As sent, in order, repeated ones repeated."""
    body: bytes
    """Decoded."""
    site_reservation: Reservation | None = None
    """What the site's tdmrep.json says of it."""
    moved_to: str | None = None
    """The final URL, if every redirect on the way there was a permanent one."""

    def header(self, name: str) -> str | None:
        """The last value of a header, in any case; None where it was not sent."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), None)

    @property
    def content_type(self) -> str:
        return self.header("content-type") or ""

    def header_map(self) -> Mapping[str, str]:
        """As `SnapshotRecord.headers` wants them: names lower-case, repeated ones joined, no cookies."""
        joined: dict[str, str] = {}
        for key, value in self.headers:
            name = key.lower()
            if name not in ("set-cookie", "set-cookie2"):
                joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return joined


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why there is no response to keep."""

    outcome: FetchOutcome
    """`failed`, `refused` or `gone`."""
    detail: str
    kind: FailureKind = FailureKind.OTHER
    status: int | None = None
    retry_after_s: float | None = None
    final: bool = False
    """True: trying again would end the same way."""
    unreachable: bool = False
    """True: the host itself did not answer, so its other pages will hardly do."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Says what an error of Scrapy or Twisted means for the page. Limits are named as they are set."""

    guard: Guard
    timeout_s: float
    max_body_bytes: int
    _unreachable: tuple[type[BaseException], ...] = field(
        default=(CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError), init=False
    )

    def failure(self, error: BaseException, host: str) -> Failure:
        """Return what an error of a download from `host` means."""
        if isinstance(error, CannotResolveHostError) and (why := self.guard.refused.get(host)):
            detail = f"address refused: {why}; allow_private_addresses in news.toml would allow it"
            return Failure(outcome=FetchOutcome.REFUSED, detail=detail, kind=FailureKind.REFUSED)
        if isinstance(error, (Refused, UnsupportedURLSchemeError, NotSupported)):
            return Failure(outcome=FetchOutcome.REFUSED, detail=_short(str(error)), kind=FailureKind.REFUSED)
        if isinstance(error, (DownloadCancelledError, TooLarge)):
            return Failure(outcome=FetchOutcome.FAILED, detail=f"larger than {self.max_body_bytes} bytes", final=True)
        words = self._words(error)
        return Failure(
            outcome=FetchOutcome.FAILED,
            detail=words,
            kind=_kind(error, words),
            unreachable=isinstance(error, (*self._unreachable, txerror.ConnectError)),
        )

    def _words(self, error: BaseException) -> str:
        if isinstance(error, Lost):
            return _short(str(error))
        if isinstance(error, DownloadTimeoutError):
            return f"no whole response within {self.timeout_s:g} s"
        if isinstance(error, (DownloadFailedError, txerror.ConnectError, txerror.ConnectionLost)):
            return _connection_words(error)
        for kind, words in WORDS:
            if isinstance(error, kind):
                return words
        return _short(f"{type(error).__name__}: {error}")


WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "no such host: the name does not resolve (DNS)"),
    (DownloadConnectionRefusedError, "connection refused"),
    (ResponseDataLossError, "the response ended before all that it promised had come"),
)


CONNECTION_WORDS = {
    "HeadTooLarge": "its headers are larger than anybody needs",
    "ParseError": "what came is no HTTP response",
    "ValueError": "what came is no HTTP response: a header makes no sense",
}
"""By the class of what broke a connection: Twisted's own are private."""


KINDS: tuple[tuple[type[BaseException], FailureKind], ...] = (
    (CannotResolveHostError, FailureKind.DNS),
    (DownloadTimeoutError, FailureKind.TIMEOUT),
    (DownloadConnectionRefusedError, FailureKind.CONNECTION),
    (ResponseDataLossError, FailureKind.CONNECTION),
    (DownloadFailedError, FailureKind.CONNECTION),
    (txerror.ConnectError, FailureKind.CONNECTION),
    (txerror.ConnectionLost, FailureKind.CONNECTION),
)


def _kind(error: BaseException, words: str) -> FailureKind:
    if words.startswith(TLS_MARK):
        return FailureKind.TLS
    if isinstance(error, Lost):
        return error.kind
    return next((kind for base, kind in KINDS if isinstance(error, base)), FailureKind.OTHER)


def _connection_words(error: BaseException) -> str:
    """What broke a connection: Twisted wraps it in a list of failures within an exception within an exception."""
    inner = error.__cause__ or error
    reasons = getattr(inner, "reasons", None) or []
    causes = [getattr(reason, "value", reason) for reason in reasons] or [inner]
    for cause in causes:
        if type(cause).__module__.startswith(("OpenSSL", "service_identity")):
            return _short(f"{TLS_MARK}{_tls_words(cause)}")
    for cause in causes:
        if isinstance(cause, (txerror.ConnectionDone, txerror.ConnectionLost)):
            return "the connection was closed before the response was complete"
    words = CONNECTION_WORDS.get(type(causes[0]).__name__)
    return words or _short(f"{type(causes[0]).__name__}: {causes[0]}")


def _tls_words(cause: BaseException) -> str:
    if not isinstance(cause, TLSError):
        return f"the certificate is not for this host ({type(cause).__name__})"
    reasons = (
        cause.args[0] if cause.args and isinstance(cause.args[0], list) else []
    )  # [(library, function, reason), …]
    words = [str(reason[-1]) for reason in reasons] or ["the connection broke while it was being secured"]
    return "; ".join(TLS_WORDS.get(each, each) for each in words)


def read_answer(response: Response) -> Answer:
    """Return what a Scrapy response holds, without what nobody will read."""
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1", "replace"))
        for name, values in response.headers.items()
        for value in values
    )
    meta = response.request.meta if response.request else {}
    return Answer(
        final_url=response.url,
        status=response.status,
        reason=reason_phrase(response.status),
        headers=headers,
        body=response.body,
        site_reservation=meta.get("site_reservation"),
        moved_to=response.url if meta.get("moved_for_good") else None,
    )


def reason_phrase(status: int) -> str:
    """The standard's words for a status; empty where it has none."""
    from http import HTTPStatus

    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def status_failure(answer: Answer, now: datetime) -> Failure | None:
    """Return why a status is no success; None for 2xx and 304."""
    status, words = answer.status, f"HTTP {answer.status} {answer.reason}".rstrip()
    if 200 <= status < 300 or status == 304:
        return None
    if status in (404, 410):
        return Failure(
            outcome=FetchOutcome.GONE, detail=words, kind=status_kind(status), status=status, final=status == 410
        )
    retry_after_s = read_retry_after(answer.header("retry-after"), now) if status in (429, 503) else None
    if retry_after_s is not None:
        words += f", retry after {retry_after_s:.0f} s"
    return Failure(
        outcome=FetchOutcome.FAILED,
        detail=words,
        kind=status_kind(status),
        status=status,
        retry_after_s=retry_after_s,
    )


def status_kind(status: int) -> FailureKind:
    """Return what kind of failure a status is that is no success."""
    general = FailureKind.SERVER if status >= 500 else FailureKind.MISSING if status >= 400 else FailureKind.OTHER
    return STATUS_KINDS.get(status, general)


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds to wait that a Retry-After header asks for, at most a day; None where it is not readable.

    Reference: RFC 9110 section 10.2.3: seconds, or a date.

    >>> read_retry_after("120", datetime(2026, 11, 2, tzinfo=UTC))
    120.0
    >>> read_retry_after("Mon, 02 Nov 2026 00:01:00 GMT", datetime(2026, 11, 2, tzinfo=UTC))
    60.0
    >>> read_retry_after("soon", datetime(2026, 11, 2, tzinfo=UTC))
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"
