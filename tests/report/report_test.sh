#!/usr/bin/env bash
# report_test.sh CHECK NODE CHROMIUM FOLDER: makes the pages, and opens them in the browser. FOLDER has playwright-core.
set -euo pipefail
check=$1 node=$2 chromium=$3 modules=$4 here=$(cd "$(dirname "$0")" && pwd)
pages=$modules/pages
rm -rf "$pages"
mkdir -p "$pages"

make_page() {  # exit code, name, arguments
  local expected=$1 name=$2 exit=0
  shift 2
  "$check" "$@" --html "$pages/$name.html" >"$pages/$name.log" 2>&1 || exit=$?
  [ "$exit" -eq "$expected" ] || { echo "$*: exit code $exit, expected $expected"; cat "$pages/$name.log"; exit 1; }
}
make_page 0 holds run sound --executions 2000
make_page 1 violated run sound faulty.race faulty.deadlock faulty.lost_wake_up faulty.unreached --executions 2000
make_page 1 weakened run sound.no_race --executions 2000 --mutant sound.no_race.store_flag=relaxed
make_page 0 mutants mutants sound --executions 4000 --hang-timeout 0.3
make_page 1 hostile merge "$here/hostile.json"

REPORT_PAGES=$pages REPORT_MODULES=$modules REPORT_CHROMIUM=$chromium "$node" --test --test-reporter=spec \
  "$here/report_test.mjs"
