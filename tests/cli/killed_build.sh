#!/usr/bin/env bash
# SIGKILL at several points: the kernel takes down processes and mounts, kiln sweep the rest; the next
# build works.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
variable "run" { default = "" }
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo step-one ${var.run}", "sleep 1000 & sleep 0.3"] }
  provisioner "shell" { inline = ["head -c 5M /dev/urandom > /var/filler", "echo step-two", "sleep 0.3"] }
}
T
# Kills a build when it has printed $1, and a little later still; $2... are arguments of the build.
kill_after() {
    local line=$1 delay=$2
    shift 2
    echo "killing $delay s after: ${line:-the start}"
    "$KILN" build -force -color=false "$@" . >"$out" 2>"$err" </dev/null &
    local pid=$!
    for _ in $(seq 3000); do
        if grep -qF -- "$line" "$out" || ! kill -0 "$pid" 2>/dev/null; then break; fi
        sleep 0.1
    done
    sleep "$delay"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    for _ in $(seq 100); do # the kernel needs a moment to take the sandbox down
        [ -n "$(leftovers)" ] || break
        sleep 0.1
    done
    expect_no_leftovers
    kiln sweep
    expect_code 0
    kiln sweep -dry-run
    expect_out <<<"Nothing to sweep."
    [ ! -e images ] || [ -z "$(ls images)" ] || fail "swept, but images has $(ls images)"
    [ -z "$(find "$XDG_CACHE_HOME" -name '*.partial*')" ] || fail "swept, but there are partial layers"
}
kill_after "" 0.02 -no-cache
kill_after "" 0.5 -no-cache
kill_after "Installing" 1 -no-cache
kill_after "step-one" 0 -var run=1
kill_after "step-two" 0 -var run=2
kill_after "Writing disk" 0 -var run=3
kill_after "Writing disk" 0.3 -var run=4
build
expect_code 0
expect_no_leftovers
