#!/usr/bin/env bash
# `make compose-test`: the desk of docker-compose.yml, for real: built, healthy, crawling on schedule, scaled, its database
# restarted, and taken down. Needs a Docker engine with Compose (v2 or 1.29).
set -euo pipefail
cd "$(dirname "$0")/../.."

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
work=$(mktemp -d)
export CONTACT=desk@example.org PREFECT_PORT=14200 PAGE_PORT=18001
secret() { head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
PREFECT_PASSWORD=$(secret) PAGE_PASSWORD=$(secret) POSTGRES_PASSWORD=$(secret)
export PREFECT_PASSWORD PAGE_PASSWORD POSTGRES_PASSWORD
desk() {
  "${compose[@]}" --project-name copydesk-try --profile test \
    --file docker-compose.yml --file tests/compose/rehearsal.yml "$@"
}
leave() {
  status=$?
  [ $status -eq 0 ] || desk logs --no-color --tail 40 || true
  desk down --volumes --timeout 15 >/dev/null 2>&1 || true
  rm -rf "$work"
  [ $status -eq 0 ] && echo "compose: passed" || echo "compose: FAILED"
  exit $status
}
trap leave EXIT

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local most=$1 what=$2 began=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - began)) -lt "$most" ] || { echo "compose: waited $most s for $what" >&2; return 1; }
    sleep 2
  done
  echo "compose: $what after $((SECONDS - began)) s"
}
healthy() {
  local ids
  ids=$(desk ps -q "$1")
  [ "$(wc -w <<<"$ids")" -eq "$2" ] || return 1
  for id in $ids; do [ "$(docker inspect -f '{{.State.Health.Status}}' "$id")" = healthy ] || return 1; done
}
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
