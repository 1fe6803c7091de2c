"""The system's Chromium, which renders pages that need a browser. Looked up, never downloaded."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""What distributions call it, on the PATH."""


def find_chromium() -> str | None:
    """Return the path of the browser; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
