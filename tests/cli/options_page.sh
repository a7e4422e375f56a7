#!/usr/bin/env bash
# docs/options.md and docs/options/ are what the tables say: kiln docs options docs
source "$(dirname "$0")/lib.sh"
kiln docs options pages
expect_code 0
expect_no_out
diff -r "$repo/docs/options" pages/options || fail "kiln docs options docs prints these anew"
diff "$repo/docs/options.md" pages/options.md || fail "kiln docs options docs prints it anew"
