"""Until when a host's certificate is good: OpenSSL tells a crawl only that it did not verify."""

from __future__ import annotations

import logging
import ssl
from datetime import datetime
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0


def certificate_until(url: str) -> datetime | None:
    """Return until when the certificate that the host of a URL shows is good; None where that cannot be had.

    One TLS handshake; nothing is asked for, and nothing that the host says is believed but the date.
    """
    from cryptography import x509

    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    try:
        pem = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=TIMEOUT_S)
        return x509.load_pem_x509_certificate(pem.encode("ascii")).not_valid_after_utc
    except (OSError, ValueError) as error:
        log.debug("no certificate url=%s error=%s", url, error)
        return None
