#!/usr/bin/env bash
# The same inputs again: no step runs, the same image; a cold cache makes the same bytes.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["echo one > /etc/one"] }
  provisioner "shell" { inline = ["echo two > /etc/two"] }
}
T
# What the report draws of the image: its packages and its folders.
sizes() {
    kiln report show
    jq -c '.builds[0].artifacts[0] | [.packages, .folders]' "$(dirname "$(cat "$out")")/run.json"
}
build
expect_code 0
first=$(digest images/node.raw)
first_sizes=$(sizes)
jq -e '(.[0] | map(.name) | contains(["dpkg", ""])) and (.[1] | map(.name) | contains(["/usr/bin", "/etc"]))' \
    <<<"$first_sizes" >/dev/null || fail "the report does not know the image's sizes: $first_sizes"

build -force
expect_code 0
expect_out_has "Bootstrap: cached"
expect_out_lacks "changed:"
expect_out_lacks "Provisioning with"
[ "$(digest images/node.raw)" = "$first" ] || fail "the same inputs gave another image"
[ "$(sizes)" = "$first_sizes" ] || fail "the second report tells other sizes"

build -force -no-cache
expect_code 0
expect_out_has "Installing"
[ "$(digest images/node.raw)" = "$first" ] || fail "a cold cache gave another image"
expect_no_leftovers
