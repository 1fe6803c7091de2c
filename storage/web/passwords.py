"""The password of the page: its hash in news.toml, and the signed sessions that it opens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

COST = {"n": 2**15, "r": 8, "p": 1}
"""32 MB and about .1 s a try (RFC 7914)."""
MEMORY_BYTES = 64 * 2**20
SESSION_S = 14 * 24 * 3600
"""How long a session lasts."""
KEY_FILE = "web.key"


def hash_password(password: str) -> str:
    """What `[web] password_hash` holds: `scrypt$N$r$p$salt$hash`."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, **COST)
    return "$".join(["scrypt", *(str(COST[name]) for name in "nrp"), _to_text(salt), _to_text(digest)])


def is_hash(text: str) -> bool:
    """Whether a text is what `hash_password` writes."""
    return _read(text) is not None


def check_password(password: str, password_hash: str) -> bool:
    """Whether a password is the one that was hashed. Takes about .1 s, whatever the answer."""
    read = _read(password_hash)
    if read is None:
        return False
    cost, salt, digest = read
    return hmac.compare_digest(_scrypt(password, salt, **cost), digest)


def make_key(database: Path, password_hash: str) -> bytes:
    """The key that signs sessions: from a random file beside the database, so that sessions outlive a restart, and from
    the hash, so that a new password ends them all. Where the file cannot be written, sessions end with the process."""
    path = database.with_name(KEY_FILE)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        stored = path.read_bytes()
    except OSError:
        stored = secrets.token_bytes(32)
    else:
        stored = secrets.token_bytes(32)
        with os.fdopen(descriptor, "wb") as file:
            file.write(stored)
    return hashlib.blake2b(password_hash.encode(), key=stored[:64], digest_size=32).digest()


def make_session(key: bytes, *, now_s: float) -> str:
    """A session that begins now, as its cookie holds it: when it ends, and the signature of that."""
    until = f"{int(now_s) + SESSION_S}.{secrets.token_hex(8)}"
    return f"{until}.{_sign(key, until)}"


def is_session(cookie: str, key: bytes, *, now_s: float) -> bool:
    """Whether a cookie is a session that was made with this key and has not ended."""
    until, _, signature = cookie.rpartition(".")
    if not hmac.compare_digest(_sign(key, until).encode(), signature.encode("utf-8", "replace")):
        return False
    return now_s < int(until.partition(".")[0])


def _sign(key: bytes, text: str) -> str:
    return hmac.new(key, b"session " + text.encode("utf-8", "replace"), "sha256").hexdigest()


def _scrypt(password: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=MEMORY_BYTES, dklen=32)


def _read(text: str) -> tuple[dict[str, int], bytes, bytes] | None:
    parts = text.split("$")
    if len(parts) != 6 or parts[0] != "scrypt":
        return None
    try:
        cost = {name: int(value) for name, value in zip("nrp", parts[1:4], strict=True)}
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[4:])
    except ValueError:
        return None
    return (cost, salt, digest) if cost == COST and salt and len(digest) == 32 else None


def _to_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
