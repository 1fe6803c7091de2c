"""`python -m flows.engine`: the process of one flow run, as a worker starts it.

Beside what Prefect's own engine does, the run ends cleanly when its worker is gone, and holds a mark by which the next
worker sees that it died, should it die.
"""

from __future__ import annotations

import os
import runpy
import signal
from pathlib import Path

from flows.lifeline import STOP_SIGNAL, on_end_of_input, run_mark, stop_wanted

MARKS_VARIABLE = "COPYDESK_RUN_MARKS"
"""Names the folder of marks; the worker sets it."""


def main() -> None:
    signal.signal(STOP_SIGNAL, lambda number, frame: stop_wanted.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; who started us decides
    on_end_of_input(stop_wanted.set)
    with run_mark(Path(os.environ[MARKS_VARIABLE]), os.environ["PREFECT__FLOW_RUN_ID"]):
        runpy.run_module("prefect.engine", run_name="__main__")


if __name__ == "__main__":
    main()
