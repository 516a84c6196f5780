#!/usr/bin/env bash
# shards_test.sh CHECK: the parts of a sharded run join into the whole, and nothing less does.
set -euo pipefail
check=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$check" run sound --executions 40001 --json "$folder/whole.json" >/dev/null 2>&1
for shard in 1 2 3; do
  "$check" run sound --executions 40001 --shard "$shard/3" --json "$folder/part$shard.json" >/dev/null 2>&1
done
"$check" merge "$folder"/part?.json --json "$folder/merged.json" >/dev/null
contents='[.scenarios[] | del(.seconds)] | sort_by(.name, .engine)'
whole=$(jq -cS "$contents" "$folder/whole.json")
merged=$(jq -cS "$contents" "$folder/merged.json")
[ "$whole" = "$merged" ] || { echo "whole:  $whole"; echo "merged: $merged"; exit 1; }

must_refuse() {  # expected text, files
  local text=$1 exit=0 output
  shift
  output=$("$check" merge "$@" 2>&1) || exit=$?
  [ "$exit" -eq 3 ] && grep -q "$text" <<<"$output" || { echo "expected 3, \"$text\"; got $exit: $output"; exit 1; }
}
must_refuse "shard 2/3 is missing" "$folder/part1.json" "$folder/part3.json"
must_refuse "are both shard 1/3" "$folder/part1.json" "$folder/part1.json" "$folder/part2.json" "$folder/part3.json"
jq '.seed = 2' "$folder/part2.json" >"$folder/other.json"
must_refuse "is a shard of another run" "$folder/part1.json" "$folder/other.json" "$folder/part3.json"
jq '.interrupted = true' "$folder/part2.json" >"$folder/partial.json"
must_refuse "is a partial report" "$folder/part1.json" "$folder/partial.json" "$folder/part3.json"
jq '.scenarios[].witnesses |= map_values(0)' "$folder/part1.json" | tee "$folder/unreached1.json" |
  jq '.shard = "2/2"' >"$folder/unreached2.json"
jq '.shard = "1/2"' "$folder/unreached1.json" >"$folder/unreached0.json"
must_refuse "never reached" "$folder/unreached0.json" "$folder/unreached2.json"
