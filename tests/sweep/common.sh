# For the tests of ci/sweep. ROOT and HALLMARK_CHECK from their arguments; `folder` is a temporary one.
root=$1
export HALLMARK_CHECK=$2
folder=$(mktemp -d)
folder=$(cd "$folder" && pwd -P)

fail() { echo "FAILED: $1" >&2; exit 1; }

# What two reports of the same executions have in common: everything but the time they took.
contents() { jq -cS '[.scenarios[] | del(.seconds)] | sort_by(.name, .engine)' "$1"; }

expect_same() {  # report, report
  local first second
  first=$(contents "$1")
  second=$(contents "$2")
  [ "$(jq length <<<"$first")" -gt 0 ] || fail "$1 has no scenarios"
  [ "$first" = "$second" ] || fail "$1 and $2 differ: $(diff <(jq . <<<"$first") <(jq . <<<"$second") | head -n 20)"
}

# A sweep with that report taken away proves nothing, and says which shard is missing.
expect_missing() {  # shard, of how many, folder of the sweep
  local exit=0 output
  mv "$3/shard-$1.json" "$3/taken-away"
  output=$("$root/ci/sweep" --merge --output "$3" 2>&1) || exit=$?
  mv "$3/taken-away" "$3/shard-$1.json"
  [ "$exit" -eq 3 ] || fail "exit code $exit without shard $1, expected 3: $output"
  grep -q "shard $1/$2 is missing" <<<"$output" || fail "the missing shard is not named: $output"
}
