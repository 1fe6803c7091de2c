"""What can go wrong in ways a user can act on. Anything else is a bug and is left to crash the run.

CopydeskError(subject)      the subject is a URL, a source name or a path
├── ConfigError             a settings or sources file is wrong; names file, line, key, and what was expected
├── FetchError              the page could not be had
│   ├── RobotsDisallowed    robots.txt says no (RFC 9309); do not retry
│   ├── RateLimited         429 or 503; retry after `retry_after_s`
│   └── AddressRefused      the name resolves to an address that crawls may not reach
├── ParseError              bytes were had, but are not the feed or sitemap they claim
├── ExtractError            the page holds no article; `reason` says what it is instead
└── StorageError            the database or the archive refused; the cause is chained
    └── ArchiveUnreachable  the object store does not answer: what it has is not lost, try again later
"""

from __future__ import annotations


class CopydeskError(Exception):
    """A failure with a subject. `str(error)` is the one line a user reads: the subject, then what and what to do."""

    def __init__(self, subject: str, message: str) -> None:
        super().__init__(subject, message)
        self.subject = subject
        self.message = message

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


class ConfigError(CopydeskError):
    """A settings or sources file is wrong; the message names line, key, what was expected and the nearest valid key."""


class FetchError(CopydeskError):
    """The page could not be had."""


class RobotsDisallowed(FetchError):
    """robots.txt says no (RFC 9309); do not retry."""


class RateLimited(FetchError):
    """The host asked for less (429, 503)."""

    def __init__(self, subject: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(subject, message)
        self.args = (subject, message, retry_after_s)
        self.retry_after_s = retry_after_s


class AddressRefused(FetchError):
    """The name resolves to an address that crawls may not reach."""


class ParseError(CopydeskError):
    """Bytes were had, but are not the feed or sitemap they claim to be."""


class ExtractError(CopydeskError):
    """The page holds no article; `reason` (one of `copydesk.model.Reason`) says what it is instead."""

    def __init__(self, subject: str, message: str, reason: str) -> None:
        super().__init__(subject, message)
        self.args = (subject, message, reason)
        self.reason = reason


class StorageError(CopydeskError):
    """The database or the archive refused; the cause is chained."""


class ArchiveUnreachable(StorageError):
    """The object store that holds the archive does not answer, or refuses: later it may."""
