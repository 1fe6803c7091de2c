# ruff: noqa: E501
"""Invented pages of aggregators and republishers, and of those that only cite, share, illustrate or link. One row a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests.copydesk.extraction.gate_sites import article_head, assay, blog, bote, cards, courier, paragraphs
from tests.copydesk.extraction.pages import HEADLINE, PARAGRAPHS, URL

HOME = "https://harbour-post.example.org/"
ORIGINAL = f"{HOME}2026/11/01/shares-of-terminal-rise"
QUOTED = ORIGINAL.replace(":", "%3A").replace("/", "%2F")
OTHER = "https://tidal-review.example.net/notes/silo-fire"
EUROSTATS = "https://ec.europa.example/eurostat/databrowser/view/prc"
AFTER = (
    "<div class='share'><a href='https://www.facebook.com/sharer.php?u={own}'>Facebook</a> <a href='https://x.com/intent/tweet?url={own}'>X</a></div>"
    "<div class='author-box'><p>Ann Lee writes about ports.</p></div><p>Tags: <a href='/tag/grain'>grain</a></p>"
).replace("{own}", URL)


@dataclass(frozen=True, slots=True)
class Credited:
    """One page, and the original that it must be found to be based on; None: it credits nobody."""

    name: str
    html: str
    original: str | None = ORIGINAL
    url: str = URL


def page(
    name: str,
    end: str,
    *,
    site: Callable[..., str] = blog,
    lang: str = "en",
    head: str = "",
    texts: tuple[str, ...] = PARAGRAPHS,
    original: str | None = ORIGINAL,
    after: str = AFTER,
    url: str = URL,
) -> Credited:
    """An article with `end` after its text, inside the element that holds it; `{u}` is the original's address."""
    body = f"<article><h1>{HEADLINE}</h1><div class='entry-content'>{paragraphs(texts)}{fill(end)}</div>{after}</article>{cards(6)}"
    return Credited(
        name, site(body, title=HEADLINE, head=article_head(HEADLINE) + fill(head), lang=lang), original, url
    )


def fill(text: str) -> str:
    """The addresses of the table's names put in."""
    return (
        text.replace("{u}", ORIGINAL)
        .replace("{q}", QUOTED)
        .replace("{home}", HOME)
        .replace("{other}", OTHER)
        .replace("{data}", EUROSTATS)
    )


def node(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": HEADLINE, **values})}</script>'


def none(name: str, end: str, **options: object) -> Credited:
    return page(name, end, original=None, **options)  # type: ignore[arg-type]


LABELS = [
    page("a link that says no more", "<p><a href='{u}' target='_blank' rel='noopener'>Source link</a></p>"),
    page("a link without a block of its own", "<a href='{u}'>Source link</a>"),
    page("a label beside the link", "<div class='css-src'><span>Source</span><a href='{u}'>harbour-post.example.org</a></div>", site=assay),
    page("a label in bold, a link in italics", "<p><b>SOURCE:</b> <i><a href='{u}'>Harbour Post</a></i></p>", site=courier),
    page("a label above the link", "<h4>Source</h4><p><a href='{u}'>Shares of the terminal rise</a></p>"),
    page("a label as a term", "<dl><dt>Original article</dt><dd><a href='{u}'>Harbour Post</a></dd></dl>", site=bote),
    page("a label in a table's cell", "<table class='meta'><tr><td>Source:</td><td><a href='{u}'>Harbour Post</a></td></tr></table>", site=courier),
    page("a label above a list", "<p>Source:</p><ul><li><a href='{u}'>{u}</a></li></ul>"),
    page("a link in brackets", "<p>[<a href='{u}'>Source</a>]</p>", site=assay),
    page("a hat tip", "<p>H/T: <a href='{u}'>Harbour Post</a></p>"),
    page("via, with an arrow", "<p>via → <a href='{u}'>Harbour Post</a></p>", site=courier),
    page("a bar between", "<p>News source | <a href='{u}'>Harbour Post</a></p>"),
    page("in a footer of the article", "<footer class='entry-footer'><cite>Source: <a href='{u}'>Harbour Post</a></cite></footer>", site=assay),
    page("at the end of the last paragraph", "<p>Growers in the south want a second terminal, and have asked the ministry for the permits; it will answer in spring, its spokesman told reporters after a meeting with the unions that lasted until the early morning, when the last of the delegates left the building. (Source: <a href='{u}'>Harbour Post</a>)</p>"),
    page("after a dash in the last paragraph", "<p>Growers in the south want a second terminal, and have asked the ministry for the permits; it will answer in spring, its spokesman told reporters after a meeting with the unions that lasted until the early morning, when the last of the delegates left the building. – via <a href='{u}'>Harbour Post</a></p>", site=courier),
    page("the way to the original", "<p><a href='{u}'>Read the original article</a></p>", site=courier),
    page("half of the way", "<p>Read the <a href='{u}'>original story</a> here.</p>"),
    page("the rest of the story", "<p><a href='{u}'>Read the rest of this article at Harbour Post »</a></p>"),
    page("more at the other house", "<p>Read more at <a href='{u}'>Harbour Post</a></p>", site=assay),
    page("to view the source", "<p>View source version on harbour-post.example.org: <a href='{u}'>{u}</a></p>", site=courier),
]  # fmt: skip
SENTENCES = [
    page("it appeared first", "<p>The post <a href='{u}'>Shares of terminal rise</a> appeared first on <a href='{home}'>Harbour Post</a>.</p>"),
    page("it appeared there, with its headline", "<p><i>This article originally appeared on Harbour Post: <a href='{u}'>Shares of terminal rise</a></i></p>", site=courier),
    page("republished under a licence", "<p>This article is republished from <a href='{home}'>Harbour Post</a> under a <a href='https://creativecommons.org/licenses/by/4.0/'>Creative Commons licence</a>. Read the <a href='{u}'>original article</a>.</p>", site=assay),
    page("two links, the house and its licence", "<p>This story was originally published by <a href='{u}'>Harbour Post</a> and is shared here under the terms of <a href='{other}'>Tidal Review</a>.</p>"),
    page("first published, with a day", "<p>First published by <a href='{u}'>Harbour Post</a> on 1 November 2026. It has been shortened.</p>", site=bote),
    page("a version of it", "<p>A longer version of this essay was first published in <a href='{u}'>Harbour Post</a>.</p>", site=courier),
    page("with kind permission", "<p>Reprinted with the kind permission of <a href='{u}'>Harbour Post</a>.</p>"),
    page("courtesy", "<p>Courtesy of <a href='{u}'>Harbour Post</a></p>", site=assay),
    page("after a video", "<p><iframe src='https://player.example/1'></iframe></p><p><b>This story was originally published by <a href='{u}'>Harbour Post</a>.</b></p>", site=courier),
    page("below the author's box", "<div class='author-box'><p>Ann Lee writes about ports and freight for several publications in the north.</p></div><p>Originally published at <a href='{u}'>harbour-post.example.org</a></p>"),
]  # fmt: skip
TONGUES = [
    page("German, a label", "<p>Quelle: <a href='{u}'>Hafenpost</a></p>", site=bote, lang="de"),
    page("German, a sentence", "<p>Dieser Gastbeitrag ist zuerst bei der <a href='{u}'>Hafenpost</a> erschienen.</p>", site=bote, lang="de"),
    page("German, the way to it", "<p><a href='{u}'>Zum Originalartikel</a></p>", site=assay, lang="de"),
    page("German, with permission", "<p>Mit freundlicher Genehmigung der <a href='{u}'>Hafenpost</a></p>", site=bote, lang="de"),
    page("French, a label", "<p>Source : <a href='{u}'>Le Port</a></p>", site=courier, lang="fr"),
    page("French, a sentence", "<p>Cet article est republié à partir de <a href='{home}'>Le Port</a> sous licence. Lire l’<a href='{u}'>article original</a>.</p>", site=courier, lang="fr"),
    page("French, the way to it", "<p><a href='{u}'>Lire l'article original sur Le Port</a></p>", lang="fr"),
    page("Spanish, a label", "<p><strong>Fuente original:</strong> <a href='{u}'>El Puerto</a></p>", lang="es"),
    page("Spanish, a sentence", "<p>Este artículo fue publicado originalmente en <a href='{u}'>El Puerto</a>.</p>", site=courier, lang="es"),
    page("Italian, a label", "<p>FONTE: <a href='{u}'>Il Porto</a></p>", site=courier, lang="it"),
    page("Italian, a sentence", "<p>Questo articolo è stato pubblicato originariamente su <a href='{u}'>Il Porto</a></p>", lang="it"),
    page("Portuguese, the way to it", "<p><a href='{u}'>Leia a matéria completa em O Porto</a></p>"),
    page("Dutch, a sentence", "<p>Dit artikel verscheen eerder in <a href='{u}'>De Haven</a>.</p>", site=courier, lang="nl"),
    page("Polish, a label", "<p>Źródło: <a href='{u}'>Port</a></p>", site=courier, lang="pl"),
    page("Polish, a sentence", "<p>Artykuł pochodzi z serwisu <a href='{u}'>Port</a>.</p>", lang="pl"),
    page("Swedish, a sentence", "<p>Denna artikel publicerades först i <a href='{u}'>Hamnposten</a>.</p>"),
    page("Russian, a sentence", "<p>Материал впервые опубликован в издании <a href='{u}'>Порт</a>.</p>"),
    page("Turkish, a label", "<p>Kaynak: <a href='{u}'>Liman</a></p>"),
    page("Chinese, a label", "<p>来源：<a href='{u}'>港口报</a></p>"),
]  # fmt: skip
ADDRESSES = [
    page("by way of its own counter", f"<p>Source: <a href='/out?id=7&amp;url={QUOTED}'>Harbour Post</a></p>"),
    page("by way of a folder of its own", "<p>Source: <a href='https://courier.example/goto/{u}'>Harbour Post</a></p>"),
    page("by way of a search engine", f"<p>Source: <a href='https://www.google.com/url?sa=D&amp;q={QUOTED}&amp;usg=x'>Harbour Post</a></p>"),
    page("by way of a network", f"<p>Source: <a href='https://l.facebook.com/l.php?u={QUOTED}&amp;h=AT0'>Harbour Post</a></p>"),
    page("by way of a service that hides referrers", "<p>Source: <a href='https://href.li/?{u}'>Harbour Post</a></p>"),
    page("out of a cache", "<p>Source: <a href='https://harbour--post-example-org.cdn.ampproject.org/c/s/harbour-post.example.org/2026/11/01/shares-of-terminal-rise'>Harbour Post</a></p>"),
    page("with parameters that count readers", "<p>Source: <a href='{u}?utm_source=courier&amp;utm_medium=feed#comments'>Harbour Post</a></p>"),
    page("without a scheme", f"<p>Source: <a href='{ORIGINAL.removeprefix('https:')}'>Harbour Post</a></p>"),
]  # fmt: skip
TAGS = [
    page("isBasedOn, a text", "", head=node(isBasedOn=ORIGINAL)),
    page("isBasedOn, an object", "", head=node(isBasedOn={"@type": "CreativeWork", "@id": ORIGINAL})),
    page("isBasedOn, a list", "", head=node(isBasedOn=[HOME, {"@type": "NewsArticle", "url": ORIGINAL}])),
    page("isBasedOnUrl beside the article in a graph", "", head=f'<script type="application/ld+json">{json.dumps({"@graph": [{"@type": "WebSite", "name": "C"}, {"@type": "NewsArticle", "headline": HEADLINE, "isBasedOnUrl": ORIGINAL}]})}</script>'),
    page("isBasedOn as microdata", "<link itemprop='isBasedOn' href='{u}'>"),
    page("canonical on another site", "", head="<link rel='canonical' href='{u}'>"),
    page("og:url on another site", "", head="<meta property='og:url' content='{u}'>"),
    page("syndication-source", "", head="<meta name='syndication-source' content='{u}'>"),
    page("original-source, the second of two", "", head=f"<meta name='original-source' content='{URL}'><meta name='original-source' content='{{u}}'>"),
    page("a tag and another line: the tag", "<p>Via <a href='{other}'>Tidal Review</a></p>", head=node(isBasedOn=ORIGINAL)),
]  # fmt: skip
CREDITED = [*LABELS, *SENTENCES, *TONGUES, *ADDRESSES, *TAGS]

SHARED = [
    none("share buttons that hold the address", f"<p>Share via <a href='https://wa.me/?text={URL}'>WhatsApp</a></p><p>Source: <a href='https://www.addtoany.com/share?linkurl={{q}}'>share</a></p>"),
    none("a letter to a friend", "<p>Via <a href='mailto:?subject=Terminal&amp;body={u}'>e-mail</a></p>"),
    none("a tweet in the text", "<blockquote class='twitter-tweet'><p>The terminal opens in March.</p>— Port (@port) <a href='https://twitter.com/port/status/1'>November 1, 2026</a></blockquote>"),
    none("a post of a network as the source", "<p>Source: <a href='https://www.instagram.com/p/abc/'>Instagram</a></p>", site=courier),
    none("a shortened address", "<p>Source: <a href='https://bit.ly/3xYz'>bit.ly/3xYz</a></p>"),
]  # fmt: skip
CITED = [
    none("a report in the text", "<p>The plans were first reported by <a href='{u}'>Harbour Post</a> on Sunday.</p>", site=courier),
    none("a book that appeared first", "<p>Her memoir was first published by <a href='{other}'>Tidal</a> in 1999.</p>"),
    none("a study in the text", "<p>The study, first published in <a href='{other}'>Tidal Review</a>, counts 41 fires since 1990.</p>", site=assay),
    none("as another paper wrote", "<p>As <a href='{u}'>Harbour Post</a> wrote in May, the belts were never inspected at all.</p>", site=bote),
    none("a source above the text", "", texts=(f"Source: <a href='{ORIGINAL}'>Harbour Post</a>", *PARAGRAPHS)),
    none("a source after the first paragraph", "", texts=(PARAGRAPHS[0], f"Source: <a href='{ORIGINAL}'>Harbour Post</a>", *PARAGRAPHS[1:])),
    none("several sources", "<p>Sources: <a href='{u}'>Harbour Post</a>, <a href='{other}'>Tidal Review</a></p>"),
    none("a source named without a link", "<p>Source: Reuters</p>", site=courier),
    none("the full report of a panel", "<p>The full report of the panel is <a href='{other}'>here</a>, and it is worth a read.</p>"),
    none("code", "<p>Source code of the model: <a href='{other}'>repository</a></p>", site=assay),
    none("the way to more on the subject", "<p>Read more: <a href='{u}'>Shares of terminal rise</a></p>"),
    none("related articles of partners", "<h4>From our partners</h4><ul><li><a href='{u}'>Shares of terminal rise</a></li><li><a href='{other}'>What the fire cost</a></li></ul>"),
    none("an invitation to subscribe", "<p><a href='{u}'>Read the full magazine as a subscriber of Harbour Post</a></p>".replace("{u}", HOME)),
]  # fmt: skip
PICTURED = [
    none("a caption", "<figure><img src='/a.jpg' alt=''><figcaption>Source: <a href='{u}'>Harbour Post</a></figcaption></figure>", site=courier),
    none("a line under a picture", "<p><img src='/a.jpg' alt=''></p><p>Source: <a href='{u}'>Harbour Post</a></p>"),
    none("a class that says caption", "<div class='wp-caption-text'>Source: <a href='{u}'>Harbour Post</a></div>"),
    none("a line under a table", "<table><tr><td>Wheat</td><td>212.50</td></tr></table><p>Source: <a href='{other}'>Tidal Review</a></p>", site=bote),
    none("a line under a chart", "<iframe src='https://charts.example/1'></iframe><p>Source: <a href='{other}'>Tidal Review</a></p>"),
    none("an office of statistics", "<p>Source: <a href='{data}'>Eurostat</a></p>", site=courier),
    none("a document", "<p>Source: <a href='https://ministry.example.net/files/plan.pdf'>the ministry's plan</a></p>"),
    none("a picture's own address", "<p>Source: <a href='https://images.example.net/fetch/terminal.jpg'>picture</a></p>"),
    none("a photographer", "<p>Photo: <a href='{other}'>K. Orrin</a></p>", site=assay),
]  # fmt: skip
OWN = [
    none("the same house's other domain", "<p>Source: <a href='https://www.courier.example/ports/terminal'>The Courier</a></p>"),
    none("a house without its article", "<p>Source: <a href='{home}'>Harbour Post</a></p>"),
    none("the accelerated page's own canonical", "", head=f"<link rel='canonical' href='{URL}'>", url="https://amp.courier.example/business/2026/11/02/grain-terminal-to-reopen"),
    none("a page in a cache", "", head=f"<link rel='canonical' href='{URL}'>", url="https://courier-example.cdn.ampproject.org/c/s/courier.example/business/2026/11/02/grain-terminal-to-reopen"),
    none("canonical to a home page", "", head="<link rel='canonical' href='{home}'>"),
    none("canonical to the publisher's machine", "", head="<link rel='canonical' href='http://cms01.internal/business/grain-terminal'>"),
    none("og:url of the same path on a second domain", "", head="<meta property='og:url' content='https://thecourier.example.com/business/2026/11/02/grain-terminal-to-reopen'>"),
    none("og:url of a network", "", head="<meta property='og:url' content='https://www.facebook.com/courier/posts/1'>"),
    none("isBasedOn itself", "", head=node(isBasedOn=URL)),
    none("isBasedOn nothing", "", head=node(isBasedOn={"@type": "CreativeWork", "name": "Talks"}, isBasedOnUrl=7)),
    none("a source that is a name", "", head="<meta name='dc.source' content='Harbour Post'>"),
]  # fmt: skip
NOT_CREDITED = [*SHARED, *CITED, *PICTURED, *OWN]
