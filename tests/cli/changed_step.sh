#!/usr/bin/env bash
# A changed step says what changed; the steps before it are taken from the cache; few blocks differ.
source "$(dirname "$0")/lib.sh"
mkdir files
echo a >files/a
steps() {
    cat <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo step-one-runs"] }
  provisioner "file" {
    source      = "files/"
    destination = "/etc/"
  }
  provisioner "shell" { inline = ["echo step-three-runs", "echo $1 > /etc/line"] }
}
T
}
small_node < <(steps one)
build
expect_code 0
expect_out_has "step-one-runs"
cp images/node.raw before.raw

steps two >node.pkr.hcl
build -force
expect_code 0
expect_out_lacks "step-one-runs"
expect_out_has "changed: inline[1]"
expect_out_has "step-three-runs"
# cmp ends with 1 when the files differ, as they must.
blocks=$({ cmp -l before.raw images/node.raw || [ $? = 1 ]; } | awk '{ seen[int(($1 - 1) / 524288)] } END { print length(seen) }')
[ "$blocks" -le 4 ] || fail "one line changed $blocks blocks of 512 KiB"

echo b >files/a
build -force
expect_code 0
expect_out_lacks "step-one-runs"
expect_out_has "changed: files/a"
expect_out_has "step-three-runs"

