#!/usr/bin/env bash
# validate, inspect and plan write nothing at all.
source "$(dirname "$0")/lib.sh"
command -v strace >/dev/null || skip "needs strace"
example=$repo/examples/dpdk-node
for command in validate inspect plan; do
    strace -f -o "$scratch/trace" -e trace=openat,mkdir,mkdirat,unlink,unlinkat,rename,renameat2,socket,execve,fork,vfork \
        "$KILN" "$command" "$example" >"$out" 2>"$err" || skip "strace cannot run here"
    # ThreadSanitizer makes a file for itself as it starts.
    ! grep -v '/tsan\.rodata\.' "$scratch/trace" |
        grep -E 'O_WRONLY|O_RDWR|O_CREAT|mkdir|unlink|rename|socket|fork' || fail "$command wrote"
done
[ ! -e "$XDG_CACHE_HOME" ] && [ ! -e "$XDG_STATE_HOME" ] || fail "folders were made"
