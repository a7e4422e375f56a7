#!/usr/bin/env bash
# Mistakes as records, and the list of what can not run.
source "$(dirname "$0")/lib.sh"
command -v jq >/dev/null || skip "there is no jq"

template <<'T'
source "null" "a" { communicator = 5 + }
T
kiln validate -json .
expect_code 1
[ ! -s "$err" ] || fail "standard error is not empty"
[ "$(jq -c '[.valid, .error_count, .diagnostics[0].severity, .diagnostics[0].range.file,
    .diagnostics[0].range.begin.line, .diagnostics[0].context]' "$out")" = \
    '[false,1,"error","./node.pkr.hcl",1,[]]' ] || fail "not the record that was wanted"
kiln plan -json .
expect_code 1
expect_no_out
[ "$(jq -r .severity "$err")" = error ] || fail "no record on standard error"

template <<'T'
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
source "null" "a" { communicator = "none" }
source "azure-arm" "b" {}
build {
  sources = ["null.a", "azure-arm.b"]
}
T
kiln validate -json .
expect_code 0
[ "$(jq -c '[.valid, .diagnostics]' "$out")" = '[true,[]]' ] || fail "not valid"
kiln validate -runnable .
expect_code 1
grep -q '^./node.pkr.hcl:6:1: error: builder "azure-arm" can not run: ' "$err" || fail "not named"
kiln validate -runnable -except='azure-arm.*' .
expect_code 0
expect_out <<<'The configuration is valid.'
kiln inspect -json .
expect_code 0
[ "$(jq -c '[.variables[0], .builds[0].sources]' "$out")" = \
    '[{"name":"secret","value":null,"sensitive":true},["null.a","azure-arm.b"]]' ] || fail "not the record"

# Of a long line there is an excerpt, and where it lies: a record a mistake must not hold a megabyte each.
printf '# %0500d\nlocals { a = "%0500d" b = %s }\n' 0 0 nope >long.pkr.hcl
kiln validate -json -only='null.*' .
expect_code 1
python3 - "$out" long.pkr.hcl <<'CHECK' || fail "not the excerpt"
import json, sys
shown = json.load(open(sys.argv[1]))["diagnostics"][0]["range"]
text = open(sys.argv[2]).read()
at, line = shown["source_line_byte"], shown["source_line"]
assert len(line) <= 160 and text[at:at + len(line)] == line, shown
assert at <= shown["begin"]["byte"] <= at + len(line), shown
CHECK
rm long.pkr.hcl

# Colours only on a terminal.
template <<<'oops {}'
kiln validate .
! grep -q $'\033' "$err" || fail "colours in a file"
command -v script >/dev/null || skip "there is no script(1) to make a terminal"
on_terminal() { # COMMAND LINE, whose exit code script(1) hands on
    code=0
    script -qec "$1" /dev/null >"$out" </dev/null || code=$?
    expect_code 1
}
on_terminal "TERM=xterm '$KILN' validate ."
grep -q $'\033\\[1;31merror:' "$out" || fail "no colours on a terminal"
on_terminal "NO_COLOR=1 '$KILN' validate ."
! grep -q $'\033\\[1;31m' "$out" || fail "colours that were not wanted"

# A run, an event a line.
template <<'T'
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "shell-local" { inline = ["echo it is ${var.secret}"] }
}
T
kiln build -json .
expect_code 0
[ "$(jq -r 'select(.event == "output") | .build + ": " + .text' "$out")" = \
    'null.a: it is <sensitive>' ] || fail "not the line that was wanted"
[ "$(jq -r .event "$out" | sed -n '1p;$p' | tr '\n' ' ')" = 'run-started run-finished ' ] ||
    fail "not the events that were wanted"
