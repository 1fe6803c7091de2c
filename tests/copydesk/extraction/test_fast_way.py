"""The fast way through trafilatura: what it finds is what trafilatura finds by itself."""

from __future__ import annotations

from typing import Any

import pytest
import trafilatura
from lxml.etree import XPath, tostring
from lxml.html import HtmlElement, document_fromstring
from trafilatura.htmlprocessing import convert_tags, tree_cleaning

from copydesk.extraction.body import FAST, clean_tree, find_blocks, render_blocks
from copydesk.extraction.pruning import PLAIN, QUICK, is_of_own
from tests.copydesk.extraction.gate_articles import ARTICLES
from tests.copydesk.extraction.gate_others import OTHERS
from tests.copydesk.extraction.gate_walls import WALLS
from tests.copydesk.extraction.pages import make_html

PAGES = {**{case.name: case.html for case in (*ARTICLES, *OTHERS, *WALLS)}, "plain": make_html()}
NAMED = """
<html><body><div class="sidebar">a</div><p class="x">b</p><div><span class="social share-x">c</span></div>
<p class="x" style="display:none">d</p><o:p class="nav">e</o:p><div id="Newsletter-1" class="newsletter">f</div>
<div role="Navigation">g<p>h</p></div><section data-component="MostPopularStories">i</section></body></html>
"""


def parsed(html: str) -> HtmlElement:
    root = document_fromstring(html)
    clean_tree(root)
    return root


@pytest.mark.parametrize("name", PAGES)
def test_the_fast_way_finds_what_trafilatura_finds_when_it_is_called_as_a_whole(name: str) -> None:
    root = parsed(PAGES[name])
    before = tostring(root)
    document: Any = trafilatura.bare_extraction(
        root, fast=True, favor_recall=True, include_comments=False, output_format="json"
    )

    assert find_blocks(root, url="") == (render_blocks(document.body) if document else [])
    assert tostring(root) == before


@pytest.mark.parametrize("name", ["named", *PAGES])
def test_asking_by_kinds_finds_the_same_elements_in_the_same_order(name: str) -> None:
    tree = convert_tags(tree_cleaning(parsed(PAGES.get(name, NAMED)), FAST), FAST)

    assert [element for find in QUICK for element in find(tree)] == [
        element for xpath in PLAIN for element in xpath(tree)
    ]


def test_the_tables_of_this_trafilatura_ask_about_own_attributes_and_find_something() -> None:
    tree = document_fromstring(NAMED)

    assert all(map(is_of_own, PLAIN))
    assert [element.text for find in QUICK for element in find(tree)] == ["a", "c", "f", "g", "i", "d"]


@pytest.mark.parametrize(
    "path", [".//*[not(.//h1)]", ".//div[@id='a'][1]", ".//*[@id][ancestor::p]", ".//*[@class='a'][last()]", "//p"]
)
def test_an_xpath_that_looks_further_is_asked_as_it_is(path: str) -> None:
    assert not is_of_own(XPath(path))
