"""Names that were misspelt."""

from __future__ import annotations

from collections.abc import Iterable


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Complete a complaint about an unknown name: the nearest known one, if any is near.

    >>> nearest_name("artcles", ["articles", "gaps"])
    '; did you mean "articles"?'
    """
    import difflib

    near = difflib.get_close_matches(name, list(names), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
