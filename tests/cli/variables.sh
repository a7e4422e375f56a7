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
./node.pkr.hcl:1:1: error: Unset variable "cpus"
    1 | variable "cpus" {
      | ^^^^^^^^^^^^^^^
  hint: it has no default: give it with -var 'cpus=...', a var-file or PKR_VAR_cpus
MESSAGE
rejected -var 'cpus=[1]' -var size=3 <<'MESSAGE'
error: Undefined -var variable: no variable "size" is declared
MESSAGE
rejected -var 'cpus=["one"]' <<'MESSAGE'
-var cpus:1:1: error: the value for variable "cpus" must be list(number): element 0: a number is required, found string "one"
    1 | ["one"]
      | ^^^^^^^
MESSAGE
rejected -var 'cpus=[1]' -var name=far-too-long <<'MESSAGE'
-var name:1:1: error: Invalid value for command line variable "name": The name is too long.
    1 | far-too-long
      | ^^^^^^^^^^^^
  hint: the condition is at ./node.pkr.hcl:7:21
MESSAGE
rejected -var 'cpus=[1]' -var-file=missing.pkrvars.hcl <<'MESSAGE'
error: reading missing.pkrvars.hcl: No such file or directory
MESSAGE
kiln validate -var 'cpus=[1]' .
expect_code 0
expect_out <<<"The configuration is valid."
