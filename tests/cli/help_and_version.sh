#!/usr/bin/env bash
# Pages come from docs/man, whichever way they are asked for; results go to standard output.
source "$(dirname "$0")/lib.sh"
pages=$repo/docs/man

kiln build --help
expect_code 0
expect_out <"$pages/kiln-build.md"
kiln help build
expect_out <"$pages/kiln-build.md"
kiln cache list -h
expect_out <"$pages/kiln-cache.md"
kiln --help
expect_code 0
expect_out <"$pages/kiln.md"

kiln
expect_code 2
expect_err <"$pages/kiln.md"

kiln version
expect_code 0
grep -qE '^kiln [0-9]+\.[0-9]+\.[0-9]+ \(reads templates as Packer [0-9.]+ does\)$' "$out" || fail version
