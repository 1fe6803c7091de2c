"""What became of a request, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, DownloadTimeoutError
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure as TwistedFailure

from spiders.outcomes import Answer, Explainer, Failure, read_retry_after, status_failure
from spiders.resolver import Guard
from storage.records import FetchOutcome

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)

# RFC 9110 section 10.2.3, and what servers send instead.
RETRY_AFTER = {
    "120": 120.0,
    " 0 ": 0.0,
    "Mon, 02 Nov 2026 12:00:30 GMT": 30.0,
    "Mon, 02 Nov 2026 11:00:00 GMT": 0.0,
    "Monday, 02-Nov-26 12:01:00 GMT": 60.0,
    "31536000": 86_400.0,
    "Fri, 31 Dec 9999 23:59:59 GMT": 86_400.0,
    "-5": None,
    "1.5": None,
    "²": None,
    "soon": None,
    "": None,
}


@pytest.mark.parametrize("value", RETRY_AFTER)
def test_retry_after_is_read_in_both_forms_and_capped(value: str) -> None:
    assert read_retry_after(value, NOW) == RETRY_AFTER[value]


def make_answer(status: int, *headers: tuple[str, str]) -> Answer:
    return Answer(final_url="http://a.example/", status=status, reason="Words", headers=headers, body=b"")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (206, None),
        (304, None),
        (301, FetchOutcome.FAILED),  # without a Location it can follow
        (404, FetchOutcome.GONE),
        (410, FetchOutcome.GONE),
        (403, FetchOutcome.FAILED),
        (451, FetchOutcome.FAILED),
        (500, FetchOutcome.FAILED),
    ],
)
def test_a_status_is_a_success_gone_or_a_failure(status: int, outcome: FetchOutcome | None) -> None:
    failure = status_failure(make_answer(status), NOW)
    assert (failure.outcome if failure else None) == outcome


def test_retry_after_counts_for_429_and_503_only() -> None:
    waits = {status: status_failure(make_answer(status, ("Retry-After", "60")), NOW) for status in (429, 503, 500)}
    assert {status: failure.retry_after_s if failure else 0 for status, failure in waits.items()} == {
        429: 60.0,
        503: 60.0,
        500: None,
    }


def test_headers_are_kept_in_lower_case_joined_and_without_cookies() -> None:
    answer = make_answer(200, ("Vary", "Accept"), ("Set-Cookie", "id=1"), ("vary", "Cookie"), ("ETag", '"1"'))
    assert answer.header_map() == {"vary": "Accept, Cookie", "etag": '"1"'}


def explain(error: BaseException, guard: Guard | None = None) -> Failure:
    guard = guard or Guard(allow_private=False)
    return Explainer(guard, timeout_s=30, max_body_bytes=1000).failure(error, "a.example")


def test_a_name_that_was_refused_is_told_from_one_that_does_not_exist() -> None:
    guard = Guard(allow_private=False)
    error = CannotResolveHostError("no results")
    assert explain(error, guard).detail == "no such host: the name does not resolve (DNS)"

    guard.admit("a.example", ["10.0.0.1"])
    assert explain(error, guard).outcome is FetchOutcome.REFUSED
    assert "10.0.0.1 is a private address" in explain(error, guard).detail


def test_a_timeout_names_the_limit() -> None:
    failure = explain(DownloadTimeoutError("…"))
    assert (failure.detail, failure.unreachable, failure.final) == ("no whole response within 30 s", True, False)


def test_the_cause_of_a_broken_connection_is_found_within_its_wrappings() -> None:
    from OpenSSL.SSL import Error
    from twisted.web.client import ResponseFailed

    def failed(cause: Exception) -> DownloadFailedError:
        error = DownloadFailedError("[…]")
        error.__cause__ = ResponseFailed([TwistedFailure(cause)])
        return error

    assert explain(failed(ConnectionLost())).detail == "the connection was closed before the response was complete"
    bad_certificate = Error([("SSL routines", "", "certificate verify failed")])
    assert explain(failed(bad_certificate)).detail.startswith("TLS: certificate verify failed: ")


def test_an_error_that_nobody_foresaw_is_named() -> None:
    assert explain(RuntimeError("odd\n  thing")).detail == "RuntimeError: odd thing"
