"""The system's Chromium, which renders pages that need a browser. Looked up, never downloaded."""

from __future__ import annotations

import importlib.util
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""What distributions call it, on the PATH."""


def find_chromium() -> str | None:
    """Return the path of the browser; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def missing_for_browser() -> str:
    """Return what `render = "browser"` lacks here, and the command that installs it; empty where nothing does."""
    if importlib.util.find_spec("scrapy_playwright") is None:
        return 'render = "browser" needs an extra: run `make install-browser` (or pip install "copydesk[browser]")'
    if find_chromium() is None:
        return (
            'render = "browser" needs a Chromium on the PATH: run `apt-get install chromium`, or what your system has'
        )
    return ""
