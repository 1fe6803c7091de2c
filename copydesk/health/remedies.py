"""What to do when a source is sick, a line a cause. docs/operations.md says more, under the same names."""

from __future__ import annotations

from collections.abc import Mapping

from copydesk.health.history import Cause

REMEDIES: Mapping[Cause, str] = {
    Cause.SILENT: "open the feed in a browser: is anything new in it? If it goes on, look for its new feed",
    Cause.FORBIDDEN: "the publisher turns machines away: set `contact` and a longer `delay_s`, or ask them; do not "
    "go around the wall",
    Cause.RATE_LIMITED: "ask for less: a longer `delay_s`, a smaller `concurrency_per_host`, a rarer schedule",
    Cause.FEED_MOVED: "look for the new address of the feed on the homepage, and name it in sources.toml",
    Cause.TLS_EXPIRED: "nothing to do here: the publisher has to renew the certificate; write to them if it lasts",
    Cause.TLS: "open the page in a browser: is the certificate for this host? Is the clock of this machine right?",
    Cause.UNREACHABLE: "does the homepage open in a browser? If all sources are unreachable: this machine's network",
    Cause.SERVER_ERROR: "wait: the publisher's server is broken; look for another feed if it lasts for days",
    Cause.REFUSED: "robots.txt or the address guard forbids these pages: pause the source, or ask the publisher",
    Cause.CONSENT_WALL: "a consent dialogue stands in the text's place (`copydesk quarantine list`): another edition "
    "of the site may do without",
    Cause.BOT_CHECK: "the site wants to see a human: a longer `delay_s` may end it; ask them; do not go around it",
    Cause.PAYWALL: "the text stands behind a paywall: pause the source, or follow a free section of it",
    Cause.REDESIGN: "compare an old article with a new one (`copydesk show ID`); after an upgrade of Copydesk, "
    "`copydesk reextract` mends stored ones. If it is meant to be so: `copydesk health --accept NAME`",
    Cause.NO_ARTICLES: "are its feeds and sections the right ones? `copydesk quarantine list` shows what came instead",
}


def remedy(cause: Cause) -> str:
    """What to do, in a line; empty where nothing is wrong."""
    return REMEDIES.get(cause, "")
