#!/usr/bin/env bash
# Unknown blocks, attributes, types and functions are all reported, before any effect.
source "$(dirname "$0")/lib.sh"
rejected() { # the message as standard input
    kiln validate .
    expect_code 1
    expect_err
    expect_no_out
    kiln build .
    expect_code 1
    expect_no_out
    [ ! -e "$XDG_CACHE_HOME" ] && [ ! -e "$XDG_STATE_HOME" ] || fail "a rejected template left folders"
}
template <<'T'
sauce "rootfs" "x" {}
build {
  sorces  = ["rootfs.node"]
  sources = [upperr("null.x")]
}
T
rejected <<'MESSAGE'
./node.pkr.hcl:1:1: error: unknown block "sauce" in a template
    1 | sauce "rootfs" "x" {}
      | ^^^^^

./node.pkr.hcl:3:3: error: unknown argument "sorces" in block "build"
    3 |   sorces  = ["rootfs.node"]
      |   ^^^^^^
  hint: did you mean "sources"?

./node.pkr.hcl:4:14: error: there is no function named "upperr"
    4 |   sources = [upperr("null.x")]
      |              ^^^^^^
  hint: did you mean "upper"?
MESSAGE

template <<'T'
source "rootfs" "node" {
  distribution = "debian"
  packges      = ["ssh"]
}
source "rotfs" "other" {}
build {
  sources = ["rootfs.node", "rotfs.other"]
  provisioner "shel" {
    inline = ["true"]
  }
  provisioner "shell" {
    inlin = ["true"]
  }
}
T
rejected <<'MESSAGE'
./node.pkr.hcl:5:1: error: unknown builder "rotfs"
    5 | source "rotfs" "other" {}
      | ^^^^^^^^^^^^^^^^^^^^^^
  hint: did you mean "rootfs"?

./node.pkr.hcl:8:3: error: unknown provisioner "shel"
    8 |   provisioner "shel" {
      |   ^^^^^^^^^^^^^^^^^^
  hint: did you mean "shell"?

./node.pkr.hcl:3:3: error: source "rootfs.node" has no option "packges"
    3 |   packges      = ["ssh"]
      |   ^^^^^^^
  hint: did you mean "packages"?

./node.pkr.hcl:12:5: error: provisioner "shell" has no option "inlin"
   12 |     inlin = ["true"]
      |     ^^^^^
  hint: did you mean "inline"?
MESSAGE
