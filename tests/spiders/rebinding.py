"""A crawl process for which 127.0.0.2 is public, and a name changes its address; see test_villains_of_http."""

from __future__ import annotations

import itertools
import socket
from typing import Any

import spiders.resolver
from spiders.__main__ import main

judge = spiders.resolver.refusal
spiders.resolver.refusal = lambda address: "" if address == "127.0.0.2" else judge(address)

resolve = socket.getaddrinfo
answers = itertools.chain(["127.0.0.2"], itertools.repeat("127.0.0.3"))


def rebind(host: Any, *args: Any, **kwargs: Any) -> Any:
    return resolve(next(answers) if host == "rebind.example" else host, *args, **kwargs)


socket.getaddrinfo = rebind

if __name__ == "__main__":
    main()
