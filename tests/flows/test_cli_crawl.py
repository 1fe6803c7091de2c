"""The commands around a crawl, on what a real crawl stored."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from spiders.rehearsal import RehearsalWeb
from storage.records import ArticleQuery
from storage.store import open_store
from tests.flows.test_batch import KEYS
from tests.prose import make_headline, make_page
from tests.static_web import StaticPage, StaticWeb

ROOT = Path(__file__).parents[2]
NEWS = "[crawl]\ndelay_s = 0\nallow_private_addresses = true\n"
EMPTY_PAGE = StaticPage("page-void", b"<!doctype html><html><head><title>Void</title></head><body></body></html>")


def copydesk(home: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--home", str(home)], prog_name="copydesk")


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def write_home(home: Path, web: StaticWeb) -> Path:
    home.mkdir(parents=True, exist_ok=True)
    (home / "news.toml").write_text(NEWS)
    (home / "sources.toml").write_text(
        "".join(
            f'[[source]]\nname = "{source.name}"\nfeeds = ["{source.feeds[0]}"]\ntags = ["{source.name}"]\n'
            for source in web.sources()
        )
    )
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one crawl has run: eight articles and a page without one."""
    with StaticWeb([*(make_page(number) for number in range(8)), EMPTY_PAGE], hosts=2) as web:
        folder = write_home(tmp_path_factory.mktemp("desk"), web)
        result = copydesk(folder, "crawl", "--all")
    (row,) = rows(result)
    assert (row["new"], row["quarantined"], row["finish_reason"]) == (8, 1, "finished")
    return folder


def test_articles_have_the_keys_of_the_contract(home: Path) -> None:
    found = rows(copydesk(home, "articles"))

    assert len(found) == 8
    assert all(set(KEYS) <= set(row) for row in found)
    assert {row["headline"] for row in found} == {make_headline(number) for number in range(8)}


def test_articles_are_found_by_words_source_tag_and_day(home: Path) -> None:
    assert [row["headline"] for row in rows(copydesk(home, "articles", "--search", "report 3"))] == [make_headline(3)]
    assert {row["source"] for row in rows(copydesk(home, "articles", "--source", "static-2"))} == {"static-2"}
    assert {row["source"] for row in rows(copydesk(home, "articles", "--tag", "static-1"))} == {"static-1"}
    assert rows(copydesk(home, "articles", "--since", "2026-11-02")) == []
    assert len(rows(copydesk(home, "articles", "--since", "2026-11-01", "--until", "2026-11-02"))) == 8
    assert len(rows(copydesk(home, "articles", "--limit", "3"))) == 3


@pytest.mark.parametrize("words", ["S&P 500", '"', "rate-cut", "a OR", "(", "*", "NEAR/2"])
def test_a_search_is_never_a_syntax_error(home: Path, words: str) -> None:
    assert copydesk(home, "articles", "--search", words).exit_code == 0


def test_raw_syntax_that_is_wrong_is_one_line(home: Path) -> None:
    result = copydesk(home, "articles", "--fts", 'title : "')

    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "Traceback" not in result.output


def test_an_unknown_source_is_told_the_nearest(home: Path) -> None:
    result = copydesk(home, "articles", "--source", "static-3")

    assert result.exit_code == 1
    assert 'did you mean "static-' in result.output


def test_a_table_and_csv_hold_the_same_articles(home: Path) -> None:
    table = copydesk(home, "articles", "--format", "table")
    listed = list(csv.DictReader(io.StringIO(copydesk(home, "articles", "--format", "csv").stdout)))

    assert [row["headline"] in table.stdout for row in listed] == [True] * 8
    assert "\x1b" not in table.stdout
    assert "copydesk show ID" in table.stderr


def test_show_prints_an_article_by_id_and_by_url(home: Path) -> None:
    row = rows(copydesk(home, "articles", "--limit", "1"))[0]

    (by_id,) = rows(copydesk(home, "show", str(row["id"])))
    (by_url,) = rows(copydesk(home, "show", row["url"]))
    text = copydesk(home, "show", str(row["id"]), "--text").stdout
    page = copydesk(home, "show", str(row["id"]), "--html").stdout
    table = copydesk(home, "show", str(row["id"]), "--format", "table").stdout

    assert by_id == by_url
    assert text == f"{row['headline']}\n\n{row['body_text']}\n"
    assert page.startswith("<!doctype html>")
    assert "<nav>" in page
    assert row["headline"] in " ".join(table.split())


def test_show_of_what_is_not_there_is_one_line(home: Path) -> None:
    for args in (("999",), ("https://nowhere.example/",), ("1", "--revision", "9")):
        result = copydesk(home, "show", *args)
        assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_why_tells_the_trail_in_order(home: Path) -> None:
    url = rows(copydesk(home, "articles", "--limit", "1"))[0]["url"]

    trail = rows(copydesk(home, "why", url))

    steps = [row["step"] for row in trail]
    assert {"discovered", "fetched", "extracted", "decided"} <= set(steps)
    assert steps.index("discovered") < steps.index("fetched") < steps.index("extracted")
    assert all(set(row) >= {"at", "step", "what", "why"} for row in trail)
    assert "discovered" in copydesk(home, "why", url, "--format", "table").stdout


def test_why_of_an_unknown_url_is_one_line(home: Path) -> None:
    result = copydesk(home, "why", "https://nowhere.example/")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_crawls_and_one_crawl(home: Path) -> None:
    keys = "id trigger sources started_at ended_at finish_reason polled fetched new revised unchanged duplicates"

    (row,) = [row for row in rows(copydesk(home, "crawls")) if row["new"] == 8]
    (one,) = rows(copydesk(home, "crawls", str(row["id"])))

    assert set(keys.split()) | {"quarantined", "failed"} <= set(row)
    assert len(one["polls"]) == 2
    assert len(one["fetches"]) == 9
    assert copydesk(home, "crawls", "--format", "table").exit_code == 0
    assert "fetches" in copydesk(home, "crawls", str(row["id"]), "--format", "table").stdout
    assert copydesk(home, "crawls", "99").exit_code == 1


def test_stats_is_one_object(home: Path) -> None:
    (row,) = rows(copydesk(home, "stats"))

    keys = "sources endpoints polls entries snapshots articles revisions duplicates quarantined database_bytes"
    assert set(keys.split()) | {"archive_bytes", "oldest_at", "newest_at"} <= set(row)
    assert (row["sources"], row["articles"], row["quarantined"]) == (2, 8, 1)
    assert "articles" in copydesk(home, "stats", "--format", "table").stdout


def test_sources_list_knows_the_crawl(home: Path) -> None:
    listed = rows(copydesk(home, "sources", "list"))

    assert [row["name"] for row in listed] == ["static-1", "static-2"]
    assert sum(row["articles"] for row in listed) == 8
    assert all(row["last_crawled_at"] for row in listed)


def test_quarantine_is_listed_shown_and_tried_again(home: Path) -> None:
    (row,) = rows(copydesk(home, "quarantine", "list"))
    assert set(row) >= {"id", "url", "source", "reason", "detail", "fetched_at", "snapshot_id"}
    assert rows(copydesk(home, "quarantine", "show", str(row["id"])))[0]["url"] == row["url"]
    assert rows(copydesk(home, "quarantine", "list", "--reason", "bot_check")) == []

    (again,) = rows(copydesk(home, "quarantine", "retry", str(row["id"])))

    assert (again["url"], again["outcome"]) == (row["url"], "quarantined")
    assert [each["reason"] for each in rows(copydesk(home, "quarantine", "list"))] == [row["reason"]]
    assert copydesk(home, "quarantine", "retry", "99").exit_code == 1


def test_sources_check_says_which_answer_and_stores_nothing(tmp_path: Path) -> None:
    with StaticWeb([make_page(1), make_page(2)], hosts=1) as web:
        write_home(tmp_path, web)
        with (tmp_path / "sources.toml").open("a") as file:
            file.write('[[source]]\nname = "gone"\nfeeds = ["http://127.0.9.9:9/rss"]\n')
        result = copydesk(tmp_path, "sources", "check")

    assert result.exit_code == 1  # one is dead
    printed = map(json.loads, result.stdout.splitlines())
    found = {row["name"]: (row["outcome"], row["status"], row["entries"]) for row in printed}
    assert found["static-1"] == ("read", 200, 2)
    assert found["gone"][0] == "failed"
    assert "1 of 2 endpoints answered" in result.stderr
    assert [request.path for request in web.log if request.path.startswith("/page")] == []
    assert not (tmp_path / "data").exists()


def test_extract_of_a_url_obeys_the_rules_of_a_crawl_and_stores_nothing(tmp_path: Path) -> None:
    with StaticWeb([make_page(5)], hosts=1) as web:
        url = next(iter(web.page_urls()))
        write_home(tmp_path, web)
        (found,) = rows(copydesk(tmp_path, "extract", url))
        (tmp_path / "news.toml").unlink()
        refused = copydesk(tmp_path, "extract", url)

    assert (found["headline"], found["id"]) == (make_headline(5), None)
    assert refused.exit_code == 1
    assert "127.0.1.1" in refused.output
    assert not (tmp_path / "data").exists()


def test_extract_of_a_file_and_of_stdin(tmp_path: Path) -> None:
    body = make_page(6).body
    (tmp_path / "page.html").write_bytes(body)

    (from_file,) = rows(copydesk(tmp_path, "extract", str(tmp_path / "page.html"), "--url", "https://a.example/6"))
    piped = CliRunner().invoke(cli, ["extract", "-", "--url", "https://a.example/6"], input=body)

    assert list(from_file) == KEYS
    assert from_file["headline"] == make_headline(6)
    assert json.loads(piped.stdout) == from_file


def test_extract_of_a_page_without_an_article_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "void.html").write_bytes(EMPTY_PAGE.body)

    result = copydesk(tmp_path, "extract", str(tmp_path / "void.html"))

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "no article: " in result.output


def test_extract_of_a_batch(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_bytes(make_page(1).body)
    (tmp_path / "in" / "b.html").write_bytes(EMPTY_PAGE.body)
    (tmp_path / "pages.jsonl").write_text(
        '{"id": "a", "url": "https://a.example/a", "path": "in/a.html"}\nbroken\n'
        '{"id": "b", "url": "https://a.example/b", "path": "in/b.html"}\n'
        '{"id": "c", "url": "https://a.example/c", "path": "in/c.html"}\n'
    )

    result = copydesk(
        tmp_path, "extract", "--batch", str(tmp_path / "pages.jsonl"), "--out", str(tmp_path / "out.jsonl")
    )

    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert result.exit_code == 0
    assert [row["id"] for row in found] == ["a", "b", "c"]
    assert [bool(row["body_text"]) for row in found] == [True, False, False]
    assert found[2]["reason"] == "unreadable"
    assert "line 2: not JSON" in result.stderr
    assert "1 articles, 2 pages without one, 1 lines could not be read" in result.stderr


def test_where_nothing_answers_the_demo_is_shown_and_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "news.toml").write_text(NEWS)
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "gone"\nfeeds = ["http://127.0.9.9:9/rss"]\n')

    result = copydesk(tmp_path, "crawl", "--all", "--or-demo")

    (row,) = rows(result)
    assert "no source answered and nothing is stored yet" in result.stderr
    assert "copydesk web --home" in result.stderr
    assert row["trigger"] == "demo"
    assert row["new"] >= 50
    assert rows(copydesk(tmp_path, "articles")) == []
    stored = rows(copydesk(tmp_path / "data" / "demo", "articles", "--duplicates", "--limit", "1000"))
    assert len(stored) == row["new"]
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as web:
        expected = Counter((each.source, each.relation) for each in web.expected().articles if each.relation)
    copies = rows(copydesk(tmp_path / "data" / "demo", "duplicates", "--limit", "1000"))
    source_of = {each["id"]: each["source"] for each in stored}
    found = Counter((source_of[each["article_id"]], each["relation"]) for each in copies)
    assert found == expected


def test_an_empty_sources_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("")

    result = copydesk(tmp_path, "crawl", "--all")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "a"\nfeeds = ["http://127.0.9.9:9/rss"]\n')
    (tmp_path / "data").write_text("a file")

    result = copydesk(tmp_path, "crawl", "--all")

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "Traceback" not in result.output


# As processes of their own.


def start(home: Path, *args: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flows.cli", *args, "--home", str(home)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


@pytest.fixture
def slow_web() -> Iterator[StaticWeb]:
    with StaticWeb([make_page(number) for number in range(200)], hosts=2, delay_s=0.1) as web:
        yield web


def wait_for_pages(web: StaticWeb, number: int) -> None:
    until = time.monotonic() + 60
    while sum(request.path.startswith("/page-") for request in web.log) < number:
        assert time.monotonic() < until, "the crawl fetches nothing"
        time.sleep(0.02)


def test_ctrl_c_stops_cleanly_and_the_next_crawl_goes_on(tmp_path: Path, slow_web: StaticWeb) -> None:
    write_home(tmp_path, slow_web)
    with start(tmp_path, "crawl", "--all", start_new_session=True) as process:
        wait_for_pages(slow_web, 20)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    slow_web.delay_s = 0
    (second,) = rows(copydesk(tmp_path, "crawl", "--all"))

    first = json.loads(out)
    assert process.returncode == 130
    assert first["finish_reason"] == "cancelled"
    assert "what was fetched is kept" in err
    assert "Traceback" not in err
    with open_store(tmp_path / "data" / "copydesk.db", read_only=True) as store:
        found = [row["headline"] for row in store.articles.find(ArticleQuery(limit=None, duplicates=True))]
    assert first["new"] >= 10
    assert second["finish_reason"] == "finished"
    assert sorted(found) == sorted(make_headline(number) for number in range(200))


def test_a_second_ctrl_c_quits_at_once_and_leaves_no_process(tmp_path: Path, slow_web: StaticWeb) -> None:
    import psutil

    write_home(tmp_path, slow_web)
    with start(tmp_path, "crawl", "--all", start_new_session=True) as process:
        wait_for_pages(slow_web, 20)
        family = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        process.wait(timeout=5)
        _, alive = psutil.wait_procs(family, timeout=20)
        process.communicate()

    assert process.returncode == 130
    assert len(family) >= 2
    assert not alive


def test_a_reader_that_has_enough_is_no_error(home: Path) -> None:
    with start(home, "articles") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()

    assert (process.returncode, err) == (0, "")


def test_gaps_are_told_and_closed_by_hand(home: Path) -> None:
    result = copydesk(home, "gaps", "--format", "table")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "every look overlapped" in result.stderr

    refused = copydesk(home, "gaps", "--close", "7")
    assert refused.exit_code == 1
    assert "no open gap has this id" in refused.stderr
