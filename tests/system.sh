#!/bin/sh
# What the tests need of the system beside Python: a Chromium. `make test` runs this. It installs what is missing where it
# may (root, with apt), and says so where it may not: those tests are skipped then (REQUIRE_ALL=1: they fail).
set -eu

for name in chromium chromium-browser google-chrome-stable google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests (once)…"
  export DEBIAN_FRONTEND=noninteractive
  if { apt-get update -qq && apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 chromium; } >/dev/null
  then exit 0; fi
fi
echo "No Chromium on the PATH, and it cannot be installed from here: the browser tests will be skipped." >&2
echo "Install one as root, for instance with: apt-get install chromium" >&2
