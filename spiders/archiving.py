"""A response on its way into the archive."""

from __future__ import annotations

from datetime import datetime

from copydesk.rights import read_rights
from spiders.fetches import payload_digest
from spiders.outcomes import Answer
from storage.archive import ArchiveWriter
from storage.records import SnapshotRecord


def archive_answer(answer: Answer, writer: ArchiveWriter, *, at: datetime, digest: str | None = None) -> SnapshotRecord:
    """Write a response into an archive file; what the store is to know of it, once the file is synced. `digest`: of the
    body, where it is known."""
    digest = digest or payload_digest(answer.body)
    pointer = writer.write_response(
        url=answer.final_url,
        at=at,
        status=answer.status,
        reason=answer.reason,
        headers=answer.headers,
        body=answer.body,
        digest=digest,
    )
    return SnapshotRecord(
        pointer=pointer,
        final_url=answer.final_url,
        status=answer.status,
        content_type=answer.content_type,
        digest=digest,
        body_bytes=len(answer.body),
        rights=read_rights(answer.headers, answer.body, url=answer.final_url, site=answer.site_reservation),
        headers=answer.header_map(),
    )
