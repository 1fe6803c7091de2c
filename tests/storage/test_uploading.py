"""Archive files that lie elsewhere: read, written anew without what is to go, and never lost."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

from storage.archive import read_body
from storage.places import RemoteArchive
from storage.store import Store
from storage.upkeep_records import RetentionRule
from storage.uploading import upload_waiting
from tests.storage.kept import NOON
from tests.storage.test_removals import SECRET, bodies, make_desk


def test_bytes_that_go_leave_the_object_store_and_the_rest_is_read_from_it(store: Store, tmp_path: Path) -> None:
    data = tmp_path / "data"
    make_desk(store, data)
    before = bodies(store, data)
    bucket = tmp_path / "bucket"
    place = RemoteArchive(folder=data / "archive", url=f"file://{bucket}")

    assert upload_waiting(store.archive_files, place).files > 0
    assert list((data / "archive").glob("*.warc.gz")) == []
    assert store.archive_files.waiting() == {}
    assert any(SECRET in text for text in texts(bucket))

    store.removals.remove("https://ledger.example/secret", now=NOON)
    assert store.removals.finish(archive=place, now=NOON) == 0
    assert not any(SECRET in text for text in texts(bucket))
    for number, body in before.items():
        snapshot = store.snapshots.get(number)
        assert snapshot is not None
        if snapshot.pointer.file:
            assert read_body(place, snapshot.pointer) == body

    store.retention.apply(RetentionRule(age=timedelta(days=1)), archive=place, now=NOON + timedelta(days=99))
    assert texts(bucket) == []


def texts(bucket: Path) -> list[str]:
    return [gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in bucket.glob("*.warc.gz")]
