#!/usr/bin/env bash
# matrix_test.sh ROOT: ci/matrix lists the cells that the presets name, and tells a passed cell, a failed one, one without
# tests, and one that can't run here apart: in its table, its JUnit file and its exit code; and hands on what a failed
# test printed. cmake is a stand-in.
set -euo pipefail
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "FAILED: $1" >&2; exit 1; }

mkdir -p "$folder/ci" "$folder/bin"
cp "$root/ci/matrix" "$root/ci/failures" "$folder/ci/"
cp "$root/CMakePresets.json" "$folder/"
printf '#!/bin/sh\nexit 0\n' >"$folder/ci/setup"
cat >"$folder/bin/cmake" <<'CMAKE'
#!/bin/sh
# --workflow --preset NAME
mkdir -p "build/$3"
pass='<testcase name="heap.a" classname="heap.a" time="0.1" status="run"/>'
case "$3" in
  gcc-debug) echo "<testsuite>$pass</testsuite>" >"build/$3/junit.xml" ;;
  gcc-release)
    { printf '<testsuite>\n%s\n<testcase name="mark.b" classname="mark.b" time="1" status="fail">\n' "$pass"
      printf '<system-out>items lost &amp; found</system-out></testcase></testsuite>\n'; } >"build/$3/junit.xml"
    exit 8 ;;
  clang-debug) echo "CMake Error: ThreadSanitizer can't start in this environment (nothing was tested): unexpected mapping"
    echo "  vm.mmap_rnd_bits is 32; above 28 is too much for it."
    exit 1 ;;
  clang-release) ;;
  hardened) echo "x.cpp:1:1: error: no <semicolon>"; exit 1 ;;
esac
CMAKE
chmod +x "$folder/ci/setup" "$folder/bin/cmake"
matrix() { PATH=$folder/bin:$PATH "$folder/ci/matrix" "$@"; }

expect() {  # exit code, cell, text of its line
  local exit=0 output
  output=$(matrix "$2" 2>&1) || exit=$?
  [ "$exit" -eq "$1" ] && grep -qE "^$2 +$3" <<<"$output" || fail "$2: expected $1, \"$3\"; got $exit: $output"
}
expect 0 gcc-debug "passed +1 "
expect 1 gcc-release "failed +2 .* 1 tests: mark\.b"
expect 3 clang-debug "environment +0 .*vm\.mmap_rnd_bits is 32"
expect 1 clang-release "failed +0 .*no test ran"
expect 1 hardened "failed +0 .*x\.cpp:1:1: error"
grep -q '&lt;semicolon&gt;' "$folder/build/matrix.xml" || fail "the JUnit file: $(cat "$folder/build/matrix.xml")"
exit=0
matrix gcc-debug gcc-release clang-debug >"$folder/log" || exit=$?
[ "$exit" -eq 1 ] && grep -q "^1 passed, 1 failed, 1 can't run" "$folder/log" || fail "three cells: $exit: $(cat "$folder/log")"
grep -q 'FAILED: mark.b after 1 s' "$folder/build/matrix.xml" && grep -q '  items lost &amp; found' "$folder/build/matrix.xml" ||
  fail "what the test printed isn't handed on: $(cat "$folder/build/matrix.xml")"
exit=0
matrix no-such-cell >/dev/null 2>&1 || exit=$?
[ "$exit" -eq 2 ] || fail "an unknown cell: $exit"

# 3 compilers, 3 judges, 2 build types; and what the list is read by.
cells=$(matrix --list)
for compiler in gcc clang clang19; do
  for judge in "" -asan -tsan; do
    for build in debug release; do
      jq -e --arg name "$compiler$judge-$build" 'any(.[]; .name == $name)' <<<"$cells" >/dev/null ||
        fail "no cell $compiler$judge-$build"
    done
  done
done
[ "$(matrix --gitlab | grep -c '^[a-z0-9-]*:$')" -eq "$(jq length <<<"$cells")" ] || fail "--gitlab has another number of jobs"
for group in $(jq -r '.[].setup' <<<"$cells" | sort -u); do
  grep -q "^  $group) packages=" "$root/ci/setup" || fail "ci/setup knows no group $group"
done
grep -q "ci/matrix --list" "$root/.github/workflows/ci.yml" || fail "GitHub's matrix is not made from ci/matrix --list"
grep -q "ci/matrix --gitlab" "$root/.gitlab-ci.yml" || fail "GitLab's pipeline is not made from ci/matrix --gitlab"
