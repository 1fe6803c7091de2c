"""`copydesk demo`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from copydesk.errors import CopydeskError
from flows.cli.common import Session, command, say

DEMO = Path("data") / "demo"
"""Beside the real data, never in it."""
DELAY_S = 0.05
"""Between requests to one host: nobody is disturbed on loopback."""


@command(example="copydesk demo")
def demo(session: Session) -> None:
    """Crawl a rehearsal news web that the program brings along, and show what came of it. Needs no network."""
    run_demo(session)


def run_demo(session: Session) -> None:
    """One crawl of the rehearsal web, into a fresh data/demo."""
    from flows.cli.crawl import finish, run
    from flows.config import load_settings
    from flows.crawl import CrawlJob
    from spiders.rehearsal import RehearsalWeb

    home = session.home / DEMO
    settings = load_settings(home)
    try:
        shutil.rmtree(settings.desk.data, ignore_errors=False)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CopydeskError(str(settings.desk.data), f"cannot be cleared for the demo ({error.strerror})") from error
    rehearsal = replace(settings.crawl, allow_private_addresses=True, delay_s=DELAY_S)
    settings = replace(settings, crawl=rehearsal)
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as web:
        followed = web.sources()
        say(f"a rehearsal web of {len(followed)} invented publications is up on loopback; crawling it into {home}")
        job = CrawlJob(sources=followed, followed=followed, trigger="demo", log_level=session.log_level)
        report = run(session, job, settings)
    finish(session, report, settings)
    say(f"its page: `copydesk web --home {home} --address 127.0.0.1:8002`; a list: `copydesk articles --home {home}`")
