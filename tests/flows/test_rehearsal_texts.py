"""What the demo shows is what the publications wrote: nothing more, nothing less."""

from __future__ import annotations

import pytest

from copydesk.extraction.article import extract_article
from copydesk.model import Article
from tests.benchmarks.labelled import LabelledPage, read_rehearsal

PAGES = read_rehearsal()


@pytest.mark.parametrize("labelled", PAGES, ids=lambda labelled: labelled.label["id"].partition("/")[2])
def test_an_article_of_the_rehearsal_web_is_word_for_word_what_its_paper_wrote(labelled: LabelledPage) -> None:
    article = extract_article(labelled.page)

    assert isinstance(article, Article)
    assert article.body_text == labelled.label["body"]
    assert (article.headline, sorted(article.authors)) == (labelled.label["title"], sorted(labelled.label["authors"]))
