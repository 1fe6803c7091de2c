"""Where blocks stand on the page."""

from __future__ import annotations

from lxml.html import document_fromstring

from copydesk.extraction.body import Block
from copydesk.extraction.layout import Place, find_places
from copydesk.extraction.tags import Lines

PROSE = [f"Paragraph {n} of the report says in a sentence of some length what the ministry decided." for n in range(4)]
PAGE = f"""
<main><div class="story"><h2>A heading</h2><p>{PROSE[0]}</p><p>{PROSE[1]}</p>
<figure><img><figcaption>Port of Sarn at dusk</figcaption></figure>
<div class="fact-box"><div><p>Facts about the port: it has nine cranes and a lighthouse of its own.</p></div></div>
<p>{PROSE[2]}</p>
<div class="loose">A line without a paragraph</div><p><em>The author writes about ports.</em></p></div></main>
"""


def places_of(*texts: str) -> list[Place]:
    return find_places([Block(kind="p", text=text) for text in texts], document_fromstring(PAGE), Lines())


def test_paragraphs_stand_in_the_container_and_boxes_do_not() -> None:
    *prose, box = places_of(*PROSE[:3], "Facts about the port: it has nine cranes and a lighthouse of its own.")

    assert [place.steps for place in prose] == [0, 0, 0]
    assert all(place.parent_share > 0.7 for place in prose)
    assert (box.in_box, box.steps) == (True, 2)
    assert box.parent_share < 0.3


def test_text_in_a_div_alone_is_found_and_what_is_not_on_the_page_is_not() -> None:
    loose, absent = places_of("A line without a paragraph", "Nobody wrote this")

    assert (loose.tag, loose.steps >= 0) == ("div", True)
    assert absent == Place()


def test_emphasis_is_the_share_of_italic_characters() -> None:
    assert places_of("The author writes about ports.")[0].emphasis == 1
    assert places_of(PROSE[0])[0].emphasis == 0


def test_no_blocks_have_no_places() -> None:
    assert find_places([], document_fromstring(PAGE), Lines()) == []
