#!/usr/bin/env bash
# kiln cache: lists what is there, tells where, clears it.
source "$(dirname "$0")/lib.sh"
kiln cache path
expect_out <<<"$XDG_CACHE_HOME/kiln"
kiln cache list
expect_code 0
[ ! -e "$XDG_CACHE_HOME" ] || fail "looking at the cache made it"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo x > /etc/x"] }
}
T
build
expect_code 0
kiln cache list
expect_out_has "shell"
kiln cache list -json
python3 -c 'import json, sys; assert json.load(sys.stdin)["entries"]' <"$out" || fail "the JSON has no entries"
kiln cache clear packges
expect_code 2
kiln cache clear layers
expect_code 0
kiln cache list -json
python3 -c 'import json, sys
kinds = {e["kind"] for e in json.load(sys.stdin)["entries"]}
assert kinds and not kinds & {"layer", "disk"}, kinds' <"$out" || fail "clear layers removed other things"
kiln cache clear
expect_code 0
kiln cache list -json
python3 -c 'import json, sys; assert json.load(sys.stdin)["entries"] == []' <"$out" || fail "it is not empty"
