#!/usr/bin/env bash
# Files that a template names, and templates themselves, that are not there.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "shell-local" { script = "setup.sh" }
  provisioner "shell-local" { inline = [file("motd")] }
  provisioner "file" {
    source      = "files/"
    destination = "/"
  }
}
T
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
MESSAGE
mkdir empty
kiln validate empty
expect_code 1
expect_err <<'MESSAGE'
MESSAGE
kiln validate nowhere
expect_code 1
expect_err <<'MESSAGE'
MESSAGE
