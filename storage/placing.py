"""Which story an article belongs to, found in the transaction that stores it. Rules: copydesk/duplicates/clusters.py.

What is compared lies in tables, bounded by time: nothing of it is kept in a process's memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from copydesk.duplicates.clusters import (
    DEFAULT,
    PROBES,
    Cluster,
    Vector,
    average_link,
    language_term,
    pack,
    place,
    probes,
    read_terms,
    strongest,
    unite,
    unpack,
    weigh,
    without,
)
from copydesk.duplicates.reading import TextRead
from storage.database import Connection, StoredRow
from storage.instants import to_text

KEPT_FOR = DEFAULT.span + DEFAULT.gap
"""How long after its arrival a text is compared with others."""
MOST_POSTINGS = 64
"""Texts looked at for each term, the newest ones."""
MOST_TEXTS = 64
"""Texts that stories are proposed by: those that share most."""
MOST_STORIES = 8
PRUNED_AT_ONCE = 4
"""Texts dropped for each that comes: more than one, so what is kept shrinks to what KEPT_FOR holds."""


def place_article(connection: Connection, article_id: int, *, now: str, read: TextRead | None = None) -> int:
    """Give an article that is new, revised or newly matched its story, and return that.

    Copies share the story of their group's canonical article. A revised article stays in its story, unless it was
    alone there and now belongs to another. Stories that are found to be one are united under the lower id.
    `read`: of its very headline, text and language; None: they are read here.
    """
    _prune(connection, now)
    article = connection.execute(
        """
        SELECT id, story_id, headline, body_text, language, COALESCE(duplicate_of, id) AS canonical,
               COALESCE(published_utc, first_seen_at) AS at FROM articles WHERE id = ?
        """,
        (article_id,),
    ).fetchone()
    found = _join_copies(connection, article)
    return found if found is not None else _place_text(connection, article, read, now)


def remove_text(connection: Connection, article_id: int) -> None:
    """Compare nothing with an article any more, and take its part from its story. It stays in the story."""
    text = connection.execute("SELECT * FROM story_texts WHERE article_id = ?", (article_id,)).fetchone()
    if text is None:
        return
    _drop_text(connection, text)
    cluster = _load(connection, [text["story_id"]])
    if cluster:
        _save(connection, without(cluster[0], unpack(text["vector"])))


def unite_alike(connection: Connection, story_id: int) -> bool:
    """Unite an open story with those that have come to be like it; whether there was one."""
    loaded = _load(connection, [story_id])
    if not loaded:
        return False
    (cluster,) = loaded
    days = _day(cluster.first_at), _day(cluster.last_at)
    rivals = _load(connection, _propose(connection, strongest(cluster.total.items(), PROBES), days))
    united = _absorb(connection, cluster, rivals)
    if united.texts != cluster.texts:
        _save(connection, united)
    return united.texts != cluster.texts


def _join_copies(connection: Connection, article: StoredRow) -> int | None:
    """The story of an article's group, which all of the group then have; None: it has no copies with a story."""
    group = connection.execute(
        "SELECT id, story_id FROM articles WHERE id = ?1 OR duplicate_of = ?1", (article["canonical"],)
    ).fetchall()
    stories = {row["id"]: row["story_id"] for row in group if row["story_id"] is not None}
    if not stories.keys() - {article["id"]}:
        return None
    target = int(stories.get(article["canonical"]) or min(stories.values()))
    for row in group:
        if row["story_id"] != target:
            _move(connection, row, target)
    return target


def _move(connection: Connection, article: StoredRow, target: int) -> None:
    remove_text(connection, article["id"])
    connection.execute("UPDATE articles SET story_id = ? WHERE id = ?", (target, article["id"]))
    left = article["story_id"]
    if left is not None and not connection.execute("SELECT 1 FROM articles WHERE story_id = ?", (left,)).fetchone():
        _close(connection, left, into=target)


def _place_text(connection: Connection, article: StoredRow, read: TextRead | None, now: str) -> int:
    own = article["story_id"]
    before = connection.execute("SELECT * FROM story_texts WHERE article_id = ?", (article["id"],)).fetchone()
    if own is not None and before is None:  # its story is closed, or held by a copy
        return int(own)
    at = datetime.fromisoformat(article["at"])
    language = (article["language"] or "").partition("-")[0].lower()
    terms = read.terms if read else read_terms(article["headline"], article["body_text"], language=language)
    vector = _weigh(connection, terms, language, is_new=before is None)
    text = Cluster(id=0, texts=1, total=vector, first_at=at, last_at=at)
    rivals = _load(connection, _propose(connection, strongest(vector.items(), PROBES), (_day(at), _day(at))))
    if before is not None:
        remove_text(connection, article["id"])
        rest = _load(connection, [own])
        cluster = replace(unite(rest[0], text), id=own) if rest else replace(text, id=own)
    elif (found := place(vector, at, rivals).cluster) is not None:
        cluster = replace(unite(found, text), id=found.id)
    else:
        cluster = replace(text, id=_begin(connection, language, at))
    connection.execute("UPDATE articles SET story_id = ? WHERE id = ?", (cluster.id, article["id"]))
    _insert_text(connection, article["id"], cluster.id, vector, at, now)
    cluster = _absorb(connection, cluster, rivals)
    _save(connection, cluster)
    return cluster.id


def _absorb(connection: Connection, cluster: Cluster, rivals: Iterable[Cluster]) -> Cluster:
    """Unite a cluster with those among `rivals` that are one story with it, the most alike first."""
    links = [(average_link(cluster, each), each) for each in rivals if each.id != cluster.id]
    for _, each in sorted(((link, each) for link, each in links if link is not None), key=lambda one: -one[0]):
        if average_link(cluster, each) is None:
            continue
        united = unite(cluster, each)
        gone = max(cluster.id, each.id)
        connection.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", (united.id, gone))
        connection.execute("UPDATE story_texts SET story_id = ? WHERE story_id = ?", (united.id, gone))
        _close(connection, gone, into=united.id)
        cluster = united
    return cluster


def _close(connection: Connection, story_id: int, *, into: int) -> None:
    connection.execute("UPDATE stories SET merged_into = ?1, vector = NULL, texts = 0 WHERE id = ?2", (into, story_id))
    connection.execute("UPDATE stories SET merged_into = ?1 WHERE merged_into = ?2", (into, story_id))


def _weigh(connection: Connection, terms: Mapping[int, int], language: str, *, is_new: bool) -> Vector:
    """The vector of an article; a new one counts in the frequencies from now on."""
    every = language_term(language)
    rows = connection.execute(
        "SELECT term, texts FROM story_terms WHERE term IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        (json.dumps([every, *terms]),),
    )
    frequencies = {row["term"]: row["texts"] for row in rows}
    if is_new:
        connection.execute(
            """
            INSERT INTO story_terms SELECT CAST(value AS BIGINT), 1 FROM json_each(?) WHERE TRUE
                ON CONFLICT (term) DO UPDATE SET texts = story_terms.texts + 1
            """,
            (json.dumps(sorted({every, *terms})),),
        )
    return weigh(terms, frequencies, texts=frequencies.get(every, 0))


def _propose(connection: Connection, wanted: Vector, days: tuple[int, int]) -> list[int]:
    """Open stories whose texts share strong terms, the likeliest first."""
    gap = DEFAULT.gap.days
    votes: dict[int, float] = {}
    found = connection.every(
        """
        SELECT article_id, weight FROM story_postings WHERE term = ? AND day BETWEEN ? AND ?
         ORDER BY day DESC, article_id DESC LIMIT ?
        """,
        [(term, days[0] - gap, days[1] + gap, MOST_POSTINGS) for term in wanted],
    )
    for weight, postings in zip(wanted.values(), found, strict=True):
        for article_id, their in postings:
            votes[article_id] = votes.get(article_id, 0.0) + weight * their
    likeliest = strongest(votes.items(), MOST_TEXTS)
    rows = connection.execute(
        "SELECT article_id, story_id FROM story_texts"
        " WHERE article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        (json.dumps(list(likeliest)),),
    )
    story_of = {row["article_id"]: row["story_id"] for row in rows}
    return list(dict.fromkeys(story_of[each] for each in likeliest if each in story_of))[:MOST_STORIES]


def _load(connection: Connection, story_ids: Sequence[int]) -> list[Cluster]:
    """Those of some stories that are open."""
    rows = connection.execute(
        "SELECT * FROM stories"
        " WHERE vector IS NOT NULL AND id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY id",
        (json.dumps(list(story_ids)),),
    )
    return [
        Cluster(
            id=row["id"],
            texts=row["texts"],
            total=unpack(row["vector"]),
            first_at=datetime.fromisoformat(row["first_at"]),
            last_at=datetime.fromisoformat(row["last_at"]),
        )
        for row in rows
    ]


def _save(connection: Connection, cluster: Cluster) -> None:
    vector = pack(cluster.total) if cluster.texts else None
    connection.execute(
        "UPDATE stories SET first_at = ?, last_at = ?, texts = ?, vector = ?, merged_into = NULL WHERE id = ?",
        (to_text(cluster.first_at), to_text(cluster.last_at), cluster.texts, vector, cluster.id),
    )


def _begin(connection: Connection, language: str, at: datetime) -> int:
    row = connection.execute(
        "INSERT INTO stories (language, first_at, last_at, texts) VALUES (?, ?, ?, 0) RETURNING id",
        (language, to_text(at), to_text(at)),
    ).fetchone()
    return int(row["id"])


def _insert_text(
    connection: Connection, article_id: int, story_id: int, vector: Vector, at: datetime, now: str
) -> None:
    connection.execute(
        "INSERT INTO story_texts (article_id, story_id, day, placed_at, vector) VALUES (?, ?, ?, ?, ?)",
        (article_id, story_id, _day(at), now, pack(vector)),
    )
    connection.executemany(
        # An article that was taken down leaves its postings; the next one may have its number.
        """
        INSERT INTO story_postings (term, day, article_id, weight) VALUES (?, ?, ?, ?)
        ON CONFLICT (term, day, article_id) DO UPDATE SET weight = excluded.weight
        """,
        [(term, _day(at), article_id, weight) for term, weight in strongest(vector.items(), PROBES).items()],
    )


def _drop_text(connection: Connection, text: StoredRow) -> None:
    connection.executemany(
        "DELETE FROM story_postings WHERE term = ? AND day = ? AND article_id = ?",
        [(term, text["day"], text["article_id"]) for term in probes(text["vector"])],
    )
    connection.execute("DELETE FROM story_texts WHERE article_id = ?", (text["article_id"],))


def _prune(connection: Connection, now: str) -> None:
    """Drop some of the texts that came too long ago; a story that has none left is closed."""
    before = to_text(datetime.fromisoformat(now) - KEPT_FOR)
    rows = connection.execute(
        "SELECT * FROM story_texts WHERE placed_at < ? ORDER BY placed_at LIMIT ?", (before, PRUNED_AT_ONCE)
    ).fetchall()
    for row in rows:
        _drop_text(connection, row)
        connection.execute(
            """
            UPDATE stories SET vector = NULL
             WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM story_texts WHERE story_id = ?1)
            """,
            (row["story_id"],),
        )


def _day(at: datetime) -> int:
    return (at - datetime.min.replace(tzinfo=at.tzinfo)) // timedelta(days=1)
