"""Keys that copies share."""

from __future__ import annotations

import pytest

from copydesk.duplicates.fingerprint import KEY_BITS, fingerprint
from tests.copydesk.duplicates.texts import ELECTION, FERRY, FOREIGN, HARBOUR, joined, paragraphs, reword

COPIES = {  # what happens to a report on its way through other papers
    "cut to its first half": joined(paragraphs(FERRY)[:3]),
    "led in by something else": joined(paragraphs(HARBOUR)[:2] + paragraphs(FERRY)),
    "re-worded": reword(FERRY),
    "inside a roundup": joined(paragraphs(ELECTION) + paragraphs(FERRY) + paragraphs(HARBOUR)),
    "in single lines": FERRY.replace("\n\n", "\n"),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_shares_two_keys_or_more(name: str) -> None:
    assert len({*fingerprint("", COPIES[name]).keys} & {*fingerprint("", FERRY).keys}) >= 2


def test_an_update_that_kept_its_headline_shares_two_keys_with_what_it_was() -> None:
    old = fingerprint("Halden Lines buys four battery ferries", FERRY)
    new = fingerprint("Update: Halden Lines buys four battery ferries", HARBOUR)
    assert len({*old.keys} & {*new.keys}) >= 2


def test_different_articles_share_no_key() -> None:
    sets = [{*fingerprint("", text).keys} for text in (FERRY, HARBOUR, ELECTION, FOREIGN)]
    assert len(set.union(*sets)) == sum(map(len, sets))


def test_keys_are_integers_that_a_database_can_hold_and_stay_what_they_were() -> None:
    keys = fingerprint("", FERRY).keys
    assert len(keys) == len(set(keys))
    assert all(0 <= key < 1 << KEY_BITS for key in keys)
    assert keys[:2] == (766893127137, 841603495125)


def test_a_short_text_has_no_keys() -> None:
    made = fingerprint("Markets closed", "Markets are closed today for a public holiday.")
    assert (made.keys, made.words) == ((), 8)
