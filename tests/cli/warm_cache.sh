#!/usr/bin/env bash
# Not a test of its own: fills the cache that the tests which build images start from.
KILN_WARM_CACHE_TARGET=$KILN_WARM_CACHE
KILN_WARM_CACHE=/nonexistent
source "$(dirname "$0")/lib.sh"
export XDG_CACHE_HOME=$KILN_WARM_CACHE_TARGET
mkdir -p "$XDG_CACHE_HOME"
small_node <<'T'
build { sources = ["rootfs.node"] }
T
build -force
expect_code 0
