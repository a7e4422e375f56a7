#!/usr/bin/env bash
# A cycle of locals names everyone in it.
source "$(dirname "$0")/lib.sh"
template <<'T'
locals {
  a = local.b
  b = "x${local.c}"
  c = [local.a]
}
source "null" "x" { communicator = "none" }
build { sources = ["null.x"] }
T
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
./node.pkr.hcl:2:3: error: locals depend on one another in a circle: local.a -> local.b -> local.c -> local.a
    2 |   a = local.b
      |   ^
MESSAGE
expect_no_out
