# ruff: noqa: E501
"""Invented publications around the gate's pages: header, menus, banners, cards, footers, each built in its own way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from copydesk.model import Reason

STORY = "https://courier.example/ports/2026/11/02/grain-terminal-to-reopen"
CARDS = (
    "Freight rates climb for the fifth week as berths stay full",
    "Halden Foods names a new head of milling after the merger",
    "Why the northern grid will not be ready before the winter",
    "Sugar growers and refiners agree on prices for two seasons",
    "Regulator opens inquiry into fees that card networks charge",
    "Shipyard wins order for six ferries, its largest in a decade",
    "Timber exports fall by a tenth after the storm closes roads",
    "Central bank holds its rate and warns of dearer energy ahead",
    "Rail strike ends early as drivers accept the second offer",
    "Copper smelter to cut a third of its jobs by the end of May",
    "Tea auction breaks records while planters ask for subsidies",
    "Small brewers sue over the tax on glass bottles and cans",
    "Airport operator raises forecast on summer holiday traffic",
    "Cement makers promise cleaner kilns, but give no timetable",
)
EXCERPTS = (
    "Carriers blame a shortage of pilots at the river mouth, while shippers say that the lines hold back capacity to keep prices where they are.",
    "The appointment ends a search of seven months, and comes as the mills run at little more than half of what they could grind.",
    "Two lines of pylons wait for permits, and the operator says that it cannot promise more than four hundred megawatts to the coast.",
    "Both sides called the deal fair. It sets a floor under what farms are paid and lets refiners pass on the cost of gas in bad months.",
    "Shops complain that they pay twice for one purchase. The networks reply that fraud would be dearer for everybody without their checks.",
    "The yard will hire three hundred welders and reopen its second dock, which has been used as a car park since the last order fell through.",
)
BANNERS = {
    "en": ("We value your privacy", "We and our 214 partners use cookies to store and access data on your device. You may accept or manage your choices.", "Accept all", "Reject all"),
    "de": ("Ihre Privatsphäre", "Wir und unsere Partner verwenden Cookies, um Inhalte zu messen. Sie können Ihre Einwilligung jederzeit widerrufen.", "Alle akzeptieren", "Einstellungen"),
    "fr": ("Votre vie privée", "Avec nos partenaires, nous utilisons des cookies pour mesurer l'audience. Vous pouvez changer d'avis à tout moment.", "Tout accepter", "Continuer sans accepter"),
    "es": ("Tu privacidad", "Utilizamos cookies propias y de terceros para medir la audiencia.", "Aceptar todas", "Configurar"),
    "it": ("La tua privacy", "Noi e i nostri partner utilizziamo i cookie per misurare le visite.", "Accetta tutti", "Rifiuta"),
    "pl": ("Twoja prywatność", "My i nasi partnerzy używamy plików cookie, aby mierzyć ruch.", "Akceptuję", "Ustawienia"),
    "nl": ("Jouw privacy", "Wij gebruiken cookies om het bezoek te meten.", "Alles accepteren", "Instellingen"),
}  # fmt: skip


def article_head(headline: str, *, published: str = "2026-11-02T07:40:00+00:00", kind: str = "NewsArticle", free: bool | None = None, description: str = "") -> str:  # fmt: skip
    """Meta tags and schema.org of an article, as most publishers' systems write them."""
    node: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": headline,
        "datePublished": published,
    }
    if free is not None:
        node["isAccessibleForFree"] = free
        node["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": free, "cssSelector": ".premium"}
    return (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(headline)}">'
        f'<meta name="description" content="{escape(description)}">'
        f'<meta property="article:published_time" content="{published}">'
        f'<script type="application/ld+json">{json.dumps(node)}</script>'
    )


def cards(count: int, *, excerpts: bool = False, tag: str = "h3") -> str:
    """Teasers of other articles."""
    made = []
    for number in range(count):
        title, more = CARDS[number % len(CARDS)], EXCERPTS[number % len(EXCERPTS)]
        text = f"<p class='dek'>{more}</p>" if excerpts else ""
        made.append(
            f"<div class='card'><a href='/n/{number}'><img src='/i/{number}.jpg' alt=''></a><{tag}><a href='/n/{number}'>{title}</a></{tag}>{text}</div>"
        )
    return "".join(made)


def paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def courier(main: str, *, title: str, head: str = "", lang: str = "en") -> str:
    """A plain publication: banner in the flow, lists as menus, related cards beside the text, a footer of columns."""
    name, text, yes, no = BANNERS[lang]
    return f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | The Courier</title>{head}</head><body>
<div id="onetrust-banner-sdk" role="dialog"><h2>{name}</h2><p>{text}</p><button>{yes}</button><button>{no}</button></div>
<header><a href="/">The Courier</a><ul><li><a href="/markets">Markets</a></li><li><a href="/ports">Ports</a></li><li><a href="/opinion">Opinion</a></li>
<li><a href="/login">Log in</a></li><li><a href="/subscribe">Subscribe</a></li></ul><form action="/search"><input name="q"><button>Search</button></form></header>
<main>{main}</main><aside><h2>Most read</h2>{cards(5)}</aside>
<footer><ul><li><a href="/about">About us</a></li><li><a href="/privacy">Privacy policy</a></li><li><a href="/cookies">Cookie settings</a></li></ul><p>© 2026 Courier Media</p></footer></body></html>"""


def bote(main: str, *, title: str, head: str = "", lang: str = "de") -> str:
    """Containers without meaning all the way down, the banner last, a bar to subscribe at the top."""
    name, text, yes, no = BANNERS[lang]
    return f"""<!DOCTYPE html><html lang="{lang}"><head><title>{title} - Der Bote</title><meta charset="utf-8">{head}</head><body class="p">
<div class="hd"><div class="hd__logo"><a href="/">Bote</a></div><div class="hd__abo"><a href="/abo">Abo</a> <a href="/konto">Anmelden</a></div>
<div class="nv"><span><a href="/wirtschaft">Wirtschaft</a></span><span><a href="/politik">Politik</a></span><span><a href="/sport">Sport</a></span></div></div>
<div class="ct"><div class="ct__m">{main}</div><div class="ct__s"><div class="bx"><div class="bx__t">Mehr</div>{cards(6, tag="div")}</div></div></div>
<div class="ft"><a href="/impressum">Impressum</a> <a href="/datenschutz">Datenschutz</a> <a href="/agb">AGB</a></div>
<div class="cmp cmp--bottom" data-nosnippet><div class="cmp__t">{name}</div><div>{text}</div><a class="b">{yes}</a><a class="b">{no}</a></div></body></html>"""


def assay(main: str, *, title: str, head: str = "", lang: str = "en") -> str:
    """What a framework of scripts renders: hashed names, state as JSON, a grid of cards below, a newsletter box."""
    name, text, yes, no = BANNERS[lang]
    state = json.dumps({"page": "/x", "build": "7f2", "locale": lang, "props": {"flags": ["a", "b"]}})
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"/><title>{title}</title>{head}</head><body><div id="__next">
<div class="css-1x9k"><nav aria-label="main"><a href="/">Assay</a><a href="/metals">Metals</a><a href="/energy">Energy</a></nav></div>
<div class="css-8d2z">{main}</div>
<section class="css-77ab"><h2>More on this</h2><div class="css-g1">{cards(9)}</div></section>
<section class="css-nl"><h3>The morning letter</h3><p>What moves metals, in your inbox before breakfast.</p><input type="email"><button>Sign up</button></section>
<footer class="css-f0">© Assay 2026 · Terms · Privacy · Cookies</footer></div>
<script id="__NEXT_DATA__" type="application/json">{state}</script>
<div class="css-modal" role="dialog" aria-modal="true"><h2>{name}</h2><p>{text}</p><button>{yes}</button><button>{no}</button></div></body></html>"""


def blog(main: str, *, title: str, head: str = "", lang: str = "en") -> str:
    """A theme of a blogging system: sidebar with recent posts, share text, a form for comments."""
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} &#8211; Quay Notes</title><meta name="generator" content="WordPress 6.8">{head}</head>
<body class="single wp-theme"><div id="page" class="site"><header id="masthead"><p class="site-title"><a href="/">Quay Notes</a></p>
<nav id="site-navigation"><ul class="menu"><li><a href="/about">About</a></li><li><a href="/archive">Archive</a></li></ul></nav></header>
<div id="content"><div id="primary">{main}<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="#">Facebook</a></li><li><a href="#">X</a></li></ul></div>
<div id="respond"><h3>Leave a Reply</h3><p>Your email address will not be published.</p><form><textarea></textarea><div class="g-recaptcha"></div></form></div></div>
<div id="secondary"><section class="widget"><h2>Recent Posts</h2><ul>{"".join(f"<li><a href='/?p={n}'>{text}</a></li>" for n, text in enumerate(CARDS[:8]))}</ul></section></div></div>
<footer id="colophon">Proudly powered by WordPress</footer></div><script src="https://www.google.com/recaptcha/api.js"></script></body></html>"""


def bare(main: str, *, title: str, head: str = "", lang: str = "en") -> str:
    """A page without anything around it: what gateways and firewalls answer with."""
    return f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body>{main}</body></html>'


@dataclass(frozen=True, slots=True)
class Refused:
    """One page, and the reason under which it must be quarantined."""

    name: str
    reason: Reason
    html: str
    url: str = STORY


@dataclass(frozen=True, slots=True)
class Passed:
    """One page that holds an article, and words of it that must be in its text."""

    name: str
    html: str
    says: str
    url: str = STORY
