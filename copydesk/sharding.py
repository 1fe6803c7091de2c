"""Which shard crawls which source: sources that share a host go together, so that each host is one crawl's.

A host is what politeness counts by: the host name of a URL, `www.` and all.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import urlsplit

from copydesk.model import Source


def shard_of(host: str, shards: int) -> int:
    """The shard of a host, 1 to `shards`: the same on every machine and in every version.

    Rendezvous hashing: every shard draws a lot for the host, the highest wins. So one shard more takes 1 host in
    `shards` from the others and moves none between them.

    >>> [shard_of("www.news.example", shards) for shards in (1, 2, 3, 4)]
    [1, 2, 2, 2]
    """
    return max(range(1, shards + 1), key=lambda shard: blake2b(f"{shard} {host}".encode(), digest_size=8).digest())


def hosts_of(source: Source) -> frozenset[str]:
    """The hosts that a crawl of a source is known to ask: of its endpoints, and of its homepage, as its pages are."""
    urls = [*(url for _, url in source.endpoints()), source.homepage]
    return frozenset(host for url in urls if (host := urlsplit(url).hostname))


def assign_shards(sources: Sequence[Source], shards: int) -> dict[str, int]:
    """Source name -> shard, 1 to `shards`. Sources that share a host, also through a third one, share a shard.

    Such a group goes by the first of its hosts in the order of the alphabet.
    """
    leader: dict[str, str] = {}

    def find(host: str) -> str:
        while (up := leader.setdefault(host, host)) != host:
            leader[host] = host = leader.setdefault(up, up)
        return host

    for source in sources:
        roots = sorted({find(host) for host in hosts_of(source)})
        for root in roots[1:]:
            leader[root] = roots[0]
    return {source.name: shard_of(find(min(hosts_of(source), default=source.name)), shards) for source in sources}
