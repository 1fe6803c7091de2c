"""`python -m spiders.rehearsal [PORT]`: serve the rehearsal web on the real clock until Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
import threading
from datetime import UTC, datetime

from copydesk.errors import CopydeskError
from copydesk.model import Source
from spiders.rehearsal import RehearsalWeb


def as_toml(source: Source) -> str:
    """A table of sources.toml."""
    lists = ("feeds", "sitemaps", "sections", "include", "exclude", "tags")
    shown = {key: list(getattr(source, key)) for key in lists if getattr(source, key)}
    lines = [f'name = "{source.name}"', f'homepage = "{source.homepage}"', f'language = "{source.language}"']
    lines += [f"{key} = {json.dumps(values)}" for key, values in shown.items()]
    return "\n".join(["[[source]]", *lines])


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background deaf to it
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    try:
        with RehearsalWeb(clock=lambda: datetime.now(UTC), port=port) as web:
            for source in web.sources():
                print(f"# {source.homepage}", file=sys.stderr)
            print("\n\n".join(as_toml(source) for source in web.sources()), flush=True)
            print("# Ctrl-C ends it. news.toml needs allow_private_addresses = true under [crawl].", file=sys.stderr)
            threading.Event().wait()
    except CopydeskError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
