#!/usr/bin/env bash
# shards_test.sh CHECK: the parts of a sharded run join into the whole, and nothing less does.
set -euo pipefail
check=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$check" run sound --executions 40001 --json "$folder/whole.json" >/dev/null 2>&1
for shard in 1 2 3 4; do
  "$check" run sound --executions 40001 --shard "$shard/4" --json "$folder/part$shard.json" >/dev/null 2>&1
done
"$check" merge "$folder"/part?.json --json "$folder/merged.json" --html "$folder/merged.html" >/dev/null
contents='[.scenarios[] | del(.seconds)] | sort_by(.name, .engine)'
whole=$(jq -cS "$contents" "$folder/whole.json")
merged=$(jq -cS "$contents" "$folder/merged.json")
[ "$whole" = "$merged" ] || { echo "whole:  $whole"; echo "merged: $merged"; exit 1; }

# The page of the merge says the same, and has the sources that the shards ran.
data_of() { sed -n 's,^<script type="application/json" id="data">\(.*\)</script>$,\1,p' "$1"; }
paged=$(data_of "$folder/merged.html" | jq -cS '[.scenarios[] | del(.seconds, .holds, .threads)] | sort_by(.name, .engine)')
[ "$whole" = "$paged" ] || { echo "whole: $whole"; echo "page:  $paged"; exit 1; }
data_of "$folder/merged.html" | jq -e '.sites | any(.label == "sound.no_race.store_flag" and .line > 0 and
  (.code | join(" ") | contains("flag_.store")))' >/dev/null || { echo "the page has no source excerpt"; exit 1; }

# Shards of mutants, likewise.
mutants=(mutants sound --engine relacy --executions 4000 --hang-timeout 0.3)
"$check" "${mutants[@]}" --json "$folder/mutants.json" >/dev/null 2>&1
for shard in 1 2; do
  "$check" "${mutants[@]}" --shard "$shard/2" --json "$folder/mutants$shard.json" >/dev/null 2>&1
done
"$check" merge "$folder"/mutants[12].json --json "$folder/all_mutants.json" >/dev/null
contents='[.mutants[] | del(.seconds)] | sort_by(.label, .weaker, .engine)'
[ "$(jq -cS "$contents" "$folder/mutants.json")" = "$(jq -cS "$contents" "$folder/all_mutants.json")" ] ||
  { jq -cS "$contents" "$folder/mutants.json" "$folder/all_mutants.json"; exit 1; }

# A run and its mutants make one page.
"$check" merge "$folder/mutants.json" "$folder"/part?.json --html "$folder/both.html" >/dev/null
data_of "$folder/both.html" | jq -e '(.scenarios | length > 0) and (.mutants | length > 0) and .exit == 0' >/dev/null ||
  { echo "the page of a run and its mutants lacks one of them"; exit 1; }

must_refuse() {  # expected text, files
  local text=$1 exit=0 output
  shift
  output=$("$check" merge "$@" 2>&1) || exit=$?
  [ "$exit" -eq 3 ] && grep -q "$text" <<<"$output" || { echo "expected 3, \"$text\"; got $exit: $output"; exit 1; }
}
must_refuse "shard 2/4 is missing" "$folder/part1.json" "$folder/part3.json" "$folder/part4.json" --html "$folder/part.html"
must_refuse "shard 2/2 is missing" "$folder"/part?.json "$folder/mutants1.json" --html "$folder/part.html"
must_refuse "are both shard 1/1" "$folder/whole.json" "$folder/whole.json"
[ ! -e "$folder/part.html" ] || { echo "an incomplete merge wrote a page"; exit 1; }
must_refuse "are both shard 1/4" "$folder/part1.json" "$folder"/part?.json
jq '.seed = 2' "$folder/part2.json" >"$folder/other.json"
must_refuse "is a shard of another run" "$folder/part1.json" "$folder/other.json" "$folder"/part[34].json
jq '.interrupted = true' "$folder/part2.json" >"$folder/partial.json"
must_refuse "is a partial report" "$folder/part1.json" "$folder/partial.json" "$folder"/part[34].json
jq '.scenarios[].witnesses |= map_values(0)' "$folder/part1.json" | tee "$folder/unreached1.json" |
  jq '.shard = "2/2"' >"$folder/unreached2.json"
jq '.shard = "1/2"' "$folder/unreached1.json" >"$folder/unreached0.json"
must_refuse "never reached" "$folder/unreached0.json" "$folder/unreached2.json"
