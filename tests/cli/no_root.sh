#!/usr/bin/env bash
# Without root: one clear error before any effect. Validate needs no root and writes nothing.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build { sources = ["rootfs.node"] }
T
chmod 755 "$scratch" "$work"
mkdir "$scratch/nobody"
chown nobody "$scratch/nobody"
as_nobody() {
    code=0
    setpriv --reuid=nobody --regid=nogroup --clear-groups env \
        XDG_CACHE_HOME="$scratch/nobody/cache" XDG_STATE_HOME="$scratch/nobody/state" \
        "$KILN" "$@" >"$out" 2>"$err" </dev/null || code=$?
}
as_nobody validate .
expect_code 0
[ -z "$(ls -A "$scratch/nobody")" ] || fail "validate wrote $(ls -A "$scratch/nobody")"

as_nobody build -color=false .
expect_code 1
expect_out_has "root"
[ ! -e "$scratch/nobody/cache" ] || [ -z "$(find "$scratch/nobody/cache" -type f)" ] || fail "files were left"
