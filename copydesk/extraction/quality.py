# ruff: noqa: E501
"""Is it an article? Walls, checks, errors and lists of links, told apart by what they say and how they are built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

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

MIN_WORDS = 50
"""Of a page that does not say that it is an article."""
MIN_ARTICLE_WORDS = 12
"""Of one that does: a wire of two sentences is an article."""
WALL_WORDS = 220
"""Up to which a text may be a wall or an error; longer ones speak about it."""


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrase.replace(" ", r"\s+") for phrase in phrases), re.I)


BOT_CHECK = _phrases(
    r"just a moment\.\.\.", r"attention required!", r"are you (?:a )?(?:human|robot)", r"verify(?:ing)? (?:that )?you are (?:a )?human", r"checking your browser", r"pardon our interruption",
    r"please verify you are", r"press (?:&|and) hold", r"unusual (?:traffic|activity) from your", r"complete the (?:captcha|security check)", r"enable javascript and cookies to continue", r"ddos protection by",
    r"security check to access", r"access to this page has been denied", r"robot check", r"i'?m not a robot", r"bot detection", r"ich bin kein roboter", r"je ne suis pas un robot", r"no soy un robot", r"sicherheitsüberprüfung",
    r"vérification de sécurité", r"проверка браузера", r"подтвердите, что вы не робот", r"one more step", r"human verification",
)  # fmt: skip
CONSENT = _phrases(
    r"we (?:and our (?:\d+ )?partners|value your privacy|use cookies|care about your privacy)", r"before you continue", r"(?:accept|reject|manage) (?:all )?(?:cookies|settings)", r"cookie consent", r"consent to (?:the use|our use|cookies)", r"your privacy (?:choices|is important)",
    r"zustimmen und weiter", r"mit werbung (?:und|weiter)", r"alle akzeptieren", r"cookies? (?:akzeptieren|zustimmen)", r"wir (?:und unsere partner )?(?:verwenden|nutzen) cookies", r"einwilligung", r"accepter et (?:continuer|fermer)", r"continuer sans accepter", r"nous utilisons des cookies", r"tout accepter", r"aceptar (?:y continuar|todas?|cookies)", r"utilizamos cookies",
    r"accetta (?:e continua|tutti)", r"utilizziamo (?:i )?cookie", r"aceitar (?:todos|cookies)", r"alles accepteren", r"wij gebruiken cookies", r"godkänn (?:alla|cookies)", r"akceptuj", r"mы используем|мы используем (?:файлы )?cookie", r"cookie-instellingen",
)  # fmt: skip
NOT_FOUND = _phrases(
    r"\b404\b", r"page (?:not|cannot be|could not be|can't be|couldn't be) found", r"\bnot found\b", r"(?:page|article|story|content|link) (?:you (?:are|were) looking for |you requested |that you requested )?(?:does not|doesn'?t|no longer|is no longer|has been|may have been|cannot|can'?t|could not|isn'?t) (?:exist|available|removed|moved|be found|deleted)",
    r"we (?:can'?t|couldn'?t|could not|cannot|were unable to) find (?:the|that|this)", r"nothing (?:was )?found (?:here|at)", r"seite (?:wurde )?(?:nicht gefunden|existiert nicht)", r"artikel (?:wurde )?nicht (?:gefunden|mehr verfügbar)", r"nicht mehr verfügbar", r"page (?:introuvable|non trouvée)", r"cette page n'existe", r"página no encontrada", r"pagina non trovata", r"página não encontrada", r"pagina niet gevonden", r"sidan (?:kunde inte hittas|finns inte|hittades inte)", r"siden (?:finnes ikke|ble ikke funnet|blev ikke fundet|findes ikke)",
    r"страница не найдена", r"strona nie (?:została znaleziona|istnieje)", r"nie znaleziono", r"stránka nenalezena", r"sivua ei löy", r"ページが見つかりません", r"お探しのページ", r"页面不存在", r"oops", r"this page (?:isn't|is not) available", r"gone missing",
)  # fmt: skip
ERROR = _phrases(
    r"\b(?:500|502|503|504|520|521|522|403)\b.{0,30}(?:error|bad gateway|unavailable|time-?out|forbidden|denied)", r"(?:internal )?server error", r"bad gateway", r"service (?:temporarily )?unavailable", r"gateway time-?out", r"error establishing a database connection", r"access denied", r"\bforbidden\b", r"something went wrong", r"an error (?:has )?occurred", r"technical (?:difficulties|problems?|error)", r"(?:site|page|website|down|under|scheduled|closed) (?:is )?(?:for )?(?:under |down for |undergoing )?maintenance", r"temporarily (?:down|offline|unavailable)", r"wartungsarbeiten", r"technischer fehler", r"interner (?:server)?fehler", r"zugriff verweigert", r"erreur (?:interne|serveur|technique)", r"accès refusé", r"service indisponible", r"error interno", r"acceso denegado", r"errore (?:interno|del server)", r"ошибка сервера", r"доступ запрещ", r"account suspended", r"website (?:is )?expired", r"domain (?:is )?for sale", r"default web ?(?:site )?page", r"welcome to nginx", r"apache2? .{0,20}default page", r"request(?:ed)? url was rejected", r"too many requests", r"rate limit",
    r"not available in your (?:country|region)", r"unavailable (?:for|due to) legal reasons", r"\b451\b", r"european economic area", r"システムエラー", r"メンテナンス",
)  # fmt: skip
PAYWALL = _phrases(
    r"subscribe (?:now |today )?to (?:continue|keep|read|unlock|access)", r"to (?:continue|keep) reading", r"already (?:a )?(?:subscriber|subscribed|a member|registered|have an account)", r"(?:this|the) (?:article|content|story) is (?:for|reserved|only|available|exclusive)(?: \w+){0,4} (?:subscribers|members)", r"(?:subscriber|member|premium)s?[- ](?:only|exclusive)", r"unlock this article", r"for (?:our )?subscribers", r"(?:sign|log) in to (?:read|continue|view)", r"register (?:for free )?to (?:continue|read|keep)", r"start your (?:free )?trial", r"you(?:'|’)?ve (?:reached|read) (?:your|all)", r"free articles? (?:left|remaining|this month)", r"create (?:a |your )?free account", r"become a (?:member|subscriber)",
    r"jetzt (?:weiterlesen|abonnieren|registrieren|testen)", r"weiterlesen mit", r"mit .{0,20}plus.{0,20}weiterlesen", r"bereits (?:abonnent|registriert|kunde)", r"nur für abonnent", r"réservé aux? abonné", r"article réservé", r"déjà abonné", r"pour lire la suite", r"(?:solo|exclusivo) para suscriptores", r"ya (?:eres|es) suscriptor", r"suscríbete para", r"riservato agli abbonati", r"sei già abbonato", r"exclusivo para assinantes", r"já é assinante", r"alleen voor abonnees", r"lees verder met", r"för prenumeranter", r"redan prenumerant", r"for abonnenter", r"allerede abonnent", r"pro předplatitele", r"dla subskrybentów", r"только для подписчиков", r"会員限定", r"この記事は有料", r"続きを読む",
)  # fmt: skip
SEARCH_TITLE = _phrases(
    r"^search(?: results?)?\b", r"\bsearch results?\b", r"results? for [\"“'‘]", r"\bsuchergebnisse?\b", r"^suche\b", r"résultats? (?:de|pour)\b", r"resultados de (?:la )?búsqueda", r"risultati (?:della )?ricerca", r"resultados da busca", r"zoekresultaten", r"sökresultat", r"søkeresultat", r"результаты поиска", r"wyniki wyszukiwania", r"検索結果",
)  # fmt: skip
SEARCH_QUERY = re.compile(r"(?:^|&)(?:q|s|query|search|keyword)=", re.I)
SECTION_PATH = re.compile(
    r"^/(?:tags?|topics?|categor(?:y|ies)|sections?|authors?|themen?|thema|archives?|label)(?:/[^/]+){1,3}/?$|^/?$",
    re.I,
)
ARTICLE_PATH = re.compile(r"/[^/]*(?:[^/-]+-){3,}[^/]*/?$|/\d{4}/\d{1,2}/\d{1,2}/[^/]+|\d{6,}")
"""A headline's words, a day or a number in the address: of articles, not of sections."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageView:
    """What the gate looks at."""

    url: str = ""
    title: str = ""
    """Of the title tag and the first h1, joined."""
    headline: str = ""
    body_text: str = ""
    page_text: str = ""
    """All visible text, first part."""
    words: int = 0
    """Of the body."""
    kinds: frozenset[str] = frozenset()
    published: bool = False
    """Whether a tag states when it was published."""
    paywalled: bool | None = None
    link_words: int = 0
    """Words of the page that are link text."""
    page_words: int = 0
    headline_links: int = 0
    """Links of four words or more on the page."""
    prose_blocks: int = 0
    """Blocks of the body of 25 words or more."""
    scripts: str = ""
    """Names of bot-check scripts that were seen."""
    videos: int = 0


def judge(page: PageView) -> Refusal | None:
    """Return why a page is no article; None where it is one.

    Short texts are looked at closely; a long text is an article unless the page is a list of links.
    """
    for rule in (_bot_check, _consent, _not_found, _error, _paywall, _search, _section, _media, _too_short):
        refusal = rule(page)
        if refusal:
            return refusal
    return None


def is_told_article(page: PageView) -> bool:
    """Whether the page's tags say that it is an article."""
    return bool(page.kinds & ARTICLE_KINDS) or page.published


def _is_short(page: PageView) -> bool:
    return page.words < (60 if is_told_article(page) else WALL_WORDS)


def _refuse(reason: Reason, what: str, match: re.Match[str]) -> Refusal:
    return Refusal(reason=reason, detail=f"{what} says {match[0][:80]!r}")


def _seen(pattern: re.Pattern[str], page: PageView, reason: Reason, *, title_only: bool = False) -> Refusal | None:
    if match := pattern.search(page.title):
        return _refuse(reason, "the title", match)
    if not title_only and (match := pattern.search(page.page_text[:4_000])):
        return _refuse(reason, "the text", match)
    return None


def _bot_check(page: PageView) -> Refusal | None:
    if not _is_short(page):
        return None
    if page.scripts and page.page_words < 300:
        return Refusal(reason=Reason.BOT_CHECK, detail=f"little text and a script of a bot check: {page.scripts}")
    return _seen(BOT_CHECK, page, Reason.BOT_CHECK, title_only=page.page_words > 300)


def _consent(page: PageView) -> Refusal | None:
    if not _is_short(page):
        return None
    host = urlsplit(page.url).hostname or ""
    if host.startswith(("consent.", "cmp.", "privacy.")) and CONSENT.search(page.page_text):
        return Refusal(reason=Reason.CONSENT_WALL, detail=f"redirected to {host}")
    found = [match[0] for match in CONSENT.finditer(f"{page.title} {page.page_text[:6_000]}")]
    in_body = CONSENT.search(page.body_text[:1_500])
    if in_body or (found and page.page_words < 250 and (len(found) > 1 or page.words < MIN_ARTICLE_WORDS)):
        if is_told_article(page) and page.words >= MIN_ARTICLE_WORDS and not in_body:
            return None
        return Refusal(
            reason=Reason.CONSENT_WALL,
            detail=f"the text is about consent: {(in_body[0] if in_body else found[0])[:80]!r}",
        )
    return None


def _not_found(page: PageView) -> Refusal | None:
    if not _is_short(page) or (is_told_article(page) and page.words >= 40):
        return None
    if page.words > 120:
        return _seen(NOT_FOUND, page, Reason.SOFT_404, title_only=True)
    return _seen(NOT_FOUND, page, Reason.SOFT_404, title_only=page.page_words > 400)


def _error(page: PageView) -> Refusal | None:
    if not _is_short(page) or (is_told_article(page) and page.words >= 40):
        return None
    return _seen(ERROR, page, Reason.ERROR_PAGE, title_only=page.page_words > 300)


def _paywall(page: PageView) -> Refusal | None:
    limit = 45 if page.paywalled else 30
    if page.words >= limit:
        return None
    match = PAYWALL.search(page.page_text)
    if match and (page.paywalled or is_told_article(page) or page.page_words < 300):
        return _refuse(Reason.PAYWALL, f"{page.words} words of text, and the page", match)
    if page.paywalled and page.words < 25:
        return Refusal(
            reason=Reason.PAYWALL, detail=f"not free to read by its own tags, and {page.words} words of text"
        )
    return None


def _search(page: PageView) -> Refusal | None:
    parts = urlsplit(page.url)
    is_query = "search" in parts.path.lower() or bool(SEARCH_QUERY.search(parts.query))
    if "searchresultspage" in page.kinds and page.prose_blocks < 4:
        return Refusal(reason=Reason.SEARCH_PAGE, detail="schema.org says SearchResultsPage")
    match = SEARCH_TITLE.search(page.title)
    if match and not page.kinds & ARTICLE_KINDS and (is_query or page.prose_blocks < 3):
        return _refuse(Reason.SEARCH_PAGE, "the title", match)
    return None


def _section(page: PageView) -> Refusal | None:
    path = urlsplit(page.url).path
    is_place = bool(SECTION_PATH.match(path)) and page.headline_links >= 8
    if is_place and not page.kinds & ARTICLE_KINDS and page.prose_blocks < 6:
        detail = f"{page.headline_links} links to headlines under a section's path"
        return Refusal(reason=Reason.SECTION_PAGE, detail=detail)
    if is_told_article(page) and page.words >= MIN_ARTICLE_WORDS and not page.kinds & LIST_KINDS:
        return None
    if page.kinds & {"newsarticle", "reportagenewsarticle", "blogposting", "liveblogposting"} and page.prose_blocks > 1:
        return None
    if ARTICLE_PATH.search(path) and page.words >= 25:
        return None
    density = page.link_words / max(1, page.page_words)
    many = page.headline_links >= 12 and density > 0.5
    if (many or (page.kinds & LIST_KINDS and page.headline_links >= 8 and density > 0.4)) and page.prose_blocks < 4:
        return Refusal(
            reason=Reason.SECTION_PAGE, detail=f"{page.headline_links} links to headlines, {density:.0%} of all words"
        )
    return None


def _media(page: PageView) -> Refusal | None:
    is_media = bool(page.kinds & MEDIA_KINDS) or any(kind.startswith("video") for kind in page.kinds) or page.videos > 0
    path = urlsplit(page.url).path.lower()
    is_place = bool(
        re.search(
            r"/(?:videos?|watch|gallery|galleries|photos?|pictures|slideshow|bildergalerie|mediathek|podcasts?|audio)(?:/|$|-)",
            path,
        )
    )
    if (
        page.words < 60
        and (is_media or is_place)
        and not (page.kinds & {"newsarticle", "reportagenewsarticle"} and page.words >= 30)
    ):
        return Refusal(reason=Reason.MEDIA_PAGE, detail=f"video, audio or pictures with {page.words} words of text")
    return None


def _too_short(page: PageView) -> Refusal | None:
    told = is_told_article(page)
    least = MIN_ARTICLE_WORDS if told else MIN_WORDS
    if page.words < least:
        if page.headline_links >= 12 and not told:
            return Refusal(
                reason=Reason.SECTION_PAGE,
                detail=f"{page.words} words of text, {page.headline_links} links to headlines",
            )
        return Refusal(reason=Reason.TOO_SHORT, detail=f"{page.words} words of text, at least {least} are wanted")
    if not page.headline:
        return Refusal(reason=Reason.NOT_AN_ARTICLE, detail="a text without a headline")
    return None
