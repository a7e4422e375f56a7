#!/usr/bin/env bash
# A package that takes over name resolution: names resolve in the rest of its step and in later ones, the
# image has the package's link and nothing of the host's settings.
source "$(dirname "$0")/lib.sh"
resolver=$(sha256sum </etc/resolv.conf | cut -d' ' -f1)
# same_resolver WHEN: a shell line that fails unless the settings are the host's.
same_resolver() { echo "[ \$(sha256sum </etc/resolv.conf | cut -c 1-64) = $resolver ] && echo $1-resolves"; }
small_node <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "apt-get -q update",
      "dpkg --force-depends --purge systemd-resolved",
      "apt-get -q install -y --no-install-recommends systemd-resolved",
      "$(same_resolver same-step)",
      "readlink /etc/resolv.conf",
    ]
  }
  provisioner "shell" {
    inline = ["$(same_resolver later-step)", "apt-get -q update"]
  }
}
T
build
expect_code 0
expect_out_has "node: same-step-resolves"
expect_out_has "node: later-step-resolves"
start=$(sfdisk -J images/node.raw | grep -B9 '"name": *"root"' | sed -n 's/.*"start": *\([0-9]*\).*/\1/p')
in_image() { /sbin/debugfs -R "$1" "images/node.raw?offset=$((start * 512))" 2>&1; }
in_image "stat /etc/resolv.conf" >"$out"
expect_out_has 'Fast link dest: "../run/systemd/resolve/stub-resolv.conf"'
in_image "ls -p /etc" >"$out"
expect_out_has "/resolv.conf/"
expect_out_lacks ".bak"
expect_no_leftovers
