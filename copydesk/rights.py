"""What a publisher allows to be done with a page: directives for robots, reservations of text and data mining. Pure.

Nothing here stops a fetch: that is robots.txt alone. It is recorded with each snapshot, so that lists and exports can
leave out what may not be shown or mined.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

TOKEN = "copydesk"
"""Our name in directives for one robot, as in robots.txt."""
VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview", "noarchive-until"})
"""Directives with a colon of their own: what stands before it is no robot's name."""
MEANS = {"none": ("noindex", "nofollow")}
MOST_RULES = 1_000

_ROBOT = re.compile(r"\s*(?:[a-z][\w-]*|\*)\s*:", re.IGNORECASE)
"""A name and a colon; the time of a date has colons, too."""
_OPENING = re.compile(rb"<(meta|!--|script|style|template)(?![a-z0-9-])", re.IGNORECASE)
_CLOSING = {
    b"!--": re.compile(rb"-->"),
    b"script": re.compile(rb"</script", re.IGNORECASE),
    b"style": re.compile(rb"</style", re.IGNORECASE),
    b"template": re.compile(rb"</template", re.IGNORECASE),
}
"""What hides the tags within it, and where that ends."""
LONGEST_META_BYTES = 2_000
MOST_METAS = 300
_TELLING = re.compile(f"robots|{TOKEN}|tdm-".encode(), re.IGNORECASE)
"""In every meta tag that matters here; most of a page's say other things, and need not be taken apart."""
_ATTRIBUTE = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """One word on text and data mining."""

    reserved: bool
    policy_url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRule:
    """One entry of /.well-known/tdmrep.json."""

    location: str
    """A path; `*` stands for anything, `$` for its end."""
    reservation: Reservation


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What is recorded with a snapshot."""

    noindex: bool = False
    noarchive: bool = False
    tdm_reserved: bool | None = None
    """None: the publisher does not say."""
    tdm_policy_url: str | None = None
    """Where a licence can be had."""
    why: tuple[str, ...] = ()
    """Each word and where it stood."""


def read_rights(
    headers: Iterable[tuple[str, str]], body: bytes, *, url: str, site: Reservation | None = None
) -> Rights:
    """Return what the headers and the meta tags of a page say, and its site's file on reservations.

    Where they contradict each other, the most cautious counts: a reservation anywhere is one.

    Reference: Google's "Robots meta tag and X-Robots-Tag"; TDM Reservation Protocol (W3C community group, 2024).
    """
    named = [(name.lower(), value) for name, value in headers]
    metas = list(_metas(body))
    directives = [(each, "X-Robots-Tag") for name, value in named if name == "x-robots-tag" for each in _for_us(value)]
    directives += [
        (each, f"meta {name}") for name, value in metas if name in ("robots", TOKEN) for each in _split(value)
    ]
    words = [
        ("header", _reservation(dict(named), url)),
        ("meta", _reservation(dict(metas), url)),
        ("tdmrep.json", site),
    ]
    said = [(where, word) for where, word in words if word is not None]
    reserving = [word for _, word in said if word.reserved]
    why = [f"{directive} ({where})" for directive, where in directives if directive in ("noindex", "noarchive")]
    why += [f"text and data mining reserved ({where})" for where, word in said if word.reserved]
    names = {directive for directive, _ in directives}
    return Rights(
        noindex="noindex" in names,
        noarchive="noarchive" in names,
        tdm_reserved=bool(reserving) if said else None,
        tdm_policy_url=next((word.policy_url for word in reserving if word.policy_url), None),
        why=tuple(dict.fromkeys(why)),
    )


def read_tdmrep(text: str, *, url: str) -> tuple[SiteRule, ...]:
    """Return the rules of a tdmrep.json; none where it is no such file. Entries that cannot be read are left out."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    rules = []
    for entry in entries[:MOST_RULES] if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("location"), str):
            continue
        word = _reservation({key: str(value) for key, value in entry.items()}, url)
        if word is not None:
            rules.append(SiteRule(location=entry["location"], reservation=word))
    return tuple(rules)


def reservation_of(path: str, rules: Sequence[SiteRule]) -> Reservation | None:
    """Return what a site's file says of a path; of several patterns the longest one counts, as in robots.txt."""
    fitting = [rule for rule in rules if _fits(rule.location, path)]
    return max(fitting, key=lambda rule: len(rule.location)).reservation if fitting else None


def _fits(location: str, path: str) -> bool:
    """Whether a pattern fits the beginning of a path, or all of it. Each `*` takes as little as it can, so that a
    pattern of a thousand of them costs no more than one: a regular expression would try them all against each other."""
    first, *others = location.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at, is_whole = len(first), location.endswith("$")
    last = others.pop() if others and is_whole else ""
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if not is_whole:
        return True
    return path.endswith(last) and len(path) - len(last) >= at if "*" in location else at == len(path)


def _reservation(values: dict[str, str], url: str) -> Reservation | None:
    word = values.get("tdm-reservation", "").strip()
    if word not in ("0", "1"):
        return None  # "unset", as the protocol has it for mistakes
    policy = values.get("tdm-policy", "").strip()
    return Reservation(reserved=word == "1", policy_url=urljoin(url, policy) if policy else None)


def _for_us(value: str) -> list[str]:
    """The directives of one X-Robots-Tag header that are for all robots, or for us."""
    robot, found = "", []
    for part in value.split(","):
        name, _, rest = part.partition(":")
        if _ROBOT.match(part) and name.strip().lower() not in VALUED:
            robot, part = name.strip().lower(), rest
        if robot in ("", "*", TOKEN):
            found += _split(part)
    return found


def _split(value: str) -> list[str]:
    words = [word.strip().lower() for word in value.split(",")]
    return [meant for word in words if word for meant in MEANS.get(word, (word,))]


def _metas(body: bytes) -> Iterable[tuple[str, str]]:
    """(name, content) of the meta tags of a page that matter here, lower-case names.

    They are believed in the body too: some pages open that too early. One way through the bytes, never back: a page may
    be made to be slow.
    """
    at, metas = 0, 0
    while metas < MOST_METAS and (opening := _OPENING.search(body, at)):
        name, at = opening[1].lower(), opening.end()
        if name != b"meta":
            closing = _CLOSING[name].search(body, at)
            if closing is None:
                return
            at = closing.end()
            continue
        metas += 1
        end = body.find(b">", at, at + LONGEST_META_BYTES)
        if end >= 0 and _TELLING.search(body, at, end):
            yield from _named(body[at:end].decode("latin-1"))


def _named(attributes: str) -> Iterable[tuple[str, str]]:
    found = _ATTRIBUTE.findall(attributes)
    values = {name.lower(): double or single or bare for name, double, single, bare in found}
    name = values.get("name", "").strip().lower()
    if name in ("robots", TOKEN, "tdm-reservation", "tdm-policy"):
        yield name, html.unescape(values.get("content", ""))
