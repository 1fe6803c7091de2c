"""The bounds of the duplicates pack, on a sample of it, as the store matches: skipped where the pack is not here."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

from storage.records import Matching
from storage.store import open_store
from tests.storage.kept import NOON
from tests.storage.pack import Document, exact_pairs, joined_pairs, linked, put_documents, read_pack

SHUFFLES = 20
LEAST = {  # share of copies with an edge to their own family, %: the table of wanted figures
    "exact": 100, "synd": 100, "lede": 100, "trunc60": 100, "trunc30": 99.5, "embed": 99, "update": 99.5,
    "update_heavy": 92, "ext_main": 98.5, "spin15": 100, "spin30": 100, "spin50": 100, "spin80": 96, "ppdb60": 99,
    "backtr": 98.5, "backtr_t60": 95,
}  # fmt: skip


def sample(families: int, background: int, *, seed: int) -> tuple[list[Document], dict[str, dict[str, str]]]:
    """Whole families, template series too, and unedited articles, in stream order; and their labels."""
    documents, labels = read_pack()
    chance = random.Random(seed)
    names = {label["family"] for label in labels.values() if label["class"] not in ("bg", "tmpl")}
    chosen = set(chance.sample(sorted(names), families))
    chosen |= {label["family"] for label in labels.values() if label["class"] == "tmpl"} if background else set()
    others = [each["id"] for each in documents if labels[each["id"]]["class"] == "bg"]
    chosen |= {labels[each]["family"] for each in chance.sample(others, background)}
    return [each for each in documents if labels[each["id"]]["family"] in chosen], labels


def test_copies_of_each_class_are_linked_and_other_texts_are_not(tmp_path: Path) -> None:
    documents, labels = sample(20, 150, seed=1)
    with open_store(tmp_path / "copydesk.db") as store:
        put_documents(store, documents)
        found, joined = linked(store), joined_pairs(store)

    family = {each["id"]: labels[each["id"]]["family"] for each in documents}
    copies: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    for each in documents:
        kind = labels[each["id"]]["class"].removeprefix("X_")
        if kind in LEAST:
            copies[kind] += 1
            reached[kind] += any(family[other] == family[each["id"]] for other in found.get(each["id"], ()))
    allowed = {kind: ceil(copies[kind] * (100 - LEAST[kind]) / 100) + 1 for kind in copies}  # one for chance, of so few
    missed = {kind: f"{reached[kind]} of {copies[kind]}" for kind in copies}
    assert not {kind: told for kind, told in missed.items() if copies[kind] - reached[kind] > allowed[kind]}
    assert sum(reached.values()) >= 0.985 * sum(copies.values())  # 99 % of the whole pack; this is a sample
    wrong = [pair for pair in joined if len({family[name] for name in pair}) > 1]
    labelled = [pair for pair in wrong if any(labels[name]["class"] != "bg" for name in pair)]
    assert len(labelled) <= 0.005 * len(joined)
    assert not [pair for pair in joined if {labels[name]["class"] for name in pair} == {"tmpl"}]


@pytest.mark.parametrize("seed", [3])
def test_groups_agree_whatever_the_order_of_arrival_and_a_rematch_gives_one_answer(seed: int) -> None:
    documents, _ = sample(4, 0, seed=seed)
    exact, joined, again = [], [], []
    for shuffle in range(SHUFFLES):
        arrived = random.Random(shuffle).sample(documents, len(documents))
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "copydesk.db") as store:
            put_documents(store, arrived)
            exact.append(exact_pairs(store))
            joined.append(joined_pairs(store))
            if shuffle < 3:
                with store.duplicates.replay(Matching(), on_progress=lambda done: None) as replay:
                    replay.apply(now=NOON)
                again.append(joined_pairs(store))

    assert all(pairs == exact[0] for pairs in exact)
    assert all(pairs == again[0] for pairs in again)
    agreement = [len(pairs & again[0]) / len(pairs | again[0]) for pairs in joined]
    assert sum(agreement) / len(agreement) >= 0.99
