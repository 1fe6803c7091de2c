"""Make the picture of the README from the demo: `python -m tests.browser.screenshot OUT.png`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from spiders.chromium import find_chromium
from tests.browser.conftest import serving

WINDOW = {"width": 1280, "height": 860}
DAYS = 4
"""That the demo's articles are spread over; the fullest one is shown."""


def main(out: Path) -> None:
    """Run the demo in a folder of its own, serve what it stored, and photograph the page of a day."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium on the PATH; `tests/system.sh` installs one as root")
    with tempfile.TemporaryDirectory(prefix="copydesk-screenshot-") as folder:
        command = [sys.executable, "-m", "flows.cli", "demo", "--home", folder, "--format", "jsonl"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with serving(Path(folder) / "data" / "demo") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=WINDOW, color_scheme="light")
            page.goto(url)
            counts = {}
            for _ in range(DAYS):
                counts[page.url] = int(re.findall(r"(\d+) articles", page.inner_text("main"))[0])
                page.click(".days a[rel=prev]")
                page.wait_for_load_state()
            page.goto(max(counts, key=lambda day: counts[day]))
            page.screenshot(path=str(out))
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
