#!/bin/sh
# Rewrites the lock files from pyproject.toml. Hashes, no index address; one file for every platform and Python.
#   requirements/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool" && "$tool/bin/pip" install --quiet uv
options="--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet"
"$tool/bin/uv" pip compile pyproject.toml $options -o requirements/run.txt "$@"
"$tool/bin/uv" pip compile pyproject.toml --all-extras --group dev -c requirements/run.txt $options -o requirements/dev.txt "$@"
"$tool/bin/uv" pip compile pyproject.toml --extra browser -c requirements/dev.txt $options -o "$tool/browser.txt" "$@"
requirements/beyond.py requirements/run.txt "$tool/browser.txt" > requirements/browser.txt
"$tool/bin/uv" pip compile pyproject.toml --extra postgres -c requirements/dev.txt $options -o "$tool/postgres.txt" "$@"
requirements/beyond.py requirements/run.txt "$tool/postgres.txt" > requirements/postgres.txt
