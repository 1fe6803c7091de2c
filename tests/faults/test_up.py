"""`copydesk up` as a whole: real server, real worker, real runs of a real crawl."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from spiders.rehearsal import RehearsalWeb
from storage.records import ArticleQuery
from storage.store import open_store
from tests.desk import LOADED_S, Desk, source_toml, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

REGULAR = "every-2-hours"
"""Its runs after the first are not due while the tests run."""


@pytest.fixture(scope="module")
def web() -> Iterator[RehearsalWeb]:
    with RehearsalWeb(clock=lambda: datetime.now(UTC)) as rehearsal:
        yield rehearsal


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, web: RehearsalWeb) -> Iterator[Desk]:
    """A desk with every publication of the rehearsal web on one schedule, and one of them on two others as well.

    Those two are not due while the tests run: a host is crawled once at a time, and the second run would leave it out.
    """
    tables = [source_toml(source) for source in web.sources()]
    last = web.sources()[-1]
    tables.append(source_toml(replace(last, name="second-look"), schedule="every 6 hours"))
    tables.append(source_toml(replace(last, name="hourly"), cron=f"{(datetime.now(UTC).minute + 30) % 60} * * * *"))
    with Desk(tmp_path_factory.mktemp("desk"), news="delay_s = 0.02", schedule="every 2 hours") as desk:
        desk.write_sources(tables)
        crawled = desk.run("crawl", "second-look")
        assert crawled.returncode == 0, crawled.stderr
        desk.up()
        yield desk


def test_a_scheduled_run_appears_and_stores_the_articles_of_the_rehearsal_web(desk: Desk, web: RehearsalWeb) -> None:
    run = wait_for(lambda: desk.runs(REGULAR, "COMPLETED"), within_s=LOADED_S)[-1]

    assert run["auto_scheduled"]
    assert run["created_by"]["type"] == "SCHEDULE"
    with open_store(desk.home / "data" / "copydesk.db", read_only=True) as store:
        stored = {row["canonical_url"] for row in store.articles.find(ArticleQuery(limit=None, duplicates=True))}
        triggers = {row["trigger"] for row in store.crawls.rows()}
    assert stored >= {article.canonical_url for article in web.expected().articles}
    assert REGULAR in triggers


def test_a_run_leaves_a_table_a_progress_and_a_summary_of_what_is_new(desk: Desk) -> None:
    run = wait_for(lambda: desk.runs(REGULAR, "COMPLETED"), within_s=LOADED_S)[-1]
    found = desk.post("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}})
    by_key = {row["key"]: row["data"] for row in found}

    rows = {row["source"]: row for row in json.loads(by_key[f"{REGULAR}-run"])}
    assert set(rows["harbour-ledger"]) == {
        *("source", "polled", "new", "revised", "unchanged", "duplicates", "quarantined", "failed", "duration_s")
    }
    assert sum(row["new"] for row in rows.values()) > 10
    assert max(row["duration_s"] for row in rows.values()) > 0
    assert float(by_key[f"{REGULAR}-progress"]) == 100
    assert by_key[f"{REGULAR}-news"].count(": <http://127.0.1.") >= 10

    def names() -> set[str]:
        return {row["name"] for row in desk.post("/task_runs/filter", flow_runs={"id": {"any_": [run["id"]]}})}

    # Prefect's server learns of task runs from events, some seconds later.
    asked = {source for source, row in rows.items() if row["polled"]}
    assert "harbour-ledger" in asked
    wait_for(lambda: names() == asked | {f"crawl of {REGULAR}"}, within_s=LOADED_S)


def test_a_person_can_start_a_crawl_of_one_page(desk: Desk, web: RehearsalWeb) -> None:
    url = web.expected().articles[0].url
    run = desk.wait_for_run(desk.start_run("crawl-now", urls=[url]), "COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    assert run["state_type"] == "COMPLETED", run["state"]
    with open_store(desk.home / "data" / "copydesk.db", read_only=True) as store:
        (row,) = (row for row in store.crawls.rows() if row["trigger"] == "crawl-now in Prefect")
    assert row["fetched"] == 1


def test_every_deployment_runs_once_at_a_time_and_drops_what_comes_meanwhile(desk: Desk) -> None:
    for row in desk.post("/deployments/filter"):
        assert row["global_concurrency_limit"]["limit"] == 1, row["name"]
        assert row["concurrency_options"]["collision_strategy"] == "CANCEL_NEW", row["name"]


@pytest.mark.parametrize("name", ["maintain", "health", "reextract", "backfill"])
def test_what_is_done_beside_crawls_can_be_started_by_hand(desk: Desk, name: str) -> None:
    wait_for(lambda: desk.runs(REGULAR, "COMPLETED"), within_s=LOADED_S)
    files = sorted((desk.home / "data" / "archive").glob("*.warc.gz"))
    parameters = {"files": [str(file.relative_to(desk.home)) for file in files]} if name == "backfill" else {}
    run = desk.wait_for_run(desk.start_run(name, **parameters), "COMPLETED", "FAILED", "CRASHED", "CANCELLED")

    assert run["state_type"] == "COMPLETED", run["state"]
    tables = desk.post("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}})
    if name == "health":
        (sources,) = [json.loads(row["data"]) for row in tables]
        assert {"harbour-ledger", "second-look", "hourly"} <= {row["source"] for row in sources}
        assert all(row["state"] for row in sources)
    if name == "backfill":
        ((done,),) = [json.loads(row["data"]) for row in tables]
        assert done["known"] > 10  # the desk's own archive: little in it is new


def test_what_prefect_stores_holds_nothing_that_a_takedown_has_to_erase(desk: Desk, web: RehearsalWeb) -> None:
    """Summaries and logs of runs stay for weeks: they name pages by their addresses, which a takedown keeps."""
    article = web.expected().articles[0]
    with open_store(desk.home / "data" / "copydesk.db", read_only=True) as store:
        rows = list(store.articles.find(ArticleQuery(limit=None, duplicates=True)))
    headlines = {str(row["headline"]).encode() for row in rows if len(str(row["headline"])) > 12}
    assert len(headlines) > 10
    of_prefect = [path for path in (desk.home / "data" / "prefect").rglob("*") if path.is_file()]
    of_prefect += (desk.home / "data" / "logs").iterdir()
    for path in of_prefect:
        stored = path.read_bytes()
        assert not [headline for headline in headlines if headline in stored], path

    (headline,) = (str(row["headline"]).encode() for row in rows if row["canonical_url"] == article.canonical_url)
    taken = desk.run("takedown", article.canonical_url, "--yes")
    assert taken.returncode == 0, taken.stderr
    for path in (desk.home / "data").rglob("*"):
        assert not path.is_file() or headline not in path.read_bytes(), path


def test_runs_that_a_sleep_missed_are_made_up_for_by_exactly_one(desk: Desk) -> None:
    """What the database holds when the machine wakes after half a day: every due run of that time, none begun."""
    (name,) = (name for name in desk.deployments() if name.startswith("cron "))
    deployment = desk.deployment(name)
    assert not desk.runs(name, "COMPLETED", "RUNNING")
    before = {run["id"] for run in desk.runs(name)}
    asleep_at = datetime.now(UTC) - timedelta(hours=12)
    desk.post(f"/deployments/{deployment['id']}/schedule", start_time=asleep_at.isoformat(), min_runs=12, max_runs=12)
    missed = [run["id"] for run in desk.runs(name) if run["id"] not in before]
    assert len(missed) == 12

    def ended() -> list[dict[str, Any]] | None:
        rows = [run for run in desk.runs(name) if run["id"] in missed]
        return rows if all(run["state_type"] in ("COMPLETED", "CANCELLED") for run in rows) else None

    rows = wait_for(ended, within_s=LOADED_S)
    assert rows is not None
    assert [run["state_name"] for run in rows].count("Completed") == 1
    assert {run["state_name"] for run in rows} <= {"Completed", "Cancelled", "Skipped"}
    began = [datetime.fromisoformat(run["start_time"]) for run in rows if run["state_name"] == "Completed"]
    assert began[0] - asleep_at - timedelta(hours=12) < timedelta(seconds=LOADED_S)


def test_a_pause_survives_deploy_an_edit_and_a_restart(desk: Desk, web: RehearsalWeb) -> None:
    def is_active() -> bool:
        (schedule,) = desk.deployment("every-6-hours")["schedules"]
        return bool(schedule["active"])

    deployment = desk.deployment("every-6-hours")
    (schedule,) = deployment["schedules"]
    desk.ask("PATCH", f"/deployments/{deployment['id']}/schedules/{schedule['id']}", json={"active": False})
    desk.post(f"/deployments/{desk.deployment('maintain')['id']}/pause_deployment")

    deployed = desk.run("deploy")
    assert deployed.returncode == 0, deployed.stderr
    assert {json.loads(line)["what"] for line in deployed.stdout.splitlines()} == {"unchanged"}
    assert not is_active()

    sources = (desk.home / "sources.toml").read_text()
    more = source_toml(replace(web.sources()[1], name="third-look"), cron="*/20 6-22 * * mon-fri")
    more += source_toml(replace(web.sources()[2], name="fourth-look"), schedule="every 6 hours")
    (desk.home / "sources.toml").write_text(sources + "\n" + more)
    wait_for(lambda: "cron *:20 6-22 * * mon-fri" in desk.deployments(), within_s=LOADED_S)
    wait_for(lambda: "fourth-look" in desk.deployment("every-6-hours")["description"], within_s=LOADED_S)
    assert not is_active()

    (desk.home / "sources.toml").write_text(sources + "\n[[source]\n")
    wait_for(lambda: "the schedules stay as they were" in desk.output(), within_s=LOADED_S)
    assert [line for line in desk.output().splitlines() if "sources.toml: line" in line]
    assert "cron *:20 6-22 * * mon-fri" in desk.deployments()

    (desk.home / "sources.toml").write_text(sources)
    wait_for(lambda: "cron *:20 6-22 * * mon-fri" not in desk.deployments(), within_s=LOADED_S)

    assert desk.down() < 10
    desk.up()
    assert not is_active()
    assert desk.deployment("maintain")["paused"]
    assert desk.deployment(REGULAR)["schedules"][0]["active"]


def test_a_second_desk_in_the_same_folder_and_a_taken_port_are_one_clear_line(desk: Desk, tmp_path: Path) -> None:
    second = desk.run("up")
    assert second.returncode == 1
    assert "another `copydesk up` is at work here" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1

    with Desk(tmp_path) as other, socket.socket() as taken:
        taken.bind(("127.0.0.1", other.port))
        taken.listen()
        other.write_sources(['[[source]]\nname = "a"\nfeeds = ["https://a.example/rss"]\n'])
        refused = other.run("up")
    assert refused.returncode == 1
    assert "another program has this port" in refused.stderr
    assert "[schedule] address" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_ctrl_c_ends_everything_and_leaves_no_process(desk: Desk) -> None:
    took_s = desk.down()

    assert took_s < 10
    _, alive = psutil.wait_procs(desk.family, timeout=20)
    assert not alive
    desk.up()


def test_when_up_itself_is_killed_everything_ends(desk: Desk) -> None:
    assert desk.process is not None
    desk.remember()
    os.kill(desk.process.pid, signal.SIGKILL)
    desk.process.wait()

    _, alive = psutil.wait_procs(desk.family, timeout=60)
    assert not [process.cmdline() for process in alive]
    desk.up()  # nothing that was left behind stands in the way
