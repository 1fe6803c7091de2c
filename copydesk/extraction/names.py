"""Bylines -> names of persons and desks: no "By", no job titles, no addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from copydesk.dates import MONTHS
from copydesk.text import CJK, collapse_space, unify

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 7
MAX_AUTHORS = 30

PREFIX = re.compile(
    r"^(?:(?:story|written|posted|reported|published|reviewed|edited|report|words|analysis|review|opinion|article|"
    r"photos?|photographs?)\s+by|by|von|vom|par|por|di|da|door|av|af|autor(?:in)?(?:es)?|text|texte?|redaktion|"
    r"author|authors|от|автор|tekst|oleh|skrevet\s+av|publicado\s+por|presented\s+by|ein\s+\w+\s+von|eine\s+\w+\s+von)"
    r"(?:\s*:\s*|\s+)(?=\S)",
    re.I,
)
"""What stands before a name. `Di`, `Da` and the like are prefixes in lower case only: see `_strip_prefix`."""
NAME_LIKE_PREFIXES = frozenset({"di", "da"})
SEPARATOR = re.compile(
    r"\s*(?:;|\||•|·|/|\n|\s+&\s+|\s+(?:and|und|et|y|og|och|en|e|i|и|with|mit|avec|con)\s+|,\s*(?:and|und|et|y)\s+|,|、|，)\s*",
    re.I,
)
HARD_SEPARATOR = re.compile(r"\s*(?:;|\||•|·|\n|\s+and\s+|\s+und\s+|\s+&\s+)\s*", re.I)
TRAILER = re.compile(
    r"\s*(?:\(.*?\)|\[.*?\]|<[^>]*>|@\w+|\S+@\S+|https?://\S+|www\.\S+|\bfor\s+(?:the\s+)?[A-Z].*|[-–—|]\s.*|"
    r"\b(?:in|aus|à|à|i)\s+[A-ZÄÖÜ][\w-]+(?:\s+[A-ZÄÖÜ][\w-]+)?$|\s+\d{1,2}[:.]\d\d.*|"
    r"\b(?:published|updated|posted|publié|veröffentlicht|aktualisiert)\b.*)\s*$",
    re.I,
)
BRACKETS = re.compile(r"\([^()]{0,200}(?:\)|$)|\[[^\[\]]{0,200}(?:\]|$)")
ADDRESS = re.compile(r"\S+@\S+\.\w+|https?://\S*|www\.\S+|(?<!\w)@\w+")
JOB = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|journalist|columnist|contributor|producer|director|professor|lecturer|"
    r"fellow|analyst|researcher|manager|officer|president|chief|chair(?:man|woman)?|blogger|photographer|"
    r"anchor|host|critic|executive|founder|intern|partner|expert|specialist|strategist|consultant|attorney|"
    r"university|school|college|institute|redakteur\w*|korrespondent\w*|chefredakt\w*|reporterin|journalistin?|"
    r"journaliste|rédact\w+|correspondante?|redactora?|periodista|redattore|giornalista|journalista|reporterka|"
    r"ressort\w*|leiter\w*|volontär\w*|autorin)\b",
    re.I,
)
GENERATION = re.compile(
    r"^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|md|mba|ma|ms|msc|esq|rd|rdn|ld|ldn|rn|cfa|cpa|cde|cdces|cpt|dvm|dds|do|jd|llm)\.?$",
    re.I,
)
DEGREE = re.compile(r",?\s+(?:Ph\.?D|M\.?D|MBA|MA|MS|MSc|Esq|RDN?|LDN?|RN|CFA|CPA|JD)\.?$")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|"
    + "|".join(sorted({name for names in MONTHS.values() for name in names.split()}))
    + ")"
)
DAY = re.compile(
    rf"(?:\b(?:last\s+)?(?:updated|published|posted)\s*(?:on|:)?\s+)?(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)?"
    rf"(?:\b{MONTH}\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?|\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:de\s+)?{MONTH}\b\.?(?:,?\s+(?:de\s+)?\d{{4}}\b)?"
    r"|\b\d{1,2}[./]\s?\d{1,2}[./]\s?\d{2,4}\b|\b\d{4}-\d\d-\d\d(?:T\S+)?)",
    re.I,
)
"""A day, as bylines have it behind the names."""
AGENCY = re.compile(
    r"^(?:the\s+)?(?:associated\s+press|reuters|bloomberg|agence\s+france-presse|press\s+association|canadian\s+press|"
    r"australian\s+associated\s+press|deutsche\s+presse-agentur|presse\s+canadienne|afp|ap|aap|pa|dpa|apa|sid|ansa|efe|ntb|tt|ritzau|"
    r"anp|belga|ats|keystone-sda|sda|pap|čtk|ctk|tass|interfax|kyodo|xinhua|yonhap|pti|ians|ani|bernama|antara|lusa|mti)$",
    re.I,
)
"""Wire services, as bylines name them."""
WITH_AGENCY = re.compile(
    r"^(?P<name>\S+(?:\s+\S+){1,3}?),?\s+(?:the\s+)?(?:associated\s+press|canadian\s+press|press\s+association|reuters|bloomberg(?:\s+news)?|"
    r"agence\s+france-presse)$",
    re.I,
)
ORGANISATION = re.compile(
    r"\b(?:media|news|journal|times|post|press|tribune|gazette|herald|courier|chronicle|observer|examiner|inquirer|daily|weekly|"
    r"magazine|network|newspapers?|zeitung|nachrichten|presse|rundfunk|radio|tv|agency|agencia|institute|university|foundation|group|inc|ltd|llc|gmbh)\b"
    r"|[-\w]\.(?:com|org|net|co|tv|[a-z]{2})\b",
    re.I,
)
"""Words of which the names of papers, broadcasters and firms are made."""
CJK_NAME = re.compile(f"^[{CJK}]{{2,6}}(?:[ ・·][{CJK}]{{1,8}})?$")
EDGES = ' \t\n.,:;|-–—•·/／*"“”'
LABEL = re.compile(r"^[^\W\d_]{3,12}\s*:\s+(?=\S)")
LETTERS_AFTER = re.compile(r"^[A-Z]{2,5}$")
PARTICLES = frozenset(
    ["af", "al", "and", "av", "ben", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos",
     "e", "el", "i", "ibn", "la", "le", "te", "ten", "ter", "und", "van", "vom", "von", "y", "zu", "zum", "zur"]
)  # fmt: skip
"""Words of names that are written small."""
DATED = re.compile(r"^(?:[^\W\d_]{3,10}\.?\s+\d{1,2}|\d{1,2}\.?\s+[^\W\d_]{3,10}),?\s+\d{4}\b")
DIGITS = re.compile(r"\s+\d[\d/.:\- ]*$")
NOT_A_NAME = re.compile(
    r"^(?:admin(?:istrator)?|editor|editors|editorial|staff|author|authors|anonymous|unknown|user|guest|null|none|undefined|"
    r"n/?a|webmaster|web\s*desk|by|(?:story|written|posted|words|text|photos?)\s+by|and|von|par|por|read\s+more|view\s+(?:all\s+)?(?:posts|profile|bio).*|see\s+more.*|more\s+(?:by|from).*|follow.*|"
    r"share.*|updated.*|published.*|posted.*|\d.*|subscribe.*|sign\s+up.*|(?:link\s+)?copied|copy\s+link|print(?:\s+this.*)?|creative\s+commons.*|permalink|comments?|licen[cs]e|about\s+the\s+author.*|contributors?|"
    r"all\s+rights.*|advertisement|home|news|image|photo|getty.*|facebook|twitter|instagram|linkedin|\W*|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|"
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?\s+\d.*)$",
    re.I,
)


def clean_authors(values: Iterable[str], *, publisher: str = "") -> tuple[str, ...]:
    """Return the names in bylines or author tags, in order, each once.

    The publisher itself is no author where a person is named; where nobody else is, a desk's name stays.

    >>> clean_authors(["By Ann Lee and Bo Chan, Senior Editor"])
    ('Ann Lee', 'Bo Chan')
    """
    names: dict[str, str] = {}
    for value in values:
        for name in split_byline(value):
            names.setdefault(unify(name), name)
    house = unify(publisher)
    if house:
        names = {unify(cut): cut for name in names.values() if (cut := _cut_house(name, publisher))}
    persons = [name for key, name in names.items() if not house or key != house]
    chosen = persons or list(names.values())
    return tuple(_drop_parts(chosen))[:MAX_AUTHORS]


def split_byline(raw: str) -> list[str]:
    """Return the names in one byline; nothing where it is an address, a date or a phrase of the page."""
    text = collapse_space(unescape(raw.replace("\u200b", "")))
    if len(text) > 600 or text.startswith(("http://", "https://", "//", "@")):
        return []
    text = collapse_space(ADDRESS.sub(" ", BRACKETS.sub(" ", text)))
    if DATED.match(text):
        return []
    names: list[str] = []
    for part in SEPARATOR.split(_strip_prefix(DAY.sub(" ; ", text))):
        name = clean_name(part)
        if name and not GENERATION.match(name) and not (names and _is_affiliation(name, names[-1])):
            names.append(name)
    if len(names) == 2 and "," in text and " " not in names[0] and " " not in names[1] and text.count(",") == 1:
        return [f"{names[1]} {names[0]}"]  # `Lee, Ann`
    return names


def clean_name(raw: str) -> str:
    """Return one name without what surrounds it; empty where nothing of a name is left."""
    name = _strip_prefix(raw.strip(EDGES))
    for _ in range(3):
        shorter = DEGREE.sub("", DIGITS.sub("", TRAILER.sub("", name))).strip(EDGES)
        if shorter == name:
            break
        name = shorter
    if (label := LABEL.match(name)) and is_personal(name[label.end() :]):
        name = name[label.end() :]
    if with_agency := WITH_AGENCY.match(name):
        name = with_agency["name"]
    if not name or len(name) > MAX_NAME_CHARS or len(name.split()) > MAX_NAME_WORDS:
        return ""
    if NOT_A_NAME.match(name) or (JOB.search(name) and not _is_desk(name)):
        return ""
    if not any(char.isalpha() for char in name):
        return ""
    return _recase(name)


def is_personal(name: str) -> bool:
    """Return whether a name looks like a person's: two to five words, each with a capital, none of an organisation.

    >>> is_personal("Ludwig van Beethoven"), is_personal("references are immutable")
    (True, False)
    """
    words = name.split()
    if CJK_NAME.match(name):
        return True
    if (
        not 2 <= len(words) <= 5
        or ORGANISATION.search(name)
        or any(char.isdigit() or char in "{}<>=#;:_/!?" for char in name)
    ):
        return False
    return words[-1] not in PARTICLES and all(
        word[:1].lower() == word[:1].upper() or word[:1].isupper() or word in PARTICLES or word[1:2] in ("'", "’")
        for word in words
    )


def is_agency(name: str) -> bool:
    """Return whether a name is a wire service's."""
    return bool(AGENCY.match(name))


def _is_affiliation(name: str, before: str) -> bool:
    """Whether what follows a person's name is whom they work for, or letters after the name: `Ann Lee, PSP`."""
    if not is_personal(before) or is_agency(name):
        return False
    return bool(ORGANISATION.search(name) or LETTERS_AFTER.match(name)) and not _is_desk(name)


def _cut_house(name: str, publisher: str) -> str:
    """`Ann Lee The Courier` -> `Ann Lee`, where The Courier publishes the page."""
    shorter = name.removesuffix(publisher).rstrip(" ,|-/")
    return shorter if " " in shorter else name


def _is_desk(name: str) -> bool:
    return bool(
        re.search(
            r"\b(?:staff|team|desk|newsroom|redaktion|board|rédaction|redacción|service|reporters|writers|editors)\b",
            name,
            re.I,
        )
    )


def _strip_prefix(text: str) -> str:
    for _ in range(2):
        match = PREFIX.match(text)
        if not match:
            return text
        word = match[0].strip(" :\n")
        if (
            word.lower() in NAME_LIKE_PREFIXES
            and not word.islower()
            and ":" not in match[0]
            and len(text.split()) < 4
            and word != "Von"
        ):
            return text
        text = text[match.end() :]
    return text


def _recase(name: str) -> str:
    """`ANN LEE` -> `Ann Lee`; short capitals (AFP, BBC News) stay."""
    words = name.split()
    if len(words) > 1 and name.isupper() and len(name) > 6:
        return " ".join(word.title() if len(word) > 1 else word for word in words)
    return name


def _drop_parts(names: list[str]) -> list[str]:
    """A name that is a part of another one is the same person: `Lee` beside `Ann Lee`."""
    keys = [unify(name) for name in names]
    return [
        name
        for name, key in zip(names, keys, strict=True)
        if not any(key != other and f" {key} " in f" {other} " for other in keys)
    ]
