"""Articles joined by edges as they are stored: exact copies by their bodies, others by what the match index finds."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache, partial

from copydesk.duplicates.evidence import describe_comparison, make_evidence, turn
from copydesk.duplicates.fingerprint import FEWEST_WORDS, Fingerprint, fingerprint, marks_of
from copydesk.duplicates.groups import JOINING, telling
from copydesk.duplicates.index import Known
from copydesk.duplicates.matching import Match, match
from copydesk.duplicates.measures import compare
from copydesk.duplicates.reading import TextRead
from copydesk.duplicates.signature import Text
from copydesk.model import Relation
from storage.database import Connection, StoredRow
from storage.groups import barred_groups, edges_of, group_of, members_of, settle
from storage.instants import to_instant
from storage.match_index import SqlIndex, addresses_of, make_values
from storage.match_tables import WAITING
from storage.records import Matching

SAME_BODY = "same body hash"
IN_TIME = "articles.published_utc IS NULL, articles.published_utc, articles.canonical_url"
"""The order in which a rematch replays articles; it does not depend on when they came."""
ADD_EDGE = """
INSERT INTO duplicates (article_id, of_id, relation, score, rule, evidence, at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
EDGE_BETWEEN = """
SELECT 1 FROM duplicates WHERE article_id = ?1 AND of_id = ?2
 UNION ALL
SELECT 1 FROM duplicates WHERE article_id = ?2 AND of_id = ?1
"""
"""Written out: SQLite answers `(article_id, of_id) IN (VALUES …)` by reading the whole table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEdge:
    """An edge to be stored. Its ends are put in order by `add_edge`."""

    article_id: int
    of_id: int
    relation: Relation
    score: float
    rule: str
    evidence: str
    """JSON map."""


def match_article(
    connection: Connection, article_id: int, matching: Matching, *, now: str, read: TextRead | None = None
) -> None:
    """Bring the index, an article's edges and all groups that it was or is in, in line with its row.

    For an article that is new, or whose text, headline, date or publisher changed. What was joined through it before is
    looked at again. `read`: of that very headline and text; None: they are read here.
    """
    before = connection.execute("SELECT * FROM fingerprints WHERE article = ?", (article_id,)).fetchone()
    known, made = _describe(connection, article_id, read)
    if before is not None and tuple(before) == make_values(known, made):
        settle(connection, (article_id,))  # who credits whom may have changed
        return
    again = [article_id]
    if before is not None and before["version"]:
        again += _part(connection, article_id, is_body_kept=before["body_hash"] == known.body_hash)
    SqlIndex(connection).add(known, made)
    for body_hash in sorted({known.body_hash} if before is None else {known.body_hash, before["body_hash"]}):
        _link_copies(connection, body_hash, now)
    for number in again:
        _tell(connection, number, matching, now)
    if before is not None:
        _show_anew(connection, article_id)
        settle(connection, (article_id,))  # its date may decide who is the canonical one


def forget_article(connection: Connection, article_id: int, matching: Matching, *, now: str) -> None:
    """Take an article out of index, edges and groups, before its row is deleted."""
    again = _part(connection, article_id, is_body_kept=False)
    body = connection.execute("SELECT body_hash FROM fingerprints WHERE article = ?", (article_id,)).fetchone()
    SqlIndex(connection).remove(article_id)
    for table in ("duplicates", "undone"):
        connection.execute(f"DELETE FROM {table} WHERE ? IN (article_id, of_id)", (article_id,))
    settle(connection, {article_id, *again})
    if body is not None:
        _link_copies(connection, body["body_hash"], now)
    for number in again:
        _tell(connection, number, matching, now)


def match_waiting(connection: Connection, matching: Matching, *, limit: int, now: str) -> int:
    """Match articles that were stored before there was a match index, the oldest ones first; how many."""
    rows = connection.execute(
        f"SELECT article FROM fingerprints WHERE {WAITING} ORDER BY article LIMIT ?", (limit,)
    ).fetchall()
    for row in rows:
        match_article(connection, row["article"], matching, now=now)
    return len(rows)


def add_edge(connection: Connection, edge: NewEdge, *, now: str) -> bool:
    """Store an edge between two articles that have none; its groups are not settled. False: they have one."""
    ends = (edge.article_id, edge.of_id)
    if connection.execute(EDGE_BETWEEN, ends).fetchone() is not None:
        return False
    evidence = edge.evidence
    if edge.relation is not Relation.CONTAINS:
        ends = _in_order(connection, *ends)
        if ends[0] != edge.article_id:
            evidence = json.dumps(turn(json.loads(evidence)))
    values = (*ends, edge.relation, edge.score, edge.rule, evidence, now)
    connection.execute(ADD_EDGE, values)
    return True


def _in_order(connection: Connection, one: int, other: int) -> tuple[int, int]:
    """Two articles, the later one first: by date, else by the order in which they came."""
    rows = connection.execute(
        f"SELECT article FROM fingerprints JOIN articles ON id = article WHERE article IN (?, ?) ORDER BY {IN_TIME}",
        (one, other),
    ).fetchall()
    return rows[1]["article"], rows[0]["article"]


def _describe(connection: Connection, article_id: int, read: TextRead | None) -> tuple[Known, Fingerprint]:
    row = connection.execute(
        """
        SELECT headline, body_text, body_hash, published_utc, COALESCE(publisher, source) AS publisher, canonical_url,
               url, based_on_url FROM articles WHERE id = ?
        """,
        (article_id,),
    ).fetchone()
    urls, credits = addresses_of(row)
    if read is None:
        made = fingerprint(row["headline"], row["body_text"], urls=urls, credits=credits)
    else:
        made = replace(read.fingerprint, marks=marks_of(urls, credits))
    known = Known(
        number=article_id,
        headline=row["headline"],
        body_hash=row["body_hash"],
        signature=made.signature,
        published_at=to_instant(row["published_utc"]),
        publisher=row["publisher"],
    )
    return known, made


def make_edge(article_id: int, words: int, found: Match, other_id: int, other_words: int) -> NewEdge:
    """The edge of a match; of `contains`, the longer article comes first."""
    is_turned = found.verdict.relation is Relation.CONTAINS and words < other_words
    return NewEdge(
        article_id=other_id if is_turned else article_id,
        of_id=article_id if is_turned else other_id,
        relation=found.verdict.relation,
        score=found.verdict.score,
        rule=found.verdict.rule,
        evidence=json.dumps(make_evidence(found, is_turned=is_turned)),
    )


def _part(connection: Connection, article_id: int, *, is_body_kept: bool) -> list[int]:
    """Take the rules' edges from an article and settle what is left of its group; returns those it was joined with."""
    group = members_of(connection, article_id)
    kept = (Relation.EXACT,) if is_body_kept else ()
    gone = [
        edge for edge in edges_of(connection, article_id) if edge["judged_by"] is None and edge["relation"] not in kept
    ]
    connection.executemany("DELETE FROM duplicates WHERE id = ?", [(edge["id"],) for edge in gone])
    if any(edge["relation"] in JOINING for edge in gone):
        settle(connection, group)
    return [_other_end(edge, article_id) for edge in gone]


def _link_copies(connection: Connection, body_hash: str, now: str) -> None:
    """An edge from each article of one body to the earliest of them: n - 1 for n copies."""
    rows = connection.execute(
        f"""
        SELECT article, fingerprints.headline, words FROM fingerprints JOIN articles ON articles.id = article
         WHERE fingerprints.body_hash = ? ORDER BY {IN_TIME}
        """,
        (body_hash,),
    ).fetchall()
    if len(rows) < 2:
        return
    firsts: dict[str, int] = {}
    wanted: dict[tuple[int, int], None] = {}
    for row in rows:
        first = firsts.setdefault("" if row["words"] >= FEWEST_WORDS else row["headline"], row["article"])
        if first != row["article"]:
            wanted[row["article"], first] = None
    stored = _exact_edges(connection, body_hash)
    gone = [number for pair, number in stored.items() if pair not in wanted]
    connection.executemany("DELETE FROM duplicates WHERE id = ?", [(number,) for number in gone])
    added = [add_edge(connection, _exact_edge(pair, body_hash), now=now) for pair in wanted.keys() - stored.keys()]
    if gone or any(added):
        settle(connection, {row["article"] for row in rows})


def _show_anew(connection: Connection, article_id: int) -> None:
    """Bring the evidence of edges that persons confirmed in line with the texts as they are now."""
    index = SqlIndex(connection)
    for edge in edges_of(connection, article_id):
        if edge["judged_by"] is not None:
            one, other = (index.get(edge[end]).signature for end in ("article_id", "of_id"))
            is_made = bool(one and other)  # not of what an older Copydesk stored and nobody has matched yet
            evidence = json.dumps(describe_comparison(compare(Text(one), Text(other)) if is_made else None))
            connection.execute("UPDATE duplicates SET evidence = ? WHERE id = ?", (evidence, edge["id"]))


def _exact_edges(connection: Connection, body_hash: str) -> dict[tuple[int, int], int]:
    """The rules' edges between articles of one body, and their numbers."""
    rows = connection.execute(
        """
        SELECT id, article_id, of_id FROM duplicates
         WHERE relation = 'exact' AND judged_by IS NULL
           AND article_id IN (SELECT article FROM fingerprints WHERE body_hash = ?)
        """,
        (body_hash,),
    )
    return {(row["article_id"], row["of_id"]): row["id"] for row in rows}


def _exact_edge(pair: tuple[int, int], body_hash: str) -> NewEdge:
    return NewEdge(
        article_id=pair[0],
        of_id=pair[1],
        relation=Relation.EXACT,
        score=1.0,
        rule=SAME_BODY,
        evidence=json.dumps({"body_hash": body_hash}),
    )


def _tell(connection: Connection, article_id: int, matching: Matching, now: str) -> None:
    """Join an article with what the index finds, and with what that is joined with."""
    index = SqlIndex(connection, but=article_id)
    known, made = index.get(article_id), index.fingerprint(article_id)
    group = cache(partial(group_of, connection))
    every = match(known, made, index, window=matching.window, limits=matching.limits, group_of=group)
    matches = [each for each in every if each.verdict.relation is not Relation.EXACT]  # those are joined by body
    if not matches:
        return
    neighbours = [_other_end(edge, article_id) for edge in edges_of(connection, article_id)]
    told = {group_of(connection, number) for number in neighbours}
    barred = {group_of(connection, article_id), *barred_groups(connection, article_id)}
    for found in telling(matches, group, told=told, barred=barred):  # chosen before any of them joins two groups
        edge = make_edge(article_id, made.words, found, found.of, index.words(found.of))
        if add_edge(connection, edge, now=now) and edge.relation in JOINING:
            settle(connection, (article_id,))


def _other_end(edge: StoredRow, article_id: int) -> int:
    return int(edge["of_id"] if edge["article_id"] == article_id else edge["article_id"])
