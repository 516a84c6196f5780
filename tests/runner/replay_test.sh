#!/usr/bin/env bash
# replay_test.sh CHECK ARGUMENTS...: the run must print a token, and the token must replay to the same violation.
set -euo pipefail
check=$1
shift
output=$("$check" run "$@" 2>&1) && { echo "the run found no violation"; exit 1; }
token=$(sed -n "s/.*replay '\(.*\)'.*/\1/p" <<<"$output" | head -n 1)
[ -n "$token" ] || { echo "no token was printed:"; echo "$output"; exit 1; }
reason=$(grep -B 1 -F "$token" <<<"$output" | head -n 1 | sed 's/^ *//')
replayed=$("$check" replay "$token") && { echo "the replay found no violation"; exit 1; }
grep -qF "violated: $reason" <<<"$replayed" || { echo "expected \"$reason\", replayed:"; echo "$replayed"; exit 1; }
