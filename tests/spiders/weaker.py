"""A program under limits of the operating system, which it reads from `LIMITS`: `python -m tests.spiders.weaker …`.

`size=N`: no file may grow beyond N bytes, as on a disk that is full. `modes`: the modes of files hold for root too.
`busy=S`: another process's transaction is waited for S seconds only. The program is the crawl process, or the module
behind `--`; what it starts inherits the first two.
"""

from __future__ import annotations

import ctypes
import os
import resource
import runpy
import sys

CAPABILITY_VERSION_3 = 0x20080522
DROP_FROM_BOUNDING_SET = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


def limit_size(size: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))


def heed_modes(_: str) -> None:
    """Give up what lets root write where it may not."""
    if os.geteuid():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for higher numbers
    failed = libc.capget(header, sets)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        failed |= libc.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
        for number in range(3):
            sets[number] &= ~(1 << capability) & 0xFFFFFFFF
    if failed or libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


def wait_less(seconds: str) -> None:
    import storage.engines.sqlite

    pragmas = storage.engines.sqlite.PRAGMAS[1:]
    storage.engines.sqlite.PRAGMAS = (f"PRAGMA busy_timeout = {float(seconds) * 1000:.0f}", *pragmas)


LIMITS = {"size": limit_size, "modes": heed_modes, "busy": wait_less}


def main() -> None:
    for limit in os.environ["LIMITS"].split():
        name, _, value = limit.partition("=")
        LIMITS[name](value)
    module = "spiders"
    if "--" in sys.argv:
        at = sys.argv.index("--")
        module, *rest = sys.argv[at + 1 :]
        sys.argv = [sys.argv[0], *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
