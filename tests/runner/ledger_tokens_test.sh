#!/usr/bin/env bash
# ledger_tokens_test.sh CHECK LEDGER: every token of the ledger replays to the violation that the ledger names.
set -euo pipefail
check=$1
ledger=$2
count=0
while IFS=$'\t' read -r token reason; do
  replayed=$("$check" replay "$token") && { echo "no violation: $token"; exit 1; }
  grep -qF "violated: $reason" <<<"$replayed" || { echo "$token: expected \"$reason\":"; echo "$replayed"; exit 1; }
  count=$((count + 1))
done < <(jq -r '(.mutants + .gallery)[] | select(.token != "") | [.token, .reason] | @tsv' "$ledger")
[ "$count" -gt 0 ] || { echo "the ledger has no token"; exit 1; }
echo "$count tokens replayed"
