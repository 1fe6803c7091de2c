"""What a fresh extraction is to the stored article: new, revised, unchanged, and why."""

from __future__ import annotations

import difflib

from copydesk.model import Article, Change, Decision

COMPARED_WORDS = 5_000
"""Words of each text that are compared to describe a change; the comparison is quadratic at worst."""


def decide_change(stored_content_hash: str | None, fresh: Article) -> Decision:
    """Compare an article with its stored revision. Touches nothing: the caller stores, this only says why.

    `stored_content_hash` is that of the latest revision; None where the canonical URL is new.
    """
    if stored_content_hash is None:
        return Decision(change=Change.NEW, why="first sight of this canonical URL")
    if stored_content_hash != fresh.content_hash:
        return Decision(change=Change.REVISED, why="headline or body differs")
    return Decision(change=Change.UNCHANGED, why="same content hash")


def describe_change(old: Article, new: Article) -> str:
    """Return in one line how two revisions differ: `headline changed; 12 words added, 3 removed`."""
    parts = []
    if old.headline != new.headline:
        parts.append("headline changed")
    before, after = old.body_text.split()[:COMPARED_WORDS], new.body_text.split()[:COMPARED_WORDS]
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks())
    added, removed = len(after) - kept, len(before) - kept
    if added or removed:
        parts.append(f"{added} words added, {removed} removed")
    return "; ".join(parts) or "no word differs"
