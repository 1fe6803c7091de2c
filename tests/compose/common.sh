# What both parts of `make compose-test` have in common; sourced by them. Before: `name`, and `profiles`, an array of options.
if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
secret() { head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
PREFECT_PASSWORD=$(secret) PAGE_PASSWORD=$(secret) POSTGRES_PASSWORD=$(secret)
export CONTACT=desk@example.org PREFECT_PASSWORD PAGE_PASSWORD POSTGRES_PASSWORD
desk() {
  "${compose[@]}" --project-name "copydesk-$name-try" "${profiles[@]}" \
    --file docker-compose.yml --file tests/compose/rehearsal.yml "$@"
}
leave() {
  status=$?
  [ $status -eq 0 ] || desk logs --no-color --tail 40 || true
  desk down --volumes --timeout 15 >/dev/null 2>&1 || true
  [ $status -eq 0 ] && echo "$name: passed" || echo "$name: FAILED"
  exit $status
}
trap leave EXIT

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local most=$1 what=$2 began=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - began)) -lt "$most" ] || { echo "$name: waited $most s for $what" >&2; return 1; }
    sleep 2
  done
  echo "$name: $what after $((SECONDS - began)) s"
}
healthy() {
  local ids
  ids=$(desk ps -q "$1")
  [ "$(wc -w <<<"$ids")" -eq "$2" ] || return 1
  for id in $ids; do [ "$(docker inspect -f '{{.State.Health.Status}}' "$id")" = healthy ] || return 1; done
}
