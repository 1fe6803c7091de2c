"""What an ingest that died had claimed is free at once, not only when its claims have run out.

Each ingest holds a mark of its own beside the archive. Of ingests of other machines nothing is known, and their claims
run out by themselves.
"""

from __future__ import annotations

import logging
from pathlib import Path

from spiders.marks import Mark, free_marks
from storage.store import Store

log = logging.getLogger(__name__)

SUFFIX = ".ingesting"


def claim_mark(folder: Path, by: int) -> Mark:
    """The mark of who claims as `by`. `folder`: of the archive."""
    return Mark(folder.with_name(f"{folder.name}.{by}{SUFFIX}"))


def free_the_dead(folder: Path, store: Store) -> None:
    """Drop the claims of ingests of this machine whose process is gone."""
    for by, path in free_marks(folder, SUFFIX):
        store.snapshots.drop_claims(by)
        path.unlink(missing_ok=True)
        log.info("an ingest died; what it had claimed is free by=%d", by)
