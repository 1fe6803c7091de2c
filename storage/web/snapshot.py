"""A stored page of a publisher as something that is safe to look at: no script, no load, no place to go by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.extraction.decoding import decode_page
from copydesk.model import Refusal
from storage.archive import read_body
from storage.database import Database
from storage.places import ArchivePlace
from storage.snapshots import SqlSnapshots

ACTIVE = re.compile(r"<(?=(?:link|meta|base|iframe|frame|portal)\b)", re.IGNORECASE)
"""What makes a browser open a connection before it asks the policy (Chromium does for frames and preconnects), go
elsewhere (refresh) or resolve links elsewhere: renamed, so that it means nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A stored page, ready to be sent."""

    body: bytes
    content_type: str
    file_name: str
    """Not empty: to be saved, not shown."""


def read_snapshot(database: Database, archive: ArchivePlace, snapshot_id: int, *, as_source: bool) -> View | None:
    """A stored snapshot; `as_source`: its markup as text. None where there is none of this id.

    Raises:
        StorageError: its bytes are not in the archive any more.
    """
    row = SqlSnapshots(database).get(snapshot_id)
    if row is None:
        return None
    body = read_body(archive, row.pointer)
    decoded = decode_page(body, row.content_type)
    if isinstance(decoded, Refusal):
        name = f"snapshot-{snapshot_id}.bin"
        return View(body=body, content_type="application/octet-stream", file_name=name)
    if as_source:
        return View(
            body=decoded.text.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8", file_name=""
        )
    made = ACTIVE.sub("<x-", decoded.text)
    return View(body=made.encode("utf-8", "replace"), content_type="text/html; charset=utf-8", file_name="")
