# ruff: noqa: E501
"""What walls, checks and errors say, in many languages, and how text that speaks to the reader is told from news."""

from __future__ import annotations

import re

from copydesk.text import count_words


def _phrases(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrase.replace(" ", r"\s+") for phrase in phrases), re.I)


BOT_CHECK = _phrases(
    r"just a moment(?:\.\.\.|…)", r"attention required!?", r"(?:confirm|verify)(?:ing)? (?:that )?you(?:(?:'|’)re| are) (?:not )?(?:an? )?(?:human|robot|bot)", r"are you (?:a |an )?(?:human|robot|bot)", r"checking your browser", r"pardon our interruption",
    r"please verify you are", r"press (?:&|and) hold(?: to confirm)?", r"unusual (?:traffic|activity|requests?) (?:has been detected )?from your", r"complete the (?:captcha|security check)", r"enable (?:javascript|js)(?: and cookies to continue| and disable (?:any|your) ad ?blocker)", r"ddos protection by",
    r"security check to access", r"access to this page has been denied", r"robot check", r"(?:i|you)(?:'|’)?(?:m| am|re| are) not a (?:robot|bot)", r"made us think (?:that )?you (?:were|are|might be) a (?:bot|robot)", r"captcha lösen", r"lösen sie (?:das|bitte das) captcha", r"bot detection", r"you have been blocked", r"why have i been blocked", r"human verification", r"one more step(?: before)?", r"security (?:verification|check)",
    r"ich bin kein roboter", r"kein roboter (?:sind|bist)", r"sind sie ein (?:mensch|roboter)", r"sicherheits(?:überprüfung|abfrage|prüfung)", r"ungewöhnliche(?:n|r)? (?:zugriffe|aktivität(?:en)?|datenverkehr) aus",
    r"(?:je ne suis|vous n'êtes|n'êtes) pas un robot", r"vérifie[rz] que vous êtes (?:bien )?humain", r"vérification (?:de (?:la )?sécurité|en cours)", r"un instant(?:…|\.\.\.)", r"no (?:soy|eres|es usted|es) un robot", r"comprobación de seguridad", r"verifi(?:ca|car|que) que eres humano", r"non sono un robot", r"non sei un robot", r"verifica di sicurezza",
    r"nie (?:jesteś|jestem) robotem", r"nietypowy ruch", r"ik ben geen robot", r"je geen robot bent", r"não (?:sou|é) um robô", r"проверка браузера", r"(?:подтвердите, что )?вы не робот", r"我不是机器人", r"私はロボットではありません",
)  # fmt: skip
CONSENT = _phrases(
    r"we (?:and our (?:\d+ )?partners|value your privacy|use cookies|care about your privacy)", r"before you continue to", r"(?:accept|reject|manage) (?:all )?(?:cookies|settings)\b", r"accept (?:all|and (?:close|continue))", r"cookie consent", r"consent to (?:the use|our use|cookies)", r"your privacy (?:choices|is important)", r"store and/or access information on a device",
    r"zustimmen und weiter", r"akzeptieren und weiter", r"mit werbung (?:und|weiter)", r"alle (?:cookies )?akzeptieren", r"cookies? (?:akzeptieren|zustimmen)", r"wir (?:und unsere (?:\d+ )?partner )?(?:verwenden|nutzen|setzen) cookies", r"(?:ihre|jederzeit) (?:einwilligung|zustimmung)", r"accepter (?:et|&) (?:continuer|fermer)", r"continuer sans accepter", r"(?:nous )?utilisons des cookies", r"acceptant les cookies", r"tout accepter",
    r"acept(?:ar?|o) (?:y continuar|todas?|(?:las )?cookies)", r"utilizamos cookies", r"accett(?:a|o) (?:e (?:continua|chiudi)|tutti)", r"utilizziamo (?:i )?cookie", r"aceitar (?:todos|cookies)", r"(?:alles|alle cookies) accepteren", r"(?:wij gebruiken|partners (?:plaatsen|gebruiken)) cookies", r"godkänn (?:alla|cookies)", r"godta alle", r"akceptuj", r"używamy (?:plików )?cookie", r"plikach cookie", r"мы используем (?:файлы )?cookie", r"cookie-instellingen", r"クッキーを使用",
)  # fmt: skip
CONSENT_WORDS = _phrases(
    r"cookies?", r"personal (?:data|information)", r"vendors?", r"partners", r"legitimate interests?", r"consent", r"privacy", r"identifiers?", r"your device", r"tracking", r"permission", r"(?:personali[sz]ed )?advertising", r"(?:create|build) (?:a )?profiles?", r"geolocation", r"audiences?",
    r"einwilligung", r"zustimm\w*", r"datenschutz\w*", r"unsere partner", r"drittanbieter\w*", r"kennungen", r"ip-adressen?", r"werbe?tracking", r"consentement", r"partenaires", r"traceurs", r"vie privée", r"données personnelles", r"consentimiento", r"socios", r"colaboradores", r"finalidad(?:es)?", r"datos personales", r"privacidad", r"consenso", r"terze parti", r"finalità", r"dati personali", r"zgod[aęy]", r"danych osobowych", r"zaufanych partnerów", r"samtykke", r"personvern", r"informasjonskapsler", r"partnere", r"samtycke", r"integritet", r"consentimento", r"souhlas\w*", r"toestemming", r"akkoord", r"persoonsgegevens", r"advertenties",
)  # fmt: skip
NOT_FOUND = _phrases(
    r"page (?:was )?(?:not|cannot be|could not be|can(?:'|’)t be|couldn(?:'|’)t be) found", r"(?:page|article|story|content|link) (?:that )?(?:you (?:are|were) (?:looking|searching) for |you(?:'|’)re (?:looking|searching) for |you(?:'|’| ha)ve? requested |you requested |that you requested )?(?:does not|doesn(?:'|’)?t|no longer|is no longer|has been|may have been|cannot|can(?:'|’)?t|could not|isn(?:'|’)?t) (?:exists?|available|removed|moved|be found|deleted)",
    r"we (?:can(?:'|’)?t|couldn(?:'|’)?t|could not|cannot|were unable to) find (?:the|that|this)", r"nothing (?:was )?found (?:here|at)", r"seite (?:wurde )?(?:leider )?(?:nicht gefunden|existiert (?:leider )?nicht)", r"artikel (?:wurde )?(?:nicht (?:gefunden|mehr verfügbar)|existiert nicht)", r"aufgerufene seite existiert", r"(?:cette )?page (?:est )?(?:introuvable|non trouvée)", r"page (?:que vous (?:re)?cherchez )?n(?:'|’)existe", r"página (?:no encontrada|no existe|que buscas no)", r"no encontramos (?:esa|la|esta) página", r"pagina (?:non trovata|che stai cercando non esiste)", r"página não encontrada", r"pagina (?:is )?niet gevonden", r"pagina die (?:je|u) zoekt bestaat", r"sidan (?:kunde inte hittas|finns inte|hittades inte)", r"siden (?:finnes ikke|ble ikke funnet|blev ikke fundet|findes ikke)",
    r"страница не найдена", r"strona nie (?:została znaleziona|istnieje)", r"nie znaleziono(?: strony)?", r"strona, której szukasz", r"stránka nenalezena", r"sivua ei löy\w*", r"ページが見つかりません", r"お探しのページ", r"页面不存在", r"this page (?:isn(?:'|’)t|is not) available",
)  # fmt: skip
NOT_FOUND_HEAD = _phrases(NOT_FOUND.pattern, r"\b404\b", r"not found", r"gone missing", r"nicht gefunden", r"niet gevonden", r"(?:error|fehler|erreur|errore?|błąd|fout)(?: code)? 404", r"page missing", r"n(?:'|’)a pas été trouvée", r"gibt es nicht mehr", r"no longer available", r"nicht mehr verfügbar", r"oops", r"ou?ps")  # fmt: skip
"""In a title also what in a text could mean anything."""
ERROR = _phrases(
    r"\b(?:500|502|503|504|520|521|522|403)\b.{0,30}(?:error|bad gateway|unavailable|time-?out|timed out|forbidden|denied)", r"(?:internal )?server error", r"bad gateway", r"service (?:is )?(?:temporarily )?unavailable", r"gateway time-?out", r"error establishing a database connection", r"(?:don(?:'|’)t|do not) have permission to access", r"something went wrong", r"an error (?:has )?occurred", r"(?:a )?critical error on this (?:web ?)?site", r"technical (?:difficulties|problems?|error)", r"(?:site|page|website|down|under|scheduled|closed) (?:is )?(?:currently )?(?:for )?(?:under |down for |undergoing )?(?:scheduled )?maintenance",
    r"temporarily (?:down|offline|unavailable)", r"(?:wegen|aufgrund) (?:von )?wartungsarbeiten", r"technischer fehler", r"interner (?:server)?fehler", r"zugriff verweigert", r"erreur (?:interne|serveur|technique)", r"(?:site|cours) (?:est )?(?:en |de )+maintenance", r"accès refusé", r"service indisponible", r"error interno", r"(?:en|por) mantenimiento", r"acceso denegado", r"errore (?:interno|del server)", r"in manutenzione", r"prace (?:konserwacyjne|techniczne)", r"wegens onderhoud", r"ошибка сервера", r"доступ запрещ\w*", r"account suspended", r"website (?:is )?expired", r"domain (?:is )?for sale", r"default web ?(?:site )?page", r"welcome to nginx", r"apache2? .{0,20}default page", r"request(?:ed)? url was rejected", r"too many requests",
    r"not available in your (?:country|region)", r"unavailable (?:for|due to) legal reasons", r"(?:belonging to|within|in|from) the european economic area", r"システムエラー", r"メンテナンス",
)  # fmt: skip
ERROR_HEAD = _phrases(ERROR.pattern, r"\b(?:error|fehler|erreur|errore|błąd)(?: (?:code )?\d{3})?\b", r"\b(?:451|403|5\d\d)\b", r"access denied", r"\bforbidden\b", r"connection timed out", r"\bwartung(?:sarbeiten|smodus)?\b", r"\bmaintenance\b", r"backend fetch failed", r"not available", r"rate limit(?:ed| exceeded)")  # fmt: skip
PAYWALL = _phrases(
    r"subscribe (?:now |today )?to (?:continue|keep|read|unlock|access)", r"(?:log in|sign in|register|account|subscribe)[^.]{0,30} to (?:continue|keep) reading", r"(?:this|the|full) (?:article|content|story) is (?:for|reserved|only|available|exclusive)(?: \w+){0,4} (?:subscribers|members)", r"(?:subscriber|member)s?[- ](?:only|exclusive)(?: (?:content|article|story))", r"unlock this (?:article|story)", r"(?:subscriber|member)s?(?:'|’) (?:article|story)", r"rest of this (?:article|story)", r"to finish (?:reading|this)", r"(?:sign|log) in to (?:read|continue|view)", r"register (?:for free )?to (?:continue|read|keep)", r"you(?:'|’)?ve (?:reached|used|read all|hit) (?:your|all|the)", r"(?:reached|used up) your (?:monthly )?limit", r"keep reading with",
    r"jetzt (?:weiterlesen|freischalten)", r"weiterlesen mit", r"mit .{0,20}plus.{0,20}weiterlesen", r"nur für abonnent\w*", r"diesen artikel (?:weiter|lesen|frei)", r"(?:réservé|réservée)s? aux? abonné\w*", r"article réservé", r"pour lire la suite", r"il vous reste \d+", r"(?:solo|exclusiv[oa]) para (?:suscriptores|socios)", r"suscríbete para", r"(?:para )?seguir leyendo", r"riservato (?:agli|ai) abbonati", r"per continuare a leggere", r"exclusivo para assinantes", r"(?:alleen|exclusief) voor abonnees", r"(?:lees verder met|verder lezen)", r"för prenumeranter", r"for abonnenter", r"pro předplatitele", r"(?:dla|tylko dla) (?:subskrybentów|prenumeratorów)", r"pozostało \d+ ?% (?:artykułu|tekstu)", r"только для подписчиков", r"(?:この記事は|有料)会員限定", r"この記事は有料", r"続きを読むには", r"残り\d+文字",
)  # fmt: skip
"""What bars the rest of a text."""
OFFER = _phrases(
    r"already (?:a )?(?:subscriber|subscribed|a member|registered|have an account)", r"start your (?:free )?trial", r"create (?:a |your )?free account", r"become a (?:member|subscriber)", r"for (?:our )?subscribers", r"jetzt (?:abonnieren|registrieren|testen)", r"bereits (?:abonnent|registriert|kunde)", r"déjà abonné", r"ya (?:eres|es) suscriptor", r"sei già abbonato", r"já é assinante", r"redan prenumerant", r"allerede abonnent", r"masz już (?:prenumeratę|konto)", r"heb je al een", r"members only",
)  # fmt: skip
"""What stands beside such a bar, and in menus of pages that have none."""
METER = _phrases(r"\b\d+ (?:of|out of|/) (?:your )?\d+ (?:free )?(?:articles?|stories)", r"\d+ free (?:articles?|stories) (?:left|remaining)", r"noch \d+ (?:kostenlose|freie) artikel")  # fmt: skip
"""A count of what may still be read: the text is whole."""
LOGIN_HEAD = re.compile(r"^\W*(?:log[ -]?in|sign[ -]?in|anmelde\w*|einloggen|connexion|se connecter|iniciar sesión|inicia sesión|accedi|entrar|zaloguj(?: się)?|logowanie|inloggen|logga in|logg inn|log ind|вход|войти|ログイン)\b", re.I)  # fmt: skip
SEARCH_HEAD = _phrases(
    r"^search(?: results?)?$", r"\bsearch results?\b", r"results? for [\"“'‘]", r"\bsuchergebnisse?\b", r"^suche\b", r"résultats? (?:de|pour)\b", r"resultados de (?:la )?búsqueda", r"risultati (?:della )?ricerca", r"resultados da busca", r"zoekresultaten", r"sökresultat", r"søkeresultat", r"результаты поиска", r"wyniki wyszukiwania", r"検索結果",
)  # fmt: skip
ADDRESS = re.compile(
    r"\b(?:(?-i:us)|you|your|yours|please|we|our|this (?:page|site|website)|(?-i:Sie|Ihr|Ihre[nmrs]?|Ihnen)|bitte|wir|uns|unsere[nmrs]?|diese (?:Seite|Website)|vous|votre|vos|nous|notre|nos|veuillez|usted|tus?|puedes|nosotros|nuestr[oa]s?|noi|nostr[oiae]|tuo|tua|tuoi|puoi|nas|naszych|twoj\w*|twoich|możesz|jesteś|szukasz|wyrażasz|je|jij|jouw|onze|wij|uw|våre|våra|vår|vores|oss|din[ea]?|ditt)\b",
    re.I,
)
"""Words by which a page speaks to its reader of itself; news has them in quotes only."""
ADDRESSED = 0.03
"""Share of a text's words from which it speaks to its reader."""
BANNER_WORDS = 90


def address_share(text: str) -> float:
    """Return the share of a text's words that speak to its reader, 0..1."""
    return len(ADDRESS.findall(text)) / max(1, count_words(text))


def is_consent(text: str) -> bool:
    """Return whether a line is about consent: a phrase of banners, or two of their words."""
    if CONSENT.search(text[:2_000]):
        return True
    return len({match[0].lower()[:6] for match in CONSENT_WORDS.finditer(text[:2_000])}) > 1


def is_banner(text: str) -> bool:
    """Return whether a line is a banner's: it asks its reader for consent."""
    return bool(text) and bool(CONSENT.search(text[:1_000])) and _asks(text)


def _asks(text: str) -> bool:
    return count_words(text) <= BANNER_WORDS and address_share(text) >= ADDRESSED
