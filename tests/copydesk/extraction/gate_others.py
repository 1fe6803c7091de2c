# ruff: noqa: E501
"""Pages that hold no article though nothing bars the way: errors, lists, searches, pictures and sound. Invented."""

from __future__ import annotations

from copydesk.model import Reason
from tests.copydesk.extraction.gate_sites import (
    CARDS,
    EXCERPTS,
    Refused,
    article_head,
    assay,
    bare,
    blog,
    bote,
    cards,
    courier,
)

R = Reason
GONE = [
    Refused(
        "not found, with cards",
        R.SOFT_404,
        courier(
            f"<h1>Page not found</h1><p>Sorry, we could not find the page you were looking for. It may have moved, or the address may be wrong.</p><h2>Try these instead</h2>{cards(8)}",
            title="Page not found",
        ),
    ),
    Refused(
        "not found, with cards and their excerpts",
        R.SOFT_404,
        assay(
            f"<h1>404</h1><p>Well, this is awkward. The story that you are after has sailed.</p><h2>Latest stories</h2>{cards(6, excerpts=True)}",
            title="404: This page could not be found",
        ),
    ),
    Refused(
        "not found, German",
        R.SOFT_404,
        bote(
            "<h1>Seite nicht gefunden</h1><p>Die von Ihnen aufgerufene Seite existiert leider nicht oder wurde verschoben. Nutzen Sie die Suche oder gehen Sie zur Startseite.</p>",
            title="Fehler 404",
        ),
    ),
    Refused(
        "not found, French",
        R.SOFT_404,
        courier(
            "<h1>Oups, cette page est introuvable</h1><p>La page que vous recherchez n'existe pas ou a été déplacée. Retournez à l'accueil.</p>",
            title="Page introuvable",
            lang="fr",
        ),
    ),
    Refused(
        "not found, Spanish",
        R.SOFT_404,
        courier(
            "<h1>Lo sentimos, no encontramos esa página</h1><p>La página que buscas no existe o ha cambiado de dirección.</p>",
            title="Página no encontrada",
            lang="es",
        ),
    ),
    Refused(
        "not found, Italian",
        R.SOFT_404,
        courier(
            "<h1>Ops! Pagina non trovata</h1><p>La pagina che stai cercando non esiste o è stata spostata.</p>",
            title="Errore 404",
            lang="it",
        ),
    ),
    Refused(
        "not found, Polish",
        R.SOFT_404,
        courier(
            "<h1>Nie znaleziono strony</h1><p>Strona, której szukasz, nie istnieje lub została usunięta.</p>",
            title="Błąd 404",
            lang="pl",
        ),
    ),
    Refused(
        "not found, Dutch",
        R.SOFT_404,
        courier(
            "<h1>Pagina niet gevonden</h1><p>De pagina die je zoekt bestaat niet meer of is verplaatst.</p>",
            title="Niet gevonden",
            lang="nl",
        ),
    ),
    Refused(
        "nothing found in a blog",
        R.SOFT_404,
        blog(
            "<section class='error-404'><h1>Oops! That page can&rsquo;t be found.</h1><p>It looks like nothing was found at this location. Maybe try one of the links below or a search?</p></section>",
            title="Page not found",
        ),
    ),
    Refused(
        "an article that was withdrawn",
        R.SOFT_404,
        courier(
            "<h1>Sorry</h1><p>This article is no longer available. It was removed at the request of the agency that supplied it.</p>",
            title="The Courier",
        ),
    ),
]
ERRORS = [
    Refused(
        "a server's own",
        R.ERROR_PAGE,
        bare("<center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.24.0</center>", title="502 Bad Gateway"),
    ),
    Refused(
        "in the publication's frame",
        R.ERROR_PAGE,
        courier(
            "<h1>Sorry, something went wrong</h1><p>Our presses have jammed. We are working on it; please try again in a few minutes.</p><p>Error reference: 5f-2218</p>",
            title="Error",
        ),
    ),
    Refused(
        "a cache without a backend",
        R.ERROR_PAGE,
        bare(
            "<h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p><h3>Guru Meditation:</h3><p>XID: 34210</p><hr><p>Varnish cache server</p>",
            title="503 Backend fetch failed",
        ),
    ),
    Refused(
        "a host that does not answer",
        R.ERROR_PAGE,
        bare(
            "<h1>Connection timed out <span>Error code 522</span></h1><p>Visit the shield for more information. 2026-11-02 08:11:40 UTC</p><div>You: Browser working. Frankfurt: working. courier.example: Host error.</div><h2>What happened?</h2><p>The initial connection between the network and the origin web server timed out. As a result, the web page can not be displayed.</p><h2>What can I do?</h2><p>If you're a visitor of this website: please try again in a few minutes.</p>",
            title="courier.example | 522: Connection timed out",
        ),
    ),
    Refused(
        "a blog that broke",
        R.ERROR_PAGE,
        bare(
            "<div class='wp-die-message'><p>There has been a critical error on this website.</p><p><a href='#'>Learn more about troubleshooting.</a></p></div>",
            title="Error",
        ),
    ),
    Refused(
        "maintenance, English",
        R.ERROR_PAGE,
        bare(
            "<h1>We'll be right back</h1><p>The Courier is down for scheduled maintenance and will return at 6 am. Thank you for your patience.</p>",
            title="Maintenance",
        ),
    ),
    Refused(
        "maintenance, German",
        R.ERROR_PAGE,
        bare(
            "<h1>Wir sind gleich zurück</h1><p>Wegen Wartungsarbeiten ist der Bote zurzeit nicht erreichbar.</p>",
            title="Der Bote",
            lang="de",
        ),
    ),
    Refused(
        "maintenance, French",
        R.ERROR_PAGE,
        bare(
            "<h1>Site en maintenance</h1><p>Le site est en cours de maintenance. Nous revenons très vite.</p>",
            title="Le Quai",
            lang="fr",
        ),
    ),
    Refused(
        "not in your country",
        R.ERROR_PAGE,
        bare(
            "<h1>451: Unavailable due to legal reasons</h1><p>We recognise you are attempting to access this website from a country belonging to the European Economic Area and therefore access cannot be granted at this time.</p>",
            title="451: Unavailable due to legal reasons",
        ),
    ),
    Refused(
        "a firewall's reference",
        R.ERROR_PAGE,
        bare(
            '<h1>Access Denied</h1><p>You don\'t have permission to access "http://courier.example/ports" on this server.</p><p>Reference #18.2d7c1402.1730</p>',
            title="Access Denied",
        ),
    ),
]
INTRO = "Ships, berths, cranes and the people who work them: the Courier reports from the country's eleven ports every day, with figures each Friday and a letter on Sundays."
BIO = "Ann Lee has covered freight and farming for the Courier since 2014, from three ports and one very cold grain elevator. She won the regional press prize for her series on the silo fire. Before that she edited the shipping tables."
RIVER = "".join(
    f"<li><time datetime='2026-11-02T0{n % 9}:15'>0{n % 9}:15</time> <a href='/n/{n}'>{CARDS[n % len(CARDS)]}</a></li>"
    for n in range(30)
)
POSTS = "".join(
    f"<article class='post'><h2><a href='/n/{n}'>{CARDS[n]}</a></h2><span class='posted-on'>November {n + 1}, 2026</span><div class='entry-summary'><p>{EXCERPTS[n % 6]} {EXCERPTS[(n + 1) % 6]} [&hellip;]</p></div><a class='more-link' href='/n/{n}'>Continue reading</a></article>"
    for n in range(10)
)
WEBSITE = '<meta property="og:type" content="website">'
LISTS = [
    Refused(
        "a section of cards",
        R.SECTION_PAGE,
        courier(f"<h1>Ports</h1><p>{INTRO}</p>{cards(14)}", title="Ports", head=WEBSITE),
        "https://courier.example/ports",
    ),
    Refused(
        "a section of cards with excerpts",
        R.SECTION_PAGE,
        courier(f"<h1>Ports</h1>{cards(14, excerpts=True)}", title="Ports", head=WEBSITE),
        "https://courier.example/ports",
    ),
    Refused(
        "a section of containers",
        R.SECTION_PAGE,
        bote(f"<div class='h'>Wirtschaft</div>{cards(24, excerpts=True, tag='div')}", title="Wirtschaft: Nachrichten"),
        "https://bote.example/wirtschaft/",
    ),
    Refused(
        "a tag",
        R.SECTION_PAGE,
        blog(f"<header class='page-header'><h1>Tag: grain</h1></header>{POSTS}", title="grain Archives", head=WEBSITE),
        "https://quay-notes.example/tag/grain/",
    ),
    Refused(
        "a month of an archive",
        R.SECTION_PAGE,
        blog(f"<header class='page-header'><h1>Month: November 2026</h1></header>{POSTS}", title="November 2026"),
        "https://quay-notes.example/2026/11/",
    ),
    Refused(
        "an author with a portrait",
        R.SECTION_PAGE,
        assay(
            f"<h1>Ann Lee</h1><p>Freight correspondent</p><p>{BIO}</p><h2>Latest</h2>{cards(12)}",
            title="Ann Lee",
            head='<meta property="og:type" content="profile">',
        ),
        "https://courier.example/authors/ann-lee",
    ),
    Refused(
        "an author's page elsewhere",
        R.SECTION_PAGE,
        courier(
            f"<h1>Ann Lee</h1><p>{BIO}</p>{cards(14)}",
            title="Ann Lee, Freight correspondent",
            head='<script type="application/ld+json">{"@type":"ProfilePage","mainEntity":{"@type":"Person","name":"Ann Lee"}}</script>',
        ),
        "https://courier.example/profile/ann-lee",
    ),
    Refused(
        "the front page",
        R.SECTION_PAGE,
        courier(
            f"<section><h2><a href='/n/900'>{CARDS[0]}</a></h2><p>{EXCERPTS[0]}</p></section>{cards(14, excerpts=True, tag='h2')}",
            title="News from the quays",
            head=WEBSITE,
        ),
        "https://courier.example/",
    ),
    Refused(
        "a river of headlines",
        R.SECTION_PAGE,
        assay(f"<h1>Latest news</h1><ul>{RIVER}</ul>", title="Latest news"),
        "https://assay.example/latest",
    ),
    Refused(
        "a collection by its own tags",
        R.SECTION_PAGE,
        courier(
            f"<h1>The silo fire: our coverage</h1><p>{INTRO}</p>{cards(10, excerpts=True)}",
            title="The silo fire: our coverage",
            head='<script type="application/ld+json">{"@type":"CollectionPage","name":"The silo fire"}</script>',
        ),
        "https://courier.example/ports/silo-fire",
    ),
]
VIDEO = '<meta property="og:type" content="video.other"><script type="application/ld+json">{"@type":"VideoObject","name":"First ship leaves the terminal","uploadDate":"2026-11-02T08:00:00Z","description":"The first ship leaves."}</script>'
EPISODE = '<script type="application/ld+json">{"@type":"PodcastEpisode","name":"Episode 41","datePublished":"2026-11-01"}</script>'
PICTURES = "".join(
    f"<figure><img src='/g/{n}.jpg' alt=''><figcaption>{n} of 12. The terminal at {n + 5} in the morning. Photo: K. Orrin</figcaption></figure>"
    for n in range(1, 13)
)
MEDIA = [
    Refused(
        "a video with a sentence",
        R.MEDIA_PAGE,
        courier(
            f"<h1>First ship leaves the terminal</h1><div class='player'><video src='/v.mp4'></video></div><p>The first ship in two years left the northern terminal on Monday with grain for the south.</p><h2>Up next</h2>{cards(8)}",
            title="First ship leaves the terminal",
            head=VIDEO,
        ),
        "https://courier.example/video/first-ship-leaves-the-terminal",
    ),
    Refused(
        "a player of another house",
        R.MEDIA_PAGE,
        assay(
            "<h1>Watch: cranes at work</h1><iframe src='https://player.example/embed/12'></iframe><p>Three minutes from the quay, without comment.</p><p>02:58</p>",
            title="Watch: cranes at work",
        ),
        "https://assay.example/videos/cranes-at-work",
    ),
    Refused(
        "pictures with numbers",
        R.MEDIA_PAGE,
        courier(
            f"<h1>In pictures: the terminal wakes</h1>{PICTURES}",
            title="In pictures: the terminal wakes",
            head='<script type="application/ld+json">{"@type":"ImageGallery","name":"The terminal wakes"}</script>',
        ),
        "https://courier.example/gallery/the-terminal-wakes",
    ),
    Refused(
        "pictures, German",
        R.MEDIA_PAGE,
        bote(
            "<h1>Bilder: Der Terminal erwacht</h1><div class='gal'><img src='1.jpg' alt=''><img src='2.jpg' alt=''></div><p>12 Bilder</p>",
            title="Bilderstrecke: Der Terminal erwacht",
        ),
        "https://bote.example/bildergalerie/terminal-erwacht",
    ),
    Refused(
        "an episode with notes",
        R.MEDIA_PAGE,
        courier(
            "<h1>Episode 41: What the fire cost</h1><audio src='/41.mp3'></audio><p>Ann Lee and Marit Orrin talk about insurers, trucks and a very long lease.</p><p>Listen and subscribe wherever you get your podcasts.</p>",
            title="Episode 41: What the fire cost",
            head=EPISODE,
        ),
        "https://courier.example/podcasts/quayside/41",
    ),
    Refused(
        "a live stream",
        R.MEDIA_PAGE,
        assay(
            "<h1>Live: growers' congress</h1><video src='/live.m3u8'></video><p>Follow the second day of the congress here from nine.</p>",
            title="Live: growers' congress",
            head='<meta property="og:type" content="video.other">',
        ),
        "https://assay.example/watch/live",
    ),
]
HITS = "".join(
    f"<div class='hit'><h3><a href='/n/{n}'>{CARDS[n % len(CARDS)]}</a></h3><p>{EXCERPTS[n % 6]}</p><span>{n + 1} November 2026</span></div>"
    for n in range(10)
)
SEARCHES = [
    Refused(
        "hits with snippets",
        R.SEARCH_PAGE,
        courier(f"<h1>Search results for “grain”</h1><p>214 results</p>{HITS}", title="Search results for “grain”"),
        "https://courier.example/search?q=grain",
    ),
    Refused(
        "hits, German",
        R.SEARCH_PAGE,
        bote(f"<h1>Suchergebnisse für „Getreide“</h1>{HITS}", title="Suche"),
        "https://bote.example/suche/?q=Getreide",
    ),
    Refused(
        "hits, French",
        R.SEARCH_PAGE,
        courier(
            f"<h1>Résultats de recherche pour : grain</h1>{HITS}", title="Résultats de recherche pour grain", lang="fr"
        ),
        "https://quai.example/?s=grain",
    ),
    Refused(
        "no hits",
        R.SEARCH_PAGE,
        courier(
            "<h1>Search</h1><p>Your search for “graiin” did not match any stories. Check the spelling, or try fewer words.</p>",
            title="Search",
        ),
        "https://courier.example/search?q=graiin",
    ),
]
EMPTY = [
    Refused(
        "a shell that scripts would fill",
        R.TOO_SHORT,
        "<!doctype html><html><head><title>Assay</title></head><body><div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript><script src='/main.js'></script></body></html>",
        "https://assay.example/metals/copper-rises",
    ),
    Refused(
        "a headline without a story",
        R.TOO_SHORT,
        courier(
            "<article><h1>Terminal to reopen</h1><p>More follows.</p></article>",
            title="Terminal to reopen",
            head=article_head("Terminal to reopen"),
        ),
    ),
]
OTHERS = [*GONE, *ERRORS, *LISTS, *MEDIA, *SEARCHES, *EMPTY]
