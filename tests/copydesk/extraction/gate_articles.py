# ruff: noqa: E501
"""Pages that hold an article though they look, speak or are built like walls, errors and lists. Invented, wording and all."""

from __future__ import annotations

from collections.abc import Callable

from tests.copydesk.extraction.gate_sites import (
    STORY,
    Passed,
    article_head,
    assay,
    bare,
    blog,
    bote,
    cards,
    courier,
    paragraphs,
)
from tests.copydesk.extraction.pages import PARAGRAPHS

OG = '<meta property="og:type" content="article">'


def story(
    name: str,
    site: Callable[..., str],
    headline: str,
    texts: tuple[str, ...],
    *,
    url: str = STORY,
    head: str | None = None,
    after: str = "",
    lang: str = "en",
    says: str = "",
) -> Passed:
    """An article in a publication's frame; `head` None: with the tags of an article."""
    tags = article_head(headline) if head is None else head
    main = f"<article><h1>{headline}</h1>{paragraphs(texts)}</article>{after}"
    return Passed(name, site(main, title=headline, head=tags, lang=lang), says or texts[-1], url)


COOKIES = (
    "The privacy regulator fined the ticket seller Orrin Live 2.1 million crowns on Monday because its banner offered no way to reject all cookies in one click.",
    "“We value your privacy, it says, and then it hides the exit,” said the regulator's head, Tove Brandt. Visitors had to open four screens before they could refuse the consent that 312 partners asked for.",
    "Orrin Live said that it would appeal. It has replaced the banner with one of two equal buttons, and says that nine in ten visitors now press the grey one.",
)
CONSENT_LAW = (
    "Wer Nutzern die Wahl zwischen Werbung und Bezahlung lässt, darf das auch künftig, sofern das Abonnement nicht teurer ist als üblich. Das hat das Verwaltungsgericht am Montag entschieden.",
    "Geklagt hatte ein Verband, der in der Schaltfläche „Alle akzeptieren“ keine freiwillige Einwilligung sieht. „Zustimmen und weiter ist keine Wahl“, sagte dessen Vorsitzende Ilka Brandt nach dem Urteil.",
    "Verlage hatten argumentiert, dass ohne Cookies ein Drittel ihrer Erlöse wegfiele. Der Verband prüft, ob er in die nächste Instanz geht.",
)
COOKIES_FRENCH = (
    "L'autorité de protection des données a infligé lundi une amende de deux millions de couronnes à un vendeur de billets, faute de bouton « continuer sans accepter » sur son bandeau.",
    "« Tout accepter prenait un clic, tout refuser en demandait quatre », a expliqué sa présidente, Tove Brandt. L'entreprise a annoncé qu'elle ferait appel de la décision.",
)
CAPTCHA = (
    "Are you a robot? The question now costs web shops more than fraud does, a study of 41 retailers says. One in eight buyers gives up when a page asks them to press and hold a button or to find the traffic lights.",
    "“A captcha is a toll on the honest,” said Idris Vale, who wrote the study for the retailers' union. Bots solve the puzzles faster than people by now, and for less than a cent.",
)
NOT_FOUND = (
    "A page that says “404 page not found” need not be a dead end, as the national museum has shown: its error page is now its third most visited, because a curator writes a new poem for it each week.",
    "The page you are looking for does not exist, the poems begin, and then go on about what does. The museum will print the first hundred of them in spring.",
)
PAYWALL = (
    "Subscribe to continue reading: that line brought the Meridian group a fifth of its revenue last year, as print advertising fell again, its annual report said on Monday.",
    "The group moved its limit of free articles from five to two a month in June. Four in a hundred readers who met the wall became a subscriber, more than the three that the board had planned for.",
    "Registration pays as well. Readers who create a free account read twice as much, and are three times as likely to pay later, the report said.",
)
PAYWALL_SHORT = ("The Meridian group will put all its regional sites behind a paywall in March, it said on Monday. Articles will be for subscribers only after the second one in a month. The group expects 40,000 new subscribers by the end of the year, and cuts its forecast for advertising.",)  # fmt: skip
OUTAGE = (
    "Customers of Fjord Bank saw “service unavailable” for most of Monday after an update of its payment system failed. Cards worked; transfers did not, and the bank's app showed an internal server error until four in the afternoon.",
    "The bank blamed scheduled maintenance that took longer than planned. The regulator has asked for a report within ten days.",
)
OUTAGE_WIRE = ("HALDEN, Nov 2 - Technical problems grounded flights across the country for three hours on Monday after a radar system became temporarily unavailable, the air traffic authority said. Some 140 flights were late and 22 were called off. The authority is looking into the cause of the error.",)  # fmt: skip
FORBIDDEN = ("Halden has forbidden lorries over 40 tonnes to cross its old bridge from Tuesday, after inspectors found cracks in two of its piers. Access is denied to buses as well until the piers are propped up, which the city says will take until the middle of December at the least, and cost some nine million crowns.",)  # fmt: skip
NUMBERS = ("Vale Steel will cut 404 jobs at two mills, the company said on Monday, a tenth of its workforce. Another 503 workers, whose posts were denied a renewal under the denied subsidy, keep their contracts until June. Unions call for a strike vote within the week, and for talks with the ministry before it.",)  # fmt: skip
MISSING = ("The container ship Orla, which had gone missing north of the cape on Friday, was found on Monday with all hands safe. The coast guard could not find the ship for two days because its transponder had failed in the storm. It is now under tow, and is expected in Halden on Wednesday morning with its cargo of timber whole.",)  # fmt: skip
WIRE = ("ORRIN, Nov 2 (Meridian) - Northern Mills raised its forecast for the year on Monday as flour prices held up better than it had feared, and said that it would buy back shares for up to 300 million crowns. The shares rose 4.1 percent in early trade. Analysts had expected no change before the spring.",)  # fmt: skip
WIRE_SHORT = ("ORRIN, Nov 2 (Meridian) - The central bank held its main rate at 3.25 percent on Monday, as expected. It said that it saw no need to act before March. The crown was little changed against the euro, and yields fell by two basis points.",)  # fmt: skip
WIRE_GERMAN = ("HALDEN (mdn) - Der Stahlkonzern Vale hebt seine Prognose für das laufende Jahr an. Statt mit 200 rechnet er nun mit 240 Millionen Kronen Gewinn, wie er am Montag mitteilte. Grund sei die Nachfrage aus dem Schiffbau. Die Aktie gewann im frühen Handel vier Prozent.",)  # fmt: skip
RELEASE = (
    "HALDEN, November 2, 2026 – Quarry Systems, a maker of crushers and screens, today announced that it has signed an agreement to acquire Bright Aggregate, a family-owned dealer with eleven branches in the north.",
    "“Bright Aggregate has served the region's quarries for three generations, and we are proud to welcome its 140 people,” said Petra Moll, chief executive of Quarry Systems.",
    "The transaction is expected to close in the first quarter of 2027, subject to customary conditions. Terms were not disclosed.",
    "About Quarry Systems: Quarry Systems builds machines that break, sort and move stone. It employs 2,300 people in nine countries.",
)
INTERVIEW = tuple(
    text
    for question, answer in (
        ("You took the job when nobody wanted it. Why?", "Because the silos were still warm, and because my father had built the first of them. You do not leave a thing like that to a committee. I gave myself two years, and I was wrong by eleven days."),
        ("What was the worst moment?", "The morning when the insurers sent the second letter. It had one page, and every line of it cost us a million. I read it on the quay, to the people who had to hear it."),
        ("And now the growers praise you.", "They praise the rent. Ask them again after the first bad harvest, when the silos stand empty and the lease runs on."),
        ("Will trucks go back to the ports in the south?", "Some will. A truck goes where the driver finds a bed. We are building forty of them, with a canteen, and that will do more than any tariff."),
    )
    for text in (f"<strong>{question}</strong>", answer)
)  # fmt: skip
OPINION = (
    "Something went wrong in this country's ports long before the fire, and no crane will mend it. We built for the harvest of 1990 and insured for that of 1970.",
    "I say so as one who voted for both. The committee on which I sat for nine years looked at every bolt and at no balance sheet; nobody asked what would happen if the one terminal that paid for the other ten should stop.",
    "Now it has been asked. The answer is a levy that every shipper pays, small enough to forget and large enough to count. Anything else is a prayer with a letterhead.",
)
LIVE_POSTS = "".join(
    f"<div class='post' id='p{n}'><time>{n}:15</time><h3>Update {n}: berth {n}</h3><p>Ship number {n} has left the northern berth with grain for the south, the harbour master says; the next one is moored already.</p></div>"
    for n in range(8, 20)
)
TABLE = "<table><tr><th>Index</th><th>Close</th><th>Change</th></tr>" + "".join(f"<tr><td>{name}</td><td>{close}</td><td>{change}</td></tr>" for name, close, change in (("Halden 20", "4,118.2", "+0.4 %"), ("Orrin All Share", "918.7", "-0.1 %"), ("Crown index", "101.3", "+0.0 %"), ("Wheat, March", "212.50", "-1.2 %"), ("Copper, 3 months", "9,871", "+2.0 %"))) + "</table>"  # fmt: skip
MARKET = (
    "Shares in Halden closed a little higher on Monday as miners made up for a weak day of the banks. Copper rose to its highest since May after a smelter in the south said that it would stop a furnace.",
    "Northern Mills led the gainers with 4.1 percent after it had raised its forecast. Fjord Bank lost 2.2 percent, as customers could not make transfers for most of the day.",
)
LISTED = "".join(f"<h2>{n}. {name}</h2><p>{text}</p>" for n, (name, text) in enumerate((("Leave the car", "Trains to the coast run every half hour from March on, and the ticket costs less than the toll of the bridge."), ("Book the middle", "Prices of rooms fall by a third between the second and the fourth week of the month, when schools are in."), ("Eat at the auction", "The fish hall opens its benches to guests at six; bring cash, patience and a coat that you do not love."), ("Mind the tide", "The path to the light is under water for five hours of every twelve, whatever the sign says.")), 1))  # fmt: skip
OBITUARY = ("Marit Orrin, who led the growers' union through two droughts and one fire, died on Sunday at the age of 81. She had been ill for some months, the union said. Orrin drove a tractor to every congress, refused three ministries, and never once agreed with a budget.",)  # fmt: skip
JAPANESE = (
    "北部の穀物ターミナルは来年三月に再開する見通しとなった。港湾当局が月曜日に発表した。二年前の火災で閉鎖され、地域の輸送費が上昇していた。",
    "収穫量の三分の一を扱うハルデン食品は十二年間の賃貸契約を結んだ。同社は十年以内に年間四百万トンの出荷を見込むとしている。修復費用は三億一千万クローネで、保険会社が三分の二を負担する。",
)
QUAKE = ("A weak earthquake shook Orrin at 4:12 on Monday morning. No one was hurt.",)
METER = "<div class='meter'><p>You have read 2 of 3 free articles this month. Subscribe now to keep reading. Already a subscriber? Log in</p></div>"
CTA = "<div class='cta'><p>Become a member to support the Courier.</p></div>"
QUERY = "https://courier.example/?p=4711"
TURNSTILE = "<script src='https://challenges.shield.example/turnstile/v0/api.js'></script>"
GALLERY = "".join(
    f"<figure><img src='/g/{n}.jpg' alt=''><figcaption>The terminal in year {n}</figcaption></figure><p>{text}</p>"
    for n, text in enumerate(PARAGRAPHS)
)
LIVE_HEAD = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Live: the terminal reopens","coverageStartTime":"2026-11-02T07:00:00Z"}</script>'
FREE = article_head("Grain terminal to reopen", free=False)
SHIP = "Ship number 12 has left the northern berth"
ABOUT = [
    story("about a banner of cookies", courier, "Ticket seller fined for its cookie banner", COOKIES),
    story("about consent, untagged", assay, "We value your privacy: regulator fines ticket seller", COOKIES, head=""),
    story("about consent, German", bote, "„Alle akzeptieren“: Gericht erlaubt Bezahlmodell der Verlage", CONSENT_LAW, lang="de"),
    story("about cookies, French", courier, "« Continuer sans accepter » : un vendeur de billets condamné", COOKIES_FRENCH, lang="fr"),
    story("about captchas", courier, "Are you a robot? Captchas cost shops more than fraud", CAPTCHA),
    story("about captchas, untagged", blog, "“Press and hold”: what captchas cost", CAPTCHA, head=OG, url=QUERY),
    story("about error pages", assay, "404 page not found, and a poem", NOT_FOUND),
    story("about error pages, untagged", bare, "404 page not found: a museum's poems", NOT_FOUND, head=""),
    story("about paywalls", courier, "Subscribe to continue reading: Meridian lives on its wall", PAYWALL),
    story("about a paywall, short", assay, "Meridian puts regional sites behind a paywall", PAYWALL_SHORT),
    story("about an outage", courier, "“Service unavailable”: bank's transfers fail for a day", OUTAGE),
    story("about an outage, a wire", bare, "Technical problems ground flights", OUTAGE_WIRE, head=""),
    story("about what is forbidden", assay, "Access denied: old bridge closes to heavy lorries", FORBIDDEN),
    story("about what is forbidden, untagged", courier, "Access denied: old bridge closes to heavy lorries", FORBIDDEN, head=""),
    story("with the numbers of errors", courier, "Vale Steel to cut 404 jobs", NUMBERS),
    story("with the numbers of errors, untagged", blog, "Vale Steel to cut 404 jobs", NUMBERS, head="", url=QUERY),
    story("about a ship that was missing", bare, "Missing ship found north of the cape", MISSING, head=""),
    story("about a search", courier, "Search results disappoint: divers find no trace of the Orla", MISSING),
    story("an exclamation as headline", assay, "Oops: bank pays every customer twice", OUTAGE),
    story("maintenance of a line", courier, "Rail line down for maintenance until Friday", ("Trains between Halden and Orrin will not run before Friday, the operator said on Monday, because maintenance of a bridge takes longer than planned.", "Buses leave every hour."), says="Trains between Halden"),
]  # fmt: skip
KINDS = [
    story("a wire of 55 words", courier, "Northern Mills raises forecast", WIRE),
    story("a wire of 45 words", assay, "Central bank holds rate at 3.25 percent", WIRE_SHORT),
    story("a wire, German", bote, "Stahlkonzern Vale hebt Prognose an", WIRE_GERMAN, lang="de"),
    story("a wire without tags", bare, "Northern Mills raises forecast", WIRE, head=""),
    story("a wire of two sentences", courier, "Weak earthquake shakes Orrin", QUAKE),
    story("a wire in a blog", blog, "Northern Mills raises forecast", WIRE, head=OG, url=QUERY),
    story("a press release", assay, "Quarry Systems to acquire Bright Aggregate", RELEASE, says=RELEASE[1]),
    story("a press release, untagged", bare, "Quarry Systems to acquire Bright Aggregate", RELEASE, head="", says=RELEASE[0]),
    story("an interview", courier, "“I was wrong by eleven days”", INTERVIEW),
    story("an opinion", assay, "Something went wrong in our ports", OPINION),
    story("an opinion, untagged", blog, "Something went wrong in our ports", OPINION, head="", url=QUERY),
    story("an obituary", bote, "Marit Orrin, 1945-2026", OBITUARY),
    story("an article in Japanese", assay, "北部の穀物ターミナル、三月に再開へ", JAPANESE, lang="en"),
    Passed("a live blog", courier(f"<article><h1>Live: the terminal reopens</h1><p>All that happens on the quay.</p>{LIVE_POSTS}</article>", title="Live: the terminal reopens", head=LIVE_HEAD), SHIP, "https://courier.example/ports/live/2026/nov/02/terminal"),
    Passed("a live blog that does not say so", assay(f"<div><h1>Terminal reopens: the day as it happened</h1>{LIVE_POSTS}</div>", title="Terminal reopens: the day as it happened"), SHIP, "https://assay.example/live/terminal-reopens-the-day-as-it-happened"),
    Passed("a live blog with links in its posts", courier(f"<article><h1>Live: the terminal reopens</h1>{LIVE_POSTS}{LIVE_POSTS.replace('Ship number', '<a href=/s>Ship</a> number').replace('left the', 'passed the')}</article>{cards(14)}", title="Live", head=article_head("Live: the terminal reopens", kind="LiveBlogPosting")), SHIP),
    Passed("a list of tips", assay(f"<article><h1>Four ways to a cheap week at the coast</h1>{LISTED}</article>", title="Four ways to a cheap week", head=article_head("Four ways to a cheap week at the coast")), "Trains to the coast run"),
    Passed("a table of closing prices", courier(f"<article><h1>Markets: copper lifts miners</h1><p>{MARKET[0]}</p>{TABLE}<p>{MARKET[1]}</p></article>", title="Markets: copper lifts miners", head=article_head("Markets: copper lifts miners")), "Northern Mills led the gainers"),
    Passed("a table and little text, untagged", bote(f"<h1>Börse: Kupfer hilft den Minen</h1><p>{MARKET[0]}</p>{TABLE}<p>{MARKET[1]}</p>", title="Börse: Kupfer hilft den Minen"), "Northern Mills led the gainers", "https://bote.example/wirtschaft/boerse-kupfer-hilft-den-minen-8812345.html"),
]  # fmt: skip
BUILT = [
    story("under a limit of free articles", courier, "Grain terminal to reopen", PARAGRAPHS, after=METER),
    story("not free by its tags, but whole", courier, "Grain terminal to reopen", PARAGRAPHS, head=FREE, after=METER),
    story("a wire, not free by its tags, under a limit", assay, "Northern Mills raises forecast", WIRE, head=FREE.replace("Grain terminal to reopen", "Northern Mills raises forecast")),
    story("a wire with a call for members below", courier, "Northern Mills raises forecast", WIRE, after=CTA),
    story("with a script against bots", assay, "Grain terminal to reopen", PARAGRAPHS, head=article_head("Grain terminal to reopen") + TURNSTILE),
    story("a wire with a script against bots", blog, "Northern Mills raises forecast", WIRE, head=OG + TURNSTILE, url=QUERY),
    story("with sixty cards below", courier, "Grain terminal to reopen", PARAGRAPHS, after=cards(60)),
    story("a wire with forty cards and excerpts below", assay, "Northern Mills raises forecast", WIRE, after=cards(40, excerpts=True)),
    story("untagged, with thirty cards below", bote, "Terminal öffnet wieder", PARAGRAPHS, head="", after=cards(30), url="https://bote.example/wirtschaft/terminal-oeffnet-im-maerz-wieder-art81234"),
    story("under the path of a topic", courier, "Grain terminal to reopen", PARAGRAPHS, url="https://courier.example/topics/ports/grain-terminal-to-reopen-in-march"),
    story("under the path of a category", blog, "Grain terminal to reopen", PARAGRAPHS, url="https://quay-notes.example/category/grain-terminal-to-reopen/", head=OG),
    story("under the path of videos", courier, "Watch: grain terminal to reopen", PARAGRAPHS, url="https://courier.example/video/2026/nov/02/grain-terminal"),
    story("with the number of a post as its address", blog, "Grain terminal to reopen", PARAGRAPHS, head="", url=QUERY),
    story("on a front page of its own", bare, "Grain terminal to reopen", PARAGRAPHS, head=OG, url="https://terminal.example/"),
    story("found by a search's address", courier, "Grain terminal to reopen", PARAGRAPHS, url="https://courier.example/story?q=4711&search=grain"),
    Passed("pictures with their story", assay(f"<article><h1>In pictures: the terminal</h1>{GALLERY}</article>", title="In pictures: the terminal", head=OG), PARAGRAPHS[3], "https://assay.example/pictures/the-terminal-in-march"),
    Passed("a recording with its transcript", courier(f"<article><h1>Episode 41: what the fire cost</h1><audio src='/41.mp3'></audio><h2>Transcript</h2>{paragraphs(PARAGRAPHS)}</article>", title="Episode 41", head='<script type="application/ld+json">{"@type":"PodcastEpisode","name":"Episode 41"}</script>'), PARAGRAPHS[2], "https://courier.example/podcasts/quayside/41"),
    Passed("a video with its story", courier(f"<article><h1>First ship leaves</h1><video src='/v.mp4'></video>{paragraphs(PARAGRAPHS)}</article>", title="First ship leaves", head='<meta property="og:type" content="video.other">'), PARAGRAPHS[3], "https://courier.example/videos/first-ship-leaves"),
    Passed("an accelerated page", f"<!doctype html><html ⚡ lang='en'><head><meta charset='utf-8'><title>Grain terminal</title>{article_head('Grain terminal to reopen')}<link rel='canonical' href='{STORY}'></head><body><amp-consent id='c' layout='nodisplay'><div id='ui'><p>We use cookies. Accept all cookies.</p><button on='tap:c.accept'>Accept</button></div></amp-consent><article><h1>Grain terminal to reopen</h1>{paragraphs(PARAGRAPHS)}</article></body></html>", PARAGRAPHS[0], "https://courier.example/amp/grain-terminal"),
    Passed("a banner of cookies first in the article", courier(f"<article><div class='notice'><p>We use cookies. Accept all cookies or manage settings.</p></div><h1>Northern Mills raises forecast</h1>{paragraphs(WIRE)}</article>", title="Northern Mills raises forecast", head=article_head("Northern Mills raises forecast")), WIRE[0][:60]),
    Passed("purposes of a framework below the text", assay(f"<article><h1>Grain terminal to reopen</h1>{paragraphs(PARAGRAPHS)}</article><div class='tcf'><h2>We value your privacy</h2><p>We and our 842 partners store and/or access information on a device. Some vendors may process your personal data on the basis of legitimate interest.</p></div>", title="Grain terminal to reopen", head=article_head("Grain terminal to reopen")), PARAGRAPHS[3]),
    Passed("a note for those without scripts", courier(f"<noscript><p>Please enable JavaScript and cookies to continue.</p></noscript><article><h1>Northern Mills raises forecast</h1>{paragraphs(WIRE)}</article>", title="Northern Mills raises forecast", head=OG), WIRE[0][:60]),
    Passed("a box to subscribe within the text", courier(f"<article><h1>Grain terminal to reopen</h1>{paragraphs(PARAGRAPHS[:2])}<div class='inline'><p>Subscribe now to read more from our ports desk.</p></div>{paragraphs(PARAGRAPHS[2:])}</article>", title="Grain terminal to reopen", head=OG), PARAGRAPHS[3]),
    Passed("an old layout of tables", f"<html><head><title>Grain terminal to reopen</title></head><body><table width='100%'><tr><td width='140'>{cards(6, tag='b')}</td><td><font size='5'>Grain terminal to reopen</font><p>{'<p>'.join(PARAGRAPHS)}</td></tr></table></body></html>", PARAGRAPHS[1], "https://old.example/news/1102.htm"),
]  # fmt: skip
ARTICLES = [*ABOUT, *KINDS, *BUILT]
