#!/usr/bin/env bash
# -machine-readable, -timestamp-ui and -debug, as scripts and people read them.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "shell-local" { inline = ["echo a,b"] }
}
T

kiln build -machine-readable .
expect_code 0
# A line is seconds,target,type,data...; a comma in the data is spelt out.
! grep -qvE '^[0-9]{10},(null\.x)?,(ui|artifact|artifact-count),' "$out" || fail "no machine-readable line"
grep -qE '^[0-9]{10},,ui,say,.*null\.x: a%!\(PACKER_COMMA\)b$' "$out" || fail "the script's line"
grep -qE '^[0-9]{10},null\.x,artifact-count,1$' "$out" || fail "the number of artifacts"
grep -qE '^[0-9]{10},null\.x,artifact,0,builder-id,fnoeding\.null$' "$out" || fail "the builder's id"

kiln build -color=false -timestamp-ui .
expect_code 0
grep -qE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(Z|[+-][0-9:]{5}): ==> null\.x: a,b$' "$out" || fail "no time before a line"

code=0
printf '\n\n\n\n\n\n\n\n' | "$KILN" build -color=false -debug . >"$out" 2>"$err" || code=$?
expect_code 0
expect_out_has "Debug mode enabled. Builds will not be parallelized."
expect_out_has "Pausing after run of step 'StepStart'. Press enter to continue."
expect_out_has "null.x: a,b"

kiln build .
expect_code 0
! grep -q $'\033' "$out" || fail "colours, though nobody looks"
kiln build -color=true .
grep -q $'\033\[1;32m' "$out" || fail "no colours, though asked for"
