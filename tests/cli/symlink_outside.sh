#!/usr/bin/env bash
# Symlinks of the tree that point outside it lead nowhere else than into the tree.
source "$(dirname "$0")/lib.sh"
victim=$scratch/victim
mkdir "$victim"
echo host >"$victim/file"
echo new >upload
small_node <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "mkdir -p /srv && ln -s $victim /srv/absolute && ln -s ../../../../../../..$victim /srv/relative",
      "ln -s $victim/file /srv/link",
    ]
  }
  provisioner "file" {
    source      = "upload"
    destination = "/srv/link"
  }
  provisioner "shell" { inline = ["mkdir -p $victim", "cp /etc/hostname /srv/absolute/", "ls -A /srv/relative"] }
}
T
build
[ "$(cat "$victim/file")" = host ] || fail "an upload was written to the host"
[ "$(ls "$victim")" = file ] || fail "something was written to the host"
expect_no_leftovers
