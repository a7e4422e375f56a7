#!/usr/bin/env bash
# Plugins are built in: init and plugins tell what is there, and name the blocks that need what is not.
source "$(dirname "$0")/lib.sh"

template <<'T'
packer {
  required_plugins {
    nowhere = {
      version = ">= 1"
      source  = "example.org/some/nowhere"
    }
  }
}
variable "needs_a_value" {}
T
kiln init -upgrade .
expect_code 0
expect_out <<<'example.org/some/nowhere >= 1: kiln does not have it'
grep -q 'warning: kiln does not have plugin "example.org/some/nowhere"; nothing here needs it' "$err" ||
    fail "no warning"

cat >source.pkr.hcl <<'T'
source "nowhere-iso" "a" {}
build {
  sources = ["nowhere-iso.a"]
}
T
kiln init .
expect_code 1
expect_err <<'MESSAGE'
./source.pkr.hcl:1:1: error: builder "nowhere-iso" needs plugin "example.org/some/nowhere", which kiln does not have
    1 | source "nowhere-iso" "a" {}
      | ^^^^^^^^^^^^^^^^^^^^^^^^
  hint: kiln runs no plugins; leave builds that need it out with -only or -except
MESSAGE
kiln plugins required .
expect_code 0
expect_out <<<'example.org/some/nowhere >= 1: kiln does not have it'
kiln plugins installed
expect_code 0
expect_out_has 'github.com/hashicorp/amazon'
kiln plugin required .
expect_code 0
expect_out <<<'example.org/some/nowhere >= 1: kiln does not have it'
kiln plugins install example.org/some/nowhere
expect_code 1
kiln plugins remove example.org/some/nowhere
expect_code 1

rm ./*.pkr.hcl
kiln init .
expect_code 1
echo '{}' >old.json
kiln init old.json
expect_code 1
grep -q 'old.json is a legacy JSON template' "$err" || fail "the legacy template was not refused"
template <<<''
kiln init .
expect_code 0
expect_out <<<'No plugins requirement found.'
