#!/usr/bin/env bash
# A value of the wrong type is reported at the value.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "rootfs" "node" {
  packages  = { a = 1 }
  disk_size = "plenty"
  formats   = ["iso"]
}
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline           = ["true"]
    valid_exit_codes = ["zero"]
    max_retries      = "often"
  }
}
T
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
MESSAGE
expect_no_out
