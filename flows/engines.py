"""What may run bulk work, as settings and the command line name it."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.nearest import nearest_name

HERE = "here"
DASK = "dask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """What runs bulk work."""

    engine: str = HERE
    address: str = ""
    """Of a Dask scheduler that runs already, `tcp://10.0.0.5:8786`; empty: a cluster of this machine's own."""


def parse_where(text: str) -> Where:
    """What `here`, `dask` or `dask=ADDRESS` means.

    Raises:
        ValueError: it is none of them; says what was expected.
    """
    engine, equals, address = text.strip().partition("=")
    scheme, slashes, host = address.partition("://")
    if engine not in (HERE, DASK) or (engine == HERE and equals):
        raise ValueError(
            f'expected "here", "dask" or "dask=ADDRESS", found "{text}"{nearest_name(engine, [HERE, DASK])}'
        )
    if equals and not (slashes and scheme.isalpha() and ":" in host):
        raise ValueError(f'expected the address of a Dask scheduler such as "tcp://10.0.0.5:8786", found "{address}"')
    return Where(engine=engine, address=address)
