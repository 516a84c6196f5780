#!/usr/bin/env bash
# local_test.sh ROOT CHECK: a sweep of four shards says what one run says; a shard that is missing is noticed; one list
# for all; violations and wrong use have their exit codes.
set -euo pipefail
. "$(dirname "$0")/common.sh"
trap 'rm -rf "$folder"' EXIT
sweep=$root/ci/sweep
count=(steal_queue.publication --executions 20003)

[ "$("$sweep" --list --shards 3)" = '["1/3","2/3","3/3"]' ] || fail "list: $("$sweep" --list --shards 3)"

"$HALLMARK_CHECK" run "${count[@]}" --json "$folder/whole.json" >"$folder/log" 2>&1 || fail "$(cat "$folder/log")"
"$sweep" --shards 4 --output "$folder/sweep" "${count[@]}" >"$folder/log" 2>&1 || fail "$(cat "$folder/log")"
expect_same "$folder/whole.json" "$folder/sweep/report.json"
expect_missing 3 4 "$folder/sweep"
rm "$folder/sweep/shard-3.json"
"$sweep" --shard 3/4 --output "$folder/sweep" "${count[@]}" >/dev/null 2>&1 || fail "shard 3 alone"
"$sweep" --merge --output "$folder/sweep" >/dev/null || fail "the merge after shard 3 was made up for"
expect_same "$folder/whole.json" "$folder/sweep/report.json"

# By time: shards don't repeat each other's executions.
"$sweep" --shards 2 --output "$folder/timed" steal_queue.publication --engine relacy --seconds 0.5 >/dev/null 2>&1 ||
  fail "timed shards"
jq -se '.[0].scenarios[0].executions + .[1].scenarios[0].executions == .[2].scenarios[0].executions
        and (.[1].scenarios[0].bounds | test("seed 2147483648"))' \
  "$folder"/timed/shard-1.json "$folder"/timed/shard-2.json "$folder/timed/report.json" >/dev/null ||
  fail "timed shards: $(jq -c '.scenarios[0]' "$folder"/timed/*.json)"

expect_exit() {  # exit code, text, arguments
  local expected=$1 text=$2 exit=0 output
  shift 2
  output=$("$sweep" "$@" 2>&1) || exit=$?
  [ "$exit" -eq "$expected" ] && grep -q "$text" <<<"$output" || fail "$*: expected $expected, \"$text\"; got $exit: $output"
}
mutant=(steal_queue.publication --executions 20000 --mutant steal_queue.push.store_bottom=relaxed)
export GITHUB_ACTIONS=true
expect_exit 1 "^::error file=models/mark/[^,]*,line=[0-9]*,title=steal_queue.publication on relacy%3A violated::an item was taken that nobody pushed.*hallmark-check replay 'relacy:" \
  --shards 2 --output "$folder/violated" "${mutant[@]}"
expect_exit 3 "nothing is proven" --merge --output "$folder/nothing"
expect_exit 2 "an earlier sweep" --output "$folder/sweep" "${count[@]}"
expect_exit 2 "matches no scenario" --output "$folder/unknown" no.such.scenario
expect_exit 2 "expected 1 to 9999" --shards 0
