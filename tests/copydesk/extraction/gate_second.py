# ruff: noqa: E501
"""A second batch for the gate, written when its rules were done, to see whether they hold: 24 of these 34 did at first."""

from __future__ import annotations

from copydesk.model import Reason
from tests.copydesk.extraction.gate_sites import (
    CARDS,
    EXCERPTS,
    Passed,
    Refused,
    article_head,
    assay,
    bare,
    blog,
    bote,
    courier,
    paragraphs,
)
from tests.copydesk.extraction.pages import PARAGRAPHS

R = Reason
P = PARAGRAPHS
H = "Grain terminal to reopen after two years of repairs"
SECOND_REFUSED = [
    Refused('rely on cookies for free reading', R.CONSENT_WALL, bare("<h1>Your data, your decision</h1><p>To show you journalism for free, Quay and its partners rely on cookies and comparable technology for which we need your permission. You may withdraw at any time at the bottom of each page.</p><button>I agree</button><button>Settings</button>",title="Quay")),
    Refused('settings for privacy, German', R.CONSENT_WALL, bare("<h2>Datenschutzeinstellungen</h2><p>Wir nutzen auf unserer Website Cookies und ähnliche Verfahren. Einige davon sind notwendig, andere dienen Statistik und Marketing. Mit Klick auf „Zustimmen“ erlauben Sie uns auch die Verarbeitung in Drittländern.</p><a>Zustimmen</a><a>Nur notwendige</a>",title="Hafenblatt",lang="de")),
    Refused('nothing but cookies, Spanish', R.CONSENT_WALL, courier("<h1>Este sitio utiliza cookies</h1><p>Nosotros y nuestros colaboradores almacenamos información en tu dispositivo. Puedes aceptar o rechazar cada finalidad en el panel de configuración.</p><button>Aceptar</button>",title="Cookies",lang="es")),
    Refused('our 900 partners, Norwegian', R.CONSENT_WALL, bare("<p>Vi bryr oss om ditt personvern</p><p>Vi og våre 900 partnere lagrer og får tilgang til informasjon på enheten din, for eksempel informasjonskapsler. Du kan endre valgene dine når som helst.</p><button>Godta alle</button>",title="Kaia",lang="no")),
    Refused('one more step', R.BOT_CHECK, bare("<h1>One more step</h1><p>Please complete the security check to access quay.example</p>",title="Quay")),
    Refused('the security of your connection', R.BOT_CHECK, bare("<h2>Verify you are human by completing the action below.</h2><p>quay.example needs to review the security of your connection before proceeding.</p>",title="quay.example")),
    Refused('a step that protects your account', R.BOT_CHECK, bare("<p>Let's confirm you are human</p><p>Complete the security check before continuing. This step verifies that you are not a bot, which helps to protect your account and prevent spam.</p><button>Begin</button>",title="Human Verification")),
    Refused("an incident's number", R.BOT_CHECK, bare("<iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe><p>Request unsuccessful. Incapsula incident ID: 89-22</p><script src='/_Incapsula_Resource?x'></script>",title="")),
    Refused('a captcha to solve, German', R.BOT_CHECK, bote("<h1>Kurze Überprüfung</h1><p>Bitte lösen Sie das Captcha, um fortzufahren. So stellen wir sicher, dass keine automatisierten Zugriffe erfolgen.</p>",title="Captcha")),
    Refused("a members' story", R.PAYWALL, courier(f"<article><h1>{H}</h1><p>{P[0]}</p><p>{P[1]}</p></article><section><h2>This is a members' story</h2><p>Join for 4 crowns a month to finish it, and get our Sunday letter.</p><a>Join</a><a>Sign in</a></section>",title=H,head=article_head(H,free=False))),
    Refused('the rest is locked', R.PAYWALL, assay(f"<article><h1>{H}</h1><p>{P[0]}</p><div>The rest of this story is locked. Start your free trial to read it.</div></article>",title=H,head=article_head(H,free=False))),
    Refused('with your digital subscription, German', R.PAYWALL, bote(f"<h1>{H}</h1><p>Die Hafenbehörde will den Terminal im März öffnen. Zwei Jahre lang war er geschlossen, weil ein Brand die Förderbänder zerstört hatte.</p><div>Weiterlesen mit Ihrem Digital-Abo</div><div>Sie haben schon ein Abo? Anmelden</div>",title=H,head=article_head(H))),
    Refused('sign in to keep reading', R.PAYWALL, courier(f"<article><h1>{H}</h1><p>{P[0]}</p></article><div><p>Already registered? Sign in to keep reading this story.</p></div>",title=H,head=article_head(H))),
    Refused('high and low', R.SOFT_404, courier("<h1>We've searched high and low</h1><p>But the page you requested can't be found. It might have been renamed.</p>",title="Page missing")),
    Refused('a story that no longer exists', R.SOFT_404, assay("<h1>Hmm.</h1><p>This story doesn't exist, or no longer does. Try the home page.</p>",title="Not Found - Assay")),
    Refused('a page that is gone, German', R.SOFT_404, bote("<h1>Diese Seite gibt es nicht mehr</h1><p>Der Inhalt wurde gelöscht oder verschoben.</p>",title="404")),
    Refused('a page that was not found, French', R.SOFT_404, courier("<h1>La page demandée n'a pas été trouvée</h1><p>Le lien que vous avez suivi est peut-être rompu.</p>",title="Erreur 404",lang="fr")),
    Refused('trouble with an unexpected error', R.ERROR_PAGE, courier("<h1>We're having trouble</h1><p>An unexpected error has occurred while loading this page. Our engineers have been told.</p>",title="Oops, an error occurred")),
    Refused("an application's error", R.ERROR_PAGE, bare("<h1>Application error</h1><p>An error occurred in the application and your page could not be served. If you are the application owner, check your logs for details.</p>",title="Application Error")),
    Refused('forbidden by a server', R.ERROR_PAGE, bare("<h1>Forbidden</h1><p>You don't have permission to access this resource.</p><hr><address>Apache/2.4.58 Server</address>",title="403 Forbidden")),
    Refused('works on the site, German', R.ERROR_PAGE, bare("<h1>Bauarbeiten</h1><p>Unsere Seite wird gerade überarbeitet. Wir sind in Kürze wieder für Sie da.</p>",title="Wartung",lang="de")),
    Refused('links around whole teasers', R.SECTION_PAGE, bare("<h1>Energy</h1>"+"".join(f"<div><a href='/e/{i}'><h2>{c}</h2><p>{EXCERPTS[i%6]}</p></a></div>" for i,c in enumerate(CARDS)),title="Energy news"), "https://courier.example/energy"),
    Refused('rows with days', R.SECTION_PAGE, courier("<h1>All stories</h1>"+"".join(f"<tr><td><a href='/e/{i}'>{c}</a></td><td>3 November</td></tr>" for i,c in enumerate(CARDS*2)),title="All stories"), "https://courier.example/energy"),
    Refused('teasers above their headlines', R.SECTION_PAGE, assay("<h1>Mining</h1>"+"".join(f"<article><time datetime='2026-11-0{i%9+1}'>Nov {i}</time><p>{EXCERPTS[i%6]}</p><h3><a href='https://courier.example/m/{i}'>{c}</a></h3></article>" for i,c in enumerate(CARDS)),title="Mining"), "https://courier.example/energy"),
    Refused('an episode with minutes', R.MEDIA_PAGE, courier("<h1>Quayside, episode 12</h1><p>Marit Orrin on insurers. 34 min.</p><button>Play</button>",title="Quayside, episode 12",head='<meta property="og:type" content="music.song">'), "https://courier.example/energy"),
]  # fmt: skip
SECOND_PASSED = [
    Passed('about a login', courier(f"<article><h1>Login chaos at Fjord Bank</h1><p>{P[0]}</p><p>{P[1]}</p></article>",title="Login chaos",head=article_head("Login chaos at Fjord Bank")), P[1]),
    Passed('about members only, untagged', blog(f"<article><h1>Members only: the clubs that run the port</h1>{paragraphs(P)}</article>",title="Members only",head=""), P[3]),
    Passed('about maintenance, German', bote("<h1>Wartungsarbeiten legen Bahnstrecke lahm</h1><p>Zwischen Halden und Orrin fahren bis Freitag keine Züge. Das teilte die Bahn am Montag mit. Grund sind Wartungsarbeiten an einer Brücke, die länger dauern als geplant. Busse fahren stündlich, sagte ein Sprecher.</p>",title="Wartungsarbeiten legen Bahnstrecke lahm",head=article_head("Wartungsarbeiten legen Bahnstrecke lahm")), "Zwischen Halden und Orrin"),
    Passed('“access denied” as a headline', bare("<h1>Access denied</h1><p>ORRIN - The ministry refused inspectors entry to the burnt terminal on Monday, a day before their permit ended. Lawyers for the insurers said that they would go to court. The fire two years ago destroyed eleven belts and closed the northern quay to all but small ships.</p>",title="Access denied",head=article_head("Access denied")), "ORRIN - The ministry refused"),
    Passed('questions of readers', courier("<article><h1>Q&amp;A: your pension and the rate cut</h1>"+paragraphs(["<b>Will my pension fall?</b>","If you retire this year, no. You will see the change in your letter in March. We asked three advisers, and they agree that you should wait.","<b>Should I move my savings?</b>","You may lose interest if you do it before the end of the quarter. Please read the terms of your account first, our advisers say."])+"</article>",title="Q&A",head=article_head("Q&A: your pension and the rate cut")), "You will see the change"),
    Passed('readers write about cookies', assay("<article><h1>Readers write</h1>"+paragraphs(["You asked us why we use cookies on this site, and whether our partners see what you read. Our answer: they see that you came, not who you are.","We will stop at the end of the year. Until then you can accept or reject all cookies with one button, and your choice holds for a year."])+"</article>",title="Readers write: our cookies",head=article_head("Readers write: our cookies")), "they see that you came"),
    Passed('ten books with links to a shop, untagged', blog("<article><h1>Ten books on grain</h1>"+"".join(f"<h3><a href='https://books.example/{i}'>{c}</a></h3><p>{EXCERPTS[i%6]}</p>" for i,c in enumerate(CARDS[:10]))+"</article>",title="Ten books on grain",head=""), EXCERPTS[2]),
    Passed('a briefing with links', courier("<article><h1>Morning briefing</h1>"+"".join(f"<h2>{c}</h2><p>{EXCERPTS[i%6]} <a href='/n/{i}'>Read the full story here</a></p>" for i,c in enumerate(CARDS[:6]))+"</article>",title="Morning briefing",head=article_head("Morning briefing")), EXCERPTS[1]),
    Passed('a wire without a heading, German', bare("<p><b>Orrin, 2. Nov.</b> Die Zentralbank lässt den Leitzins bei 3,25 Prozent. Das teilte sie am Montag mit. Vor März sehe sie keinen Anlass für Änderungen, sagte der Gouverneur vor Journalisten in Orrin. Die Krone gab zum Euro leicht nach, die Renditen sanken.</p>",title="Zentralbank lässt Leitzins unverändert",lang="de"), "Die Zentralbank lässt den Leitzins"),
]  # fmt: skip
