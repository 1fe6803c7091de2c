"""Some hundred mutated pages, as `make fuzz` runs by the hundred thousand: none crashes, none passes its limit."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.mutate import mutated_page
from tests.fuzz.run import fuzz

PAGES = 1_200
"""About ten seconds of one core."""
TIMEOUT_S = 20
"""As news.toml has it."""


def test_mutated_pages_give_articles_or_reasons_and_nothing_else() -> None:
    *_, findings = fuzz(range(PAGES), workers=2, timeout_s=TIMEOUT_S)

    assert findings.failures == []
    assert findings.outcomes.total() == PAGES
    assert findings.outcomes["article"] > PAGES / 10
    assert len(findings.outcomes) > 5


def test_a_failure_is_told_with_the_seed_that_makes_the_page_again(tmp_path: Path) -> None:
    (tmp_path / "broken.html.gz").write_bytes(b"\x1f\x8b no gzip file")

    *_, findings = fuzz([3], workers=1, timeout_s=TIMEOUT_S, folder=str(tmp_path))

    (failure,) = findings.failures
    assert failure.startswith("seed 3: ")


def test_the_same_seed_makes_the_same_page_and_another_seed_another() -> None:
    pages = [b"<html><body><p>Rates rise.</p></body></html>", b"<p>The mill ships grain.</p>"]

    assert mutated_page(7, pages) == mutated_page(7, pages)
    assert len({mutated_page(seed, pages)[0] for seed in range(50)}) > 25
