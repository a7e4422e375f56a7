#!/usr/bin/env bash
# A link named packer: help, version, streams and exit codes are those that scripts know of Packer.
source "$(dirname "$0")/lib.sh"

ln -s "$KILN" packer
KILN=$PWD/packer

kiln version
expect_code 0
grep -qxE 'Packer v[0-9]+\.[0-9]+\.[0-9]+' "$out" || fail version
kiln --version
grep -qxE 'Packer v[0-9]+\.[0-9]+\.[0-9]+' "$out" || fail --version
kiln version -machine-readable
sed -i 's/^[0-9]*,/T,/; s/v\?1\.[0-9]*\.[0-9]*/N/' "$out"
expect_out <<'LINES'
T,,version,N
T,,version-prelease,
T,,version-commit,
T,,ui,say,Packer N
LINES

for words in '' frobnicate plugins; do
    kiln $words
    expect_code 127
    [ "$(head -1 "$out")" = 'Usage: packer [--version] [--help] <command> [<args>]' ] || fail usage
    [ ! -s "$err" ] || fail "standard error is not empty"
done
kiln --help
expect_code 0
for command in build console fix fmt hcl2_upgrade init inspect plugins validate version; do
    grep -qE "^    $command  *[a-z]" "$out" || fail "no $command in the help"
done

kiln build
expect_code 1
expect_out_has 'packer build'
kiln validate -forse .
expect_code 1
expect_out_has 'packer validate'
template <<<'oops {}'
kiln validate .
expect_code 1
expect_out_has 'node.pkr.hcl:1:1: error: '
[ ! -s "$err" ] || fail "standard error is not empty"
template <<'T'
source "null" "a" { communicator = "none" }
build { sources = ["null.a"] }
T
kiln validate .
expect_code 0
expect_out <<<'The configuration is valid.'
