"""How good the extraction is on labelled pages: beside trafilatura, cross-validated by domain, each rule left out.

On real pages it is scored by the script beside their labels; on the rehearsal web, whose texts are known to the letter,
by lines. `auth` and `date` are those of its columns.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura

from copydesk.extraction import scorecard
from copydesk.extraction.article import extract_article
from copydesk.extraction.scorecard import Scorecard
from tests.benchmarks.cards import collect_examples, learn_folds
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.labelled import LabelledPage, as_prediction, load_scorer, read_labelled, read_rehearsal
from tests.benchmarks.phrase_folds import Witnesses, hear_phrases, only_witnessed
from tests.benchmarks.rules import RULES, swapped

COLUMNS = ("n", "F1", "P", "R", "acc", "extra", "junk", "missP", "title", "title~", "auth", "authP", "date")
WORST = 12
SAMPLES = 300
"""Of the bootstrap."""

Rows = dict[str, dict[str, dict[str, Any]]]
"""Variant -> page -> its measures."""


def run(corpus: Corpus, *, work: Path) -> None:
    """Print the tables."""
    pack = corpus.pack if corpus.is_real else None
    print(f"\n# The quality of extraction, on {corpus.title}\n", flush=True)
    score = load_scorer(pack)
    pages = read_labelled(pack) if pack else read_rehearsal()
    news = {page.label["id"] for page in pages if page.label["corpus"] in score.NEWS}
    rows = measure_variants(pages, news, pack, score)
    print_summaries(rows, pages, news, score)
    print_worth(rows, sorted(news), score)
    if pack:
        print_worst(rows["unseen"], sorted(news), score)


def measure_variants(pages: Sequence[LabelledPage], news: set[str], pack: Path | None, score: ModuleType) -> Rows:
    """Score every variant: news and other pages as shipped and unseen, news alone with each rule left out."""
    cards: dict[str, Scorecard] = {}
    witnesses: Witnesses = {}
    if pack:
        for domains, card in learn_folds(collect_examples(pages, score)):
            cards |= dict.fromkeys(domains, card)
        cards = {page.label["domain"]: cards.get(page.label["domain"], card) for page in pages}
        witnesses = hear_phrases(pages)
    tasks = [(page, page.label["id"] in news, cards.get(page.label["domain"]), witnesses, pack) for page in pages]
    rows: Rows = defaultdict(dict)
    with ProcessPoolExecutor(os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) as pool:
        for page, measured in zip(pages, pool.map(_measure, tasks, chunksize=8), strict=True):
            for variant, row in measured.items():
                rows[variant][page.label["id"]] = row
    return rows


Task = tuple[LabelledPage, bool, Scorecard | None, Witnesses, Path | None]


def _measure(task: Task) -> dict[str, dict[str, Any]]:
    """Variant -> measures of one page. Runs in a process of its own: rules are left out by patching them."""
    page, is_news, card, witnesses, pack = task
    score = load_scorer(pack)
    predictions: dict[str, Callable[[], dict[str, Any]]] = {
        "trafilatura": lambda: _trafilatura_alone(page),
        "shipped": lambda: as_prediction(extract_article(page.page)),
    }
    found = {name: score.score_page(page.label, predict()) for name, predict in predictions.items()}
    if card is not None:
        with swapped(((scorecard, "load_scorecard", lambda: card),)):
            found["unseen"] = score.score_page(page.label, as_prediction(extract_article(page.page)))
            with swapped(only_witnessed(witnesses, page.label["domain"])):
                found["witnessed"] = score.score_page(page.label, as_prediction(extract_article(page.page)))
    for rule in RULES if is_news else ():
        with swapped(rule.swaps):
            found[rule.name] = score.score_page(page.label, as_prediction(extract_article(page.page)))
    return found


def _trafilatura_alone(page: LabelledPage) -> dict[str, Any]:
    html = page.page.body.decode("utf-8", "replace")
    document = trafilatura.bare_extraction(html, url=page.page.url, with_metadata=True, include_comments=False)
    if document is None:
        return {}
    names = [name.strip() for name in (document.author or "").split(";") if name.strip()]
    return {"text": document.text or "", "title": document.title, "authors": names, "date": document.date}


TITLES = {
    "trafilatura": "trafilatura alone, with metadata",
    "scorecard": "our rules without the scorecard",
    "unseen": "the scorecard has not seen the domain",
    "witnessed": "the same, and no phrase that only this domain has",
    "shipped": "as shipped (has seen these pages)",
}


def print_summaries(rows: Rows, pages: Sequence[LabelledPage], news: set[str], score: ModuleType) -> None:
    """One table for the news, one row for each corpus."""
    print(f"{'':52}" + "".join(f"{name:>8}" for name in COLUMNS))
    for variant, title in TITLES.items():
        if variant in rows:
            _print_row(f"news: {title}", _summary(rows[variant], news, score))
    by_corpus = defaultdict(set)
    for page in pages:
        by_corpus[page.label["corpus"]].add(page.label["id"])
    for corpus, members in by_corpus.items() if len(by_corpus) > 1 else ():
        for variant in ("trafilatura", "unseen"):
            _print_row(f"{corpus}: {TITLES[variant]}", _summary(rows[variant], members, score))


def _summary(rows: dict[str, dict[str, Any]], members: Iterable[str], score: ModuleType) -> dict[str, Any]:
    summary: dict[str, Any] = score.summarise([rows[name] for name in sorted(members)], bootstrap=1)
    return summary


def _print_row(title: str, summary: dict[str, Any]) -> None:
    print(f"{title:52}" + "".join(f"{_cell(name, summary.get(name)):>8}" for name in COLUMNS), flush=True)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if name == "n" else f"{value:.2f}" if name in ("extra", "junk") else f"{value:.3f}"


def print_worth(rows: Rows, news: Sequence[str], score: ModuleType) -> None:
    """What each rule is worth: the change that leaving it out makes, and on how many pages it makes one."""
    whole = _summary(rows["shipped"], news, score)
    print("\nLeft out (the change to the news row `as shipped`; ± is the standard error of the difference of F1)\n")
    for rule in RULES:
        found = _summary(rows[rule.name], news, score)
        changed = sum(rows[rule.name][name] != rows["shipped"][name] for name in news)
        changes = [f"{name} {found[name] - whole[name]:+.4f}" for name in rule.columns if found.get(name) is not None]
        if "F1" in rule.columns and hasattr(score, "compare"):
            pairs = [(rows["shipped"][name]["overlap"], rows[rule.name][name]["overlap"]) for name in news]
            changes.insert(1, f"± {score.compare(pairs, SAMPLES)[1]:.4f}")
        print(f"{rule.name:52} {changed:>4} pages  " + "  ".join(changes), flush=True)


def print_worst(rows: dict[str, dict[str, Any]], news: Sequence[str], score: ModuleType) -> None:
    """The news pages with the lowest F1, and how the F1 are spread."""
    print("\nWorst news pages, by rules that have not seen their domains\n")
    score.print_worst([rows[name] for name in news], WORST)
    spread = Counter(min(int(rows[name]["pageF1"] * 20), 19) for name in news)
    shares = (f"{step / 20:.2f}-{(step + 1) / 20:.2f}: {spread[step]}" for step in sorted(spread))
    print(f"\npages by F1: {', '.join(shares)}")
