#!/usr/bin/env bash
# Images that kiln built: the post-processor sbom writes what dpkg-query says of the tree, and kiln diff shows
# what the second template did differently, no more.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
variable "swappiness" { default = 60 }
variable "more" { default = "true" }
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "echo vm.swappiness=${var.swappiness} >/etc/sysctl.d/60-node.conf",
      "dpkg-query -W -f '$${Package} $${Version}\\n' | sort >/packages",
      var.more,
    ]
  }
  post-processor "sbom" {
    formats = ["spdx", "cyclonedx"]
  }
}
T
build
expect_code 0
expect_out_has "Wrote images/node.raw.spdx.json: "
jq -r '.packages[1:][] | [.name, .versionInfo] | join(" ")' images/node.raw.spdx.json | sort >bill
[ -s bill ] || fail "the bill has no package"
debugfs -R 'cat /packages' "images/node.raw?offset=$(sfdisk -J images/node.raw |
    jq '[.partitiontable.partitions[] | .start * 512] | last')" 2>/dev/null >packages
diff -u packages bill || fail "dpkg-query in the tree lists other packages"
[ "$(jq -r '[.components[] | select(.purl)] | length' images/node.raw.cdx.json)" = "$(wc -l <packages)" ] ||
    fail "the CycloneDX bill has other packages"
mv images first

build -var swappiness=10 \
    -var 'more=useradd --system dpdk && chmod u+s /usr/bin/env && systemctl mask fstrim.timer && rm /usr/bin/tac'
expect_code 0
kiln diff first/node.raw images/node.raw
expect_code 0
# Numbers are those of the packages that a mirror has today.
sed -E 's/id [0-9]+/id N/g; s/[0-9]+ -> [0-9]+ bytes/N -> N bytes/; s/[0-9]+ bytes, mode/N bytes, mode/' "$out" >shown
expect_same shown <<'T'
units: 1 changed
  ~ fstrim.timer  enabled -> masked

sysctls: 1 changed
  ~ vm.swappiness  60 -> 10 (/etc/sysctl.d/60-node.conf)

users: 1 added
  + dpdk  uid N, gid N, home /home/dpdk, shell /bin/sh, password locked

groups: 1 added
  + dpdk  gid N

setuid, setgid and capabilities: 1 added
  + /usr/bin/env  mode 4755, owner 0:0

files: 1 added, 1 removed, 6 changed
  ~ /etc/group  content, N -> N bytes
  ~ /etc/gshadow  content, N -> N bytes
  ~ /etc/passwd  content, N -> N bytes
  ~ /etc/shadow  content, N -> N bytes
  ~ /etc/sysctl.d/60-node.conf  content
  + /etc/systemd/system/fstrim.timer  symlink to /dev/null
  ~ /usr/bin/env  mode 0755 -> 4755
  - /usr/bin/tac  N bytes, mode 0755
T
expect_no_leftovers
