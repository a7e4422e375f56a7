#!/usr/bin/env bash
# SIGKILL at several points: the kernel takes down processes and mounts, kiln sweep the rest; the next
# build works.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo step-one", "sleep 1000 & sleep 0.3"] }
  provisioner "shell" { inline = ["head -c 50M /dev/urandom > /var/filler", "echo step-two", "sleep 0.3"] }
}
T
cache_before=$(find "$XDG_CACHE_HOME" | wc -l)
kill_when() { # a line of output, or seconds
    "$KILN" build -force -no-cache -color=false . >"$out" 2>"$err" </dev/null &
    local pid=$!
    case $1 in
        [0-9]*) sleep "$1" ;;
        *) for _ in $(seq 900); do grep -qF -- "$1" "$out" && break; sleep 0.1; done ;;
    esac
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    for _ in $(seq 50); do # the kernel needs a moment to take the sandbox down
        [ -z "$(leftovers)" ] && break
        sleep 0.1
    done
    expect_no_leftovers
    kiln sweep
    expect_code 0
    kiln sweep -dry-run
    expect_out <<<"Nothing to sweep."
    [ ! -e images ] || [ -z "$(ls images)" ] || fail "swept, but images has $(ls images)"
}
for point in 0.05 0.3 step-one step-two 1 2 3; do
    echo "killing at $point"
    kill_when "$point"
done
build
expect_code 0
expect_no_leftovers
