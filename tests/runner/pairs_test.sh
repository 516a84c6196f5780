#!/usr/bin/env bash
# pairs_test.sh CHECK: what is wrong with sites whatever the ledger says, and with the documents made from it, is named.
set -euo pipefail
check=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$check" mutants --executions 4000 --write-ledger "$folder/ledger.json" >/dev/null 2>&1
findings() {
  local output
  output=$("$check" mutants --executions 4000 --check-ledger "$folder/ledger.json" 2>/dev/null) &&
    { echo "nothing was found" >&2; return 1; }
  grep '^ledger: ' <<<"$output"
}
must_name() { grep -qF "$2" <<<"$1" || { echo "expected \"$2\" in:"; echo "$1"; exit 1; }; }

found=$(findings)
must_name "$found" "undeclared.publish.store_flag is release, and no comment names a partner"
must_name "$found" "undeclared.receive.load_flag is acquire, and no comment names a partner"
must_name "$found" "undeclared.publish.store_flag synchronises with undeclared.receive.load_flag (undeclared.pair on explorer)"
must_name "$found" "never_seen.publish.store_flag and never_seen.receive.load_flag are declared as a pair, and no scenario"
must_name "$found" "sampled.publish.store_flag: whether relaxed would do is not judged"
must_name "$found" "never_executed.branch.store_flag is executed by no scenario"
must_name "$found" "gallery.md has no schedule for X1"
must_name "$found" "ledger: 8 findings"

# Both engines see the head of a release sequence, and nobody synchronises with what continues it.
for engine in explorer relacy; do
  "$check" mutants sequence --engine "$engine" --executions 4000 --json "$folder/$engine.json" >/dev/null 2>&1
  seen=$(jq -c '[.pairs[] | select(.read == "sequence.receive.load_flag") | [.store, .synchronises]]' "$folder/$engine.json")
  [ "$seen" = '[["sequence.continue.rmw_flag",false],["sequence.publish.store_flag",true]]' ] ||
    { echo "$engine saw $seen"; exit 1; }
done

sed -i '/^| X1 /d' "$folder/gallery.md"
echo "| X2 | | none | | | |" >>"$folder/gallery.md"
echo >>"$folder/ORDERINGS.md"
found=$(findings)
must_name "$found" "gallery.md has no row for X1"
must_name "$found" "gallery.md has a row for X2, which doesn't exist"
must_name "$found" "ORDERINGS.md is not what the ledger makes of it"

# The ledger's revision grows with what it says, not with every writing.
revision() { jq .revision "$folder/ledger.json"; }
[ "$(revision)" = 1 ] || { echo "the first revision is $(revision)"; exit 1; }
"$check" mutants --executions 4000 --write-ledger "$folder/ledger.json" >/dev/null 2>&1
[ "$(revision)" = 1 ] || { echo "revision $(revision) without a change"; exit 1; }
jq '(.sites[0]).order = "other"' "$folder/ledger.json" >"$folder/other.json"
mv "$folder/other.json" "$folder/ledger.json"
"$check" mutants --executions 4000 --write-ledger "$folder/ledger.json" >/dev/null 2>&1
[ "$(revision)" = 2 ] || { echo "revision $(revision) after a change"; exit 1; }
