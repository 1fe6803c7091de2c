# ruff: noqa: E501
"""What junk says, in many languages: tables of phrases, no code."""

from __future__ import annotations

import re


def _any(*phrases: str, tail: str = "") -> re.Pattern[str]:
    """One pattern for a whole line; blanks in a phrase match any white space, ` ?` none as well."""
    body = "|".join(phrase.replace(" ?", r"\s*").replace(" ", r"\s+") for phrase in phrases)
    return re.compile(rf"^\W*(?:{body}){tail}\W*$", re.I)


REST = r"\b.{0,90}"

ALWAYS = _any(
    # advertising and placeholders
    r"advertise?ments?(?: continue reading(?: below)?)?", "advertising", "ad", r"sponsored(?: content| by.{0,40})?", r"story continues.{0,60}",
    r"article continues.{0,60}", r"continue reading.{0,60}", r"keep reading.{0,60}", r"scroll to continue.{0,40}", "anzeige", "werbung",
    "publicité", "publicidad", "pubblicità", "annonse", "annons", "advertentie", "reklama", "реклама", "広告", "広告の後に続きます",
    r"loading(?: \.\.\.)?", "ad loading", "wird geladen", r"recommended videos?", r"watch(?: now| the video| more| :.{0,120})?",
    r"(?:video|photo|image|picture)s?(?: :? ?(?:credit|source|gallery|caption).{0,80})?", r"play video", r"view gallery", r"photo gallery",
    r"getty images?", r"image (?:credits?|source|courtesy)\b.{0,100}", r"photo (?:credits?|by|courtesy)\b.{0,100}",
    r"externer inhalt.{0,120}", r"externe inhalte.{0,120}", r"empfohlener (?:redaktioneller|externer) inhalt.{0,120}",
    r"an dieser stelle (?:befindet|finden) .{0,200}", r"(?:this|dieser) (?:embed|content|inhalt) (?:is|kann|could|ist)\b.{0,140}",
    r"(?:view|see) (?:this|the) (?:post|photo|tweet|embed|profile) on .{0,40}", r"view on (?:instagram|twitter|x|facebook|tiktok|threads)",
    r"to (?:view|see) this .{0,40}(?:enable|allow|accept).{0,100}", r"javascript (?:is|must be).{0,120}", r".{0,30}enable javascript.{0,120}",
    r"your browser does ?n[o']t support.{0,80}", r"a post shared by .{0,120}", r"this (?:video|content) is (?:not available|unavailable).{0,60}",
    r"[—–-] .{2,60} \(@\w{1,20}\).{0,40}\d{4}", "article content", "článek", "headline", "完了しました", r"\d+ minuten lesezeit", r"lesedauer.{0,30}", r"fact-checked", r"peer-reviewed publication", "trusted source", "proofread",
    r".{0,160}\b(?:earn|get|receive) (?:us )?an? (?:small |affiliate |part of |percentage )*(?:commission|share of the sale)s?\b.{0,200}", r"please log ?in\b.{0,160}",
    r"(?:photo|foto)s? ?: .{0,80}", r".{0,300}\| \d{1,2}:\d\d ?min",
    # sharing and following
    r"(?:click to )?share(?: (?:this|on|via|article|story|the|with|to)\b.{0,70})?", r"tweet(?: this)?", r"(?:follow|like|find|join|add) us\b.{0,140}",
    r"(?:facebook|twitter|linkedin|whatsapp|telegram|pinterest|reddit|e-?mail|print|copy link|tumblr|instagram|flipboard|x|messenger|threads|bluesky|copied!?)(?:[\s,|/]+(?:facebook|twitter|linkedin|whatsapp|telegram|pinterest|reddit|e-?mail|print|copy link|tumblr|instagram|x|threads|bluesky))*",
    r"link copied.{0,40}", r"copy (?:this )?(?:link|url).{0,30}", r"(?:teilen|artikel teilen|drucken|merken|vorlesen|kommentieren|zur merkliste)\b.{0,60}",
    r"partager.{0,60}", r"compartir.{0,60}", r"condividi.{0,60}", r"compartilhar?.{0,60}", r"del(?: artikkelen| på facebook.{0,20})?", "dela", "delen",
    r"(?:поделиться|поделитесь).{0,60}", r"シェアする.{0,20}", r"listen to (?:this )?(?:article|story).{0,60}", r"(?:\d+ )?min(?:ute)?s? read", r"lesezeit.{0,30}",
    # newsletters
    r"(?:sign up|subscribe|register)\b.{0,140}(?:newsletter|inbox|e-?mail|alerts?|updates?|free|here|today|now|channel|podcast|us).{0,60}",
    r"(?:get|receive|want) (?:the|our|your|all|more|daily|latest|breaking)\b.{0,120}(?:newsletter|inbox|alerts?|e-?mail).{0,80}",
    r"thanks? (?:you )?for (?:signing up|subscribing|registering).{0,100}", r".{0,60}newsletters?(?: :)?", r"by (?:signing up|subscribing|submitting|clicking|entering)\b.{0,250}",
    r"(?:jetzt |hier )?(?:den |unseren |zum |kostenlosen )*newsletter\b.{0,120}", r"(?:inscrivez|abonnez)-vous.{0,140}", r"suscr[íi]b(?:ete|ase|ite).{0,140}",
    r"iscriviti.{0,140}", r"(?:inscreva|assine|cadastre).{0,140}(?:newsletter|canal|e-?mail).{0,60}", r"meld (?:deg|je) (?:på|aan).{0,100}", r"подпи(?:шитесь|сывайтесь|саться).{0,140}",
    r"(?:enter|your) (?:your )?e-?mail(?: address)?.{0,40}", r"invalid e-?mail.{0,60}", r"you(?:'|’)?(?: ha)?ve (?:successfully )?(?:signed up|subscribed|been added).{0,80}",
    # cookies and legal
    r"(?:we use|this (?:site|website) uses) cookies.{0,300}", r".{0,60}cookie (?:policy|settings|preferences|notice)\b.{0,60}", r"(?:accept|reject|manage) (?:all )?cookies.{0,60}",
    r"privacy (?:policy|notice)", r"terms (?:of|and)\b.{0,40}", r"all rights reserved.{0,120}", r"(?:copyright|©|\(c\)).{0,160}", r".{0,80}all rights reserved\W{0,3}",
    # comments, navigation
    r"\d* ?comments?(?: \(\d+\))?", r"(?:post|view|show|load|add|leave|write|read|see|join)(?: a| all| more| the| your| our)?(?: \d+)? (?:comments?|reply|conversation|discussion)\b.{0,60}",
    r"log ?in\b.{0,60}", r"sign in\b.{0,60}", r"your e-?mail address will not be published.{0,80}", r"(?:previous|next) (?:article|post|story|page)\b.{0,120}",
    r"(?:tags?|topics?|categories|category|filed under|keywords|themen|schlagworte|mots[- ]clés|etiquetas|теги|тэги) ?:.{0,200}", r"(?:load|show|view|see|read) (?:more|all|less)", r"back to (?:top|home|news).{0,40}",
    r"zur startseite.{0,40}", r"nach oben", r"skip to .{0,40}", r"table of contents", r"jump to .{0,40}", r"toggle .{0,40}", r"expand(?: all)?", r"close(?: menu| modal)?", r"report (?:this )?ad",
    # related
    r"read (?:more|also|next|the full (?:story|article)|on) ?[:>»|\-–—].{0,200}", r"read (?:more|also|next)(?: (?:here|on|about|at|in|from)\b.{0,80})?", r"(?:also|must) read\b ?[:|\-–—]?.{0,200}", r"see also\b.{0,200}", r"(?:don'?t|don’t) miss ?[:|\-–—].{0,200}",
    r"related(?: (?:articles?|posts?|stor(?:y|ies)|news|topics?|content|coverage|reading|links?|video|items?))?(?: ?[:|–—].{0,200}| - .{0,200})?", r"more (?:from|on|stories|news|in|like|about|for you|coverage)\b.{0,80}", r"recommended(?: (?:for you|stories|articles|reading|videos?))?(?: :.{0,160})?",
    r"most (?:read|popular|viewed|recent|shared)\b.{0,40}", r"trending(?: (?:now|stories|topics|news))?", r"popular(?: (?:now|stories|posts))?", r"you (?:may|might) (?:also |be )+(?:like|enjoy|interested).{0,60}", r"(?:up next|editor'?s? picks?|top stories|latest (?:news|stories|headlines)|in case you missed it|what to read next)\b.{0,40}",
    r"(?:mehr zum thema|lesen sie (?:auch|mehr|hier)|lesen sie dazu|das könnte sie auch|auch interessant|mehr dazu|siehe auch|lesetipps?|weiterlesen|zum thema|mehr lesen|mehr von|verwandte (?:artikel|themen)|weitere artikel|passend dazu)\b.{0,200}",
    r"(?:lire aussi|à lire aussi|a lire aussi|lire la suite|à lire|sur le même (?:sujet|thème)|voir aussi)\b.{0,200}", r"(?:lea también|lee también|leer más|te puede interesar|más información|también te puede interesar|noticias relacionadas|ver también)\b.{0,200}",
    r"(?:leggi anche|leggi tutto|potrebbe interessarti|per approfondire)\b.{0,200}", r"(?:leia (?:também|mais)|veja (?:também|mais)|saiba mais)\b.{0,200}", r"(?:lees (?:ook|meer)|lees verder)\b.{0,200}", r"(?:läs (?:också|även|mer)|les (?:også|mer)|læs (?:også|mere))\b.{0,200}",
    r"(?:czytaj (?:też|także|więcej|również)|zobacz (?:też|także|również)|przeczytaj (?:też|także))\b.{0,200}", r"(?:čtěte (?:také|více|též)|přečtěte si)\b.{0,200}", r"(?:читайте также|читать далее|смотрите также|материалы по теме|по теме|читайте ещё)\b.{0,200}", r"(?:関連記事|関連ニュース|あわせて読みたい|【関連】).{0,120}",
    # apps, follow
    r"(?:download|get|install) (?:the|our)\b.{0,60}\bapp\b.{0,120}", r".{0,40}\b(?:app store|google play)\b.{0,60}", r"(?:source|original) link", r"source\b ?:? ?\w*", r"via\b ?:? ?\w+",
)  # fmt: skip
"""A line of this is junk wherever it stands."""

TAIL = _any(
    r"(?:this|the) (?:article|story|post|report|piece|content|column|interview|essay) (?:was |is |has been |first |originally )+(?:published|appeared|written|produced|featured|posted|syndicated|created|adapted|excerpted|generated|edited)\b.{0,300}",
    r"(?:originally|first) (?:published|appeared|posted)\b.{0,200}", r".{0,160}\b(?:contributed to|contributed reporting|contributed to this)\b.{0,120}", r"(?:additional |with )?report(?:ing|s) (?:was )?(?:contributed )?(?:by|from)\b.{0,250}",
    r"\(?(?:additional )?(?:report|writ|edit)ing (?:by|from|and)\b.{0,300}", r"(?:editing|edited|compiled|translated|research|photographs?|illustrations?|graphics?|produced|production|written|words|story|photos?) (?:by|:)\b.{0,200}",
    r"(?:follow|contact|email|e-mail|reach|write to|tweet|dm)\b.{0,30}(?:@|\bat\b|\bon (?:twitter|x|instagram|facebook|linkedin|threads)|him|her|them|the (?:author|writer|reporter)|\bvia\b).{0,200}", r"\S+@\S+\.\w{2,}.{0,60}", r"(?:e-?mail|twitter|tel|phone|fax) ?: ?\S.{0,120}",
    r"(?:got|have|do you have|send|know something|if you have)\b.{0,60}(?:tips?|story|news|question|feedback|opinion|comments?|correction|information)\b.{0,220}", r"(?:got|have) (?:a )?(?:tip|something).{0,160}", r"do you have .{0,120}\?.{0,160}", r"contact (?:us|the (?:author|editor|newsroom)).{0,160}", r"write to .{0,120}",
    r"(?:for more|for all|to read more|to learn more|click here|find out more|learn more|read more|more information|check out|visit|see more|stay up to date|stay tuned|keep up)\b.{0,220}",
    r"(?:about the (?:author|writer|contributor)s?|about us|author bio|notes? to editors?|media contacts?|press contacts?|contacts?)(?: ?:.{0,200})?", r"\(?(?:reuters|ap|afp|dpa|bloomberg|pti|ani|ians|efe|ansa|xinhua|tass|upi|apa|sda|ntb|tt|stt|ritzau|anp|belga|lusa|keystone-sda|epd|kna|sid)(?:[/ ,\-–]+\w{1,12}){0,4}\)?",
    r"(?:quellen?|sources?|fuentes?|fonte|bron|källa|kilde|zdroj|źródło|источник)\s*:.{0,160}", r"(?:mit material von|von)\b.{0,60}(?:dpa|afp|reuters|ap)\b.{0,40}", r"(?:dieser|der) (?:artikel|text|beitrag|inhalt) (?:ist|wurde|erschien|stammt|entstand|erscheint)\b.{0,250}",
    r"(?:cet article|este artículo|questo articolo|este artigo|denna artikel|denne artikkelen)\b.{0,200}", r"(?:disclaimer|disclosure|haftungsausschluss|transparenzhinweis|note ?: this|editor'?s note ?: this (?:article|story) (?:was|is) (?:originally|first))\b.{0,600}",
    r"(?:published|updated|posted|first published|last updated|last modified|veröffentlicht|aktualisiert|stand|publié|publicado|pubblicato|publicerad|publisert|опубликовано)\b.{0,90}", r"(?:like|enjoy(?:ed)?|love) (?:this|what you)\b.{0,200}", r"(?:support|donate|become a (?:member|subscriber|patron))\b.{0,250}",
    r"(?:for |to )?.{0,30}\b(?:reprint|syndication|licensing|republication) (?:rights|requests?|desk|permissions?|enquir\w+|inquir\w+)\b.{0,90}",
    r"(?:copyright|©|\(c\)|all rights reserved).{0,300}", r"(?:the views|opinions|views) (?:and opinions )?expressed\b.{0,400}", r"topics?", r"tags?", r"newsletter.{0,200}", r"(?:photo|image|picture|foto|bild|bilder|titelbild|featured image|header image|cover image|lead image|main image)s?(?: credits?)? ?(?::|by|courtesy|via).{0,200}",
    r"(?:a version of|an earlier version of) this (?:article|story) (?:appears|appeared|was (?:originally|first)|originally|ran|in print).{0,250}", r"(?:appears|appeared) in (?:the )?print\b.{0,200}", r"(?:comment|kommentare?|comentarios?|commentaires?|komentarze|комментарии)(?: \(\d+\))?", r"[-–—*#•\s]*(?:ends?|30|ende|fin)[-–—*#•\s]*",
    r"(?:join|follow|folgen sie|suivez|síguenos|segui|siga|следите|volg|följ|følg)\b.{0,200}(?:facebook|twitter|instagram|telegram|whatsapp|linkedin|youtube|google news|tiktok|channel|kanal|canal|canale|канал|newsletter|bluesky).{0,120}",
)  # fmt: skip
"""A line of this is junk at the end of a text; elsewhere it may be a sentence."""

TAIL_HEADINGS = _any(
    r"related\b.{0,40}", r"(?:more|further|recommended|suggested) (?:from|on|stories|news|reading|articles|links|coverage|resources)\b.{0,60}", r"read (?:more|next|also)\b.{0,40}", r"(?:you (?:may|might))\b.{0,50}", r"about (?:the (?:author|writer|contributor)s?|us)",
    r"(?:(?:trending|popular|recommended|latest)(?: (?:now|for you|news|stories|articles|posts|reading|videos?|headlines|from .{2,30}|in .{2,30}|on .{2,30}))?)", r"(?:most (?:read|popular)|top stories|editors?'? picks?|what to read next|up next|keep reading|don'?t miss|explore more)\b.{0,40}", r"(?:leave a (?:reply|comment)|join the (?:conversation|discussion))\b.{0,40}", r"(?:\d+ )?comments?(?: \(?\d+\)?)?", "discussion",
    r"(?:mehr zum thema|das könnte|lesen sie auch|auch interessant|weitere|verwandte|kommentare|mehr von|mehr aus|meistgelesen|zum autor|über den autor|zur person)\b.{0,60}", r"(?:à lire aussi|sur le même|lire aussi|les plus lus|voir aussi|à propos)\b.{0,60}", r"(?:noticias relacionadas|te puede|más noticias|lo más|más en)\b.{0,60}",
    r"(?:leggi anche|potrebbe|articoli correlati|leia também|veja também|mais lidas)\b.{0,60}", r"(?:lees ook|meer over|läs mer|läs också|les også|læs også|mer om)\b.{0,60}", r"(?:czytaj|zobacz|polecamy|čtěte|související|читайте|материалы по теме|по теме)\b.{0,60}", r"(?:関連記事|関連ニュース|おすすめ|人気記事|ランキング).{0,30}",
    r"(?:share|tags?|topics?|sign up|newsletter|subscribe|follow us|contact us|advertisement|sponsored)\b.{0,40}",
    r"elsewhere (?:on|in|at) .{2,40}", r"corrections? (?:and|&) (?:clarifications?|amplifications?)", r"(?:our )?(?:sources|footnotes|endnotes|references|works cited)", r"(?:quellen(?:angaben)?|fußnoten|einzelnachweise|fuentes|fonti|bronnen|źródła|источники)",
)  # fmt: skip
"""A heading of this in the last third begins what is no part of the article."""

CONTACT = re.compile(
    r"\b(?:can be (?:reached|contacted|followed)|reach (?:him|her|them|me|us)|follow (?:him|her|them|me|us|\w+ on)|e-?mail(?:ed)? (?:us|him|her|them|me|the (?:writer|author|reporter))|"
    r"sign up (?:for|to) (?:our|the|my|\w+ newsletters?)|subscribe to (?:our|the|my)|(?:our|my|free|daily|weekly) newsletter|stay (?:informed|connected|up to date)|"
    r"(?:get|for) the latest (?:\w+ ){0,4}(?:news|updates|from|headlines)|cross-?posted from|(?:includes|with) (?:information|reporting|material|files) from|our standards:|"
    r"listen to .{2,60} on (?:spotify|apple|google)|(?:apple|google) podcasts|researchers? .{3,60} contributed|airs? \w+days? at|letter to .{2,60}p\.?\s?o\.? box|"
    r"you must (?:confirm|be logged|log)|kommentar abgeben|einloggen|delivered (?:to|through) your|reserves the right|in our (?:liveblog|live blog)|in unserem (?:liveblog|newsletter|podcast|ticker))\b"
    "",
    re.I,
)
"""Anywhere in one of the last lines, where it is short: how to reach, follow, subscribe."""
ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:twitter|x|facebook|instagram|t)\.(?:com|me)/\w|[\w.+-]@[\w-]{1,63}\.\w{2}", re.I
)
"""The same as an address."""
LONGEST_CONTACT = 320


def is_contact(text: str) -> bool:
    """Whether a line says how to reach, follow or subscribe; longer paragraphs are stories."""
    if len(text) > LONGEST_CONTACT:
        return False
    return bool(CONTACT.search(text)) or (("@" in text or "://" in text) and bool(ADDRESS.search(text)))


BIO = re.compile(
    r"^(?:[A-ZÄÖÜ][\w.'’-]+\s+){1,4}(?:\([^)]{0,40}\)\s+)?(?:is|was|has been|ist|war|est|es|è|é|är|er)\s+(?:a|an|the|one|our|currently|also|based|ein|eine|der|die|le|la|un|una|en)?\b"
    r".{0,400}\b(?:report(?:er|s|ing)|correspondent|editor|journalist|writer|writes|columnist|author|covers?|covering|contributor|fellow|professor|"
    r"freelance|blogger|staff|bureau|newsroom|based in|redakteur\w*|korrespondent\w*|journaliste?|autor\w*|redactor\w*|giornalista|journalista?)\b",
)
"""`Ann Lee is a reporter who covers…`: at the end of a text, about its author."""

DATE_LINE = re.compile(
    r"^\W*(?:(?:published|updated|posted|last updated|first published|created|stand|vom|am|le|veröffentlicht|aktualisiert)\b[\s:]*)?(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\.?\s+[^\W\d_]{3,10}\.?,?\s+\d{4}|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年\d{1,2}月\d{1,2}日)"
    r"(?:.{0,40}\d{1,2}[:.h]\d{2}.{0,30}|\s*(?:am|pm|uhr|gmt|est|et|bst|cet))?\W*$",
    re.I,
)
BYLINE_LINE = re.compile(
    r"^\W*(?:(?:by|von|par|por|di|door|av|af|text|words|story by|written by|autor|автор)\s*:?\s+(?=[A-ZÄÖÜА-Я])(?:[\w.'’-]+[\s,|&]*){1,10}|"
    r"(?:By|Von|Par|Por|Door|Av|Af|(?:Story|Written|Words|Text) by|Autor|Автор)\s*:?\s+(?:(?:[A-ZÄÖÜА-Я][\w.'’-]*|and|und|et|y|og|och|en|de|van|von|der|for|the)\b[\s,.|&]*){1,10})$"
)
"""`By Ann Lee`, as a line of its own near the head."""
DATED_BYLINE = re.compile(
    r"^\W*(?i:by|von|par|por|di|door|av|af|text)\s*:?\s+(?=[A-ZÄÖÜ])[^.!?]{3,60}[,|·•–—-]\s*(?:\w{2,9},?\s+)?"
    r"(?:\d{1,2}[-./\s](?:\d{1,2}|[^\W\d_]{3,10})\.?[-./\s]\d{4}|[^\W\d_]{3,10}\.?\s+\d{1,2},\s+\d{4}|\d{4}-\d{2}-\d{2})\b[^.!?]*$"
)
"""The same with the day, and with what stands beside it (`Print this`)."""

_WRONG = r"(?:incorrectly|mistakenly|wrongly|erroneously|misstated|misspelled|misidentified|misattributed|gave|said|stated|reported|contained|included|omitted|referred|described|named|has been (?:corrected|updated))"
OWN_CORRECTION = re.compile(
    r"^\W*(?:(?:correction|clarification|corrigendum|erratum|korrektur|berichtigung|richtigstellung|rectificatif|correctif|corrección|rectificación|fe de erratas|correzione|errata|correção|rectificatie|correctie|rättelse|rettelse|retting|sprostowanie|oprava|исправление|уточнение)\b"
    r".{0,60}[:.,–—-].{0,400}\b(?:this|earlier|previous|dies\w+|cet(?:te)?|précédente|est[ea]|anterior|quest[oa]|precedente|d[ei]ze|dit|denna|denne|dette|tidigare|tidligere|wcześniej\w+|tohoto|этой|этом)\b"
    rf"|an? (?:earlier|previous) version of (?:this|the) \w+\b.{{0,60}}\b{_WRONG}\b|(?:this|the) (?:article|story|post|headline|column|report) (?:has been|was) (?:corrected|updated|amended) (?:to|since|because)\b)",
    re.I,
)
"""A note that says what was wrong in this article: part of it. Those on other articles do not speak of this one."""
