"""Which addresses a crawl may connect to. Sees every connection: names, literals, redirects, names that change.

A check of the URL before the request would leave a hole: the name can resolve to another address when the connection is
made (DNS rebinding). So the check sits where Twisted learns the address that it then connects to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any, cast

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer  # type: ignore[import-untyped]

NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""RFC 6052 and RFC 8215: the last 32 bits are an IPv4 address that a gateway connects to."""
KINDS: tuple[tuple[str, str], ...] = (
    ("is_unspecified", "an unspecified"),
    ("is_loopback", "a loopback"),
    ("is_link_local", "a link-local"),
    ("is_multicast", "a multicast"),
    ("is_reserved", "a reserved"),
    ("is_private", "a private"),
)


def refusal(address: str) -> str:
    """Return why a crawl may not connect to an IP address; empty where it may.

    Only addresses of the public internet may be reached. Addresses that carry an IPv4 address inside (mapped, 6to4,
    Teredo, NAT64) are judged by that one too.

    >>> refusal("127.0.0.1")
    '127.0.0.1 is a loopback address'
    >>> refusal("::ffff:10.0.0.1")
    '::ffff:10.0.0.1 stands for 10.0.0.1, which is a private address'
    >>> refusal("100.64.0.1")
    '100.64.0.1 is no public address'
    >>> refusal("93.184.215.14")
    ''

    Raises:
        ValueError: `address` is no IP address.
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        for inner in _inner(parsed):
            if why := refusal(str(inner)):
                return f"{address} stands for {inner}, which{why.removeprefix(str(inner))}"
        if parsed.ipv4_mapped is not None or any(parsed in network for network in NAT64):
            return ""
    for name, kind in KINDS:
        if getattr(parsed, name):
            return f"{address} is {kind} address"
    return "" if parsed.is_global else f"{address} is no public address"


def _inner(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses that a packet to `address` may end at."""
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in NAT64) or 1 < int(address) < 1 << 32:  # IPv4-compatible: RFC 4291
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [found for found in inner if found is not None]


class Guard:
    """Judges the addresses of host names, and remembers why a name was refused."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self.refused: dict[str, str] = {}
        """Why, by host name."""

    def admit(self, host: str, addresses: Sequence[str]) -> list[str]:
        """Return those addresses that may be reached, in order.

        A name with a public and a private address keeps the public one: connecting there harms nobody.
        """
        if self.allow_private:
            return list(addresses)
        reasons = {address: refusal(address) for address in addresses}
        admitted = [address for address in addresses if not reasons[address]]
        if addresses and not admitted:
            self.refused[host.lower()] = reasons[addresses[0]]
        return admitted


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """The thread cannot be stopped; its answer finds nobody who waits."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves IPv4 and IPv6, once a name a crawl, and passes on what the guard admits.

    Literals in every spelling that the C library reads (`2130706433`, `0x7f.1`) come through here too: Twisted asks the
    resolver of the reactor for all of them.
    """

    def __init__(self, reactor: Any, guard: Guard) -> None:
        self.reactor = reactor
        self.guard = guard
        self._known: dict[str, list[str]] = {}

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 (Twisted's name)
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[Any]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        resolution = _Resolution(hostName)
        Deferred.fromCoroutine(self._resolve(resolution, resolutionReceiver, hostName, portNumber))
        return cast(IHostResolution, resolution)

    async def _resolve(self, resolution: Any, receiver: Any, host: str, port: int) -> None:
        receiver.resolutionBegan(resolution)
        for address in self.guard.admit(host, await self._addresses(host)):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()

    async def _addresses(self, host: str) -> list[str]:
        if host not in self._known:
            try:
                found = await deferToThreadPool(
                    self.reactor, self.reactor.getThreadPool(), socket.getaddrinfo, host, 0, 0, socket.SOCK_STREAM
                )
            except (OSError, UnicodeError):  # UnicodeError: a name like `a..b` (bugs.python.org/issue32958)
                return []
            self._known[host] = list(dict.fromkeys(str(address[4][0]) for address in found))
        return self._known[host]
