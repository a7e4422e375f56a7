#!/usr/bin/env bash
# A legacy JSON template: inspect, validate, plan and build by its rules; from standard input too.
source "$(dirname "$0")/lib.sh"
cat >packer.json <<'TEMPLATE'
{
  "variables": {"who": null, "greeting": "{{env `GREETING`}}, {{user `who`}}"},
  "sensitive-variables": ["secret"],
  "builders": [
    {"type": "file", "name": "a", "content": "{{user `greeting`}} from {{build_name}}", "target": "a.txt"},
    {"type": "file", "name": "b", "content": "{{user `secret`}}", "target": "b.txt"},
    {"type": "null", "communicator": "none"}
  ],
  "provisioners": [
    {"type": "shell-local", "inline": "echo {{user `secret`}} {{build `ConnType`}}", "only": ["null"]}
  ]
}
TEMPLATE
kiln inspect -machine-readable packer.json
expect_code 0
cut -d, -f2- "$out" | grep '^,template-' >records
diff -u - records <<'RECORDS'
,template-variable,who,,1
,template-variable,greeting,{{env `GREETING`}}%!(PACKER_COMMA) {{user `who`}},0
,template-builder,a,file
,template-builder,b,file
,template-builder,null,null
,template-provisioner,shell-local
RECORDS

kiln validate packer.json
expect_code 1
expect_err <<'MESSAGE'
packer.json:2:17: error: required variable not set: who
    2 |   "variables": {"who": null, "greeting": "{{env `GREETING`}}, {{user `who`}}"},
      |                 ^^^^^
  hint: give it with -var 'who=...' or in a var-file

warning: "sensitive-variables" names "secret", which is no variable
MESSAGE

echo '{"secret": "hunter2", "who": "file"}' >one.json
echo '{"who": "world"}' >two.json
export GREETING=Hello
kiln build -color=false -var-file one.json -var-file two.json --except=b packer.json
expect_code 0
[ "$(cat a.txt)" = "Hello, world from a" ] || fail "a.txt holds $(cat a.txt)"
[ ! -e b.txt ] || fail "-except did not leave b out"
grep -q '<sensitive> none' "$out" || fail "the provisioner did not run, or told the secret"
grep -q -e '--> a: Stored file: a.txt' "$out" || fail "the build is not named a"

kiln build -only=nobody -var-file one.json packer.json
expect_code 1

code=0
"$KILN" validate -var-file one.json - <packer.json >"$out" 2>"$err" || code=$?
expect_code 0
expect_out <<<"The configuration is valid."
