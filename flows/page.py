"""`python -m flows.page`: the inspection page, for as long as who started it wants it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from copydesk.errors import CopydeskError
from flows.lifeline import on_end_of_input


def main() -> None:
    from flows.cli.web import serve_page
    from flows.config import load_settings

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    on_end_of_input(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        serve_page(load_settings(Path(os.environ["COPYDESK_HOME"]), environ=os.environ))
    except CopydeskError as error:
        print(f"ERROR   | {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
