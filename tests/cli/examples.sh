#!/usr/bin/env bash
# Every example is laid out, valid and free of the traps that lint knows.
source "$(dirname "$0")/lib.sh"

kiln fmt -check -recursive "$repo/examples"
expect_code 0
expect_no_out
for example in "$repo"/examples/*/; do
    kiln validate "$example"
    expect_code 0
    expect_out <<<'The configuration is valid.'
    kiln lint -strict "$example"
    expect_code 0
done
