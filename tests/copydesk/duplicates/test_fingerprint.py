"""Keys that copies share, and signatures that come back as they were."""

from __future__ import annotations

import pytest

from copydesk.duplicates.fingerprint import KEY_BITS, fingerprint, pack, unpack
from copydesk.duplicates.words import read_words
from tests.copydesk.duplicates.texts import ELECTION, FERRY, FOREIGN, HARBOUR, joined, paragraphs, reword

COPIES = {
    "cut to its first half": joined(paragraphs(FERRY)[:3]),
    "led in by something else": joined(paragraphs(HARBOUR)[:2] + paragraphs(FERRY)),
    "re-worded": reword(FERRY),
    "inside a roundup": joined(paragraphs(ELECTION) + paragraphs(FERRY) + paragraphs(HARBOUR)),
    "in single lines": FERRY.replace("\n\n", "\n"),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_shares_two_keys_or_more(name: str) -> None:
    assert len({*fingerprint("", COPIES[name]).keys} & {*fingerprint("", FERRY).keys}) >= 2


def test_different_articles_share_no_key() -> None:
    sets = [{*fingerprint("", text).keys} for text in (FERRY, HARBOUR, ELECTION, FOREIGN)]
    assert len(set.union(*sets)) == sum(map(len, sets))


def test_keys_are_integers_that_a_database_can_hold_and_stay_what_they_were() -> None:
    keys = fingerprint("", FERRY).keys
    assert len(keys) == len(set(keys))
    assert all(0 <= key < 1 << KEY_BITS for key in keys)
    assert keys[:2] == (766893127137, 841603495125)


def test_a_short_text_has_no_keys() -> None:
    assert fingerprint("Markets closed", "Markets are closed today for a public holiday.").keys == ()


def test_a_signature_comes_back_as_it_was() -> None:
    headline, body = read_words("Halden buys 4 ferries"), read_words(FERRY)
    back_headline, back_body = unpack(pack(headline, body))
    assert [word & 3 for word in back_headline] == list(headline.kinds)
    assert [word & 3 for word in back_body] == list(body.kinds)
    assert [word >> 2 for word in back_body] == [(word & 0xFFFF) >> 2 for word in body.ids]


def test_a_signature_costs_two_bytes_a_word() -> None:
    words = len(read_words(FERRY).ids)
    assert len(fingerprint("", FERRY).signature) == 4 + 2 * words
