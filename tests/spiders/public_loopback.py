"""A crawl process for which 127.0.0.2 is a public address; see test_villains."""

from __future__ import annotations

import spiders.resolver
from spiders.__main__ import main

judge = spiders.resolver.refusal
spiders.resolver.refusal = lambda address: "" if address == "127.0.0.2" else judge(address)

if __name__ == "__main__":
    main()
