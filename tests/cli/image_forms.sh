#!/usr/bin/env bash
# An XFS root, a further partition and disk, a user with a key; and the image in every format.
source "$(dirname "$0")/lib.sh"
key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl someone"
need_root
small_node <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "id -nG operator",
      "stat -c '%U %a' /home/operator/.ssh/authorized_keys",
      "grep -qxF '$key' /home/operator/.ssh/authorized_keys",
      "grep '/srv/data\\\\|/var/lib/images' /etc/fstab | awk '{ print \$2, \$3 }'",
      "mkdir -p /srv/data /var/lib/images",
      "echo on-the-partition >/srv/data/file",
    ]
  }
}
T
cat >source.pkr.hcl <<T
source "rootfs" "node" {
  packages         = []
  filesystem       = "xfs"
  formats          = ["raw", "qcow2", "vmdk", "vhd"]
  output_directory = "images"
  image_name       = "node"
  user {
    name                = "operator"
    groups              = ["operators"]
    ssh_authorized_keys = ["$key"]
  }
  extra_partition {
    name        = "data"
    size        = "64M"
    filesystem  = "ext4"
    mount_point = "/srv/data"
  }
  extra_disk {
    name        = "images"
    size        = "512M"
    filesystem  = "ext4"
    mount_point = "/var/lib/images"
  }
}
T
build
expect_code 0
expect_out_has "rootfs.node: operator operators"
expect_out_has "rootfs.node: operator 600"
expect_out_has "rootfs.node: /srv/data ext4"
expect_out_has "rootfs.node: /var/lib/images ext4"
ls images
for form in qcow2 vmdk:vmdk vhd:vpc; do
    for disk in node node-images; do
        file=images/$disk.${form%:*}
        # A VHD's size is a whole number of cylinders: it may be a little larger, by zeros.
        qemu-img compare -q -f raw -F "${form#*:}" "images/$disk.raw" "$file" || fail "$file is not the raw image"
    done
done
# start_of NAME: byte at which the partition begins.
start_of() {
    sfdisk -J images/node.raw | tr -d '\n' | grep -oE '\{[^{}]*"name": *"'"$1"'"' |
        sed 's/.*"start": *\([0-9]*\).*/\1 * 512/' | xargs expr
}
magic=$(dd if=images/node.raw bs=1 skip="$(start_of root)" count=4 status=none)
[ "$magic" = XFSB ] || fail "the root file system is no XFS but: $magic"
/sbin/debugfs -R 'cat /file' "images/node.raw?offset=$(start_of data)" >"$out" 2>/dev/null
expect_out <<<"on-the-partition"
/sbin/e2fsck -fn images/node-images.raw >"$out" 2>&1 || fail "the further disk is no good file system"
expect_no_leftovers
