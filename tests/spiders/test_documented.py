"""Each test that docs/crawling.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "crawling.md"
NAMED = re.compile(r"`([a-z/_]+\.py)` `(test_\w+)`")


def test_each_villain_of_the_table_has_the_test_that_its_row_names() -> None:
    named = NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert len(named) > 30
    assert not [
        (file, name) for file, name in named if f"\ndef {name}(" not in (TESTS / file).read_text(encoding="utf-8")
    ]
