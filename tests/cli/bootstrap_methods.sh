#!/usr/bin/env bash
# kiln's own bootstrap gives the tree that mmdebstrap and dpkg give: paths, kinds, modes, owners, links,
# contents. What may differ is listed below, by name and with the reason.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
source "rootfs" "mmdebstrap" {
  bootstrap_method = "mmdebstrap"
  packages         = []
  output_directory = "images"
  image_name       = "mmdebstrap"
}
build {
  sources = ["rootfs.node", "rootfs.mmdebstrap"]
  provisioner "shell" {
    inline = [
      "mkdir /tmp/list /tmp/initramfs",
      "cd /",
      "find . -xdev ! -path './tmp/*' ! -path './var/tmp/*' -printf '%p %y %m %U %G %l\\n' | sort >/tmp/list/attributes",
      "find . -xdev ! -path './tmp/*' ! -path './var/tmp/*' -type f -printf '%p\\n' | LC_ALL=C sort >/tmp/list/names",
      "xargs -d '\\n' sha256sum </tmp/list/names | sed 's/\\([^ ]*\\)  \\(.*\\)/\\2 \\1/' >/tmp/list/digests",
      # Files that are the same but for the order of what is in them.
      "sort etc/shells >/tmp/list/shells",
      "sed 's/ *$//' var/lib/dpkg/status | sort >/tmp/list/status",
      "sort var/cache/debconf/config.dat >/tmp/list/config.dat",
      "unmkinitramfs boot/initrd.img-* /tmp/initramfs",
      "cd /tmp/initramfs",
      "find . -printf '%p %y %m %U %G %l\\n' | sort >/tmp/list/initramfs",
      "find . -type f -print0 | sort -z | xargs -0 sha256sum >>/tmp/list/initramfs",
    ]
  }
  provisioner "file" {
    direction   = "download"
    sources     = [for name in ["attributes", "digests", "shells", "status", "config.dat", "initramfs"] : "/tmp/list/${name}"]
    destination = "${source.name}/"
  }
}
T
build
expect_code 0

for list in shells status config.dat initramfs; do
    diff -u "node/$list" "mmdebstrap/$list" >"$scratch/diff" || fail "$list differs: $(head -n 20 "$scratch/diff")"
done
{
    diff node/attributes mmdebstrap/attributes || [ $? = 1 ]
    diff node/digests mmdebstrap/digests || [ $? = 1 ]
} | sed -n 's/^[<>] \([^ ]*\) .*/\1/p' | sed 's/initrd.img-.*/initrd.img/' | LC_ALL=C sort -u >different
# Name and reason.
sed 's/ .*//' <<'ALLOWED' | LC_ALL=C sort >allowed
./boot/grub/grub.cfg                        UUIDs of file systems follow from the inputs, and the method is one
./boot/grub/i386-pc/core.img                the same
./boot/grub/x86_64-efi/core.efi             the same
./boot/initrd.img                           packed in the order in which the disk lists files; compared above
./etc/fstab                                 UUIDs
./usr/sbin/grub-probe                       UUIDs; stands there during the build only
./etc/apt/apt.conf.d/99mmdebstrap           mmdebstrap keeps the option for recommended packages
./etc/apt/sources.list.d/0000sources.sources  mmdebstrap's name for
./etc/apt/sources.list.d/kiln.sources         this
./etc/shells                                order of lines
./var/cache/debconf/config.dat              order of records
./var/lib/dpkg/status                       order of records, blanks at ends of lines
./var/lib/apt/extended_states               kiln marks as automatic what nobody asked for
./var/cache/apt/archives/lock               apt ran inside with mmdebstrap
./var/cache/apt/archives/partial            the same
./var/lib/dpkg/arch                         mmdebstrap writes it: the native architecture, which dpkg knows
./var/lib/dpkg/available                    an empty file of dpkg's; mmdebstrap removes it
./var/lib/dpkg/cmethopt                     a setting of dselect; mmdebstrap removes it
ALLOWED
unexpected=$(LC_ALL=C comm -23 different allowed)
[ -z "$unexpected" ] || fail "the trees differ in: $unexpected"
