#!/usr/bin/env bash
# An interrupt ends a script that hangs; kiln cleans up and exits with 1, as Packer does.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["sleep 1000 & echo hanging", "trap '' TERM", "sleep 1000"] }
}
T
interrupt_when grep hanging "$out"
expect_code 1
expect_out_has "Cancelling build after receiving interrupt"
expect_out_has "Cleanly cancelled builds after being interrupted."
expect_no_leftovers
