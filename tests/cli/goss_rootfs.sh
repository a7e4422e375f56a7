#!/usr/bin/env bash
# Tests of a root file system that no init runs in: services by their links, packages, users; passed
# tests are a cached step, and goss itself says the same of the same files.
source "$(dirname "$0")/lib.sh"
cat >goss.yaml <<'T'
package:
  dpkg: {installed: true, versions: {have-len: 1}}
  no-such-package: {installed: false}
service:
  mine: {enabled: true, running: false}
  other: {enabled: false, running: false}
user:
  daemon: {exists: true, uid: 1}
file:
  /etc/os-release: {exists: true, filetype: symlink, linked-to: ../usr/lib/os-release}
command:
  id -u: {exit-status: 0, stdout: ["0"]}
port:
  tcp:22: {listening: false}
process:
  systemd: {running: false}
T
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "mkdir -p /etc/systemd/system/multi-user.target.wants",
      "printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/mine.service",
      "cp /etc/systemd/system/mine.service /etc/systemd/system/other.service",
      "ln -s ../mine.service /etc/systemd/system/multi-user.target.wants/mine.service",
    ]
  }
  provisioner "goss" { tests = ["goss.yaml"] }
}
T
build
expect_code 0
expect_out_has "Count: 16, Failed: 0, Skipped: 0"
expect_no_leftovers
build
expect_code 0
expect_out_lacks "Count: 16"

# The same files, by goss in the same tree; but it says that every service runs where no init does.
goss=$repo/build/goss/goss
if [ -x "$goss" ]; then
    cp "$goss" goss-program
    sed -i '/provisioner "goss"/d; $d' node.pkr.hcl
    cat >>node.pkr.hcl <<'T'
  provisioner "file" {
    sources     = ["goss-program", "goss.yaml"]
    destination = "/tmp/"
  }
  provisioner "shell" {
    inline = ["cd /tmp; ./goss-program -g goss.yaml validate -f json >/tmp/theirs.json || :"]
  }
  provisioner "file" {
    direction   = "download"
    source      = "/tmp/theirs.json"
    destination = "theirs.json"
  }
  provisioner "goss" {
    tests       = ["goss.yaml"]
    report_file = "ours.json"
  }
}
T
    build
    expect_code 0
    verdicts='.results[] | select(."resource-type" != "Service" or .property != "running") |
        [."resource-type", ."resource-id", .property, .result] | @tsv'
    jq -r "$verdicts" theirs.json | sort >theirs
    jq -r "$verdicts" ours.json | sort >ours
    [ "$(wc -l <ours)" = 14 ] || fail "not 14 verdicts"
    diff theirs ours >&2 || fail "goss and kiln differ"
fi
