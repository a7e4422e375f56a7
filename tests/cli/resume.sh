#!/usr/bin/env bash
# A build that failed at a step resumes there.
source "$(dirname "$0")/lib.sh"
steps() {
    cat <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo step-one-runs"] }
  provisioner "shell" { inline = ["echo step-two-runs", "$1"] }
}
T
}
small_node < <(steps "exit 7")
build
expect_code 1
expect_out_has "step-one-runs"
expect_out_has "Builds finished but no artifacts were created."
[ ! -e images/node.raw ] || fail "a failed build left an image"
expect_no_leftovers

steps true >node.pkr.hcl
build
expect_code 0
expect_out_lacks "step-one-runs"
expect_out_has "step-two-runs"
