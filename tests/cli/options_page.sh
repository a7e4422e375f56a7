#!/usr/bin/env bash
# docs/options.md is what the tables say: kiln docs options > docs/options.md
source "$(dirname "$0")/lib.sh"
kiln docs options
expect_code 0
expect_out <"$repo/docs/options.md"
