# ruff: noqa: E501
"""What a credit says, in many languages, and which addresses can be those of an original."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from copydesk.extraction.hosts import brand_of, host_of, is_address, site_of
from copydesk.text import letters_only
from copydesk.urls import canonical_url

_SOURCE = (
    r"(?:original\s+|article\s+|news\s+|story\s+)?source(?:\s+(?:link|url|article|story))?|(?:link\s+to\s+)?(?:the\s+)?original\s+(?:article|story|post|link|version|report|piece|source)|(?:article|story|post)\s+(?:link|url|source)|via|h/t|hat\s+tip(?:\s+to)?|"
    r"(?:original)?quelle|original(?:artikel|beitrag|text|quelle|meldung)|zum\s+original(?:artikel|beitrag)?|source\s+originale|article\s+(?:original|d['’]origine)|lien\s+(?:source|original|d['’]origine)|fuente(?:\s+original)?|enlace\s+original|(?:artículo|nota|noticia)\s+original|"
    r"fonte(?:\s+originale?)?|articolo\s+originale|(?:artigo|matéria|notícia)\s+original|bron|(?:oorspronkelijk|origineel)\s+artikel|källa|originalartikel|kilde|lähde|źródło|zdroj|forrás|sursă?|izvor|kaynak|sumber|nguồn|πηγή|источник|первоисточник|джерело|оригинал|المصدر|מקור|स्रोत|出典|元記事|引用元|情報元|来源|來源|原文(?:链接)?|원문|출처"
)
LABEL = re.compile(rf"^\W*(?:{_SOURCE})(?P<mark>\s*[:：|»→\-–—(\]]|\W*$|\s+(?=\w))", re.I)
"""A line that begins by saying that it names a source; `mark` is what stands between that and the name."""
INLINE_LABEL = re.compile(rf"(?:[(\[|•–—-]|[.!?…”\"]\s)\s*(?:{_SOURCE})\s*:?\s*$", re.I)
"""The same in brackets at the end of a paragraph, before the link."""
READ_ORIGINAL = re.compile(
    r"^\W*(?:(?:read|see|view|visit|get)\s+(?:the\s+|this\s+)?(?:original|full|complete|whole|entire|source|rest\s+of\s+(?:the|this))(?:\s+(?:article|story|post|piece|version|text|news))?(?:\s+(?:here|on|at|from|in)\b.{0,60})?|(?:click\s+)?(?:here\s+)?(?:to\s+)?(?:read|see|view)\s+the\s+(?:original|full)\s+(?:article|story|post)|view\s+source(?:\s+version)?(?:\s+on\s+.{0,200})?|view\s+original|"
    r"(?:den\s+|zum\s+)?(?:ganzen|vollständigen?|original)\s*(?:artikel|beitrag|text)\w*(?:\s+(?:lesen|bei|auf)\b.{0,60})?|lesen\s+sie\s+den\s+(?:ganzen|vollständigen|original)\w*\s*(?:artikel|beitrag|text)?.{0,60}|lire\s+(?:l['’]article|la\s+version|l['’]intégralité)\s*(?:original|complet|entier|d['’]origine|de).{0,60}|(?:leer?|lea|ver)\s+(?:el|la)\s+(?:artículo|nota|noticia|publicación)\s+(?:original|complet[oa]).{0,60}|leggi\s+l['’]articolo\s+(?:original|complet|integral)e?.{0,60}|"
    r"leia\s+(?:o\s+artigo|a\s+matéria|a\s+notícia|o\s+texto)\s+(?:original|complet[oa]|na\s+íntegra).{0,60}|lees\s+het\s+(?:originele|volledige|oorspronkelijke|hele)\s+artikel.{0,60}|läs\s+(?:original|hela)\s*(?:artikeln|inlägget)?.{0,60}|les\s+(?:original|hele)\s*(?:saken|artikkelen)?.{0,60}|(?:czytaj|przeczytaj)\s+(?:cały|oryginalny|pełny)\s+(?:artykuł|tekst).{0,60}|читать\s+(?:оригинал|полностью|статью).{0,60})\W*$",
    re.I,
)
"""A line that is nothing but a way to the original."""
READ_AT = re.compile(r"^\W*(?:(?:read|see|find)\s+(?:more|on|it)\s+(?:at|on|from|over\s+at)|continue\s+reading\s+(?:at|on)|(?:mehr|weiterlesen|weiter)\s+(?:dazu\s+)?(?:bei|auf)|lire\s+la\s+suite\s+(?:sur|dans)|(?:seguir\s+leyendo|leer\s+más|lee\s+más)\s+en|continua\s+(?:a\s+leggere\s+)?su|continue\s+lendo\s+(?:em|no|na)|lees\s+(?:verder|meer)\s+(?:op|bij))\s+", re.I)  # fmt: skip
"""The same where it names the other publication, which must be the link's."""
_TEXT = r"(?:article|story|post|piece|column|essay|op-?ed|commentary|interview|excerpt|content|blog(?:\s+post)?|text|analysis|feature|press\s+release)"
_WAS = r"(?:(?:first|originally|initially|previously)\s+(?:published|appeared|posted|ran|printed|featured)|(?:published|appeared|posted|ran)\s+(?:first|originally)|re-?published|reprinted|reproduced|syndicated|reposted|re-?posted|cross-?posted|adapted|excerpted|provided|supplied|licensed|taken\s+from|used\s+with\s+permission|translated\s+from)"
APPEARED = re.compile(
    rf"^\W*(?:(?:an?\s+(?:\w+\s+)?version\s+of\s+)?(?:this|the\s+above)\s+(?:[\w’'-]+\s+){{0,3}}?(?:{_TEXT}|report)\b[^.]{{0,60}}?\b{_WAS}\b|the\s+(?:post|article|story)\b.{{0,200}}?\b(?:appeared\s+first|first\s+appeared|originally\s+appeared|was\s+(?:first|originally)\s+published)\s+(?:on|in|at|by)\b|"
    r"(?:originally|first|previously)\s+(?:published|appeared|posted|seen|featured|printed)\s+(?:on|in|at|by|as)\b|(?:originally|first)\s+from\b|(?:re-?published|reprinted|reproduced|syndicated|re-?posted|cross-?posted|excerpted|adapted)\s+(?:here\s+)?(?:with\s+(?:the\s+)?(?:kind\s+)?permission\s+)?(?:from|of|by|on)\b|(?:used|published)\s+(?:here\s+)?(?:with|by)\s+(?:the\s+)?(?:kind\s+)?(?:permission|arrangement)\s+(?:of|from|with)\b|courtesy\s+of\b|"
    r"(?:diese[rs]?|der|das|den)\s+(?:[\w-]+\s+){0,2}?(?:artikel|beitrag|text|interview|kommentar|stück|gastbeitrag|inhalt)\b[^.]{0,60}?\b(?:zuerst|ursprünglich|erstmals|im\s+original|stammt|erschien|wurde\s+übernommen|übernommen)\b|(?:zuerst|ursprünglich|erstmals)\s+(?:erschienen|veröffentlicht|publiziert)|erschien\s+(?:zuerst|ursprünglich|erstmals)|mit\s+(?:freundlicher\s+)?genehmigung\s+(?:von|der|des)\b|"
    r"(?:cet(?:te)?|ce|le|la)\s+(?:article|texte|billet|tribune|entretien|analyse)\b[^.]{0,60}?\b(?:publiée?|parue?|republiée?|repris[e]?)\b|(?:publiée?|parue?)\s+(?:initialement|à\s+l['’]origine|d['’]abord|pour\s+la\s+première)|(?:initialement|d['’]abord)\s+(?:publiée?|parue?)|"
    r"(?:este|esta|el|la)\s+(?:artículo|nota|texto|noticia|contenido|columna)\b[^.]{0,60}?\b(?:publicad[oa]|publicó|apareció|reproduc\w+|republicad[oa])\b|(?:publicad[oa]|apareció)\s+(?:originalmente|originariamente|primero|por\s+primera)|originalmente\s+(?:publicad[oa]|en)\b|"
    r"(?:questo|il\s+presente|l['’])\s*(?:articolo|testo|contenuto|intervento)\b[^.]{0,60}?\b(?:pubblicat[oa]|apparso|ripres[oa])\b|(?:pubblicat[oa]|apparso)\s+(?:originariamente|originalmente|per\s+la\s+prima|in\s+origine)|"
    r"(?:este|esta|o|a)\s+(?:artigo|texto|matéria|notícia|conteúdo|reportagem)\b[^.]{0,60}?\b(?:publicad[oa]|republicad[oa]|apareceu)\b|(?:dit|het)\s+(?:artikel|stuk|bericht|verhaal|interview)\b[^.]{0,60}?\b(?:gepubliceerd|verscheen|verschenen|overgenomen)\b|oorspronkelijk\s+(?:gepubliceerd|verschenen)|"
    r"(?:denna|den\s+här|denne|dette|den)\s+(?:artikel|artikeln|artikkelen|texten|saken|text)\b[^.]{0,60}?\b(?:publicera\w+|publiser\w+|udgive\w+|bragt)\b|(?:först|opprinnelig|oprindeligt)\s+(?:publicer\w+|publiser\w+|udgivet|bragt)|(?:ten\s+|niniejszy\s+)?(?:artykuł|tekst|wywiad)\b[^.]{0,60}?\b(?:opublikowan\w+|ukazał|pochodzi)\b|pierwotnie\s+(?:opublikowan\w+|ukazał)|(?:эта\s+статья|статья|материал|текст)\b[^.]{0,60}?\b(?:опубликован\w*|вышл[аи])\b|впервые\s+опубликован\w*)",
    re.I,
)
"""A line that says of this text that it appeared elsewhere. A sentence about another one (`the report, first published in…`) is a citation."""
ORIGINAL_ANCHOR = re.compile(r"\b(?:original|full|source|ursprüng|d['’]origine|originale|completo)", re.I)
"""Of several links in a line, the one to follow."""
CAPTION_MARK = re.compile(r"caption|(?:photo|image|img|media|picture)[s_-]*(?:credit|source|by)|(?:^|[\s_-])chart|infogra|twitter-tweet|instagram-media", re.I)  # fmt: skip
"""Pieces of class names around lines that name the source of a picture or table."""

SOCIAL = frozenset(
    [
        *("facebook", "fb", "twitter", "x", "t", "linkedin", "lnkd", "pinterest", "pin", "reddit", "redd", "whatsapp", "wa", "telegram", "tumblr", "instagram", "youtube", "youtu", "tiktok", "flipboard", "google", "goo"),
        *("apple", "amazon", "amzn", "threads", "bsky", "mastodon", "vk", "ok", "line", "weibo", "getpocket", "instapaper", "messenger", "snapchat", "xing", "spotify", "vimeo", "soundcloud", "discord", "patreon", "paypal", "github", "gravatar"),
        *("addtoany", "addthis", "sharethis", "printfriendly", "bufferapp", "digg", "stumbleupon", "evernote", "mix", "viber", "skype", "feedly", "disqus", "bit", "ow", "tinyurl", "buff", "dlvr", "is", "rb", "trib", "shorturl"),
        *("creativecommons", "wordpress", "blogger", "unsplash", "pexels", "pixabay", "shutterstock", "gettyimages", "istockphoto", "flickr", "alamy", "depositphotos", "imago-images", "wikimedia", "wikipedia", "datawrapper", "flourish", "infogram", "statista", "eurostat", "destatis", "tradingview", "ourworldindata", "worldbank", "imf", "oecd"),
    ]
)  # fmt: skip
"""Brands whose links share, promote, shorten, license, illustrate or count, and never are the original of an article."""
SHARE_URL = re.compile(r"(?:^|[/.?&_-])(?:share|sharer|sharing|intent|addthis|submit)(?:[/?=.&_-]|$)|^(?:mailto|javascript|tel|whatsapp|tg):|/send\?|[?&](?:text|body|subject)=", re.I)  # fmt: skip
NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|pdf|docx?|xlsx?|csv|zip|mp[34]|pptx?|json|xml)$", re.I)
DATA_URL = re.compile(r"//(?:data|stats?|statistik|statistics|db|opendata)\.|/(?:databrowser|dataset|datasets|statistics|indicators?|tables?)(?:/|$)", re.I)  # fmt: skip
WRAPPER = re.compile(r"/(?:url|l\.php|redirect\w*|redir|out|go|goto|click|clicks?|link|exit|away|leave|external|visit|track|r)(?:[/?.]|$)|//(?:out|go|click|clicks|link|links|redirect|exit|away|href|l|lm|track|r)\.", re.I)  # fmt: skip
"""Addresses that only lead on to another, which they hold."""
WRAPPED = frozenset(["url", "u", "q", "to", "target", "dest", "destination", "redirect", "redirect_url", "redirect_to", "redir", "link", "goto", "href", "out", "ext", "murl", "ued"])  # fmt: skip
IN_PATH = re.compile(r"^https?://.{3,200}?/(https?(?:://|:/|%3A%2F%2F).{4,})$", re.I)
AMP_PATH = re.compile(r"^https?://(?:[^/]+\.cdn\.ampproject\.org/[cv]/(s/)?|(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?)([^/]+\.[^/]+/.*)$", re.I)  # fmt: skip
PRIVATE = re.compile(r"(?:^|\.)(?:localhost|local|internal|intranet|lan|corp)$")
MAX_HREF_CHARS = 2_000


def original_url(raw: str, url: str) -> str | None:
    """Return `raw`, met on the page `url`, as the address of an article on another site; None where it can be none."""
    if not raw or len(raw) > MAX_HREF_CHARS or SHARE_URL.search(raw):
        return None
    target = absolute_url(unwrap(raw.strip(), url), url)
    if not target or SHARE_URL.search(target) or DATA_URL.search(target):
        return None
    parts = urlsplit(target)
    if not parts.path.strip("/") and not parts.query:
        return None  # a home page: whom it names is known, but not which article
    if NO_PAGE.search(parts.path) or (
        is_private(parts.hostname or "") and not is_private(urlsplit(url).hostname or "")
    ):
        return None
    if site_of(target) == site_of(url) or brand_of(target) == brand_of(url) or brand_of(target) in SOCIAL:
        return None
    return canonical_url(target)


def absolute_url(raw: str, base: str) -> str:
    """Return the absolute web address that `raw` means; empty where it means none."""
    try:
        absolute = urljoin(base, raw.strip())
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and "." in (parts.hostname or "") else ""
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """Return the path of an address; empty where it has none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def unwrap(raw: str, url: str) -> str:
    """Return the address to which a redirecting link leads, where it holds it in plain; else the link as it is."""
    if amp := AMP_PATH.match(raw):
        return f"{'https' if amp[1] or amp[2] else 'http'}://{amp[3]}"
    if "http" not in raw[8:].lower():
        return raw
    absolute = absolute_url(raw, url)
    if not absolute or not (site_of(absolute) == site_of(url) or WRAPPER.search(absolute)):
        return raw
    parts = urlsplit(absolute)
    for name, value in parse_qsl(parts.query)[:20]:
        if name.lower() in WRAPPED and value.lower().startswith(("http://", "https://")):
            return value
    if parts.query.lower().startswith(("http://", "https://", "http%3a")):
        return unquote(parts.query)
    inner = IN_PATH.match(absolute)
    return unquote(inner[1]).replace(":///", "://") if inner else raw


def is_private(host: str) -> bool:
    """Return whether a host is a machine's or a network's own name, or an address."""
    return bool(PRIVATE.search(host)) or is_address(host)


def names_brand(text: str, target: str) -> bool:
    """Return whether a line names the publication to which it links."""
    letters = letters_only(text)
    labels = (letters_only(label) for label in host_of(target).split("."))
    return any(len(label) > 3 and label in letters for label in labels)
