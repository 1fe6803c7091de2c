# ruff: noqa: E501
"""Pages made to be slow, deep or large, each by a builder of a size: what it takes to read them must grow no faster."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.copydesk.extraction.pages import HEADLINE, PARAGRAPHS

HEAD = f"<!doctype html><html><head><meta charset=utf-8><title>{HEADLINE}</title><meta property='og:type' content='article'>"
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
START = f"{HEAD}</head><body><article><h1>{HEADLINE}</h1>{PROSE}"
END = f"{PROSE}</article></body></html>"

Builder = Callable[[int], str]
"""Size -> page."""


def repeat(unit: str, *, before: str = START, after: str = END) -> Builder:
    """A page in which `unit` stands `size` times; `{n}` in it is its number, `{v}` one of seven."""

    def build(size: int) -> str:
        if "{n}" not in unit:
            return before + unit * size + after
        return before + "".join(unit.replace("{n}", str(number)) for number in range(size)) + after

    return build


def in_head(unit: str, *, before: str = "", after: str = "") -> Builder:
    """The same in the page's head."""
    return repeat(unit, before=HEAD + before, after=f"{after}</head><body><h1>{HEADLINE}</h1>{PROSE}</body></html>")


def in_text(unit: str, *, before: str = "<p>", after: str = "</p>") -> Builder:
    """The same as text of one paragraph, in one line."""
    return repeat(unit, before=START + before, after=after + END)


def in_attribute(unit: str, *, tag: str = "div", name: str = "class") -> Builder:
    """The same as the value of an attribute."""
    return repeat(unit, before=f'{START}<{tag} {name}="', after=f'">text</{tag}>{END}')


def in_node(make: Callable[[int], object]) -> Builder:
    """A page with `make(size)` as its JSON-LD."""
    return lambda size: in_head("", after=f'<script type="application/ld+json">{json.dumps(make(size))}</script>')(1)


def raw_node(unit: str, *, before: str = "", after: str = "") -> Builder:
    """A page with text that is hardly JSON as its JSON-LD."""
    return in_head(unit, before=f'<script type="application/ld+json">{before}', after=f"{after}</script>")


def article_node(**values: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE, **values}


def bare(page: str) -> str:
    """A page without its prose, and without tags that say that it is an article."""
    return page.replace(PROSE, "").replace("<meta property='og:type' content='article'>", "")


LINK = "<a href='https://other-{n}.example/a/{n}'>Source: shares of mill number {n} rise</a> "
NESTED: dict[str, Builder] = {
    "nested div": repeat("<div>"),
    "nested inline": repeat("<b><i>"),
    "nested lists": repeat("<ul><li>"),
    "nested tables": repeat("<table><tr><td>"),
    "nested quotes": repeat("<blockquote><p>x"),
    "nested links": repeat("<a href=/n/{n}>"),
    "nested closings": repeat("</p></div>"),
    "nested forms": repeat("<form><fieldset>"),
    "unknown elements": repeat("<x-{n}>"),
    "misnested": repeat("<b><p></b><i></p>"),
    "nested to the limit, again and again": repeat("<div>" * 180 + "x" + "</div>" * 180),
}
MANY: dict[str, Builder] = {
    "paragraphs": repeat("<p>The mill number {n} ships grain to the south, its owner says today.</p>"),
    "equal paragraphs": repeat("<p>The mill ships grain to the south, its owner says, and more of it each year.</p>"),
    "line breaks": repeat("<br>"),
    "lines between breaks": repeat("The mill number {n} ships grain to the south, its owner says.<br>"),
    "links": repeat(f"<p>{LINK}</p>"),
    "links in one paragraph": repeat(LINK, before=START + "<p>", after="</p>" + END),
    "links in one div": repeat(LINK, before=START + "<div>", after="</div>" + END),
    "links in nested spans": repeat(f"<span>{LINK}</span>", before=START + "<div><span>", after="</span></div>" + END),
    "images": repeat("<figure><img src=/i/{n}.jpg><figcaption>Photo {n}: Ann Lee</figcaption></figure>"),
    "tables": repeat("<table><tr><td>{n}</td><td>x</td></tr></table>"),
    "cells": repeat("<tr><td>{n}</td><td>x</td></tr>", before=START + "<table>", after="</table>" + END),
    "list items": repeat("<li>Item {n} of a list</li>", before=START + "<ul>", after="</ul>" + END),
    "headings": repeat("<h2>Heading {n}</h2>"),
    "first headings": repeat("<h1>Heading number {n} of the page</h1>"),
    "articles": repeat("<article><h2><a href=/n/{n}>The mill number {n} ships grain</a></h2><p>It does.</p></article>"),
    "spans in one paragraph": in_text("<span>mill {n} </span>"),
    "times": repeat("<time datetime='2026-11-02T10:00:00Z'>2 November 2026</time>"),
    "bylines": repeat("<span class='byline author' itemprop='author' rel='author'>By Ann Lee {n}</span>"),
    "microdata": repeat("<div itemscope itemtype='https://schema.org/NewsArticle'><span itemprop=author>A {n}</span></div>"),
    "classes": repeat("<div class='related-articles share-bar author-bio newsletter'><p>x</p></div>"),
    "forms": repeat("<form><input type=password><button>Log in</button></form>"),
    "scripts": repeat("<script>var a{n} = '<p>';</script>"),
    "entities": in_text("&amp;&lt;&#8217;&nbsp;"),
    "dialogs": repeat("<div role=dialog><p>We use cookies, and our 214 partners do.</p></div>"),
    "videos": repeat("<video src=/v/{n}.mp4></video>"),
    "teasers": repeat("<h3><a href=/n/{n}>The mill number {n} ships grain</a></h3><p>Its owner says so, and that is more than was known before of this one and of {n} others.</p>"),
}  # fmt: skip
HEADS: dict[str, Builder] = {
    "meta tags": in_head("<meta name=author content='Ann Lee {n}'>"),
    "meta tags of one date": in_head("<meta property='article:published_time' content='2026-11-02T10:{n}'>"),
    "canonical links": in_head("<link rel=canonical href='https://other.example/{n}'>"),
    "titles": in_head("<title>The mill number {n} ships grain | The Courier</title>"),
    "bases": in_head("<base href='https://other.example/{n}/'>"),
    "scripts of JSON-LD": in_head(
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Mill {n}"}</script>'
    ),
    "scripts of other JSON": in_head(f'<script type="application/json">{{"a":"{"x" * 1_200} {{n}}"}}</script>'),
    "a long title": in_head("The mill - ", before="<title>", after="</title>"),
    "a long title of colons": in_head(": | : ", before="<title>", after="</title>"),
    "a long description": in_head("the mill and ", before="<meta name=description content='", after="'>"),
    "a long author": in_head("By Ann Lee and ", before="<meta name=author content='", after="'>"),
    "a long date": in_head("2026-11-02T10:00:", before="<meta property='article:published_time' content='", after="'>"),
    "long keywords": in_head("grain, ", before="<meta name=keywords content='", after="'>"),
    "a long canonical link": in_head("../", before="<link rel=canonical href='https://courier.example/", after="'>"),
}
NODES: dict[str, Builder] = {
    "deep JSON": raw_node('{"@graph":[', before=""),
    "deep arrays": raw_node("["),
    "deep parts": raw_node('{"@type":"NewsArticle","hasPart":', after="1"),
    "a graph of articles": in_node(lambda size: {"@graph": [article_node(url=f"/{n}") for n in range(size)]}),
    "authors": in_node(lambda size: article_node(author=[{"@type": "Person", "name": f"Ann Lee {n}"} for n in range(size)])),
    "a body": in_node(lambda size: article_node(articleBody="The mill ships grain to the south. " * size)),
    "a body of paragraphs": in_node(lambda size: article_node(articleBody="\n\n".join([f"The mill {n} ships grain to the south, and its owner says so." for n in range(size)]))),
    "a body of tags": in_node(lambda size: article_node(articleBody="<p><b>" * size)),
    "a body of escapes": in_node(lambda size: article_node(articleBody="&amp;amp;lt;p&amp;amp;gt;" * size)),
    "broken JSON with commas": raw_node('{"a": 1,},', before="["),
    "broken JSON with blanks": raw_node(",   \n\t ", before='{"@type":"NewsArticle"'),
    "documents in a row": raw_node('{"@type":"NewsArticle","headline":"a"}'),
    "strings that do not end": raw_node('"\\'),
    "comments": raw_node("/*<![CDATA[*/ ", after='{"@type":"Article"}'),
    "a list of list items": in_node(lambda size: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": f"Mill {n}"}} for n in range(size)]}),
    "keywords": in_node(lambda size: article_node(keywords=[f"mill {n}" for n in range(size)])),
    "a value of many types": in_node(lambda size: {"@type": ["NewsArticle"] * size, "headline": HEADLINE}),
    "data of a framework": lambda size: in_head("", after=f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"story": {"body": [{"type": "p", "text": f"The mill number {n} ships grain to the south, as its owner says today."} for n in range(size)]}}})}</script>')(1).replace(PROSE, ""),
    "deep data of a framework": in_head('{"a":[', before='<script id="__NEXT_DATA__" type="application/json">', after="</script>"),
}  # fmt: skip
BAIT: dict[str, Builder] = {
    f"text of {name}": in_text(unit)
    for name, unit in {
        "blanks": " ",
        "blanks of all kinds": " \t\n\u00a0\u2003",
        "quotes": "\"“”'",
        "angles": "< ",
        "closing angles": "> ",
        "ampersands": "&",
        "digits": "0123456789",
        "dates": "2026-11-02 ",
        "commas": ",",
        "dashes": "-",
        "long dashes": " – ",
        "dots": ".",
        "dots and blanks": ". ",
        "colons": ": ",
        "bars": " | ",
        "brackets": "(",
        "square brackets": "[x",
        "bylines": "By ",
        "bylines and names": "By Ann Lee and ",
        "capitals": "Ann Lee ",
        "e-mails": "a.b@",
        "e-mails and dots": "a@b.",
        "addresses": "https://x.com/",
        "one word": "a",
        "two letters": "ab ",
        "cookies": "we use cookies ",
        "pages": "page you ",
        "members": "the content is for a b ",
        "free articles": "1 of 2 free ",
        "sources": "Source: via original ",
        "this article": "this article this ",
        "copyright": "copyright © ",
        "captions": "Photo: ",
        "tags": "tags: a ",
        "updates": "updated on ",
        "ideographs": "漢字",
        "combining marks": "e\u0301\u0301",
        "directions": "\u202e\u200f",
        "zero-width blanks": "\u200b\u200c",
        "emoji": "👩‍👩‍👧‍👦",
        "soft hyphens": "a\u00ad",
        "slashes": "a/b",
        "underscores": "_",
        "equations": "a=b;",
        "braces": "{};",
        "percents": "%2f",
        "months": "May 2 ",
        "times of day": "10:00 ",
    }.items()
}
OTHERS: dict[str, Builder] = {
    "an open comment": repeat("-", before=START + "<!--", after=""),
    "open comments": repeat("<!-- ", after=""),
    "comments": repeat("<!-- x -->"),
    "an open script": repeat("var a = '<p>'; ", before=START + "<script>", after=""),
    "open scripts": repeat("<script>", after=""),
    "an open title": repeat("a ", before="<html><head><title>", after=""),
    "open tags": repeat("<", after=""),
    "open tags with names": repeat("<a ", after=""),
    "open quotes": repeat("<a b='", after=""),
    "attributes": repeat(" a{n}=1", before=START + "<p", after=">text</p>" + END),
    "attributes of one name": repeat(" a=1", before=START + "<p", after=">text</p>" + END),
    "attributes without blanks": repeat("a='1'", before=START + "<p ", after=">text</p>" + END),
    "slashes in a tag": repeat("/ ", before=START + "<p ", after=">text</p>" + END),
    "tags with some attributes": repeat(f"<p {' '.join(f'a{n}=1' for n in range(200))}>x</p>"),
    "a class": in_attribute("related "),
    "a class of dashes": in_attribute("-_"),
    "a class without an end": in_attribute("newsletter"),
    "an id": in_attribute("share", name="id"),
    "an address": in_attribute("https://x.com/", tag="a", name="href"),
    "an address of slashes": in_attribute("/", tag="a", name="href"),
    "an address of wrappers": in_attribute("https://out.example/go?url=", tag="a", name="href"),
    "an address of escapes": in_attribute("%25", tag="a", name="href"),
    "a moment": in_attribute("2026-11-02T", tag="time", name="datetime"),
    "declarations": repeat("<!DOCTYPE html>", before=""),
    "instructions": repeat("<?x y?>"),
    "entities of entities": lambda size: "<!DOCTYPE html [" + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, size)) + f"]>{START}&a{size - 1};{END}",
    "conditional comments": repeat("<![if IE]>"),
    "CDATA": repeat("<![CDATA["),
    "null bytes": in_text("a\x00"),
    "control characters": in_text("\x01\x02\x7f"),
    "meta charsets": in_head("<meta charset=utf-16>"),
    "heads": repeat("<head><body>"),
    "frames": repeat("<frameset><frame src=/x></frameset>", before=HEAD, after=""),
    "plaintext": repeat("<plaintext>"),
    "selects": repeat("<select><option>a"),
    "svg": repeat("<svg><title>x</title><path d='M0 0'/>"),
    "math": repeat("<math><mi>x</mi>"),
    "templates": repeat("<template><p>x"),
    "custom quotes of a page": repeat("<q cite=/x>y</q>"),
}  # fmt: skip
BUILDERS: dict[str, Builder] = {**NESTED, **MANY, **HEADS, **NODES, **BAIT, **OTHERS}

LONG = "The mill {n} ships grain to the south, and more of it each year, says its owner, who has three more of them. "
BUGS: dict[str, str] = {
    "digits alone": bare(BAIT["text of digits"](100_000)),
    "18,000 spans with their text in one paragraph": in_text(f"<span>{LONG}</span>")(18_000),
    "18,000 scripts between texts": in_text(f"<script>a</script>{LONG}")(18_000),
    "inline elements within inline elements": in_text(f"<b>{f'<i>{LONG}</i>' * 150}</b>")(120),
    "boxes that are cut, and text after each": repeat(f"<div class=newsletter>x</div>{LONG}")(18_000),
    "38,000 list items": MANY["list items"](38_000),
    "teasers alone": bare(MANY["teasers"](11_000)),
}
"""Pages that once took longer than their limit."""
