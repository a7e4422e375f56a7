# Sourced by each test. A test runs in an empty folder of its own with XDG folders of its own; it ends
# with the last command's code, 77 when it cannot run here. What it starts it ends.
#
#   kiln ARGUMENT...        runs the binary; $code, and what it wrote in $out and $err (files)
#   expect_code N           and so on: what that run must have shown, whole
#   template <<EOF          writes node.pkr.hcl

set -euo pipefail
: "${KILN:?the binary to test}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$here/../..
scratch=$(mktemp -d -t kiln-cli-test-XXXXXX)
work=$scratch/work
out=$scratch/out err=$scratch/err
mkdir "$work"
export HOME=$scratch XDG_CACHE_HOME=$scratch/cache XDG_STATE_HOME=$scratch/state
export XDG_CONFIG_HOME=$scratch/config
unset PACKER_LOG KILN_LOG PACKER_NO_COLOR
# A leak that a killed or rejected run leaves to the kernel is none.
export ASAN_OPTIONS=detect_leaks=0
cd "$work"

clean_up() {
    cd /
    if [ -d "$scratch" ]; then rm -rf --one-file-system "$scratch"; fi
}
trap clean_up EXIT

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    for stream in out err; do
        if [ -s "$scratch/$stream" ]; then
            printf -- '--- std%s of the last run\n' "$stream" >&2
            tail -n 60 "$scratch/$stream" >&2
        fi
    done
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

need_root() { [ "$(id -u)" = 0 ] || skip "building takes root"; }

template() { cat >node.pkr.hcl; }

kiln() {
    code=0
    "$KILN" "$@" >"$out" 2>"$err" </dev/null || code=$?
}

# interrupt_when COMMAND...: a build that gets SIGINT as soon as the command succeeds; then as after kiln. It reads from
# $keyboard, if there is one.
interrupt_when() {
    "$KILN" build -color=false . >"$out" 2>"$err" <"${keyboard-/dev/null}" &
    local pid=$!
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || fail "the build ended before it could be interrupted"
        sleep 0.02
    done
    kill -INT "$pid"
    code=0
    wait "$pid" || code=$?
}

# end_process PID: of one that this shell started. It may have ended by itself, and its code, the signal's, is no result.
end_process() {
    if kill -0 "$1" 2>/dev/null; then kill "$1"; fi
    if wait "$1" 2>/dev/null; then return; fi
}

expect_code() { [ "$code" = "$1" ] || fail "exit code $code, not $1"; }

# expect_out, expect_err: the whole of it, from standard input.
expect_same() {
    diff -u --label wanted --label got - "$1" >"$scratch/diff" || fail "$(cat "$scratch/diff")"
}
expect_out() { expect_same "$out"; }
expect_err() { expect_same "$err"; }
expect_no_out() { [ ! -s "$out" ] || fail "standard output is not empty"; }
expect_out_has() { grep -qF -- "$1" "$out" || fail "standard output has no line with: $1"; }
expect_err_has() { grep -qF -- "$1" "$err" || fail "standard error has no line with: $1"; }
expect_out_lacks() { ! grep -qF -- "$1" "$out" || fail "standard output has a line with: $1"; }

# Everything of kiln's that a build could leave behind in the system.
leftovers() {
    grep -F "$scratch" /proc/mounts || true
    losetup -a 2>/dev/null | grep -F "$scratch" || true
    ps -eo pid,args | grep -F "$scratch" | grep -v -e grep -e "$0" || true
}
expect_no_leftovers() {
    local left
    left=$(leftovers)
    [ -z "$left" ] || fail "left behind: $left"
}

# small_node STEPS: a template whose image is as small as one can be; its bootstrap comes from the cache
# that the test warm_cache filled.
small_node() {
    need_root
    cat >source.pkr.hcl <<'T'
source "rootfs" "node" {
  packages         = []
  output_directory = "images"
  image_name       = "node"
}
T
    template
    if [ -d "${KILN_WARM_CACHE:?}" ]; then
        mkdir -p "$XDG_CACHE_HOME"
        cp -a --reflink=auto "$KILN_WARM_CACHE/." "$XDG_CACHE_HOME"
    fi
}

build() { kiln build -color=false "$@" .; }
digest() { sha256sum <"$1" | cut -d' ' -f1; }
