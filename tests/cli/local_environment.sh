#!/usr/bin/env bash
# Local scripts see the environment that kiln was started in, and key files may begin with "~".
source "$(dirname "$0")/lib.sh"
cat > node.pkr.hcl <<'T'
source "null" "local" { communicator = "none" }
build {
  sources = ["null.local"]
  provisioner "shell-local" { inline = ["echo home is $HOME, mine is $MINE", "command -v sed"] }
}
T
MINE=here HOME=/a/home build
expect_code 0
expect_out_has "home is /a/home, mine is here"
expect_out_has "/sed"
