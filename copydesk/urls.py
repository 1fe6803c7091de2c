"""Addresses: the form under which an article is stored, and which pages a source wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from copydesk.tracking import is_tracking

Step = Callable[[SplitResult], SplitResult]

LONGEST_BYTES = 2_600
"""Of a URL that is followed. A sitemap may name 2,047 characters (sitemaps.org); an index of PostgreSQL holds 2,704."""
DEFAULT_PORTS = {"http": 80, "https": 443}

INDEX_FILES = frozenset(
    f"{stem}.{ending}"
    for stem, endings in {
        "index": ("html", "htm", "shtml", "xhtml", "php", "jsp", "asp", "aspx", "cfm"),
        "default": ("html", "htm", "asp", "aspx"),
    }.items()
    for ending in endings
)
"""What servers show for a folder: Apache's DirectoryIndex, nginx's index, the default documents of IIS."""

_PORT = re.compile(r":(\d*)$")
_FINAL_DOT = re.compile(r"(?<=\w)\.(?=:|$)")
_TRIPLE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SIGNS = "!#$%&'()*+,/:;=?@[]|"
"""What stays as it is beside the unreserved; all else is escaped. RFC 3986 has no `|`, but all browsers send it."""
_ESCAPED = re.compile(r"[^\w!#$%&'()*+,/:;=?@\[\]|.~-]", re.ASCII)
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_HOST = re.compile(r"[\s<>\"'\\^`{|}]")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"(?:^|\.)cdn\.ampproject\.org$")
_AMP_VIEWER = re.compile(r"^(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}$")
_AMP_PATH = re.compile(
    r"^/(?P<kind>c|v|amp)/(?P<secure>s/)?(?P<host>(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*)(?P<path>/.*)?$", re.IGNORECASE
)
_STRIPPED = re.compile(r"[\x00-\x20]+$|^[\x00-\x20]+|[\t\r\n]")


def lower_host(url: SplitResult) -> SplitResult:
    """Scheme and host are case-insensitive (RFC 3986, section 6.2.2.1); names beyond ASCII in their IDNA form.

    The dot that ends a whole name is left out: `news.example.` and `news.example` are one host (RFC 1034, section 3.1).
    """
    user, at, host = url.netloc.rpartition("@")
    host = _FINAL_DOT.sub("", host.lower())
    if not host.isascii():
        try:
            name, colon, port = host.partition(":")
            host = name.encode("idna").decode("ascii") + colon + port
        except UnicodeError:
            pass  # no name that can be looked up; kept, so that it can be told
    return url._replace(scheme=url.scheme.lower(), netloc=f"{user}{at}{host}")


def drop_user(url: SplitResult) -> SplitResult:
    """A password identifies no article, and is not to be stored (RFC 3986, section 3.2.1)."""
    return url._replace(netloc=url.netloc.rpartition("@")[2])


def drop_default_port(url: SplitResult) -> SplitResult:
    """RFC 3986, section 6.2.3."""
    port = _PORT.search(url.netloc)
    if port and port[1].lstrip("0") in ("", str(DEFAULT_PORTS.get(url.scheme, ""))):
        return url._replace(netloc=url.netloc[: port.start()])
    return url


def drop_fragment(url: SplitResult) -> SplitResult:
    """Fragments never reach the server (RFC 3986, section 3.5)."""
    return url._replace(fragment="")


def resolve_dots(url: SplitResult) -> SplitResult:
    """`/a/../b` is `/b`, and no path is `/` (RFC 3986, sections 6.2.2.3 and 6.2.3)."""
    if not url.path:
        return url._replace(path="/")
    if "/." not in url.path:
        return url
    kept: list[str] = []
    *folders, last = url.path.split("/")[1:]
    for segment in (*folders, "" if last in (".", "..") else last):
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        del kept[-2:-1]
    return url._replace(path="/" + "/".join(kept))


def unify_escapes(url: SplitResult) -> SplitResult:
    """`%7e` is `~`, `%c3` is `%C3`; what no URL may hold is escaped (RFC 3986, section 6.2.2.2; RFC 3987, 3.1)."""
    return url._replace(path=_unify(url.path), query=_unify(url.query))


def drop_session(url: SplitResult) -> SplitResult:
    """`/a;jsessionid=1` (Servlet specification, 7.1.3) and the `/(S(…))` of ASP.NET: who reads, not what."""
    return url._replace(path=_ASP_SESSION.sub("", _SESSION.sub("", url.path)))


def open_amp_cache(url: SplitResult) -> SplitResult:
    """The publisher's own address of a page that an AMP cache or Google's viewer shows (AMP Cache URL Format)."""
    while (
        (kinds := ("c", "v") if _AMP_CACHE.search(url.netloc) else ("amp",) if _AMP_VIEWER.search(url.netloc) else ())
        and (inner := _AMP_PATH.match(url.path))
        and inner["kind"] in kinds
    ):
        scheme = "https" if inner["secure"] else "http"
        url = url._replace(scheme=scheme, netloc=inner["host"].lower(), path=inner["path"] or "/")
    return url


def drop_tracking(url: SplitResult) -> SplitResult:
    """Parameters of trackers and sessions (`copydesk.tracking`), and empty ones; the others stay as they are."""
    if not url.query:
        return url
    kept = [part for part in url.query.split("&") if part and not is_tracking(part.partition("=")[0])]
    return url._replace(query="&".join(kept))


def drop_index_file(url: SplitResult) -> SplitResult:
    """`/a/index.html` is `/a/`. With a query it stays: a script may have that name, and the folder another page."""
    folder, _, last = url.path.rpartition("/")
    return url._replace(path=f"{folder}/") if last in INDEX_FILES and not url.query else url


CANONICAL: tuple[Step, ...] = (
    lower_host,
    drop_user,
    drop_default_port,
    drop_fragment,
    unify_escapes,  # before the dots: `%2e%2e` are dots, too
    drop_session,
    resolve_dots,
    open_amp_cache,
    drop_tracking,
    drop_index_file,
)
"""Nothing that a page must confirm: other dresses of an article (`copydesk.twins`) stay apart here.

Stored URLs went through these steps: whoever changes what comes out adds another migration with `storage.urls.IN_LINE`.
"""


def is_too_long(url: str) -> bool:
    """Whether a URL is longer than any that is followed."""
    return len(url.encode("utf-8", "surrogatepass")) > LONGEST_BYTES


def canonical_url(url: str, steps: Iterable[Step] = CANONICAL) -> str:
    """Return the form of `url` under which its article is stored; what is no URL comes back as it is, stripped.

    >>> canonical_url("https://News.Example:443/a?id=7&utm_source=rss#top")
    'https://news.example/a?id=7'
    """
    stripped = _SURROGATE.sub("\ufffd", _STRIPPED.sub("", url))
    try:
        parts = urlsplit(stripped)
        host = parts.hostname
    except ValueError:
        return stripped
    if parts.scheme.lower() not in DEFAULT_PORTS or not host:
        return stripped
    for step in steps:
        parts = step(parts)
    # Not geturl(): it takes the empty netloc of `//a` and the path `//a` for the same.
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}{fragment}"


def resolve_url(base: str, href: str) -> str | None:
    """Return the absolute http or https URL that a link means, without its fragment; None where it means none.

    >>> resolve_url("https://a.example/news/", "../b#c")
    'https://a.example/b'
    >>> resolve_url("https://a.example/", "mailto:desk@a.example")
    """
    try:
        parts = urlsplit(urljoin(base, _STRIPPED.sub("", href)))
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host or _NO_HOST.search(host):
        return None
    return _SURROGATE.sub("\ufffd", parts._replace(fragment="").geturl().replace(" ", "%20"))


def check_pattern(pattern: str) -> str:
    """Return a URL pattern as it is.

    Raises:
        ValueError: it would match every URL, or none.
    """
    if not pattern.strip("*$ "):
        raise ValueError("expected a URL pattern with more than `*` and `$` in it")
    if any(character.isspace() for character in pattern):
        raise ValueError("expected a URL pattern without white space")
    return pattern


def matches_pattern(url: str, patterns: Sequence[str]) -> str | None:
    """Return the first pattern that occurs in `url`; None where none does.

    A pattern is a piece of the URL, in which `*` stands for anything. One that begins with `http://` or `https://` must
    stand at the beginning, one that ends with `$` at the end. Upper and lower case differ, as they do in paths.

    >>> matches_pattern("https://a.example/business/rates", ["/sport/", "/business/"])
    '/business/'
    >>> matches_pattern("https://a.example/2026/rates.html", ["/20*.html$"])
    '/20*.html$'
    """
    return next((pattern for pattern in patterns if _compiled(pattern).search(url)), None)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    body, end = (pattern[:-1], "$") if pattern.endswith("$") else (pattern, "")
    start = "^" if pattern.startswith(("http://", "https://")) else ""
    return re.compile(start + ".*".join(map(re.escape, body.split("*"))) + end)


def _unify(text: str) -> str:
    if _ESCAPED.search(text):
        text = quote(text, safe=_SIGNS)
    return _TRIPLE.sub(_unify_triple, _STRAY_PERCENT.sub("%25", text)) if "%" in text else text


def _unify_triple(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
