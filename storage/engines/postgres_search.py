"""Full-text search on PostgreSQL: what is kept of each article, and what a person types.

Beside its text stands a row of `articles_fts` with `words`, a tsvector: each word as it stands, without its accents,
and its stem in the language of the article, marked with that language (`en:bank`), so that stems of one language find
no words of another. `grams` holds the characters of scripts without spaces, one by one and in pairs. It needs no
extension of the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storage.engines.fts5 import read_fts5
from storage.listings import SPACELESS
from storage.search import SPACELESS_WORD

LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Primary subtag (BCP 47) -> the server's text search configuration; any other language has words, but no stems."""
SEPARATORS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe10-\ufe6f\U0001f000-\U0001faff"
)
"""Characters between words, as FTS5's unicode61 has them; named here, since classes depend on the server's locale."""
MOST_CHARS = 200_000
FEWER_CHARS = 20_000
"""Of a text that are searched: a tsvector holds one megabyte. The second where the first is still too much."""
SCORE = "-ts_rank('{0.1, 0.1, 0.25, 1}', articles_fts.words, copydesk_search(:match), 1)"
RAW_SCORE = SCORE.replace("copydesk_search(:match)", "CAST(:match AS tsquery)")


def make_functions(configurations: Iterable[str]) -> str:
    """The SQL that makes table, functions and triggers of search, for a server that has these configurations."""
    there = set(configurations)
    known = {subtag: name for subtag, name in LANGUAGES.items() if name in there}
    marks = {name: subtag for subtag, name in reversed(known.items())}  # one of a language's subtags
    by_language = " ".join(f"WHEN '{subtag}' THEN '{marks[name]}'" for subtag, name in known.items())
    by_mark = " ".join(f"WHEN '{mark}' THEN '{name}'::regconfig" for name, mark in marks.items())
    return FUNCTIONS.format(
        by_language=by_language,
        by_mark=by_mark,
        marks=", ".join(f"'{mark}'" for mark in marks.values()),
        separators=SEPARATORS,
        spaceless=SPACELESS,
        most=MOST_CHARS,
        fewer=FEWER_CHARS,
    )


FUNCTIONS = r"""
CREATE TABLE articles_fts (
    rowid BIGINT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, words TSVECTOR NOT NULL, grams TSVECTOR NOT NULL
);
CREATE INDEX articles_fts_words ON articles_fts USING gin (words);
CREATE INDEX articles_fts_grams ON articles_fts USING gin (grams);

CREATE FUNCTION copydesk_fold(words TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g'),
                                '[{separators}]+', ' ', 'g') COLLATE "default")
$$;
CREATE FUNCTION copydesk_stems(mark TEXT, folded TEXT) RETURNS TSVECTOR LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(strip(to_tsvector(CASE mark {by_mark} END, folded))::text,
                          '(^| )''', '\1''' || mark || ':', 'g')::tsvector
$$;
CREATE FUNCTION copydesk_words(language TEXT, headline TEXT, body_text TEXT) RETURNS TSVECTOR
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    title TEXT := copydesk_fold(headline);
    body TEXT := copydesk_fold(body_text);
    mark TEXT := CASE lower(split_part(language, '-', 1)) {by_language} END;
    words TSVECTOR := setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', body), 'B');
BEGIN
    RETURN CASE WHEN mark IS NULL THEN words ELSE words || copydesk_stems(mark, title || ' ' || body) END;
END $$;
CREATE FUNCTION copydesk_grams(words TEXT) RETURNS TSVECTOR LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT COALESCE(array_to_tsvector(array_agg(DISTINCT gram)), '') FROM (
        SELECT unnest(ARRAY[letter, letter || following]) AS gram FROM (
            SELECT letter, lead(letter) OVER (ORDER BY place) AS following
              FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, place)) AS pairs
         WHERE letter ~ '{spaceless}') AS grams
     WHERE gram ~ '^{spaceless}+$'
$$;
CREATE FUNCTION copydesk_index() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found articles_fts%ROWTYPE;
BEGIN
    found.rowid := new.id;
    BEGIN
        found.words := copydesk_words(new.language, left(new.headline, {fewer}), left(new.body_text, {most}));
        found.grams := copydesk_grams(new.headline || ' ' || left(new.body_text, {most}));
    EXCEPTION WHEN program_limit_exceeded THEN
        found.words := copydesk_words(new.language, left(new.headline, {fewer}), left(new.body_text, {fewer}));
        found.grams := copydesk_grams(left(new.body_text, {fewer}));
    END;
    INSERT INTO articles_fts (rowid, words, grams) VALUES (found.rowid, found.words, found.grams)
    ON CONFLICT (rowid) DO UPDATE SET words = excluded.words, grams = excluded.grams;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles FOR EACH ROW EXECUTE FUNCTION copydesk_index();
CREATE TRIGGER articles_fts_update AFTER UPDATE OF headline, body_text, language ON articles FOR EACH ROW
    WHEN (old.headline IS DISTINCT FROM new.headline OR old.body_text IS DISTINCT FROM new.body_text
          OR old.language IS DISTINCT FROM new.language) EXECUTE FUNCTION copydesk_index();

CREATE FUNCTION copydesk_search(search TEXT) RETURNS TSQUERY LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    word TEXT;
    folded TEXT;
    mark TEXT;
    stem TEXT;
    one TSQUERY;
    found TSQUERY := '';
BEGIN
    FOREACH word IN ARRAY regexp_split_to_array(search, '\s+') LOOP
        folded := btrim(copydesk_fold(word));
        one := phraseto_tsquery('simple', folded);
        IF numnode(one) = 1 THEN
            FOREACH mark IN ARRAY ARRAY[{marks}] LOOP
                FOREACH stem IN ARRAY tsvector_to_array(copydesk_stems(mark, folded)) LOOP
                    one := one || quote_literal(stem)::tsquery;
                END LOOP;
            END LOOP;
        END IF;
        found := CASE WHEN numnode(one) = 0 THEN found WHEN numnode(found) = 0 THEN one ELSE found && one END;
    END LOOP;
    RETURN found;
END $$;
"""


class PostgresSearch:
    """See `storage.search.SearchWords`."""

    def match(self, search: str, *, fts: str = "", table: str = "articles") -> tuple[list[str], dict[str, Any]]:
        """Return the conditions that make `table` a match, and their values: none where nothing is searched for.

        Raises:
            ValueError: `fts` is not in the syntax of FTS5, or asks for what only SQLite can do.
        """
        if fts:
            return ["articles_fts.words @@ CAST(:match AS tsquery)"], {"match": read_fts5(fts)}
        conditions: list[str] = []
        values: dict[str, Any] = {}
        words = search.split()
        spaced = [word for word in words if not SPACELESS_WORD.search(word)]
        if spaced:
            conditions.append("articles_fts.words @@ copydesk_search(:match)")
            values["match"] = " ".join(spaced)
        key = f"{table}.{'id' if table == 'articles' else 'article_id'}"
        parts = [part for word in words if word not in spaced for part in SPACELESS_WORD.findall(word)]
        for number, part in enumerate(parts):
            grams = [part] if len(part) == 1 else [part[at : at + 2] for at in range(len(part) - 1)]
            conditions.append(PART.format(key=key, number=number))
            values |= {f"grams{number}": " & ".join(f"'{gram}'" for gram in grams), f"part{number}": part}
        return conditions, values

    def score(self, *, fts: str = "") -> str:
        """The expression that best matches come first by."""
        return RAW_SCORE if fts else SCORE


PART = """
{key} IN (SELECT spaceless.rowid FROM articles_fts AS spaceless JOIN articles AS whole ON whole.id = spaceless.rowid
           WHERE spaceless.grams @@ CAST(:grams{number} AS tsquery)
             AND (strpos(whole.headline, :part{number}) > 0 OR strpos(whole.body_text, :part{number}) > 0))
"""
"""Pairs of characters find what may have a word; whether they stand in a row, the text says."""
