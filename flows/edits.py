"""Changes to news.toml by a command: comments and order stay."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from copydesk.errors import ConfigError


def set_news_key(path: Path, section: str, key: str, value: object) -> None:
    """Set one key of a TOML file, made where there is none; it is replaced whole, or not at all.

    Raises:
        ConfigError: it cannot be read or written, or is no TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        if section not in document:
            document[section] = tomlkit.table()
        document[section][key] = value
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(document))
        if path.exists():
            Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except (OSError, TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"cannot be changed: {error}") from error
