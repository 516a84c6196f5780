#!/usr/bin/env bash
# ledger_test.sh CHECK: a ledger agrees with the run that wrote it, and every kind of drift is named.
set -euo pipefail
check=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$check" mutants sound --engine relacy --executions 4000 --hang-timeout 0.3 --write-ledger "$folder/ledger.json" >/dev/null 2>&1
"$check" mutants sound --engine relacy --executions 4000 --hang-timeout 0.3 --check-ledger "$folder/ledger.json" >/dev/null 2>&1
must_name() {  # jq filter, expected text
  jq "$1" "$folder/ledger.json" >"$folder/drifted.json"
  output=$("$check" mutants sound --engine relacy --executions 4000 --hang-timeout 0.3 --check-ledger "$folder/drifted.json" 2>&1) &&
    { echo "drift was accepted: $1"; exit 1; }
  grep -q "$2" <<<"$output" || { echo "expected \"$2\" in:"; echo "$output"; exit 1; }
}
must_name '.scenarios[0].name = "gone.scenario"' 'scenario "gone.scenario explorer" is in the ledger and not in this run'
must_name 'del(.sites[0])' '^ledger: site "[a-z_.]*" is not in the ledger'
must_name 'del(.sites[0])' 'if that is meant: hallmark-check mutants --write-ledger'
must_name '(.sites[] | select(.label == "sound.no_race.store_flag")).order = "seq_cst"' 'order was "seq_cst", is "release"'
must_name '.mutants[0].verdict = "equivalent"' 'verdict was "equivalent"'
must_name '.scenarios[0].outcomes += ["x"]' 'outcomes was'
must_name '(.sites[] | select(.label == "sound.no_race.store_flag")).observed = []' 'observed was'
must_name '(.sites[] | select(.label == "sound.no_race.store_flag")).reason = "none"' 'reason was'
must_name '(.sites[] | select(.label == "sound.no_race.store_flag")).weaker = []' 'ORDERINGS.md is not what the ledger makes of it'
