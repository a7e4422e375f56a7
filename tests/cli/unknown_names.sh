#!/usr/bin/env bash
# Unknown blocks, attributes, types and functions are all reported in one run, before any effect.
source "$(dirname "$0")/lib.sh"
template <<'T'
sauce "rootfs" "x" {}

source "rootfs" "node" {
  distribution = "debian"
  packges      = ["ssh"]
  hostname     = upperr("x")
}
source "rotfs" "other" {}

build {
  sources = ["rootfs.node", "rotfs.other"]
  provisioner "shel" {
    inline = ["true"]
  }
}
T
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
MESSAGE
expect_no_out
kiln build .
expect_code 1
expect_no_out
[ ! -e "$XDG_CACHE_HOME" ] && [ ! -e "$XDG_STATE_HOME" ] || fail "a rejected template left folders"
