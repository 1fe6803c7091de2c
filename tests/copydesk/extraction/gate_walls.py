# ruff: noqa: E501
"""Walls before the article: consent, checks for bots, paywalls and logins. Invented after what publishers and gateways send."""

from __future__ import annotations

from copydesk.model import Reason
from tests.copydesk.extraction.gate_sites import Refused, article_head, assay, bare, blog, bote, courier, paragraphs

R = Reason
PURPOSES = (
    "We and our 842 partners store and/or access information on a device, such as unique identifiers in cookies, to process personal data.",
    "You may accept or manage your choices by clicking below, including your right to object where legitimate interest is used. These choices will be signalled to our partners and will not affect browsing data.",
    "Store and/or access information on a device. Cookies, device or similar online identifiers can be stored or read on your device to recognise it each time it connects.",
    "Use limited data to select advertising. Advertising presented to you can be based on limited data, such as the app you are using, your location, your device type or the content you interact with.",
    "Create profiles for personalised advertising. Information about your activity can be stored and combined with other information about you, and used to build or improve a profile.",
    "Measure content performance, understand audiences through statistics or combinations of data from different sources, develop and improve services, use limited data to select content.",
    "Use precise geolocation data. Actively scan device characteristics for identification. Ensure security, prevent and detect fraud, and fix errors. Deliver and present advertising and content.",
    "Some vendors may process your personal data on the basis of legitimate interest, to which you can object by managing your options. List of partners (vendors). Show purposes.",
)
CONSENT = [
    Refused(
        "purposes of a framework in full, English",
        R.CONSENT_WALL,
        bare(
            f"<div class='cmp'><h1>We value your privacy</h1>{paragraphs(PURPOSES)}<button>More options</button><button>Disagree</button><button>Agree and close</button></div>",
            title="The Courier",
        ),
    ),
    Refused(
        "a wall that keeps the article's head",
        R.CONSENT_WALL,
        courier(
            f"<div id='wall'><h2>Your privacy, your choice</h2>{paragraphs(PURPOSES[:5])}<button>Accept all</button></div>",
            title="Grain terminal to reopen",
            head=article_head("Grain terminal to reopen"),
        ),
    ),
    Refused(
        "redirect to the host of consent",
        R.CONSENT_WALL,
        bare(
            "<form><h1>Bevor Sie fortfahren</h1><p>Kurier ist Teil der Hafen-Markenfamilie. Wenn Sie auf „Alle akzeptieren“ klicken, speichern wir und unsere Partner Informationen auf Ihrem Gerät.</p><button>Alle akzeptieren</button><button>Alle ablehnen</button></form>",
            title="Kurier ist Teil der Hafen-Markenfamilie",
            lang="de",
        ),
        "https://consent.kurier.example/v2/collectConsent?sessionId=3",
    ),
    Refused(
        "pay or accept, German",
        R.CONSENT_WALL,
        bare(
            "<main><h1>Willkommen beim Boten</h1><section><h2>Mit Werbung weiterlesen</h2><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Die Zustimmung ist jederzeit widerrufbar.</p><button>Akzeptieren und weiter</button></section><section><h2>Pur-Abo</h2><p>Lesen Sie den Boten ohne Werbetracking für 3,99 Euro im Monat. Bereits Pur-Abonnent? Hier anmelden.</p></section><p>Wir verarbeiten gemeinsam mit 143 Drittanbietern Daten Ihres Geräts, etwa Cookies, Kennungen und IP-Adressen, um Anzeigen und Inhalte zu personalisieren und zu messen.</p></main>",
            title="Der Bote – Zustimmung",
            lang="de",
        ),
    ),
    Refused(
        "a service for consent, German",
        R.CONSENT_WALL,
        bote(
            "<h1>Wir benötigen Ihre Zustimmung</h1><p>Wir verwenden Cookies und andere Technologien auf unserer Website. Einige von ihnen sind essenziell, andere helfen uns, das Angebot zu verbessern. Weitere Informationen finden Sie in der Datenschutzerklärung.</p><button>Alle akzeptieren</button><button>Speichern</button>",
            title="Einwilligung",
        ),
    ),
    Refused(
        "go on without accepting, French",
        R.CONSENT_WALL,
        bare(
            "<div><a href='#'>Continuer sans accepter →</a><h1>Avec votre accord</h1><p>Nos 612 partenaires et nous utilisons des cookies ou technologies similaires pour stocker et accéder à des informations personnelles comme votre visite sur ce site. Vous pouvez retirer votre consentement à tout moment.</p><button>En savoir plus</button><button>Accepter &amp; Fermer</button></div>",
            title="Le Quai",
            lang="fr",
        ),
    ),
    Refused(
        "accept or subscribe, French",
        R.CONSENT_WALL,
        courier(
            "<h1>Soutenez une presse libre</h1><p>Vous pouvez lire le site gratuitement en acceptant les cookies et traceurs publicitaires, ou bien vous abonner sans publicité ciblée pour un euro par mois.</p><button>Accepter et continuer</button><button>S'abonner</button>",
            title="Le Quai",
            lang="fr",
        ),
    ),
    Refused(
        "accept or pay, Spanish",
        R.CONSENT_WALL,
        bare(
            "<h1>Tú decides sobre tus datos</h1><p>Para seguir navegando gratis, acepta las cookies. Si prefieres rechazarlas, puedes suscribirte por 2 euros al mes. Con tu consentimiento, nosotros y nuestros 750 socios utilizamos cookies o tecnologías similares.</p><button>Aceptar y continuar</button><button>Rechazar y suscribirse</button>",
            title="El Muelle",
            lang="es",
        ),
    ),
    Refused(
        "notice to accept or subscribe, Italian",
        R.CONSENT_WALL,
        bare(
            "<h1>Informativa</h1><p>Noi e terze parti selezionate utilizziamo cookie o tecnologie simili per finalità tecniche e, con il tuo consenso, anche per altre finalità. Puoi liberamente prestare, rifiutare o revocare il tuo consenso in qualsiasi momento.</p><button>Accetta e continua</button><button>Rifiuta e abbonati</button>",
            title="Il Molo",
            lang="it",
        ),
    ),
    Refused(
        "letter to the reader, Polish",
        R.CONSENT_WALL,
        bare(
            "<h1>Szanowna Czytelniczko, Szanowny Czytelniku</h1><p>Klikając „Akceptuję i przechodzę do serwisu”, wyrażasz zgodę na przetwarzanie Twoich danych osobowych zapisywanych w plikach cookie przez nas i naszych zaufanych partnerów w celach marketingowych. Zgoda jest dobrowolna i możesz ją w każdej chwili wycofać.</p><button>Akceptuję i przechodzę do serwisu</button>",
            title="Nabrzeże",
            lang="pl",
        ),
    ),
    Refused(
        "gate of privacy, Dutch",
        R.CONSENT_WALL,
        bare(
            "<h1>De Kade en privacy</h1><p>De Kade en onze 411 partners plaatsen cookies en vergelijkbare technieken om advertenties te tonen die bij je passen. Als je akkoord gaat, kun je verder lezen. Je kunt je keuze altijd wijzigen via de cookie-instellingen.</p><button>Akkoord</button><button>Instellen</button>",
            title="De Kade",
            lang="nl",
        ),
        "https://myprivacy.kade.example/consent?callbackUrl=x",
    ),
    Refused(
        "before you continue",
        R.CONSENT_WALL,
        bare(
            "<h1>Before you continue to Courier</h1><p>We use cookies and data to deliver and maintain our services, track outages and protect against spam, fraud and abuse. If you choose to accept all, we will also use them to develop new services.</p><button>Reject all</button><button>Accept all</button><a href='#'>More options</a>",
            title="Before you continue to Courier",
        ),
    ),
]
BOTS = [
    Refused(
        "challenge by a script",
        R.BOT_CHECK,
        bare(
            "<noscript><h1>Enable JavaScript and cookies to continue</h1></noscript><script>(function(){window._cf_chl_opt={cvId:'3'};var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1';}());</script>",
            title="Just a moment...",
            head="<meta name='robots' content='noindex,nofollow'>",
        ),
    ),
    Refused(
        "blocked by a shield",
        R.BOT_CHECK,
        bare(
            "<h1>Sorry, you have been blocked</h1><h2>You are unable to access courier.example</h2><h2>Why have I been blocked?</h2><p>This website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution.</p><p>What can I do to resolve this? You can email the site owner to let them know you were blocked.</p><p>Ray ID: 8f2c11 • Your IP: 203.0.113.9 • Performance &amp; security by the shield</p>",
            title="Attention Required!",
        ),
    ),
    Refused(
        "a frame with a captcha",
        R.BOT_CHECK,
        bare(
            "<p id='cmsg'>Please enable JS and disable any ad blocker</p><script data-cfasync='false'>var dd={'rt':'c','cid':'AHrl','hsh':'4F','host':'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
            title="courier.example",
        ),
    ),
    Refused(
        "press and hold",
        R.BOT_CHECK,
        bare(
            "<div id='px-captcha-wrapper'><h1>Before we continue...</h1><p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID 51b2-11ee</p></div>",
            title="Access to this page has been denied",
        ),
    ),
    Refused(
        "pardon the interruption",
        R.BOT_CHECK,
        courier(
            "<h1>Pardon Our Interruption</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few reasons this might happen:</p><ul><li>You are a power user moving through this website with super-human speed.</li><li>You have disabled JavaScript in your web browser.</li><li>A third-party browser plugin is preventing JavaScript from running.</li></ul><p>To regain access, please make sure that cookies and JavaScript are enabled before reloading the page.</p>",
            title="Pardon Our Interruption",
        ),
    ),
    Refused(
        "robot with a box to click",
        R.BOT_CHECK,
        courier(
            "<h3>We've detected unusual activity from your computer network</h3><p>To continue, please click the box below to let us know you're not a robot.</p><h3>Why did this happen?</h3><p>Please make sure your browser supports JavaScript and cookies and that you are not blocking them from loading. For more information you can review our terms of service and cookie policy.</p><h3>Need help?</h3><p>For inquiries related to this message please contact our support team and provide the reference ID below.</p>",
            title="Are you a robot?",
        ),
    ),
    Refused(
        "unusual traffic",
        R.BOT_CHECK,
        bare(
            "<p>About this page</p><p>Our systems have detected unusual traffic from your computer network. This page checks to see if it's really you sending the requests, and not a robot. Why did this happen?</p><p>This page appears when requests are automatically detected which appear to be in violation of the terms of service. The block will expire shortly after those requests stop. In the meantime, solving the above challenge will let you continue to use our services.</p><p>Sometimes you may be asked to solve the challenge if you are using advanced terms that robots are known to use, or sending requests very quickly.</p>",
            title="https://courier.example/ports",
        ),
    ),
    Refused(
        "no robot, German",
        R.BOT_CHECK,
        bote(
            "<h1>Sind Sie ein Mensch?</h1><p>Wir haben ungewöhnliche Zugriffe aus Ihrem Netzwerk festgestellt. Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>",
            title="Sicherheitsabfrage",
        ),
    ),
    Refused(
        "are you human, French",
        R.BOT_CHECK,
        bare(
            "<h1>Vérification en cours</h1><p>Vérifiez que vous êtes humain en effectuant l'action ci-dessous. Le site doit examiner la sécurité de votre connexion avant de continuer.</p>",
            title="Un instant…",
            lang="fr",
        ),
    ),
    Refused(
        "no robot, Spanish",
        R.BOT_CHECK,
        bare(
            "<h1>Comprobación de seguridad</h1><p>Confirma que no eres un robot para continuar.</p>",
            title="Un momento",
            lang="es",
        ),
    ),
    Refused(
        "no robot, Polish",
        R.BOT_CHECK,
        bare(
            "<h1>Potwierdź, że nie jesteś robotem</h1><p>Wykryliśmy nietypowy ruch z Twojej sieci.</p>",
            title="Nabrzeże",
            lang="pl",
        ),
    ),
    Refused(
        "verification for humans",
        R.BOT_CHECK,
        bare(
            "<div id='captcha-container'></div><noscript>In order to continue, you need to verify that you're not a robot by solving a puzzle. The puzzle requires JavaScript.</noscript>",
            title="Human Verification",
        ),
    ),
]
HEADLINE = "Grain terminal to reopen after two years of repairs"
PAID = article_head(HEADLINE, free=False)
TEASER = (
    "The port authority will reopen its northern grain terminal in March, according to a draft timetable that the Courier has seen, two years after a fire closed it and freight costs went up across the region.",
    "Insurers have agreed to carry two thirds of the bill for the repairs. The rest, some hundred million crowns, is to come from the ministry of transport, which wanted the work done a year earlier and …",
)
GERMAN = ("Der nördliche Getreideterminal soll im März wieder öffnen. Das geht aus einem Zeitplan der Hafenbehörde hervor, der dem Boten vorliegt. Zwei Jahre nach dem Brand könnten damit die Frachtraten in der Region sinken, hoffen die Müller.",)  # fmt: skip
PAYWALLS = [
    Refused(
        "two paragraphs, then a box of offers",
        R.PAYWALL,
        courier(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(TEASER)}<div class='piano-offer'><h2>Subscribe to continue reading</h2><p>Get unlimited access for 1 crown a month. Cancel at any time.</p><a href='/login'>Already a subscriber? Log in</a></div></article>",
            title=HEADLINE,
            head=PAID,
        ),
    ),
    Refused(
        "a limit of free articles",
        R.PAYWALL,
        assay(
            f"<article><h1>{HEADLINE}</h1><p>{TEASER[0]}</p><div class='gate'><p>You’ve reached your limit of free articles.</p><p>Create a free account or log in to keep reading.</p></div></article>",
            title=HEADLINE,
            head=article_head(HEADLINE),
        ),
    ),
    Refused(
        "nothing but offers",
        R.PAYWALL,
        assay(
            f"<h1>{HEADLINE}</h1><h2>Subscribe to unlock this article</h2><div><h3>Standard Digital</h3><p>Essential access to quality journalism on any device. Pay a year upfront and save a fifth.</p></div><div><h3>Premium</h3><p>Complete access with expert analysis from industry leaders.</p></div><p>Explore more offers. Check whether you already have access via your university or organisation.</p>",
            title=HEADLINE,
            head=PAID,
        ),
    ),
    Refused(
        "plus, German",
        R.PAYWALL,
        bote(
            f"<h1>Terminal öffnet wieder</h1>{paragraphs(GERMAN)}<div class='pw'><div>Jetzt weiterlesen mit Bote Plus</div><p>Testen Sie vier Wochen für 1 Euro.</p><a href='/login'>Bereits Abonnent? Anmelden</a></div>",
            title="Terminal öffnet wieder",
            head=article_head("Terminal öffnet wieder", free=False),
        ),
    ),
    Refused(
        "what is left to read, French",
        R.PAYWALL,
        courier(
            "<article><h1>Le terminal rouvrira en mars</h1><p>Deux ans après l'incendie, le terminal céréalier du nord doit rouvrir ses portes au printemps, selon un document de l'autorité portuaire que le Quai a pu consulter.</p><p>Il vous reste 78 % de cet article à lire. La suite est réservée aux abonnés.</p></article>",
            title="Le terminal rouvrira",
            head=article_head("Le terminal rouvrira en mars", free=False),
            lang="fr",
        ),
    ),
    Refused(
        "only for subscribers, Spanish",
        R.PAYWALL,
        blog(
            "<article><h1 class='entry-title'>La terminal reabre en marzo</h1><p>Dos años después del incendio, la terminal de granos del norte volverá a abrir en primavera, según un borrador al que ha tenido acceso El Muelle.</p><p>Este contenido es exclusivo para suscriptores. Suscríbete para seguir leyendo. ¿Ya eres suscriptor? Inicia sesión</p></article>",
            title="La terminal reabre",
            head=article_head("La terminal reabre en marzo"),
            lang="es",
        ),
    ),
    Refused(
        "reserved, Italian",
        R.PAYWALL,
        courier(
            "<article><h1>Il terminal riapre a marzo</h1><p>A due anni dall'incendio il terminal del grano torna in funzione, secondo una bozza dell'autorità portuale.</p><div>Contenuto riservato agli abbonati. Sei già abbonato? Accedi</div></article>",
            title="Il terminal riapre",
            head=article_head("Il terminal riapre a marzo", free=False),
            lang="it",
        ),
    ),
    Refused(
        "read on after login, Dutch",
        R.PAYWALL,
        courier(
            "<article><h1>Graanterminal gaat weer open</h1><p>Twee jaar na de brand gaat de noordelijke graanterminal in maart weer open, blijkt uit een concept van het havenbedrijf.</p><div class='wall'><h2>Verder lezen?</h2><p>Dit artikel is alleen voor abonnees. Log in of neem een abonnement.</p></div></article>",
            title="Graanterminal",
            head=article_head("Graanterminal gaat weer open"),
            lang="nl",
        ),
    ),
    Refused(
        "what is left, Polish",
        R.PAYWALL,
        courier(
            "<article><h1>Terminal zbożowy wraca w marcu</h1><p>Dwa lata po pożarze północny terminal zbożowy znów zacznie działać, wynika z projektu zarządu portu.</p><div>Pozostało 85% artykułu. Dalszy ciąg tylko dla prenumeratorów. Masz już prenumeratę? Zaloguj się</div></article>",
            title="Terminal",
            head=article_head("Terminal zbożowy wraca w marcu", free=False),
            lang="pl",
        ),
    ),
    Refused(
        "register for free",
        R.PAYWALL,
        courier(
            f"<article><h1>{HEADLINE}</h1><p>{TEASER[0]}</p></article><div class='regwall'><h2>Register for free to continue reading</h2><p>It takes less than a minute.</p><a href='/login'>Sign in</a></div>",
            title=HEADLINE,
            head=article_head(HEADLINE),
        ),
    ),
    Refused(
        "a page to log in",
        R.PAYWALL,
        courier(
            "<h1>Log in to your account</h1><form><label>Email</label><input><label>Password</label><input type='password'><button>Log in</button></form><p>Forgot your password? No account yet? Subscribe now to read every story, on every device.</p>",
            title="Log in",
        ),
        "https://courier.example/login?next=/ports/grain",
    ),
    Refused(
        "tags say not free, the text stops",
        R.PAYWALL,
        assay(
            f"<article><h1>{HEADLINE}</h1><p>The northern grain terminal will reopen in March, two years after the fire, a draft says…</p><div class='premium'></div></article>",
            title=HEADLINE,
            head=PAID,
        ),
    ),
]
WALLS = [*CONSENT, *BOTS, *PAYWALLS]
