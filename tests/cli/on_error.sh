#!/usr/bin/env bash
# What -on-error makes of a step that fails: clean up, leave all as it is, ask, or run the cleanup
# provisioner and leave the rest. The exit code is 1 whichever.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "shell-local" { inline = ["echo tries >>tries", "[ $(wc -l <tries) -ge 3 ]"] }
  error-cleanup-provisioner "shell-local" { inline = ["echo the-cleanup"] }
}
T
skipped='aborted: skipping cleanup of step "StepStart"'

fails() { # MODE ANSWERS
    rm -f tries
    code=0
    printf "$2" | "$KILN" build -color=false -on-error="$1" . >"$out" 2>"$err" || code=$?
    expect_code 1
    expect_out_has "--> null.x: Script exited with non-zero exit status: 1."
}

fails cleanup ''
expect_out_has "null.x: the-cleanup"
expect_out_lacks "$skipped"

fails abort ''
expect_out_lacks "null.x: the-cleanup"
expect_out_has "$skipped"

fails run-cleanup-provisioner ''
expect_out_has "null.x: the-cleanup"
expect_out_has "$skipped"

fails ask 'c\n'
expect_out_has "null.x: the-cleanup"
fails ask 'a\n'
expect_out_lacks "null.x: the-cleanup"
expect_out_has "$skipped"
fails ask 'what\n'
expect_out_has "Incorrect input: what"
fails ask 'r\n' # once again, and then nobody answers
[ "$(wc -l <tries)" = 2 ] || fail "the step ran $(wc -l <tries) times"

rm -f tries
printf 'r\nr\n' | "$KILN" build -color=false -on-error=ask . >"$out" 2>"$err" || fail "the third try is good"
