#!/usr/bin/env bash
# A package that does not exist is named with its suite; a mirror that cannot be read is named.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build { sources = ["rootfs.node"] }
T
sed -i 's/packages .*/packages = ["no-such-package"]/' source.pkr.hcl
build
expect_code 1
expect_out_has "no-such-package"
expect_out_has "bookworm"
expect_no_leftovers

sed -i 's|packages .*|mirror = "http://127.0.0.1:9/debian"|' source.pkr.hcl
build
expect_code 1
expect_out_has "http://127.0.0.1:9/debian"
expect_no_leftovers
[ ! -e images ] || [ -z "$(ls images)" ] || fail "a failed build left $(ls images)"
