#!/usr/bin/env bash
# The console: every line of a pipe is evaluated and the last result printed; a terminal has a history.
source "$(dirname "$0")/lib.sh"

template <<'T'
variable "name" { default = "node" }
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
locals { sizes = [8, 2.5] }
T
console() { # LINES ARGUMENT...
    code=0
    printf '%b' "$1" | "$KILN" console "${@:2}" >"$out" 2>"$err" || code=$?
}

console 'var.name\nupper(var.name)\n' .
expect_code 0
expect_out <<<'NODE'
console 'local.sizes\n' .
expect_out <<'VALUE'
[
  8,
  2.5,
]
VALUE
console 'var.name\n' -var name=other .
expect_out <<<'other'
console 'exit\nvar.name\n' .
expect_out <<<'node'
console 'var.name\n\n' .
expect_out <<<''
console '"is ${var.secret}"\n' .
expect_out <<<'is <sensitive>'
console 'variables\n' .
expect_out <<'VALUES'
> input-variables:

var.name: "node"
var.secret: "<sensitive>"

> local-variables:

local.sizes: "[\n  8,\n  2.5,\n]"

VALUES
console 'help\n' .
expect_out_has 'expression of HCL2'

# A mistake is reported and the lines behind it are evaluated all the same.
console 'var.nane\nvar.name\n' .
expect_code 1
expect_out <<<'node'
grep -q '^<console-input>:1:[0-9]*: error: ' "$err" || fail "the mistake was not reported"

# Without a template: text, or the functions of HCL2.
console '{{user `a`}} {{upper `x`}}\n' -var a=b
expect_code 0
expect_out <<<'b X'
console 'upper("x")\n' -config-type=hcl2
expect_out <<<'X'
console '{{nothing}}\n'
expect_code 1
echo '{"variables": {"q": "w"}, "builders": []}' >old.json
console '{{user `q`}} x\n' old.json
expect_out <<<'w x'

command -v script >/dev/null || skip "there is no script(1) to make a terminal"
printf 'var.name\nexit\n' | script -qec "'$KILN' console ." /dev/null >"$out" 2>&1 || fail "no terminal"
grep -q '^node' "$out" || fail "nothing was evaluated on a terminal"
grep -q 'var.name' "$XDG_STATE_HOME/kiln/console_history" || fail "no history was kept"
