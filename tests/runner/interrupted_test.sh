#!/usr/bin/env bash
# interrupted_test.sh CHECK: an interrupted run leaves a valid report that says so.
set -uo pipefail
check=$1
report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$check" run sound faulty.hang --engine relacy --json "$report" >/dev/null 2>&1 &
run=$!
sleep 1
kill -INT "$run"
wait "$run"
exit=$?
[ "$exit" -eq 3 ] || { echo "exit code $exit, expected 3"; exit 1; }
jq -e '.interrupted == true and (.scenarios | length) == 6' "$report" >/dev/null || { cat "$report"; exit 1; }
