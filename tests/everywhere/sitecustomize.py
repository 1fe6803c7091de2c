"""Loaded by every Python process of a test run on PostgreSQL: opens a database of the server for the path of a file."""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

TEMPLATE = "copydesk_template"


def patch() -> None:
    """Open stores on the server from now on."""
    if "storage.store" in sys.modules:
        _patch(sys.modules["storage.store"])
    else:
        sys.meta_path.insert(0, _Finder())


def _patch(store: ModuleType) -> None:
    if not hasattr(store, "open_file"):
        store.open_file, store.open_database = store.open_database, _open_database  # type: ignore[attr-defined]


def _open_database(database: str | Path, *, read_only: bool) -> Any:
    import storage.store

    if str(database).startswith(("postgresql://", "postgres://")):
        return storage.store.open_file(database, read_only=read_only)  # type: ignore[attr-defined]
    return storage.store.open_file(  # type: ignore[attr-defined]
        _address(Path(database), read_only=read_only), read_only=read_only
    )


def _address(path: Path, *, read_only: bool) -> str:
    """Of the database that stands for a file; an empty file says that there is one."""
    import psycopg

    from copydesk.errors import StorageError

    name = "f" + hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:30]
    server = os.environ["TEST_STORE_SERVER"]
    if not path.exists():
        if read_only:
            raise StorageError(str(path), "it cannot be opened or made: is its folder there, and writable?")
        path.parent.mkdir(parents=True, exist_ok=True)
        with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
            try:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # the file was deleted
                connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            except psycopg.Error:
                pass  # another process makes it now
        path.touch()
    return server.format(name=name)


class _Finder(importlib.abc.MetaPathFinder):
    """Patches `storage.store` once it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "storage.store":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            _patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if os.environ.get("TEST_STORE_SERVER"):
    patch()
