"""Bulk work on a real Dask cluster of two worker processes, through a real Prefect server."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.bulk import Engine, run_on
from flows.cli import cli
from flows.engines import Where, parse_where
from flows.reextract import Reextraction
from storage.store import open_store
from tests.flows import kept_pages
from tests.flows.dask import dask_cluster
from tests.flows.test_reextract import ARTICLES, LATER, SOURCES, Desk
from tests.flows.test_reextract import desk as desk

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Where]]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


def test_what_is_named_is_what_runs_the_work() -> None:
    assert parse_where("here") == Where()
    assert parse_where("dask") == Where(engine="dask")
    assert parse_where("dask=tcp://10.0.0.5:8786") == Where(engine="dask", address="tcp://10.0.0.5:8786")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ray", 'expected "here", "dask" or "dask=ADDRESS", found "ray"'),
        ("daks", 'did you mean "dask"?'),
        ("here=tcp://10.0.0.5:8786", 'expected "here"'),
        ("dask=10.0.0.5", 'expected the address of a Dask scheduler such as "tcp://10.0.0.5:8786", found "10.0.0.5"'),
        ("dask=", "expected the address"),
    ],
)
def test_what_is_no_engine_is_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    result = CliRunner().invoke(cli, ["reextract", "--on", text, "--home", str(tmp_path)], prog_name="copydesk")

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_without_the_extra_the_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "prefect_dask" else find(name))
    result = CliRunner().invoke(cli, ["reextract", "--on", "dask", "--home", str(tmp_path)], prog_name="copydesk")

    assert result.exit_code == 1
    assert "pip install 'copydesk[dask]'" in result.stderr


def test_a_re_extraction_on_dask_finds_and_stores_what_the_plain_one_does(desk: Desk, dask: tuple[Any, Where]) -> None:
    desk.take_in(kept_pages.extract_as_before)
    desk.take_in(kept_pages.extract_as_before, source="courier")
    plain = desk.compare()
    desk.store.close()

    def act(engine: Engine | None) -> tuple[Any, int]:
        with (
            open_store(desk.settings.desk.database) as store,
            Reextraction(store, desk.settings, SOURCES, engine=engine) as work,
        ):
            return work.compare(), work.apply(now=LATER)

    report, stored = run_on(dask[1], desk.settings, act, name="reextract")

    assert report == plain
    assert stored == 2 * ARTICLES


def test_a_page_that_kills_or_holds_up_its_worker_costs_that_page(desk: Desk, dask: tuple[Any, Where]) -> None:
    desk.take_in(kept_pages.extract_as_before)
    desk.store.close()
    settings = replace(desk.settings, extract=replace(desk.settings.extract, timeout_s=2))

    def act(engine: Engine | None) -> Any:
        with (
            open_store(settings.desk.database) as store,
            Reextraction(store, settings, SOURCES, engine=engine, extract=kept_pages.extract_with_poison) as work,
        ):
            return work.compare()

    report = run_on(dask[1], settings, act, name="reextract")

    assert {each.article_id: each.refusal.reason for each in report.refusals} == {
        1: "extract_crash",
        2: "extract_timeout",
        3: "extract_crash",
    }
    assert report.looked_at == ARTICLES
