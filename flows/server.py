"""`python -m flows.server HOST:PORT`: Prefect's server, in one process, for as long as who started it wants it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from flows.lifeline import on_end_of_input

REPORT_S = 8.0
"""After whoever wanted us is gone: runs that end because of it still tell how they ended."""
CLOSE_S = 3.0
"""For requests under way."""


def main() -> None:
    import uvicorn

    host, _, port = sys.argv[1].rpartition(":")
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # SQLite makes the file, not its folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    on_end_of_input(_end_soon)
    uvicorn.run(
        "prefect.server.api.server:create_app",
        factory=True,
        host=host.strip("[]"),
        port=int(port),
        log_level="warning",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=1,
    )


def _end_soon() -> None:
    logging.getLogger("uvicorn.error").setLevel("CRITICAL")  # it would show a trace for each connection that it cuts
    time.sleep(REPORT_S)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Timer(CLOSE_S, os._exit, (0,)).start()


if __name__ == "__main__":
    main()
