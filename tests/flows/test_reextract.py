"""Today's rules on stored snapshots: compared, counted, and stored only where that is wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copydesk.errors import CopydeskError
from copydesk.extraction.article import EXTRACTOR
from copydesk.model import Article, Change, Refusal, Source
from copydesk.worddiff import mark
from flows import reextract
from flows.config import Settings, load_settings
from flows.ingest import SnapshotTask, extract_snapshot
from flows.reextract import WORST, Look, Reextraction, Report
from storage.records import ArticleQuery
from storage.store import Store, open_store
from tests.copydesk.extraction.invented import Publication, publication
from tests.flows import kept_pages
from tests.flows.kept_pages import LEFT_BY_OLD_RULES, OLD, ingest, keep_named, page_of

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
SOURCES = [Source(name=name, feeds=(f"https://{name}.example/rss",)) for name in ("ledger", "courier")]
ARTICLES = 24


@dataclass
class Desk:
    store: Store
    settings: Settings
    pub: Publication

    def take_in(self, extract: object, *, source: str = "ledger", at: datetime = NOW) -> list[Change | None]:
        archive = self.settings.desk.archive
        crawl_id = self.store.crawls.begin(trigger="test", sources=[source], at=at)
        pages = {f"a{piece.number}": page_of(piece) for piece in self.pub.pieces}
        keep_named(self.store, archive, pages, source=source, at=at, crawl_id=crawl_id)
        done = ingest(self.store, archive, crawl_id=crawl_id, at=at, extract=extract)
        return [stored.change for stored in done]

    def compare(
        self,
        extract: Callable[[SnapshotTask], Article | Refusal] = extract_snapshot,
        *,
        source: str = "",
        since: datetime | None = None,
    ) -> Report:
        with Reextraction(self.store, self.settings, SOURCES, extract=extract) as work:
            return work.compare(Look(source=source, since=since))

    def apply(self, extract: Callable[[SnapshotTask], Article | Refusal] = extract_snapshot) -> int:
        with Reextraction(self.store, self.settings, SOURCES, extract=extract) as work:
            work.compare()
            return work.apply(now=LATER)

    def causes(self, number: int) -> list[str]:
        return [row["cause"] for row in self.store.articles.revisions(number)]

    def texts(self) -> list[str]:
        return [row["body_text"] for row in self.store.articles.find(ArticleQuery(limit=None, duplicates=True))]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Articles without junk, so that what differs is what the rules made."""
    (tmp_path / "news.toml").write_text("[extract]\nworkers = 1\n", encoding="utf-8")
    settings = load_settings(tmp_path)
    pub = publication(11, junk_lines=0).fill(ARTICLES)
    with open_store(settings.desk.database) as store:
        store.sources.sync(SOURCES, now=NOW)
        yield Desk(store, settings, pub)


def test_under_the_same_rules_nothing_changes(desk: Desk) -> None:
    desk.take_in(extract_snapshot)

    report = desk.compare()

    assert (report.looked_at, report.changed, report.metadata_changed, report.refused) == (ARTICLES, 0, 0, 0)
    assert (report.lost, report.won, report.worst) == (0, 0, [])
    assert report.words > 0
    assert desk.apply() == 0
    assert desk.causes(1) == ["publisher"]


def test_a_comparison_counts_words_and_shows_the_worst_and_stores_nothing(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    before = desk.texts()

    report = desk.compare()

    words = len(LEFT_BY_OLD_RULES.split())
    assert report.extractors == {OLD: ARTICLES}
    assert report.changed == ARTICLES
    assert (report.lost, report.won) == (ARTICLES * words, 0)
    assert len(report.worst) == WORST
    for each in report.worst:
        assert mark(each.diff).endswith(f"[-{LEFT_BY_OLD_RULES.format(each.article_id)}-]")
    assert desk.texts() == before
    assert desk.causes(1) == ["publisher"]


def test_applied_changes_are_revisions_of_the_desks_own_and_nothing_is_overwritten(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    before = desk.store.articles.revisions(1)

    assert desk.apply() == ARTICLES

    first, second = desk.store.articles.revisions(1)
    assert [first] == before
    assert (second["number"], second["cause"], second["extractor"]) == (2, "rules", EXTRACTOR)
    assert second["detail"] == f"extracted again by {EXTRACTOR}, before by {OLD}"
    assert f"{second['body_text']}\n\n{LEFT_BY_OLD_RULES.format(1)}" == first["body_text"]
    stored = desk.store.articles.get("1")
    assert stored is not None
    assert (stored["body_text"], stored["extractor"]) == (second["body_text"], EXTRACTOR)
    assert stored["word_count"] == len(second["body_text"].split())
    assert desk.store.articles.get("1", revision=1)["body_text"] == first["body_text"]  # type: ignore[index]


def test_what_is_applied_once_is_in_line(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    desk.apply()

    assert desk.compare().changed == 0
    assert desk.apply() == 0


def test_the_next_look_at_a_page_finds_no_edit_after_an_application(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    desk.apply()

    assert desk.take_in(extract_snapshot, at=LATER) == [Change.UNCHANGED] * ARTICLES
    assert desk.causes(1) == ["publisher", "rules"]


def test_newer_rules_alone_make_no_edit_of_another_look_at_a_page(desk: Desk) -> None:
    """Nobody ran `reextract --apply` after an upgrade."""
    desk.take_in(kept_pages.extract_as_before)
    piece = desk.pub.pieces[3]
    piece.lines[0] = ("The first paragraph of this article is quite another one since noon.", False)

    changes = desk.take_in(extract_snapshot, at=LATER)

    assert Counter(changes) == {Change.UNCHANGED: ARTICLES - 1, Change.REVISED: 1}
    assert [row["number"] for row in desk.store.articles.revisions(1)] == [1]
    assert desk.causes(4) == ["publisher", "publisher"]
    assert LEFT_BY_OLD_RULES.format(4) not in desk.store.articles.get("4")["body_text"]  # type: ignore[index]
    decided = [row["why"] for row in desk.store.why("https://ledger.example/a1") if row["step"] == "decided"]
    assert decided[-1] == "the same by today's rules; the stored revision is older"


def test_fields_beside_the_text_change_too_and_their_old_values_are_kept(desk: Desk) -> None:
    desk.take_in(extract_snapshot)

    report = desk.compare(kept_pages.extract_other_authors)
    assert (report.changed, report.metadata_changed, report.fields) == (0, ARTICLES, {"authors": ARTICLES})

    assert desk.apply(kept_pages.extract_other_authors) == ARTICLES
    stored, revision = desk.store.articles.get("1"), desk.store.articles.revisions(1)[-1]
    assert stored is not None
    assert stored["authors"] == ["Ada Drell"]
    assert (revision["cause"], revision["replaced"]) == ("rules", {"authors": "[]"})


def test_a_loss_past_the_limit_is_refused_with_both_numbers(desk: Desk) -> None:
    desk.take_in(extract_snapshot)

    with Reextraction(desk.store, desk.settings, SOURCES, extract=kept_pages.extract_half) as work:
        report = work.compare()
        assert 0.4 < report.loss < 0.7
        with pytest.raises(CopydeskError, match=f"{report.lost:,} of {report.words:,} words would be lost"):
            work.check_loss(0.02)
        work.check_loss(0.9)


def test_pages_that_today_are_no_articles_are_told_and_left_alone(desk: Desk) -> None:
    desk.take_in(extract_snapshot)

    report = desk.compare(kept_pages.refuse)

    assert (report.refused, report.changed, report.lost) == (ARTICLES, 0, 0)
    assert report.refusals[0].refusal.detail == "says so"
    assert desk.apply(kept_pages.refuse) == 0
    assert desk.causes(1) == ["publisher"]


def test_only_what_is_asked_for_is_looked_at(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    desk.take_in(kept_pages.extract_as_before, source="courier")
    middle = desk.pub.pieces[ARTICLES // 2].at

    assert desk.compare().looked_at == 2 * ARTICLES
    assert desk.compare(source="courier").looked_at == ARTICLES
    assert desk.compare(source="courier", since=middle).looked_at == ARTICLES - ARTICLES // 2
    assert desk.store.reextraction.count(source="courier", since=middle) == ARTICLES - ARTICLES // 2


def test_an_article_that_changed_meanwhile_is_left_alone(desk: Desk) -> None:
    desk.take_in(kept_pages.extract_as_before)
    with Reextraction(desk.store, desk.settings, SOURCES) as work:
        work.compare()
        with Reextraction(desk.store, desk.settings, SOURCES) as other:
            other.compare()
            assert other.apply(now=LATER) == ARTICLES

        assert work.apply(now=LATER) == 0
    assert desk.causes(1) == ["publisher", "rules"]


def test_what_is_applied_as_it_is_found_goes_on_where_it_was_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reextract, "CHECKPOINT", 5)
    desk.take_in(kept_pages.extract_as_before)

    def run(stop_after: int = 1000) -> tuple[int, int]:
        with Reextraction(desk.store, desk.settings, SOURCES) as work:
            look = Look(is_stopped=lambda: work.report.looked_at >= stop_after)
            return work.compare_and_apply(look, now=LATER), work.report.looked_at

    stored, looked_at = run(stop_after=7)
    rest, looked_at_then = run()

    assert 5 <= stored == looked_at < ARTICLES
    assert (rest, looked_at_then) == (ARTICLES - stored, ARTICLES - looked_at)
    assert {row["cause"] for number in range(1, ARTICLES + 1) for row in desk.store.articles.revisions(number)[1:]} == {
        "rules"
    }
    assert run() == (0, ARTICLES)
