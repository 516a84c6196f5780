#!/usr/bin/env bash
# killed_worker_test.sh CHECK: a worker that is killed is reported, the others finish, and the exit code is 3.
set -uo pipefail
check=$1
output=$(mktemp)
trap 'rm -f "$output"' EXIT
"$check" run faulty.hang sound.no_race --engine relacy --executions 1000 --jobs 1 --hang-timeout 100 >"$output" 2>&1 &
run=$!
worker=
for _ in $(seq 100); do
  worker=$(pgrep -P "$run" | head -n 1)
  [ -n "$worker" ] && break
  sleep 0.05
done
sleep 0.3
kill -KILL "$worker"
wait "$run"
exit=$?
[ "$exit" -eq 3 ] || { echo "exit code $exit, expected 3"; cat "$output"; exit 1; }
grep -q "faulty.hang on relacy: inconclusive" "$output" && grep -q "signal 9" "$output" &&
  grep -qE "sound.no_race +relacy .* holds" "$output" || { cat "$output"; exit 1; }
