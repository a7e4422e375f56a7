#!/usr/bin/env bash
# Standard output that is full is an error; a reader that went away is not.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "null" "x" { communicator = "none" }
build { sources = ["null.x"] }
T
[ -w /dev/full ] || skip "there is no /dev/full"
code=0
"$KILN" help build >/dev/full 2>"$err" || code=$?
expect_code 1
expect_err <<'MESSAGE'
error: writing to standard output: No space left on device
MESSAGE
"$KILN" help build | head -n 1 >"$out"
expect_out <<<"# kiln build"
