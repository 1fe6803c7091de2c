#!/usr/bin/env bash
# The second part of `make compose-test`: the profile `cluster` of docker-compose.yml, for real: the store on PostgreSQL, three workers
# and two shards; one worker's container is killed, and work goes on with each article once. Needs what try.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../.."

name=cluster profiles=(--profile test --profile cluster)
export PREFECT_PORT=14300 PAGE_PORT=18101 SHARDS=2
source tests/compose/common.sh
export STORE=postgresql://prefect:$POSTGRES_PASSWORD@postgres:5432/desk

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
