#!/bin/sh
# Layout as .clang-format says, in every C++ file.
set -eu
cd "$1"
if ! find src tests bench -name '*.[ch]pp' -print0 | xargs -0 -r clang-format-14 --dry-run --Werror; then
    echo "run: find src tests bench -name '*.[ch]pp' | xargs clang-format-14 -i" >&2
    exit 1
fi
