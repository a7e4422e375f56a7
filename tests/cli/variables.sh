#!/usr/bin/env bash
# Variables: one that is not set, -var for one that is not declared, a bad value, a bad file.
source "$(dirname "$0")/lib.sh"
template <<'T'
variable "cpus" {
  type = list(number)
}
variable "name" {
  default = "node"
  validation {
    condition     = length(var.name) < 10
    error_message = "The name is too long."
  }
}
source "null" "x" { communicator = "none" }
build { sources = ["null.x"] }
T
rejected() { # ARGUMENT... with the message as standard input
    kiln validate "$@" .
    expect_code 1
    expect_err
    expect_no_out
}
rejected <<'MESSAGE'
MESSAGE
rejected -var 'cpus=[1]' -var size=3 <<'MESSAGE'
MESSAGE
rejected -var 'cpus=["one"]' <<'MESSAGE'
MESSAGE
rejected -var 'cpus=[1]' -var name=far-too-long <<'MESSAGE'
MESSAGE
rejected -var 'cpus=[1]' -var-file=missing.pkrvars.hcl <<'MESSAGE'
MESSAGE
kiln validate -var 'cpus=[1]' .
expect_code 0
expect_out <<<"The configuration is valid."
