"""The gate before many invented pages: walls and lists under their reasons, articles through, whatever they say."""

from __future__ import annotations

import pytest

from copydesk.model import Refusal
from tests.copydesk.extraction.gate_articles import ARTICLES
from tests.copydesk.extraction.gate_others import OTHERS
from tests.copydesk.extraction.gate_second import SECOND_PASSED, SECOND_REFUSED
from tests.copydesk.extraction.gate_sites import BANNERS, Passed, Refused
from tests.copydesk.extraction.gate_walls import WALLS
from tests.copydesk.extraction.pages import article, extract


@pytest.mark.parametrize("case", [*WALLS, *OTHERS, *SECOND_REFUSED], ids=lambda case: f"{case.reason}: {case.name}")
def test_a_page_without_an_article_is_quarantined_under_its_reason(case: Refused) -> None:
    result = extract(case.html, url=case.url)
    assert isinstance(result, Refusal), result.body_text[:200]
    assert result.reason is case.reason, result.detail
    assert result.detail


@pytest.mark.parametrize("case", [*ARTICLES, *SECOND_PASSED], ids=lambda case: case.name)
def test_an_article_passes_the_gate(case: Passed) -> None:
    body = article(case.html, url=case.url).body_text
    assert case.says in body
    assert not any(text in body for _, text, *_ in BANNERS.values())
