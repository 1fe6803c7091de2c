# Everything a user or a developer types. Needs Python 3.11 or newer with pip, and make; the rest is installed here.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin

# The first interpreter that is new enough and has pip (or PYTHON=… from outside).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
  $$p -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
# `venv --without-pip` and `pip --python` work on systems that split ensurepip off (Debian) as well.
PIP_INSTALL = $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet --no-deps

.PHONY: help install install-dev run run-once demo test test-postgres soak bench-up lint types check lock bench bench-cluster bench-duplicates bench-extraction fuzz train-scorecard install-browser screenshot check-sources clean compose-test

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

install: $(VENV)/run.stamp  ## Set up .venv from the lock file

$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer with pip was found; name one with PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once)…"
	@$(PYTHON) -m venv --without-pip --clear $(VENV)
	@$(PIP_INSTALL) --require-hashes --no-compile -r requirements/run.txt
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

install-dev: $(VENV)/dev.stamp

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	@echo "Adding what the tests need…"
	@$(PIP_INSTALL) --require-hashes --no-compile -r requirements/dev.txt
	@touch $@

install-browser: install  ## Add what sources with `render = "browser"` need beside a Chromium of the system
	@$(PIP_INSTALL) --require-hashes --no-compile -r requirements/browser.txt

run: run-once  ## Crawl at once, show what came, then stay: schedules, their runs and the pages to look at them
	@$(BIN)/copydesk up

run-once: install  ## Crawl the sources once and show what came of it
	@$(BIN)/copydesk init --if-missing
	@$(BIN)/copydesk crawl --all --or-demo

demo: install  ## The same on a news web that the program brings along; no network needed
	@$(BIN)/copydesk demo

test: install-dev  ## Every test
	@tests/system.sh
	@$(BIN)/python -m pytest -n 4 --dist loadfile

test-postgres: install-dev  ## The tests of the rooms with every store on PostgreSQL, which a wheel brings along
	@TEST_STORE=postgresql $(BIN)/python -m pytest -n 4 --dist loadfile tests/storage tests/spiders tests/flows tests/faults

soak: install-dev  ## Crashes of every kind, 200 kills, a simulated week; DURATION=… seconds for it (300; 7200: two hours)
	@$(BIN)/python -m pytest -m faults tests/faults/test_crashes.py
	@$(BIN)/python -m pytest -s -m "faults and long" tests/faults/test_kill.py tests/faults/test_shards.py
	@$(BIN)/python -m tests.soak $(if $(DURATION),--seconds $(DURATION))

bench-up: install-dev  ## What `copydesk up` costs while idle, the first article, and how fresh articles are
	@$(BIN)/python -m tests.benchmarks.up --freshness 300

lint: install-dev  ## Format and style
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: install-dev  ## mypy --strict on the rooms
	@$(BIN)/mypy

check: lint types test  ## All that CI checks

bench: install-dev  ## Speed tables (ONLY="crawling page": some of them); DATA=… names the folder of real pages
	@$(BIN)/python -m tests.benchmarks $(ONLY) $(if $(DATA),--data $(DATA))

bench-extraction: install-dev  ## How good the extraction is, and what each rule is worth; DATA=… as above
	@$(BIN)/python -m tests.benchmarks quality $(if $(DATA),--data $(DATA))

fuzz: install-dev  ## 100,000 mutated pages through the extractor (PAGES=…, FIRST=seed, JOBS=…); DATA=… mutates real ones too
	@$(BIN)/python -m tests.fuzz $(if $(PAGES),--pages $(PAGES)) $(if $(FIRST),--first $(FIRST)) $(if $(JOBS),--jobs $(JOBS)) $(if $(DATA),--data $(DATA))

train-scorecard: install-dev  ## Learn copydesk/extraction/scorecard.json again from the labelled pages in DATA=…
	@test -n "$(DATA)" || { echo "make: DATA=… must name the folder of labelled pages" >&2; exit 1; }
	@$(BIN)/python -m tests.benchmarks.train_scorecard --data $(DATA)

bench-cluster: install-dev  ## Articles a minute with 1, 2 and 4 workers on one store, SQLite and PostgreSQL
	@$(BIN)/python -m tests.benchmarks cluster

bench-duplicates: install-dev  ## How good matching is, and what each signal is worth (ten minutes); DATA=… names the labelled pack
	@$(BIN)/python -m tests.benchmarks duplicates $(if $(DATA),--data $(DATA))

screenshot: install-dev  ## The picture of the README, made from the demo
	@$(BIN)/python -m tests.browser.screenshot docs/screenshot.png

check-sources: install  ## Which addresses of the starter list answer (needs a network)
	@$(BIN)/copydesk sources check

compose-test:  ## docker-compose.yml for real: built, crawling on schedule, scaled, restarted (needs a Docker engine)
	@tests/compose/try.sh
	@tests/compose/cluster.sh

lock:  ## Rewrite the lock files
	@requirements/lock.sh

clean:  ## Remove .venv and caches; your data stays
	@rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
