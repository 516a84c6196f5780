#!/usr/bin/env bash
# shards_test.sh CHECK: the parts of a sharded run add up to the whole.
set -euo pipefail
check=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$check" run sound --engine relacy --executions 40001 --json "$folder/whole.json" >/dev/null 2>&1
for shard in 1 2 3; do
  "$check" run sound --engine relacy --executions 40001 --shard "$shard/3" --json "$folder/part$shard.json" >/dev/null 2>&1
done
sums='[.scenarios[] | {name, executions, witnesses}] | sort_by(.name)'
whole=$(jq -cS "$sums" "$folder/whole.json")
parts=$(jq -cS -s '[.[].scenarios[]] | group_by(.name) | map({name: .[0].name, executions: (map(.executions) | add),
  witnesses: (map(.witnesses | to_entries) | add | group_by(.key) | map({key: .[0].key, value: (map(.value) | add)})
  | from_entries)}) | sort_by(.name)' "$folder"/part*.json)
[ "$whole" = "$parts" ] || { echo "whole: $whole"; echo "parts: $parts"; exit 1; }
