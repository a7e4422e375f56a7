#!/bin/sh
# tidy.sh REPOSITORY BUILD: clang-tidy with the checks of .clang-tidy. A file takes seconds, so by
# default only the sources that differ from the commit before are looked at; KILN_TIDY_ALL=1 looks
# at all of them, KILN_TIDY_BASE=COMMIT at those that differ from COMMIT.
set -eu
cd "$1"
build=$2
# A checkout may belong to another user than the one who runs the tests as root.
git() { command git -c safe.directory='*' "$@"; }
if [ -n "${KILN_TIDY_ALL-}" ]; then
    files=$(find src -name '*.cpp' ! -name '*_test.cpp')
else
    base=${KILN_TIDY_BASE:-$(git rev-parse -q --verify HEAD~1 || true)}
    if [ -z "$base" ]; then
        echo "no commit to compare with; KILN_TIDY_ALL=1 looks at every file"
        exit 77
    fi
    files=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' | grep -v '_test\.cpp$' || true)
fi
if [ -z "$files" ]; then
    echo "no source changed"
    exit 0
fi
echo "$files" | xargs -P "$(nproc)" -n 4 clang-tidy-14 --quiet -p "$build" \
    --extra-arg=-Wno-unknown-warning-option  # the build is GCC's
