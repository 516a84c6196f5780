#!/usr/bin/env bash
# orderings_test.sh CHECK SOURCE: whoever has one row of ORDERINGS.md finds the source line, the partners and the reason
# with `explain`, and the failing schedule with `replay`.
set -euo pipefail
check=$1
source=$2
fail() { echo "$label: $1:"; echo "$explained"; exit 1; }
names() { grep -qF -- "$1" <<<"$explained" || fail "explain doesn't tell $1"; }
at_its_line() {  # label, the text before its place
  local place
  place=$(grep -F "$2" <<<"$explained" | sed -n 's/.* at \([^ ]*:[0-9]*\)$/\1/p' | head -n 1)
  sed -n "${place##*:}p" "$source/${place%%:*}" | grep -qF "\"$1\"" || fail "$1 is not at \"$place\""
}
rows=0
while IFS='|' read -r _ cell operation order partners why weaker _; do
  label=$(tr -d ' \`' <<<"$cell")
  explained=$("$check" explain "$label")
  rows=$((rows + 1))
  names "$(echo "$order" "$operation" | xargs) at "
  at_its_line "$label" " at "
  names "why: $(sed 's/^ *//; s/ *$//' <<<"$why")"
  while read -r partner; do
    names "partner $partner at "
    at_its_line "$partner" "partner $partner at "
  done < <(grep -oE '[←→] `[^`]*' <<<"$partners" | sed 's/.*`//')
  while read -r token; do
    names "replay '$token'"
    last_token=$token
  done < <(grep -oE '`(relacy|explorer|explorer-lb):[^`]*' <<<"$weaker" | tr -d '\`')
  case $order in
    *relaxed*) ;;
    *) [[ $partners == *\`* && $weaker == *:*:* ]] || fail "the row has no partner or no token" ;;
  esac
done < <(grep '^| `' "$source/proofs/ORDERINGS.md")
[ "$rows" -eq "$(jq '.sites | length' "$source/proofs/ledger.json")" ] || { echo "$rows rows are not the ledger's"; exit 1; }
replayed=$("$check" replay "$last_token") && { echo "no violation: $last_token"; exit 1; }
grep -q '^violated: ' <<<"$replayed" || { echo "$replayed"; exit 1; }
echo "$rows rows explained"
