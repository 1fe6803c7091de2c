# ruff: noqa: E501
"""What is no article, told apart; and what looks like it but is one. Invented pages, worded as real ones are."""

from __future__ import annotations

import pytest

from copydesk.model import Article, Reason, Refusal
from tests.copydesk.extraction.pages import PARAGRAPHS, extract, make_html

PLAIN = "https://courier.example/x"
FILLER = " ".join(PARAGRAPHS)


def small(title: str, *texts: str, head: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in texts)
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><div>{body}</div></body></html>"


def listing(title: str, count: int = 24, head: str = "") -> str:
    links = "".join(
        f"<div><h3><a href='/n/{n}'>Freight rates rise again in port number {n}</a></h3></div>" for n in range(count)
    )
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{links}</body></html>"


R = Reason
CASES: list[tuple[Reason, str, str]] = [
    (R.BOT_CHECK, PLAIN, small("Just a moment...", "Enable JavaScript and cookies to continue")),
    (R.BOT_CHECK, PLAIN, small("Attention Required! | Cloudflare", "Why have I been blocked?")),
    (R.BOT_CHECK, PLAIN, small("courier.example", "Please verify you are a human", "Access to this page has been denied because we believe you are using automation tools.")),
    (R.BOT_CHECK, PLAIN, small("Are you a robot?", "Please click the box below to let us know.")),
    (R.BOT_CHECK, PLAIN, small("Pardon Our Interruption", "As you were browsing something about your browser made us think you were a bot.")),
    (R.BOT_CHECK, PLAIN, small("Security check", "Complete the CAPTCHA to go on.")),
    (R.BOT_CHECK, PLAIN, small("Welcome", "One second", head="<script src='https://ct.captcha-delivery.com/c.js'></script>")),
    (R.BOT_CHECK, PLAIN, small("Courier", "Wait", head="<script>window._cf_chl_opt={};</script><script src='/cdn-cgi/challenge-platform/x.js'></script>")),
    (R.BOT_CHECK, PLAIN, small("Sicherheitsüberprüfung", "Bestätigen Sie: Ich bin kein Roboter")),
    (R.BOT_CHECK, PLAIN, small("Vérification de sécurité", "Je ne suis pas un robot")),
    (R.BOT_CHECK, PLAIN, small("Our systems have detected unusual traffic from your network", "Try again later.")),
    (R.CONSENT_WALL, PLAIN, small("We value your privacy", "We and our 812 partners store and access information on a device.", "Accept all cookies")),
    (R.CONSENT_WALL, "https://consent.courier.example/v2/collect", small("Before you continue", "We use cookies and data to deliver services. Accept all. Reject all.")),
    (R.CONSENT_WALL, PLAIN, small("Zustimmen und weiter", "Wir und unsere Partner verwenden Cookies. Mit Werbung weiterlesen.", "Alle akzeptieren")),
    (R.CONSENT_WALL, PLAIN, small("Votre vie privée", "Nous utilisons des cookies. Continuer sans accepter. Tout accepter.")),
    (R.CONSENT_WALL, PLAIN, small("Tu privacidad", "Utilizamos cookies propias y de terceros. Aceptar y continuar.")),
    (R.CONSENT_WALL, PLAIN, small("La tua privacy", "Utilizziamo i cookie per migliorare il servizio. Accetta e continua.")),
    (R.CONSENT_WALL, PLAIN, small("Cookies", "Wij gebruiken cookies. Alles accepteren.")),
    (R.CONSENT_WALL, PLAIN, small("Privacy", "Your privacy is important. Cookie consent is needed. Manage cookies.")),
    (R.SOFT_404, PLAIN, small("Page not found", "The page you are looking for does not exist.")),
    (R.SOFT_404, PLAIN, small("404", "Sorry!")),
    (R.SOFT_404, PLAIN, small("Oops", "We can't find that page. Try the search.")),
    (R.SOFT_404, PLAIN, small("The Courier", "The article you requested is no longer available.")),
    (R.SOFT_404, PLAIN, small("Seite nicht gefunden", "Der Artikel ist nicht mehr verfügbar.")),
    (R.SOFT_404, PLAIN, small("Page introuvable", "Cette page n'existe plus.")),
    (R.SOFT_404, PLAIN, small("Página no encontrada", "Vuelva a la portada.")),
    (R.SOFT_404, PLAIN, small("Pagina non trovata", "Torna alla home.")),
    (R.SOFT_404, PLAIN, small("Страница не найдена", "Вернуться на главную")),
    (R.SOFT_404, PLAIN, small("ページが見つかりません", "お探しのページは移動しました。")),
    (R.SOFT_404, PLAIN, small("Strona nie istnieje", "Wróć na stronę główną.")),
    (R.SOFT_404, PLAIN, small("Sidan kunde inte hittas", "Gå till startsidan.")),
    (R.ERROR_PAGE, PLAIN, small("500 Internal Server Error", "nginx")),
    (R.ERROR_PAGE, PLAIN, small("502 Bad Gateway", "nginx")),
    (R.ERROR_PAGE, PLAIN, small("Error", "Error establishing a database connection")),
    (R.ERROR_PAGE, PLAIN, small("Service Unavailable", "Try again in a minute.")),
    (R.ERROR_PAGE, PLAIN, small("Access Denied", "You don't have permission to see this. Reference #18.2")),
    (R.ERROR_PAGE, PLAIN, small("Site maintenance", "The site is under maintenance and back soon.")),
    (R.ERROR_PAGE, PLAIN, small("Something went wrong", "Reload the page.")),
    (R.ERROR_PAGE, PLAIN, small("Wartungsarbeiten", "Bitte versuchen Sie es später.")),
    (R.ERROR_PAGE, PLAIN, small("Not available", "This site is not available in your region: European Economic Area.")),
    (R.ERROR_PAGE, PLAIN, small("Too many requests", "Slow down.")),
    (R.PAYWALL, PLAIN, make_html(paragraphs=("The port authority said on Monday that the terminal would open.",), after="<div><p>Subscribe now to continue reading.</p></div>")),
    (R.PAYWALL, PLAIN, make_html(paragraphs=("Der Hafen öffnet im März.",), after="<p>Jetzt weiterlesen mit Kurier Plus. Bereits Abonnent?</p>")),
    (R.PAYWALL, PLAIN, make_html(paragraphs=("Le port ouvrira en mars, selon le ministère.",), after="<p>Article réservé aux abonnés. Déjà abonné ?</p>")),
    (R.PAYWALL, PLAIN, make_html(paragraphs=("El puerto abrirá en marzo.",), after="<p>Contenido exclusivo para suscriptores. ¿Ya eres suscriptor?</p>")),
    (R.PAYWALL, PLAIN, make_html(paragraphs=("Opens in March.",), head='<meta property="article:content_tier" content="locked">')),
    (R.PAYWALL, PLAIN, small("Members only", "This article is for subscribers only.", "Log in to read.")),
    (R.SEARCH_PAGE, "https://courier.example/search?q=grain", listing("Search results for “grain”")),
    (R.SEARCH_PAGE, "https://courier.example/suche?q=hafen", listing("Suchergebnisse für Hafen")),
    (R.SEARCH_PAGE, "https://courier.example/?s=port", listing("Résultats de recherche pour port")),
    (R.SEARCH_PAGE, "https://courier.example/search", listing("Search")),
    (R.SECTION_PAGE, "https://courier.example/business", listing("Business")),
    (R.SECTION_PAGE, "https://courier.example/", listing("The Courier")),
    (R.SECTION_PAGE, "https://courier.example/tag/grain", listing("Grain")),
    (R.SECTION_PAGE, "https://courier.example/authors/ann-lee", listing("Ann Lee")),
    (R.SECTION_PAGE, "https://courier.example/topics/ports", listing("Ports", head='<meta property="og:type" content="website">')),
    (R.MEDIA_PAGE, "https://courier.example/video/terminal", small("Watch: the terminal reopens", "The first ship arrives.", head='<meta property="og:type" content="video.other">')),
    (R.MEDIA_PAGE, "https://courier.example/gallery/terminal", small("In pictures: the terminal", "Silos at dawn.")),
    (R.MEDIA_PAGE, "https://courier.example/podcasts/12", small("Episode 12", "Ann Lee speaks to the growers.")),
    (R.MEDIA_PAGE, PLAIN, small("The first ship", "A short clip.", head='<script type="application/ld+json">{"@type":"VideoObject","name":"The first ship"}</script>')),
    (R.TOO_SHORT, PLAIN, small("The Courier", "Hello.")),
    (R.TOO_SHORT, PLAIN, make_html(paragraphs=("Soon.",))),
    (R.TOO_SHORT, PLAIN, "<html><head><title>The Courier</title></head><body><div id='app'></div></body></html>"),
    (R.NOT_HTML, PLAIN, ""),
]  # fmt: skip
ARTICLES = [
    ("a short wire", make_html(paragraphs=("ORRIN, Nov 2 - The port authority said on Monday its northern terminal would open again in March.",))),
    ("about cookies", make_html(headline="Why sites ask you to accept all cookies", paragraphs=("We use cookies, the banner says. " + FILLER, FILLER))),
    ("about errors", make_html(headline="What 404 page not found really means", paragraphs=("Page not found: who has not read it? " + FILLER, FILLER))),
    ("about captchas", make_html(headline="Are you a robot? The growing trouble with captchas", paragraphs=(FILLER, FILLER))),
    ("about paywalls", make_html(headline="Subscribe to continue reading: how papers live", paragraphs=(FILLER, FILLER))),
    ("about an outage", make_html(headline="Service unavailable: bank's website down for a day", paragraphs=(FILLER, FILLER))),
    ("about a search", make_html(headline="Search results: what the divers found in the harbour", paragraphs=(FILLER, FILLER))),
    ("a live blog", make_html(headline="Live: the terminal reopens", head='<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Live: the terminal reopens"}</script>', after="".join(f"<h3>{n}:15</h3><p>Ship number {n} has left the berth with grain for the south.</p>" for n in range(8, 20)))),
    ("a video with its story", make_html(headline="Watch: the terminal reopens", head='<meta property="og:type" content="video.other">', paragraphs=PARAGRAPHS)),
    ("free part of a paid text", make_html(head='<meta property="article:content_tier" content="locked">', after="<p>Already a subscriber? Log in.</p>")),
    ("a page that does not say it is an article", make_html(kind="", paragraphs=PARAGRAPHS)),
    ("many related links below", make_html(below="".join(f"<div><a href='/n/{n}'>Freight rates rise again in port number {n}</a></div>" for n in range(60)))),
    ("a consent banner above", make_html(before="<div id='cookie-banner'><p>We use cookies. Accept all cookies.</p></div>")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "url", "html"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_what_is_no_article_is_told_apart(reason: Reason, url: str, html: str) -> None:
    result = extract(html, url=url)
    assert isinstance(result, Refusal)
    assert (result.reason, bool(result.detail)) == (reason, True)


@pytest.mark.parametrize("html", [html for _, html in ARTICLES], ids=[name for name, _ in ARTICLES])
def test_what_only_looks_like_a_wall_is_an_article(html: str) -> None:
    assert isinstance(extract(html), Article)
