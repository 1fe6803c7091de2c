"""The language of a text: what the page says, checked against script and common words."""

from __future__ import annotations

import re
from collections import Counter

TAG = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.].*)?$", re.I)
SAMPLE_CHARS = 2_500
MIN_HITS = 6

COMMON_WORDS = {
    "en": "the and of to in is that for it with as was on are by this at from his have not be",
    "de": "der die und den das von ist des sich mit dem nicht ein eine als auch für auf im werden",
    "fr": "le la les des et est une un que pour dans qui par sur pas au plus avec son ce",
    "es": "el la los las de y que en un una por con para es del se lo como más su",
    "it": "il la di che e un una per in del della con non sono è gli le nel dei alla",
    "pt": "o a os as de e que em um uma por com para não do da no na dos mais",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er ook als bij door",
    "sv": "och att det som en är på av för med den till inte har om ett de var från",
    "no": "og i det som en er på av for med den til ikke har om et de var fra å",
    "da": "og i det som en er på af for med den til ikke har om et de var fra at",
    "fi": "ja on ei että oli se hän myös mutta kun ovat tai jo kuin sekä mukaan joka",
    "pl": "w i na z się że do nie jest to o jak za po od przez przy oraz tym",
    "cs": "a v na se je že s z do o to i ve jsem za pro jako po by ale které",
    "tr": "ve bir bu için ile da de olarak olan çok daha en gibi sonra kadar ise",
    "id": "yang dan di dengan untuk dari pada ini itu tidak dalam akan juga adalah oleh",
    "ro": "și în de la cu a pe care nu din că este mai un o pentru au fost sunt",
    "hu": "a az és hogy nem is egy ez meg volt azt csak el már mint ki még de",
}
LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in COMMON_WORDS.items():
    for _word in set(_words.split()):
        LANGUAGES_OF.setdefault(_word, []).append(_language)
SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
ANY_SCRIPT = re.compile("|".join(script.pattern for _, script in SCRIPTS))
SCRIPT_OF = {
    "uk": "ru",
    "bg": "ru",
    "sr": "ru",
    "mk": "ru",
    "be": "ru",
    "kk": "ru",
    "fa": "ar",
    "ur": "ar",
    "mr": "hi",
    "ne": "hi",
}
"""Languages that share a script with the one that stands for it above."""
SIMILAR = (
    {"no", "nb", "nn", "da"},
    {"cs", "sk"},
    {"hr", "sr", "bs", "sl"},
    {"id", "ms"},
    {"es", "ca", "gl"},
    {"pt", "gl"},
)


def choose_language(text: str, *, declared: str, hint: str = "") -> str | None:
    """Return the BCP 47 tag of a text: as declared where the words agree, else as the words say; None if unknown.

    >>> choose_language("The bank said that it would raise the rate in the spring.", declared="en_GB")
    'en-GB'
    """
    told = normalise_tag(declared) or normalise_tag(hint)
    seen = guess_language(text[:SAMPLE_CHARS])
    if told and (seen is None or _agree(told.split("-")[0].lower(), seen)):
        return told
    return seen or told or None


def normalise_tag(raw: str) -> str:
    """Return a language tag in the usual case (`en-GB`, `zh-Hant`); empty where it is none."""
    match = TAG.match(raw.strip())
    if not match:
        return ""
    language, script, region = match.groups()
    parts = [language.lower(), (script or "").title(), (region or "").upper()]
    return "-".join(part for part in parts if part)


def guess_language(text: str) -> str | None:
    """Return the language that script and common words point to; None where they do not."""
    letters = sum(char.isalpha() for char in text) if ANY_SCRIPT.search(text) else 0
    for language, script in SCRIPTS if letters else ():
        share = 0.08 if language == "ja" else 0.3
        if len(script.findall(text)) > share * letters:
            return language
    counts = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    hits = dict.fromkeys(COMMON_WORDS, 0)
    for word, count in counts.items():
        for language in LANGUAGES_OF.get(word, ()):
            hits[language] += count
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= MIN_HITS else None


def _agree(told: str, seen: str) -> bool:
    if told == seen or SCRIPT_OF.get(told) == seen:
        return True
    return (told not in COMMON_WORDS and told not in dict(SCRIPTS)) or any({told, seen} <= group for group in SIMILAR)
