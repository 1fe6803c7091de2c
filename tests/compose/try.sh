#!/usr/bin/env bash
# `make compose-test`: the desk of docker-compose.yml, for real: built, healthy, crawling on schedule, scaled, its database
# restarted, and taken down. Needs a Docker engine with Compose (v2 or 1.29).
set -euo pipefail
cd "$(dirname "$0")/../.."

name=compose profiles=(--profile test)
export PREFECT_PORT=14200 PAGE_PORT=18001
source tests/compose/common.sh
ask() { desk run --rm -T --no-deps --entrypoint copydesk page "$@" 2>/dev/null; }
scheduled_crawls() { ask crawls --limit 0 --format jsonl | grep -c '"trigger": "every' ; }
more_crawls_than() { [ "$(scheduled_crawls)" -gt "$1" ]; }
articles() { ask articles --format jsonl --duplicates --limit 0 | wc -l; }
has_articles() { [ "$(articles)" -ge 50 ]; }
code() { curl --silent --output /dev/null --write-out '%{http_code}' "$@"; }

desk build --quiet 2>/dev/null || desk build
desk up --detach
wait_for 240 "Prefect is healthy" healthy prefect 1
wait_for 120 "a worker is healthy" healthy worker 1
wait_for 60 "the page is healthy" healthy page 1
wait_for 240 "a scheduled run stored the articles of the rehearsal web" has_articles
more_crawls_than 0

api=http://127.0.0.1:$PREFECT_PORT/api
[ "$(code "$api/admin/version")" = 401 ] || { echo "compose: Prefect's API is open without a password" >&2; exit 1; }
[ "$(code --user "desk:$PREFECT_PASSWORD" "$api/admin/version")" = 200 ]
[ "$(code "http://127.0.0.1:$PAGE_PORT/-/articles")" != 200 ] || { echo "compose: the page is open without a password" >&2; exit 1; }

desk up --detach --scale worker=2 --no-recreate
wait_for 120 "two workers are healthy" healthy worker 2

before=$(scheduled_crawls)
desk restart postgres
wait_for 240 "schedules go on after PostgreSQL was restarted" more_crawls_than "$before"
count=$(articles)
addresses=$(ask articles --format jsonl --duplicates --limit 0 | grep -o '"canonical_url": "[^"]*"' | sort -u | wc -l)
[ "$count" -eq "$addresses" ] || { echo "compose: $count articles at $addresses addresses" >&2; exit 1; }
echo "compose: $count articles, each once, after $(scheduled_crawls) scheduled crawls"
