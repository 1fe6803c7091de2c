"""How good matching is: a labelled pack with a window of 72 h and without one, relations by class, and what each
rule, kind of key and signal is worth, by leaving it out.

`--data` names a folder with `duplicates/score_duplicates.py` and `duplicates/dev`: the pack brings its own scorer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

from copydesk.duplicates import fingerprint, matching
from copydesk.duplicates.verdict import DEFAULT, RULES, judge
from flows.matching import Document, match_batch, open_lines, read_documents
from tests.benchmarks.corpus import Corpus

WINDOW = timedelta(hours=72)
RELATIONS = ("exact", "near", "derived", "contains", "related")
Change = Callable[[ExitStack], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """Labelled articles and the program that scores matches of them."""

    scorer: Path
    docs: Path
    truth: Path

    def score(self, predictions: Path) -> dict[str, Any]:
        command = [sys.executable, str(self.scorer), "--docs", str(self.docs), "--truth", str(self.truth)]
        done = subprocess.run([*command, str(predictions), "--json"], check=True, capture_output=True, text=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the tables."""
    found = [each / "duplicates" for each in (corpus.pack, *corpus.pack.parents) if (each / "duplicates/dev").is_dir()]
    if not found:
        print("\n# Duplicates: DATA=… names no folder with duplicates/dev; nothing to measure")
        return
    work.mkdir(parents=True)
    folder = found[0]
    pack = Pack(
        scorer=folder / "score_duplicates.py", docs=folder / "dev/docs.jsonl.gz", truth=folder / "dev/truth.json"
    )
    documents = _read(pack)
    with_window = _match(documents, work / "72.jsonl", window=WINDOW)
    without = _match(documents, work / "0.jsonl", window=None)
    full = pack.score(with_window)
    _print_quality(full, pack.score(without))
    _print_confusion(with_window, documents, json.loads(pack.truth.read_text(encoding="utf-8")))
    _print_worth(full, _without_each(pack, documents, work))


def _read(pack: Pack) -> list[Document]:
    def refuse(line: int, what: str) -> None:
        raise ValueError(f"{pack.docs}: line {line}: {what}")

    with open_lines(pack.docs) as lines:
        return list(read_documents(lines, refuse))


def _match(documents: Sequence[Document], path: Path, *, window: timedelta | None) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for rows in match_batch(documents, window=window):
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def _print_quality(with_window: Mapping[str, Any], without: Mapping[str, Any]) -> None:
    print("\n# Duplicates: share of copies linked to their family, %\n")
    print(f"{'class':22}{'copies':>8}{'72 h':>8}{'no limit':>10}{'relation right, 72 h':>22}")
    for name, row in with_window["classes"].items():
        other = without["classes"][name]
        right = 100 * row["relation"] / row["line"]
        linked, without_limit = (100 * each["linked"] / each["n"] for each in (row, other))
        print(f"{name:22}{row['n']:>8}{linked:>8.1f}{without_limit:>10.1f}{right:>22.1f}")
    print()
    for label, read in FIGURES.items():
        print(f"{label:42}{read(with_window):>10}{read(without):>10}")


FIGURES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "templates joined": lambda score: str(score["pairs"]["template"]),
    "families fused": lambda score: str(score["families_fused"]),
    "templates told as related": lambda score: str(score["related_kinds"].get("template", 0)),
    "background pairs joined (not labelled)": lambda score: str(score["pairs"]["bg-bg"]),
    "background joined to a family": lambda score: str(score["bg_joined_to_family"]),
    "pair precision": lambda score: f"{score['labelled']['precision']:.4f}",
    "pair recall": lambda score: f"{score['labelled']['recall']:.4f}",
    "pair F1": lambda score: f"{score['labelled']['f1']:.4f}",
}


def _print_confusion(predictions: Path, documents: Sequence[Document], truth: Mapping[str, Any]) -> None:
    """What each article's strongest line says, by the class that it has."""
    first: dict[str, str] = {}
    for line in predictions.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        first.setdefault(row["id"], row["relation"])
    counts = Counter((truth[str(each.id)]["class"], first.get(str(each.id), "none")) for each in documents)
    columns = (*RELATIONS, "none")
    print("\n# Duplicates: relation told, by class, 72 h (an article's strongest line)\n")
    print(f"{'class':22}" + "".join(f"{column:>10}" for column in columns))
    for name in dict.fromkeys(sorted(name for name, _ in counts)):
        print(f"{name:22}" + "".join(f"{counts[name, column] or '·':>10}" for column in columns))


def _without_each(pack: Pack, documents: Sequence[Document], work: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, (name, change) in enumerate(_changes()):
        with ExitStack() as stack:
            change(stack)
            predictions = _match(documents, work / f"without-{number}.jsonl", window=WINDOW)
        yield name, pack.score(predictions)


def _changes() -> Iterator[tuple[str, Change]]:
    """What can be left out, each as the patches that leave it out."""
    for rule in RULES:
        rest = partial(judge, rules=tuple(each for each in RULES if each is not rule))
        yield f"rule {rule.__name__}", _patching(matching, "judge", rest)
    yield "rule for a publisher's next", _patching(matching, "_is_next", lambda article, other: False)
    for family in ("SHINGLE_KEYS", "ANCHOR_KEYS", "HEADLINE_KEYS"):
        yield f"keys {family.removesuffix('_KEYS').lower()}", _patching(fingerprint, family, 0)
    for signal, limits in {
        "names": {"near_names": 0.0, "derived_names": 0.0, "derived_names_under_headline": 0.0},
        "numbers": {"near_numbers": 0.0, "derived_numbers": 0.0},
        "headline": {"near_headline": 2.0, "update_headline": 2.0, "derived_headline": 2.0},
    }.items():
        left = partial(_judge_by, limits)
        yield f"signal {signal}", _patching(matching, "judge", left)


def _judge_by(changed: Mapping[str, float], pair: Any, limits: Any = DEFAULT) -> Any:
    return judge(pair, replace(limits, **changed))


def _patching(module: Any, name: str, value: Any) -> Change:
    return lambda stack: stack.enter_context(patch.object(module, name, value))


def _print_worth(full: Mapping[str, Any], scores: Iterator[tuple[str, dict[str, Any]]]) -> None:
    print("\n# Duplicates: what each is worth, 72 h: the figures without it\n")
    heads = ("linked %", "templates", "fused", "related", "bg pairs", "bg joined", "precision", "recall", "F1")
    print(f"{'left out':32}" + "".join(f"{head:>12}" for head in heads))
    for name, score in chain([("nothing", full)], scores):
        linked = score["classes"]["all"]
        figures = [f"{100 * linked['linked'] / linked['n']:.1f}", *(read(score) for read in FIGURES.values())]
        print(f"{name:32}" + "".join(f"{figure:>12}" for figure in figures), flush=True)
