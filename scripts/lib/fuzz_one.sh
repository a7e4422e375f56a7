#!/usr/bin/env bash
# fuzz_one.sh TARGET SECONDS: runs one libFuzzer target. A corpus in tests/fuzz/corpus/NAME/ is the
# seed; what is found new stays in the build folder.
set -euo pipefail
target=$1 seconds=$2
name=$(basename "$target" _fuzz)
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
found=$(dirname "$target")/corpus/$name
mkdir -p "$found"
seeds=$repo/tests/fuzz/corpus/$name
[ -d "$seeds" ] || seeds=
# shellcheck disable=SC2086  # no seeds, no argument
"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$found-" "$found" $seeds
