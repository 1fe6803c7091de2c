"""Parameters of URLs that name no page: who put them there, who says so, and when that was last looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where it stands that a parameter names no page."""

    name: str
    read_on: date


ADGUARD = Origin(name="AdGuard TrackParamFilter, general_url.txt, commit 002b0661", read_on=date(2026, 11, 24))
UBLOCK = Origin(name="uBlock Origin, uAssets, section `Query parameter stripping`", read_on=date(2026, 11, 24))
FIREFOX = Origin(name="firefox-source-docs.mozilla.org, Query Parameter Stripping", read_on=date(2026, 11, 24))
SERVLET = Origin(name="Java Servlet specification, 7.1.3", read_on=date(2026, 11, 24))
OWN = Origin(name="Copydesk's first list: links of feeds, newsletters and shares", read_on=date(2026, 11, 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracker:
    """Whose parameters these are. All in lower case; parameters are compared without regard to case."""

    who: str
    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    """Every parameter that begins like this."""
    origin: Origin


TRACKERS = (
    # Who sent the reader: analytics
    Tracker(who="Google Analytics", names=("_ga", "_gl"), prefixes=("utm_",), origin=ADGUARD),
    Tracker(who="AT Internet", prefixes=("xtor",), origin=ADGUARD),
    Tracker(who="BBC with AT Internet, comScore", prefixes=("at_", "ns_"), origin=OWN),
    Tracker(who="Matomo, Piwik", prefixes=("pk_", "mtm_"), origin=ADGUARD),
    Tracker(who="Webtrekk, Webtrends", prefixes=("wt_", "wt."), origin=ADGUARD),
    Tracker(who="Adobe", names=("s_cid",), origin=ADGUARD),
    Tracker(who="Adobe", names=("s_kwcid", "ef_id"), prefixes=("icid", "intcmp"), origin=OWN),
    Tracker(who="Parse.ly", prefixes=("itm_",), origin=ADGUARD),
    Tracker(who="Openstat", names=("_openstat",), origin=ADGUARD),
    Tracker(who="Branch", names=("_branch_match_id",), origin=ADGUARD),
    Tracker(who="Cxense", names=("cx_click", "cx_recsorder", "cx_recswidget"), origin=ADGUARD),
    # Which click it was: advertising, shares
    Tracker(who="Google Ads, AMP", names=("gclid", "gclsrc", "gbraid", "wbraid", "usqp"), origin=ADGUARD),
    Tracker(who="Google", names=("dclid", "srsltid"), origin=UBLOCK),
    Tracker(who="Facebook", names=("fbclid", "fb_action_ids", "fb_action_types", "fb_ref"), origin=ADGUARD),
    Tracker(who="Facebook", names=("fb_source", "fb_comment_id"), origin=ADGUARD),
    Tracker(who="Microsoft", names=("msclkid",), origin=ADGUARD),
    Tracker(who="Yandex", names=("yclid", "ysclid"), origin=ADGUARD),
    Tracker(who="Twitter", names=("twclid",), origin=ADGUARD),
    Tracker(who="Twitter, TikTok, Instagram, LinkedIn", names=("ttclid", "igshid", "igsh", "li_fat_id"),
            prefixes=("__twitter_",), origin=OWN),
    # To whom the newsletter went
    Tracker(who="Mailchimp", names=("mc_eid",), origin=FIREFOX),
    Tracker(who="Mailchimp", names=("mc_cid",), origin=OWN),
    Tracker(who="HubSpot", names=("_hsenc", "__hstc", "__hssc", "__hsfp", "hsctatracking"), prefixes=("hsa_",),
            origin=ADGUARD),
    Tracker(who="HubSpot", names=("_hsmi",), origin=OWN),
    Tracker(who="Marketo", names=("mkt_tok",), origin=FIREFOX),
    Tracker(who="Omeda", prefixes=("oly_",), origin=FIREFOX),
    Tracker(who="Vero", names=("vero_id", "vero_conv"), origin=ADGUARD),
    Tracker(who="MailerLite", names=("ml_subscriber", "ml_subscriber_hash"), origin=ADGUARD),
    Tracker(who="Klaviyo", names=("_kx",), origin=ADGUARD),
    # Publications' own
    Tracker(who="many publications", names=("cmpid",), origin=ADGUARD),
    Tracker(who="Guardian, Bloomberg, CNBC", names=("cmp", "srnd", "sref", "leadsource", "__source"), origin=OWN),
    Tracker(who="New York Times", names=("smid", "smtyp"), origin=OWN),
    Tracker(who="Daily Mail, CBS, AOL, Wall Street Journal", names=("ito", "ftag", "ncid", "reflink"), origin=OWN),
    Tracker(who="Financial Times", names=("ftcamp", "segmentid", "shareid", "sharetype"), origin=OWN),
    Tracker(who="Yahoo", names=("guccounter",), prefixes=("guce_",), origin=ADGUARD),
    Tracker(who="Google, subscriptions", names=("gaa_at", "gaa_n", "gaa_ts", "gaa_sig"), origin=OWN),
    Tracker(who="True Anthem", names=("taid", "traffic_source"), origin=OWN),
)  # fmt: skip
"""What is not here: `ref`, `source`, `campaign`, `cid`, `sid`, `mod`: on some servers they name the page. Nor is `__s`
of Firefox's list: AdGuard found servers that need it."""

SESSIONS = (
    Tracker(who="Java", names=("jsessionid",), origin=SERVLET),
    Tracker(who="PHP, ASP, ColdFusion", names=("phpsessid", "cfid", "cftoken"), prefixes=("aspsessionid",), origin=OWN),
    Tracker(who="osCommerce, Zen Cart", names=("oscsid", "zenid"), origin=OWN),
)
"""Who reads, kept in the URL by servers that distrust cookies."""

NAMES = frozenset(name for each in (*TRACKERS, *SESSIONS) for name in each.names)
PREFIXES = tuple(prefix for each in (*TRACKERS, *SESSIONS) for prefix in each.prefixes)


def is_tracking(name: str) -> bool:
    """Whether a query parameter only says who the reader is or where they came from."""
    lowered = name.lower().removeprefix("amp;")  # `?id=7&amp;utm_source=rss`: escaped once too often
    return lowered in NAMES or lowered.startswith(PREFIXES)
