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
  }
}
T
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
./node.pkr.hcl:2:15: error: option "packages" must be a list of string: a list of string is required, found object
    2 |   packages  = { a = 1 }
      |               ^^^^^^^^^

./node.pkr.hcl:3:15: error: option "disk_size" must be a size: "plenty" is no size
    3 |   disk_size = "plenty"
      |               ^^^^^^^^
  hint: write a number with a unit, such as "512M" or "8G"

./node.pkr.hcl:4:15: error: "iso" is no value for option "formats"
    4 |   formats   = ["iso"]
      |               ^^^^^^^
  hint: use "raw", "qcow2", "vmdk", "vhd" or "tar"

./node.pkr.hcl:10:24: error: option "valid_exit_codes" must be a list of number: element 0: a number is required, found string "zero"
   10 |     valid_exit_codes = ["zero"]
      |                        ^^^^^^^^
MESSAGE
expect_no_out
