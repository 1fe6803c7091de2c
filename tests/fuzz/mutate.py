# ruff: noqa: E501
"""A page -> the same page, damaged as the web and its enemies damage pages. The same seed gives the same page."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

MAX_BYTES = 400_000
"""Larger pages are cut: what size alone does is tested with the hostile pages."""
TOKENS = (
    *(b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;amp;", b"\0"),
    *(b"<div>", b"</div>", b"</p></p>", b"<p>", b"<table><tr><td>", b"</table>", b"<a href='", b"<ul><li>", b"</body>"),
    *(b"<script>", b"</script>", b"<style>", b"<noscript>", b"<template>", b"<svg>", b"<math>", b"<plaintext>", b"<title>"),
    *(b'<script type="application/ld+json">{"@type":"NewsArticle","headline":["', b'"articleBody":{', b"<base href=//["),
    *(b"<meta charset=utf-16>", b"<meta charset=koi8-r>", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xe2\x80", b"\xed\xa0\x80"),
    *(b"<link rel=canonical href='http://[::1'>", b"<time datetime='99999-13-40T25:61'>", b"<form><input type=password>"),
    *(b"By By By ", b"Source: ", b"2026-02-30", b"https://a@b:c/", b"\xe2\x80\xae", b"\xcc\x81" * 40, b"(" * 50, b" \t\n" * 60),
)  # fmt: skip
CHARSETS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp1251", "shift_jis", "gb18030", "utf-7", "cp037")
HEADERS = (
    "",
    "text/html",
    "text/html; charset=utf-8",
    "text/html; charset=utf-16",
    "text/html; charset=\0",
    "image/png",
)

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated_page(seed: int, pages: Sequence[bytes]) -> tuple[bytes, str]:
    """Return (bytes, content type) of one of `pages` after one to eight mutations."""
    chance = random.Random(seed)
    body = chance.choice(pages)
    for _ in range(chance.randint(1, 8)):
        body = chance.choice(MUTATIONS)(chance, body, pages)[:MAX_BYTES]
    return body, chance.choice(HEADERS)


def _span(chance: random.Random, body: bytes, most: int = 2_000) -> tuple[int, int]:
    start = chance.randrange(len(body) + 1)
    return start, min(len(body), start + chance.randint(0, most))


def drop_span(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + body[end:]


def repeat_span(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    start, end = _span(chance, body, 300)
    return body[:end] + body[start:end] * chance.choice((1, 2, 20, 500)) + body[end:]


def move_span(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    start, end = _span(chance, body)
    rest, place = body[:start] + body[end:], chance.randrange(len(body) - (end - start) + 1)
    return rest[:place] + body[start:end] + rest[place:]


def flip_bytes(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 30) if body else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def insert_tokens(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(body) + 1)
        body = body[:place] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 3, 300)) + body[place:]
    return body


def drop_tags(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    """Every so many-th `>` or `<` goes: tags run into each other."""
    mark = chance.choice((b"<", b">", b'"', b"</", b"="))
    pieces = body.split(mark)
    every = chance.randint(2, 40)
    joined = (piece + (b"" if number % every == 0 else mark) for number, piece in enumerate(pieces, 1))
    return b"".join(joined)


def splice_pages(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    other = chance.choice(pages)
    return body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]


def cut_off(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def encode_anew(chance: random.Random, body: bytes, pages: Sequence[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")


MUTATIONS: tuple[Mutation, ...] = (
    *(drop_span, repeat_span, move_span, flip_bytes, insert_tokens, insert_tokens),
    *(drop_tags, splice_pages, cut_off, encode_anew),
)
