"""Learns `copydesk/extraction/scorecard.json` from labelled pages: `make train-scorecard DATA=…`.

What the card is worth on domains that it has not seen is a row of `make bench-extraction`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from copydesk.extraction import scorecard
from tests.benchmarks.cards import collect_examples, learn_card
from tests.benchmarks.corpus import find_pack
from tests.benchmarks.labelled import load_scorer, read_labelled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of real pages with labels")
    pack = find_pack(parser.parse_args().data)
    examples = collect_examples(read_labelled(pack), load_scorer(pack))
    card = learn_card(examples)
    steps = {name: {"at": list(at), "scores": list(scores)} for name, (at, scores) in card.steps.items()}
    written = json.dumps({"least": card.least, "bias": card.bias, "steps": steps}, indent=1)
    scorecard.FILE.write_text(written + "\n", encoding="utf-8")
    print(f"wrote {scorecard.FILE.name}: {len(steps)} features, learned from {len(examples.truth)} blocks")


if __name__ == "__main__":
    main()
