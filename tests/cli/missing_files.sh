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
./node.pkr.hcl:4:40: error: Bad script "setup.sh": there is no such file
    4 |   provisioner "shell-local" { script = "setup.sh" }
      |                                        ^^^^^^^^^^

./node.pkr.hcl:5:46: error: reading motd: No such file or directory
    5 |   provisioner "shell-local" { inline = [file("motd")] }
      |                                              ^^^^^^

./node.pkr.hcl:7:19: error: Bad source path "files/": there is no such file or folder
    7 |     source      = "files/"
      |                   ^^^^^^^^
MESSAGE
mkdir empty
kiln validate empty
expect_code 1
expect_err <<'MESSAGE'
error: Could not find any config file in empty
  hint: files of a template end with .pkr.hcl or .pkr.json
MESSAGE
kiln validate nowhere
expect_code 1
expect_err <<'MESSAGE'
error: there is no template at "nowhere"
MESSAGE
