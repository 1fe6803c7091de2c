"""Is it an article? Walls, checks, errors and lists of links, told apart by what they say and how they are built."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from copydesk.extraction.views import LOUD_WORDS, PageView, Piece, first_place, path_of
from copydesk.extraction.walls import (
    ADDRESSED,
    BOT_CHECK,
    CONSENT,
    CONSENT_WORDS,
    ERROR,
    ERROR_HEAD,
    LOGIN_HEAD,
    METER,
    NOT_FOUND,
    NOT_FOUND_HEAD,
    OFFER,
    PAYWALL,
    SEARCH_HEAD,
    address_share,
)
from copydesk.model import Reason, Refusal

ARTICLE_KINDS = frozenset(
    [
        "article",
        "newsarticle",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "blogposting",
        "liveblogposting",
        "report",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "techarticle",
    ]
)
MEDIA_KINDS = frozenset(
    [
        "videoobject",
        "imagegallery",
        "audioobject",
        "podcastepisode",
        "video.other",
        "video.movie",
        "video.episode",
        "video",
        "music.song",
    ]
)
LIST_KINDS = frozenset(["collectionpage", "itemlist", "searchresultspage"])
PROFILE_KINDS = frozenset(["profile", "profilepage"])

MIN_WORDS = 40
"""Of a page that does not say that it is an article."""
MIN_ARTICLE_WORDS = 12
"""Of one that does: a wire of two sentences is an article."""
WIRE_WORDS = 40
"""Of one that does: from here on it is what it says, whatever its headline."""
WALL_WORDS = 220
"""Up to which a text may be a wall or an error; longer ones speak about it."""
ERROR_WORDS = 60
"""Up to which a text may be an error without a title that says so."""
STUB_WORDS = 100
"""A paid text that breaks off before is a stub; of a longer one, the free part is kept."""
CUT_WORDS = 60
"""The same where nothing but its tags and three dots say that it breaks off."""
BAR_WORDS = 35
"""The longest bar across a text; longer paragraphs tell of bars."""
BAR_CHARS = 500
TELLING_WORDS = 20
MEDIA_WORDS = 60
"""Up to which a text beside a video or pictures is their caption."""
HEAD_SHARE = 0.7
"""Of a title's letters that a phrase must have to be what the title says."""
CONSENT_SHARE = 0.5
MANY_LINKS = 12
PLACE_LINKS = 8
TEASED_SHARE = 0.5
LEAST_TEASERS = 4
PLACE_WORDS = 120
"""Under a section's path, up to which a text is the section's introduction."""

FILLER = re.compile(r"\W+|\b(?:sorry|whoops|lo sentimos|leider|désolé|uh|oh|oops|oups|ops)\b", re.I)
SEARCH_QUERY = re.compile(r"(?:^|&)(?:q|s|query|search|keyword)=", re.I)
SECTION_PATH = re.compile(
    r"^/(?:tags?|topics?|categor(?:y|ies)|sections?|authors?|themen?|thema|archives?|label)(?:/[^/]+){1,3}/?$|^/?$",
    re.I,
)
ARTICLE_PATH = re.compile(r"/[^/]*(?:[^/-]+-){3,}[^/]*/?$|/\d{4}/\d{1,2}/\d{1,2}/[^/]+|\d{6,}")
"""A headline's words, a day or a number in the address: of articles, not of sections."""
MEDIA_PATH = re.compile(
    r"/(?:videos?|watch|gallery|galleries|photos?|pictures|slideshow|bildergalerie|mediathek|podcasts?|audio)(?:/|$|-)"
)
BREAKS_OFF = re.compile(r"(?:…|\.\.\.|\[…\])\W*$")


def judge(page: PageView) -> Refusal | None:
    """Return why a page is no article; None where it is one.

    Short texts are looked at closely; a long text is an article unless the page is a list of links.
    """
    for rule in RULES:
        refusal = rule(page)
        if refusal:
            return refusal
    return None


def is_told_article(page: PageView) -> bool:
    """Whether the page's tags say that it is an article."""
    return bool(page.kinds & ARTICLE_KINDS) or page.published


def _refuse(reason: Reason, what: str, says: str) -> Refusal:
    return Refusal(reason=reason, detail=f"{what} says {says[:80]!r}")


def _head_that_says(phrases: re.Pattern[str], page: PageView) -> str:
    """What a title or first heading says, where it hardly says anything else."""
    for head in page.heads:
        letters = len(FILLER.sub("", head))
        said = sum(len(FILLER.sub("", match[0])) for match in phrases.finditer(head))
        if said and said >= HEAD_SHARE * letters:
            return head
    return ""


def _bot_check(page: PageView) -> Refusal | None:
    if page.words >= (LOUD_WORDS if is_told_article(page) else WALL_WORDS):
        return None
    if page.scripts and page.words < LOUD_WORDS:
        return Refusal(reason=Reason.BOT_CHECK, detail=f"little text and a script of a bot check: {page.scripts}")
    if head := _head_that_says(BOT_CHECK, page):
        return _refuse(Reason.BOT_CHECK, "the title", head)
    match = BOT_CHECK.search(page.said)
    if match and (page.words < WIRE_WORDS or page.address_share >= ADDRESSED):
        return _refuse(Reason.BOT_CHECK, "the text", match[0])
    return None


def _not_found(page: PageView) -> Refusal | None:
    return _error_that_says(page, Reason.SOFT_404, NOT_FOUND_HEAD, NOT_FOUND)


def _error(page: PageView) -> Refusal | None:
    return _error_that_says(page, Reason.ERROR_PAGE, ERROR_HEAD, ERROR)


def _error_that_says(page: PageView, reason: Reason, heads: re.Pattern[str], texts: re.Pattern[str]) -> Refusal | None:
    """A page whose title says that it is an error, or a few words to the reader that do."""
    is_told = is_told_article(page)
    if page.words >= (WIRE_WORDS if is_told else 2 * WALL_WORDS):
        return None
    if head := _head_that_says(heads, page):
        return _refuse(reason, "the title", head)
    match = texts.search(page.said)
    if match is None or page.words >= (LOUD_WORDS if is_told else ERROR_WORDS):
        return None
    if page.words < 2 * LOUD_WORDS or page.address_share >= ADDRESSED:
        return _refuse(reason, "the text", match[0])
    return None


def _consent(page: PageView) -> Refusal | None:
    """A text about consent that speaks to its reader; news about it speaks of others."""
    host = urlsplit(page.url).hostname or ""
    if host.startswith(("consent.", "cmp.", "privacy.", "myprivacy.")) and CONSENT.search(page.said):
        return Refusal(reason=Reason.CONSENT_WALL, detail=f"redirected to {host}")
    shown = [piece.text for piece in page.pieces if piece.tag == "h1" and piece.zone == "main"]
    if is_told_article(page) and any(text in page.headline or page.headline in text for text in shown):
        return None
    if page.is_banner_alone or (page.address_share >= ADDRESSED and page.consent_share >= CONSENT_SHARE):
        match = CONSENT.search("\n".join(page.lines)) or CONSENT.search(page.said)
        match = match or (None if is_told_article(page) else CONSENT_WORDS.search(page.said))
        if match:
            return _refuse(Reason.CONSENT_WALL, "the text", match[0])
    return None


def _only_consent(page: PageView) -> Refusal | None:
    """Nothing but a banner: the page behind it is empty."""
    silent = not any(
        piece.zone == "main" and piece.tag == "h1" and not CONSENT.search(piece.text) for piece in page.pieces
    )
    if page.words < LOUD_WORDS and silent and (match := CONSENT.search(page.said)):
        return _refuse(Reason.CONSENT_WALL, "all that the page", match[0])
    return None


def _login(page: PageView) -> Refusal | None:
    if page.words >= MIN_WORDS or is_told_article(page):
        return None
    head = next((head for head in page.heads if LOGIN_HEAD.match(head)), "")
    if head and (page.passwords or "login" in path_of(page.url)):
        return _refuse(Reason.PAYWALL, "a form to log in, and the title", head)
    return None


def _paywall(page: PageView) -> Refusal | None:
    """A text that breaks off at a bar: what stands before it is short, and hardly anything follows."""
    if page.words < WALL_WORDS and (bar := _find_bar(page)):
        return bar
    if not page.paywalled:
        return None
    breaks_off = any(BREAKS_OFF.search(line[-40:]) for line in page.text_lines)
    if page.words < 2 * LOUD_WORDS or (page.words < CUT_WORDS and breaks_off):
        detail = f"not free to read by its own tags, and {page.words} words of text"
        return Refusal(reason=Reason.PAYWALL, detail=detail)
    return None


def _find_bar(page: PageView) -> Refusal | None:
    own = set(page.text_lines)
    start = first_place(page.pieces, page.text_lines)
    before = 0
    for place, piece in enumerate(page.pieces[start:], start):
        says = _bar_says(piece, page)
        if not says:
            before += piece.words if piece.text in own else 0
            continue
        after = sum(each.words for each in page.pieces[place + 1 :] if each.text in own and _tells(each))
        if before + after < STUB_WORDS and (is_told_article(page) or page.words < MIN_WORDS):
            return _refuse(Reason.PAYWALL, f"{before} words of text, and the page", says)
        return None
    return None


def _bar_says(piece: Piece, page: PageView) -> str:
    """What a piece says that bars the rest of the text; empty where it does not."""
    if piece.zone == "edge" or piece.tag == "h1" or piece.words > BAR_WORDS or len(piece.text) > BAR_CHARS:
        return ""
    if METER.search(piece.text):
        return ""
    offer = OFFER.search(piece.text)
    match = PAYWALL.search(piece.text) or (offer if page.paywalled else None)
    if match is None or (piece.words > LOUD_WORDS and not offer and address_share(piece.text) < ADDRESSED):
        return ""
    return match[0]


def _tells(piece: Piece) -> bool:
    """Whether a piece behind a bar is a paragraph of the text rather than one more offer."""
    return piece.words >= TELLING_WORDS and address_share(piece.text) < 2 * ADDRESSED


def _search(page: PageView) -> Refusal | None:
    if "searchresultspage" in page.kinds and (page.prose_blocks < 4 or _is_teased(page)):
        return Refusal(reason=Reason.SEARCH_PAGE, detail="schema.org says SearchResultsPage")
    head = next((head for head in page.heads if SEARCH_HEAD.search(head)), "")
    if not head or page.kinds & ARTICLE_KINDS:
        return None
    is_query = "search" in path_of(page.url) or bool(SEARCH_QUERY.search(urlsplit(page.url).query))
    if is_query or page.prose_blocks < 3 or _is_teased(page):
        return _refuse(Reason.SEARCH_PAGE, "the title", head)
    return None


def _is_teased(page: PageView) -> bool:
    """Whether the text is teasers: most of it stands below headlines that lead to other pages of the site."""
    teasers, prose = page.teased
    return teasers >= LEAST_TEASERS and teasers >= TEASED_SHARE * prose


def _section(page: PageView) -> Refusal | None:
    """A list of links: by where it is and how many links it has, by its own tags, or by text that is all teasers."""
    links, path = page.headline_links, path_of(page.url)
    if page.kinds & ARTICLE_KINDS and not page.kinds & LIST_KINDS and page.words >= MIN_ARTICLE_WORDS:
        return None
    if _is_teased(page) and not (page.published and page.kinds & ARTICLE_KINDS):
        teasers, prose = page.teased
        return Refusal(
            reason=Reason.SECTION_PAGE, detail=f"{teasers} of {prose} lines of text are teasers of other pages"
        )
    if page.published and page.words >= MIN_ARTICLE_WORDS and not page.kinds & LIST_KINDS:
        return None
    is_place = bool(SECTION_PATH.match(path)) and not urlsplit(page.url).query
    if links >= PLACE_LINKS and page.words < PLACE_WORDS and (is_place or page.kinds & PROFILE_KINDS):
        detail = f"{links} links to headlines under a section's path or with a person's tags"
        return Refusal(reason=Reason.SECTION_PAGE, detail=detail)
    if ARTICLE_PATH.search(path) and page.words >= 2 * LOUD_WORDS:
        return None
    is_list = bool(page.kinds & LIST_KINDS) and links >= PLACE_LINKS and page.link_share > 0.4
    if ((links >= MANY_LINKS and page.link_share > 0.5) or is_list) and page.prose_blocks < 4:
        detail = f"{links} links to headlines, {page.link_share:.0%} of all words"
        return Refusal(reason=Reason.SECTION_PAGE, detail=detail)
    return None


def _media(page: PageView) -> Refusal | None:
    is_media = bool(page.kinds & MEDIA_KINDS) or any(kind.startswith("video") for kind in page.kinds) or page.videos > 0
    path = path_of(page.url)
    if page.words >= MEDIA_WORDS or not (is_media or MEDIA_PATH.search(path)):
        return None
    if page.headline_links >= MANY_LINKS and (SECTION_PATH.match(path) or page.kinds & LIST_KINDS):
        return None  # a list that shows a video as well
    if page.kinds & {"newsarticle", "reportagenewsarticle"} and page.words >= MEDIA_WORDS / 2:
        return None
    return Refusal(reason=Reason.MEDIA_PAGE, detail=f"video, audio or pictures with {page.words} words of text")


def _too_short(page: PageView) -> Refusal | None:
    is_told = is_told_article(page)
    least = MIN_ARTICLE_WORDS if is_told else MIN_WORDS
    if page.words >= least:
        return None
    if page.headline_links >= MANY_LINKS and not is_told:
        detail = f"{page.words} words of text, {page.headline_links} links to headlines"
        return Refusal(reason=Reason.SECTION_PAGE, detail=detail)
    return Refusal(reason=Reason.TOO_SHORT, detail=f"{page.words} words of text, at least {least} are wanted")


def _nameless(page: PageView) -> Refusal | None:
    if page.headline:
        return None
    return Refusal(reason=Reason.NOT_AN_ARTICLE, detail="a text without a headline")


RULES = (
    _bot_check,
    _not_found,
    _error,
    _search,
    _consent,
    _login,
    _paywall,
    _media,
    _section,
    _only_consent,
    _too_short,
    _nameless,
)
"""The most certain signs first: an error page has a banner and cards as well."""
