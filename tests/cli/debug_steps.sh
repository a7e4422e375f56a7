#!/usr/bin/env bash
# -debug asks before each step and each clean-up; breakpoints wait; a sleep and a timeout take their time;
# the number of builds at once is bounded.
source "$(dirname "$0")/lib.sh"
# answered N ARGUMENT...: a build for which somebody presses enter N times.
answered() {
    local times=$1
    shift
    code=0
    printf '\n%.0s' $(seq "$times") | "$KILN" build -color=false "$@" . >"$out" 2>"$err" || code=$?
}
count() { grep -oF -- "$1" "$out" | wc -l; }

template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "breakpoint" { note = "look here" }
  provisioner "breakpoint" { disable = true }
  provisioner "sleep" { duration = "300ms" }
  provisioner "shell-local" {
    inline       = ["echo ran"]
    pause_before = "20ms"
  }
}
T
answered 20 -debug
expect_code 0
expect_out_has "Debug mode enabled. Builds will not be parallelized."
expect_out_has "Pausing after run of step 'StepStart'. Press enter to continue."
expect_out_has "Pausing after run of step 'StepProvision'. Press enter to continue."
[ "$(count 'Pausing before the next provisioner. Press enter to continue.')" = 4 ] || fail "not asked before each step"
expect_out_has 'Pausing at breakpoint provisioner with note "look here".'
expect_out_has "Breakpoint provisioner is disabled; continuing..."
expect_out_has "Pausing 20ms before the next provisioner..."
expect_out_has "null.x: ran"

# Somebody has to press enter: until then the build stands at the breakpoint.
mkfifo keyboard
"$KILN" build -color=false . >"$out" 2>"$err" <keyboard &
pid=$!
exec 3>keyboard
for _ in $(seq 200); do
    grep -q "Press enter" "$out" && break
    sleep 0.05
done
sleep 0.3
expect_out_lacks "null.x: ran"
kill -0 "$pid" || fail "it did not wait"
echo >&3
exec 3>&-
wait "$pid" || fail "the build failed after the breakpoint"
expect_out_has "null.x: ran"
[ "$(sed -n 's/^Build .* finished after \([0-9]*\) millisecond.*/\1/p' "$out")" -ge 300 ] ||
    grep -q "finished after .* second" "$out" || fail "it did not sleep"

# An interrupt at a breakpoint ends the build.
exec 4<>keyboard
keyboard=keyboard interrupt_when grep -q "Press enter" "$out"
exec 4>&-
expect_code 1
expect_out_lacks "null.x: ran"

# A timeout ends what hangs, with all that it has started; a retry may do better. -debug asks before
# each clean-up.
template <<'T'
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  provisioner "shell-local" {
    inline      = ["echo try >>tries", "[ $(wc -l <tries) -ge 2 ] || sleep 1000"]
    timeout     = "400ms"
    max_retries = 3
  }
  provisioner "shell-local" {
    inline  = ["sleep 1001 & sleep 1002"]
    timeout = "200ms"
  }
  error-cleanup-provisioner "shell-local" { inline = ["echo cleaned"] }
}
T
answered 20 -debug
expect_code 1
[ "$(wc -l <tries)" = 2 ] || fail "the step ran $(wc -l <tries) times"
expect_out_has "Setting a 400ms timeout for the next provisioner..."
[ "$(count 'Cancelling provisioner after a timeout...')" = 2 ] || fail "not two timeouts"
expect_out_has "--> null.x: Provisioner was cancelled after a timeout of 200ms"
expect_out_has "null.x: cleaned"
expect_out_has "Pausing before cleanup of step 'StepProvision'. Press enter to continue."
expect_out_has "Pausing before cleanup of step 'StepStart'. Press enter to continue."
! pgrep -f 'sleep 100[012]' >/dev/null || fail "what timed out goes on: $(pgrep -af 'sleep 100[012]')"

# So many at once, and no more; each line says whose it is.
template <<'T'
source "null" "a" { communicator = "none" }
source "null" "b" { communicator = "none" }
source "null" "c" { communicator = "none" }
source "null" "d" { communicator = "none" }
source "null" "e" { communicator = "none" }
build {
  sources = ["null.a", "null.b", "null.c", "null.d", "null.e"]
  provisioner "shell-local" {
    inline = [
      "touch running.${source.name}", "ls running.* | wc -l >>at_once", "sleep 0.3", "rm running.${source.name}",
      "echo here is ${source.name}",
    ]
  }
}
T
for bound in 1 2; do
    rm -f at_once
    build -parallel-builds=$bound
    expect_code 0
    [ "$(sort -n at_once | tail -1)" = $bound ] || fail "with -parallel-builds=$bound: $(tr '\n' ' ' <at_once)"
    for name in a b c d e; do
        grep -qxF "==> null.$name: here is $name" "$out" || fail "the line of $name"
    done
done
build
[ "$(sort -n at_once | tail -1)" -gt 2 ] || fail "without a bound: $(tr '\n' ' ' <at_once)"
expect_no_leftovers
