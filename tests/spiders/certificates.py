"""An authority of the tests' own, and the certificates that it signs, good and bad."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey
DAY = timedelta(days=1)


class Authority:
    """What a crawl process trusts that has `SSL_CERT_FILE=trust` in its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trust = folder / "authority.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _named("The tests' authority")
        basic = x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(self._subject, self._subject, self._key, last_at=datetime.now(UTC) + DAY)
        certificate = builder.add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        self.trust.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def serve_as(self, address: str, *, last_at: datetime | None = None) -> ssl.SSLContext:
        """What serves with a certificate for an IP address, good until `last_at` (tomorrow)."""
        return self._context(address, last_at or datetime.now(UTC) + DAY, self._subject, self._key)

    def serve_self_signed(self, address: str) -> ssl.SSLContext:
        """What serves with a certificate that nobody vouches for."""
        return self._context(address, datetime.now(UTC) + DAY, None, None)

    def _context(self, address: str, last_at: datetime, issuer: x509.Name | None, signer: Key | None) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        builder = _builder(_named(address), issuer or _named(address), key, last_at=last_at)
        certificate = builder.add_extension(names, critical=False).sign(signer or key, hashes.SHA256())
        plain = serialization.NoEncryption()
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        pem = self.folder / f"{certificate.serial_number}.pem"
        pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: Key, *, last_at: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(last_at - 9 * DAY)
        .not_valid_after(last_at)
    )
