#!/usr/bin/env bash
# Every example is laid out, valid and free of the traps that lint knows.
source "$(dirname "$0")/lib.sh"

# What those that are built on EC2 want to be told.
export PKR_VAR_kubernetes_version=1.33 SOURCE_AMI=ami-0123456789abcdef0

kiln fmt -check -recursive "$repo/examples"
expect_code 0
expect_no_out
for example in "$repo"/examples/*/; do
    if [ -e "$example/packer.json" ]; then
        continue # base_images.sh has those, with a file of variables for each distribution
    fi
    kiln validate "$example"
    expect_code 0
    expect_out <<<'The configuration is valid.'
    kiln lint -strict "$example"
    expect_code 0
done
