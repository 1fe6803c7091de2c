# ruff: noqa: E501, SIM905
"""Whatever the bytes are: an article that can be stored, or a reason. Trees, attributes and bytes that chance makes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.extraction.article import extract_article
from copydesk.extraction.attribution import choose_canonical
from copydesk.extraction.credits import original_url, unwrap
from copydesk.extraction.decoding import Decoded, decode_page
from copydesk.extraction.tags import Tags
from copydesk.model import Article, Page, Refusal
from tests.copydesk.extraction.pages import PARAGRAPHS

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
TAGS = st.sampled_from(
    """
    p div span a b ul li table tr td h1 h2 article section main header footer nav aside figure figcaption
    blockquote script style noscript template svg math title meta link base time form input button iframe body
    html head br img x-y frameset plaintext select option pre code
    """.split()
)
NAMES = st.sampled_from(
    """
    class id href src property name content itemprop itemscope rel type datetime charset http-equiv lang role
    aria-modal style hidden title
    """.split()
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *(
                "article",
                "og:type",
                "og:title",
                "og:url",
                "canonical",
                "author",
                "article:published_time",
                "description",
            ),
            *(
                "application/ld+json",
                "byline",
                "newsletter related",
                "dialog",
                "2026-11-02T10:00:00+01:00",
                "0001-01-01",
            ),
            *("https://other.example/a/b", "http://[", "javascript:void(0)", "//x", "isBasedOn", "datePublished"),
        ]
    ),
    st.text(max_size=40),
)
WORDS = st.one_of(
    st.sampled_from([*PARAGRAPHS, "By Ann Lee", "Source: ", "We use cookies", "&amp;", "&#0;", "&#xD800;", "]]>", "<!--", '{"@type":']),
    st.text(max_size=60),
)  # fmt: skip
ATTRIBUTES = st.lists(st.tuples(NAMES, VALUES), max_size=3)
JSON_KEYS = st.sampled_from(
    """
    @type @graph @id headline author name datePublished dateModified articleBody isBasedOn publisher image url
    keywords articleSection hasPart isAccessibleForFree mainEntityOfPage itemListElement description
    """.split()
)
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), VALUES, WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(JSON_KEYS, inner, max_size=5)),
    max_leaves=12,
)
NODES = st.dictionaries(JSON_KEYS, JSON_VALUES, max_size=8)
URLS = st.one_of(
    st.sampled_from(
        ["", "https://courier.example/a/b-c-d", "http://[", "https://courier.example/?p=1", "x", "https://1.2.3.4/a"]
    ),
    st.text(max_size=50),
)


def _element(parts: tuple[str, list[tuple[str, str]], list[str], bool]) -> str:
    tag, attributes, inner, is_closed = parts
    written = "".join(f' {name}="{value}"' for name, value in attributes)
    return f"<{tag}{written}>{''.join(inner)}{f'</{tag}>' if is_closed else ''}"


TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(TAGS, ATTRIBUTES, st.lists(inner, max_size=5), st.booleans()).map(_element),
    max_leaves=25,
)
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


def check(page: Page) -> None:
    """An article whose fields can be stored and sent, or a refusal that says why."""
    result = extract_article(page)
    if isinstance(result, Refusal):
        assert result.detail
        return
    assert isinstance(result, Article)
    assert len(result.content_hash) == len(result.body_hash) == 32
    assert result.published_at is None or result.published_at.utcoffset() is not None
    assert result.modified_at is None or result.modified_at.utcoffset() is not None
    json.dumps(asdict(result), default=str, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair


@given(trees=st.lists(TREES, max_size=5), url=URLS, node=NODES)
@SETTINGS
def test_any_tree_gives_an_article_or_a_reason(trees: list[str], url: str, node: dict[str, object]) -> None:
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    prose = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    html = f"<html><head>{script}</head><body><h1>Terminal</h1>{prose}{''.join(trees)}</body></html>"
    check(Page(url=url, body=html.encode("utf-8", "surrogatepass"), content_type="text/html", fetched_at=NOW))


@given(body=st.binary(max_size=3_000), header=st.text(max_size=60))
@SETTINGS
def test_any_bytes_give_an_article_or_a_reason(body: bytes, header: str) -> None:
    check(Page(url="https://courier.example/a", body=body, content_type=header))
    check(Page(url="https://courier.example/a", body=b"<html><body><p>" + body * 20, content_type=header))


@given(body=st.binary(max_size=2_000), header=st.text(max_size=60))
@SETTINGS
def test_any_bytes_are_decoded_or_refused(body: bytes, header: str) -> None:
    decoded = decode_page(b"<html>" + body, header)
    assert isinstance(decoded, Decoded | Refusal)
    if isinstance(decoded, Decoded):
        assert "\0" not in decoded.text
        assert "\x1f" not in decoded.text


@given(href=st.one_of(VALUES, st.text(max_size=80)), url=URLS)
@SETTINGS
def test_any_address_is_an_original_or_none(href: str, url: str) -> None:
    found = original_url(href, url)
    assert found is None or found.startswith(("http://", "https://"))
    assert isinstance(unwrap(f"https://out.example/go?url={href}", url), str)
    kept, _, _ = choose_canonical(Tags(links={"canonical": [href]}), url=url)
    assert isinstance(kept, str)
