"""Groups of copies as the edges make them: who belongs to one, and the canonical article that the others name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from copydesk.duplicates.canonical import Link, Member, choose_canonical, relations_to, unwanted
from copydesk.model import Relation
from storage.database import Connection, StoredRow

TOGETHER = """
WITH RECURSIVE together (id) AS (
    SELECT ?
     UNION
    SELECT CASE WHEN article_id = together.id THEN of_id ELSE article_id END
      FROM together JOIN duplicates ON article_id = together.id OR of_id = together.id
     WHERE relation IN ('exact', 'near', 'derived')
)
SELECT id FROM together
"""
BARRED = """
WITH own (id) AS (SELECT id FROM articles WHERE id = ?1 UNION ALL SELECT id FROM articles WHERE duplicate_of = ?1),
     others (id) AS (SELECT of_id FROM own JOIN undone ON article_id = own.id UNION
                     SELECT article_id FROM own JOIN undone ON of_id = own.id)
SELECT COALESCE(duplicate_of, articles.id) FROM others JOIN articles ON articles.id = others.id
"""


def group_of(connection: Connection, article_id: int) -> int:
    """The canonical article of the group that an article is in; itself where it is alone."""
    row = connection.execute("SELECT COALESCE(duplicate_of, id) FROM articles WHERE id = ?", (article_id,)).fetchone()
    return int(row[0])


def members_of(connection: Connection, article_id: int) -> set[int]:
    """Articles that edges join to this one, itself included; `contains` and `related` join nothing."""
    return {row[0] for row in connection.execute(TOGETHER, (article_id,))}


def barred_groups(connection: Connection, article_id: int) -> set[int]:
    """Groups that hold an article which a person keeps apart from this one's group."""
    if connection.execute("SELECT 1 FROM undone LIMIT 1").fetchone() is None:
        return set()
    return {row[0] for row in connection.execute(BARRED, (group_of(connection, article_id),))}


def edges_of(connection: Connection, article_id: int) -> list[StoredRow]:
    """All edges of an article, whatever their relation."""
    return connection.execute(
        "SELECT * FROM duplicates WHERE article_id = ?1 UNION ALL SELECT * FROM duplicates WHERE of_id = ?1",
        (article_id,),
    ).fetchall()


def settle(connection: Connection, touched: Iterable[int]) -> None:
    """Choose the canonical article of each group that some articles are in now; what persons keep apart is parted."""
    left = set(touched)
    while left:
        group = members_of(connection, min(left))
        if len(group) > 1:
            links = joining_links(connection, group)
            gone = unwanted(links, apart_pairs(connection, group))
            if gone:
                connection.executemany("DELETE FROM duplicates WHERE id = ?", [(link.id,) for link in gone])
                left |= group
                continue
            _name_canonical(connection, group, links)
        else:
            _write(connection, {next(iter(group)): (None, None)})
        left -= group


def _name_canonical(connection: Connection, group: set[int], links: Sequence[Link]) -> None:
    rows = connection.execute(
        """
        SELECT id, canonical_url, url, COALESCE(published_utc, first_seen_at) AS at, word_count, based_on_url
          FROM articles WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
        """,
        (json.dumps(sorted(group)),),
    )
    canonical = choose_canonical([_make_member(row) for row in rows])
    wanted: dict[int, tuple[int | None, str | None]] = {
        number: (canonical, relation) for number, relation in relations_to(canonical, links).items()
    }
    _write(connection, {**wanted, canonical: (None, None)})


def _write(connection: Connection, wanted: dict[int, tuple[int | None, str | None]]) -> None:
    """Only what changes is written: a story that two hundred papers took is not two hundred rows a paper."""
    connection.executemany(
        """
        UPDATE articles SET duplicate_of = ?2, relation = ?3
         WHERE id = ?1 AND (duplicate_of IS NOT ?2 OR relation IS NOT ?3)
        """,
        [(number, of_id, relation) for number, (of_id, relation) in wanted.items()],
    )


def joining_links(connection: Connection, group: set[int]) -> list[Link]:
    """The edges that hold a group together."""
    rows = connection.execute(
        """
        SELECT id, article_id, of_id, relation, score, judged_by FROM duplicates
         WHERE relation IN ('exact', 'near', 'derived')
           AND article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
        """,
        (json.dumps(sorted(group)),),
    )
    return [
        Link(
            id=row["id"],
            article_id=row["article_id"],
            of_id=row["of_id"],
            relation=Relation(row["relation"]),
            score=row["score"],
            is_judged=row["judged_by"] is not None,
        )
        for row in rows
    ]


def apart_pairs(connection: Connection, group: set[int]) -> list[tuple[int, int]]:
    """Which two of some articles a person keeps apart."""
    rows = connection.execute(
        """
        SELECT article_id, of_id FROM undone WHERE article_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1))
                                               AND of_id IN (SELECT CAST(value AS BIGINT) FROM json_each(?1))
        """,
        (json.dumps(sorted(group)),),
    )
    return [(row["article_id"], row["of_id"]) for row in rows]


def _make_member(row: StoredRow) -> Member:
    return Member(
        id=row["id"],
        addresses=frozenset({row["canonical_url"], row["url"]}),
        at=row["at"],
        words=row["word_count"],
        based_on_url=row["based_on_url"],
    )
