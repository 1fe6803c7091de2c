"""A copy of a whole home, taken while the desk runs. What comes out is a home itself."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError
from flows.config import NEWS_FILE, SOURCES_FILE, Settings
from storage.store import Store

MARK = "copydesk-backup"
"""An empty file that says whose folder it is: nothing is deleted in any other."""


def back_up(store: Store, settings: Settings, out: Path) -> dict[str, Any]:
    """Copy settings, sources, database and archive to `out/`, laid out as a new home is; what was copied, as a row.

    Raises:
        CopydeskError: `out` holds something else.
        StorageError: it cannot be written, or the archive lacks bytes.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise CopydeskError(str(out), "is not empty, and no back-up of ours; name another folder")
    report = store.back_up(
        archive=settings.desk.archive,
        to_database=out / "data" / "copydesk.db",
        to_archive=out / "data" / "archive",
    )
    (out / MARK).touch()
    for name in (NEWS_FILE, SOURCES_FILE):
        if (settings.home / name).exists():
            shutil.copyfile(settings.home / name, out / name)
    return {"out": str(out), **asdict(report)}
