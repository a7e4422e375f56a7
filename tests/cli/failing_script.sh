#!/usr/bin/env bash
# A script that fails: its output, one error, nothing left; -on-error=abort leaves the tree for a look.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo before", "false", "echo never"] }
}
T
build
expect_code 1
expect_out_has "before"
expect_out_lacks "never"
expect_out_has "Build 'rootfs.node' errored after"
expect_out_has "Script exited with non-zero exit status: 1."
expect_no_leftovers
[ ! -e images ] || [ -z "$(ls images)" ] || fail "a failed build left $(ls images)"

# The error-cleanup-provisioner sees the tree as the failed step left it.
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo half >/root/log", "false"] }
  error-cleanup-provisioner "shell" { inline = ["echo \"cleaning after $(cat /root/log)\""] }
}
T
build
expect_code 1
expect_out_has "cleaning after half"
expect_out_has "Script exited with non-zero exit status: 1."
expect_no_leftovers
build
expect_code 1
expect_out_has "cleaning after half" # the second time just as the first: no layer was kept of either

kiln sweep -dry-run
expect_code 0
expect_out <<<"Nothing to sweep."
