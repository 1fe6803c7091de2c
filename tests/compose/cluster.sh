#!/usr/bin/env bash
# The second part of `make compose-test`: the profile `cluster` of docker-compose.yml, for real: the store on PostgreSQL, three workers
# and two shards; one worker's container is killed, and work goes on with each article once. Needs what try.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../.."

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
export CONTACT=desk@example.org PREFECT_PORT=14300 PAGE_PORT=18101 SHARDS=2
secret() { head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
PREFECT_PASSWORD=$(secret) PAGE_PASSWORD=$(secret) POSTGRES_PASSWORD=$(secret)
STORE=postgresql://prefect:$POSTGRES_PASSWORD@postgres:5432/desk
export PREFECT_PASSWORD PAGE_PASSWORD POSTGRES_PASSWORD STORE
desk() {
  "${compose[@]}" --project-name copydesk-cluster-try --profile test --profile cluster \
    --file docker-compose.yml --file tests/compose/rehearsal.yml "$@"
}
leave() {
  status=$?
  [ $status -eq 0 ] || desk logs --no-color --tail 40 || true
  desk down --volumes --timeout 15 >/dev/null 2>&1 || true
  [ $status -eq 0 ] && echo "cluster: passed" || echo "cluster: FAILED"
  exit $status
}
trap leave EXIT

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local most=$1 what=$2 began=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - began)) -lt "$most" ] || { echo "cluster: waited $most s for $what" >&2; return 1; }
    sleep 2
  done
  echo "cluster: $what after $((SECONDS - began)) s"
}
healthy() {
  local ids
  ids=$(desk ps -q "$1")
  [ "$(wc -w <<<"$ids")" -eq "$2" ] || return 1
  for id in $ids; do [ "$(docker inspect -f '{{.State.Health.Status}}' "$id")" = healthy ] || return 1; done
}
query() {
  desk exec -T postgres sh -c 'PGPASSWORD=$POSTGRES_PASSWORD psql --username prefect --dbname desk -Atc "$1"' query "$1"
}
articles() { query "SELECT count(*) FROM articles"; }
has_articles() { [ "$(articles)" -ge 50 ]; }
crawls_of() { query "SELECT count(*) FROM crawls WHERE trigger LIKE '% $1 of 2' AND ended_at IS NOT NULL AND finish_reason <> 'died'"; }
more_of_both() { [ "$(crawls_of 1)" -gt "$1" ] && [ "$(crawls_of 2)" -gt "$2" ]; }

desk build --quiet 2>/dev/null || desk build
desk up --detach --scale worker=3 --scale page=0
wait_for 240 "Prefect is healthy" healthy prefect 1
wait_for 180 "three workers are healthy" healthy worker 3
wait_for 300 "two shards stored the articles of the rehearsal web in PostgreSQL" has_articles
wait_for 180 "each shard was crawled" more_of_both 0 0

victim=$(desk ps -q worker | head -n 1)
one=$(crawls_of 1) two=$(crawls_of 2)
docker kill "$victim" >/dev/null
wait_for 240 "both shards were crawled again with a worker killed" more_of_both "$one" "$two"

count=$(articles)
addresses=$(query "SELECT count(DISTINCT canonical_url) FROM articles")
[ "$count" -eq "$addresses" ] || { echo "cluster: $count articles at $addresses addresses" >&2; exit 1; }
echo "cluster: $count articles in PostgreSQL, each once; $(crawls_of 1) and $(crawls_of 2) crawls of the shards"
