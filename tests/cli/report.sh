#!/usr/bin/env bash
# kiln report: each run leaves a page; list, show and compare find it.
source "$(dirname "$0")/lib.sh"
template <<'T'
variable "password" {
  default   = "hunter2-hunter2"
  sensitive = true
}
variable "result" { default = 0 }
source "file" "a" {
  content = "x"
  target  = "a.txt"
}
build {
  sources = ["file.a"]
  provisioner "shell-local" {
    name             = "say"
    environment_vars = ["PASSWORD=${var.password}"]
    inline           = ["echo it is $PASSWORD", "exit ${var.result}"]
  }
}
T

kiln report list
expect_code 0
expect_out <<<'No run is on record yet.'
kiln report show
expect_code 1
expect_err_has "no run is on record yet"

build -report=page.html
expect_code 0
expect_out_lacks "Report:"
kiln report show
expect_code 0
kept=$(cat "$out")
[ "$(stat -c %a "$kept" "$(dirname "$kept")")" = $'600\n700' ] || fail "others may read $kept"
cmp "$kept" page.html || fail "-report writes another page"
! grep -q hunter2 page.html "$(dirname "$kept")/run.json" || fail "the secret is in the report"
base64 -d <<<"$(sed -n 's/.*id="log-data"[^>]*>\([^<]*\)<.*/\1/p' page.html)" | zcat >log
grep -qx '[0-9]* 0 o it is <sensitive>' log || fail "the output is not in the page: $(cat log)"

build -force -var result=4
expect_code 1
kiln report list
expect_code 0
[ "$(awk '{ print $2 }' "$out" | xargs)" = 'RESULT good failed' ] || fail "the list is wrong"
kiln report list -json
[ "$(jq -r '.[1] | .result, .builds[0], .template' "$out" | xargs)" = "failed file.a $PWD" ] ||
    fail "the list is wrong in JSON"
first=$(jq -r '.[0].run' "$out")

kiln report compare
expect_code 0
grep -Eq '^  provisioner shell-local say +[0-9].* ms +[0-9].* ms failed' "$out" ||
    fail "the failing step does not show"
grep -Eq '^  capture file .* gone$' "$out" || fail "the missing step does not show"
kiln report compare -json "$first" "$first"
expect_code 0
[ "$(jq '[.steps[] | .before == .after] | all' "$out")" = true ] || fail "a run differs from itself"

kiln report show -output copy.html "$first"
expect_code 0
expect_out <<<copy.html
cmp page.html copy.html || fail "the copy differs"
BROWSER=cat kiln report show -open "$first"
expect_code 0
BROWSER=false kiln report show -open "$first"
expect_code 1
expect_err_has "false could not open"
kiln report show 1999
expect_code 1
expect_err_has 'no run on record begins with "1999"'
expect_err_has "kiln report list shows them"

build -force -no-report
kiln report list -json
[ "$(jq length "$out")" = 2 ] || fail "-no-report keeps one"

# A report that can not be kept makes no build fail.
rm -r "$XDG_STATE_HOME/kiln/reports"
printf x >"$XDG_STATE_HOME/kiln/reports"
build -force
expect_code 0
expect_err_has "Warning: no report of this run: "
