#!/usr/bin/env bash
# The same inputs again: no step runs, the same image; a cold cache makes the same bytes.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo one > /etc/one"] }
  provisioner "shell" { inline = ["echo two > /etc/two"] }
}
T
build
expect_code 0
first=$(digest images/node.raw)

build -force
expect_code 0
expect_out_has "Bootstrap: cached"
expect_out_lacks "changed:"
expect_out_lacks "Provisioning with"
[ "$(digest images/node.raw)" = "$first" ] || fail "the same inputs gave another image"

build -force -no-cache
expect_code 0
expect_out_has "Installing"
[ "$(digest images/node.raw)" = "$first" ] || fail "a cold cache gave another image"
expect_no_leftovers
