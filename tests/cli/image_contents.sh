#!/usr/bin/env bash
# The same system as a folder, a tar and a disk in each form reads alike; a damaged one gives one error;
# nothing is left behind.
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/system_tree.sh
source "$(dirname "$0")/system_tree.sh"
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
system_tree tree
head -c 3M /dev/urandom >tree/root/large
ln tree/root/large tree/root/linked
truncate -s 5M tree/root/sparse
ln -s "$(printf 'x%.0s' {1..80})" tree/root/long-target
mkfifo tree/root/fifo
root=false
if [ "$(id -u)" = 0 ]; then
    root=true
    mknod tree/dev/null c 1 3
    chown 12:34 tree/root/large
    setcap cap_net_raw,cap_net_admin=ep tree/usr/bin/hello
    chmod 4755 tree/usr/sbin/tool
fi

# same_as_tree IMAGE
same_as_tree() {
    kiln diff -exit-code tree "$1"
    [ "$code" = 0 ] || fail "$1 differs from the tree it was made of, code $code"
    expect_out <<<'No difference.'
    [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"
}

tar --xattrs --xattrs-include='*' -C tree -cf tree.tar .
same_as_tree tree.tar
for pack in gzip zstd xz; do
    $pack -c tree.tar >"tree.tar.$pack"
    same_as_tree "tree.tar.$pack"
done

truncate -s 40M tree.ext4
mke2fs -q -t ext4 -d tree tree.ext4
same_as_tree tree.ext4
gzip -c tree.ext4 >tree.ext4.gz
same_as_tree tree.ext4.gz
# Read where they lie: there is no room for a copy.
for form in qcow2 vmdk vpc; do
    qemu-img convert -O $form tree.ext4 tree.$form
    TMPDIR=$scratch/nowhere same_as_tree tree.$form
done
# These are converted: their bytes lie in no file as they are, or not in this one, or qemu-img does not tell where.
qemu-img convert -O vhdx tree.ext4 tree.vhdx
same_as_tree tree.vhdx
qemu-img convert -c -O qcow2 tree.ext4 packed.qcow2
same_as_tree packed.qcow2
qemu-img create -q -f qcow2 -F qcow2 -b tree.qcow2 overlay.qcow2
qemu-io -f qcow2 -c 'write -P 0 39M 64k' overlay.qcow2 >/dev/null
same_as_tree overlay.qcow2
if $root; then # nobody else may read what mode 0600 hides in a folder, but an image shows all of it
    chmod 644 tree.ext4
    chmod 755 "$scratch" "$work"
    chmod 1777 "$TMPDIR"
    code=0
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$KILN" diff -exit-code tree.ext4 tree.ext4 \
        >"$out" 2>"$err" || code=$?
    expect_code 0
fi

# Partitions: ESP and /boot apart from the root, found by what fstab calls them.
mkdir -p tree/boot/efi tree/boot/loader/entries
cat >tree/etc/fstab <<'T'
LABEL=kiln-root  /          ext4  defaults  0 1
UUID=ABCD-0123   /boot/efi  vfat  defaults  0 0
PARTLABEL=boot   /boot      ext4  defaults  0 2
tmpfs            /tmp       tmpfs defaults  0 0
T
printf 'options quiet isolcpus=2-3\n' >tree/boot/loader/entries/a.conf
mkdir -p esp/EFI/BOOT
printf 'search\nmenuentry "one" {\nlinux /vmlinuz root=LABEL=kiln-root ro\n}\n' >esp/EFI/BOOT/grub.cfg
truncate -s 32M esp.img && mkfs.vfat -i ABCD0123 esp.img >/dev/null
MTOOLS_SKIP_CHECK=1 mcopy -s -i esp.img esp/EFI ::/
truncate -s 8M boot.ext4 && mke2fs -q -t ext4 -d tree/boot boot.ext4
cp -a tree rootfs && rm -rf rootfs/boot && mkdir rootfs/boot
truncate -s 40M root.ext4 && mke2fs -q -t ext4 -L kiln-root -d rootfs root.ext4
cp -a esp/EFI tree/boot/efi/
find tree/boot/efi/EFI -exec chmod 755 {} +

# disk_of NAME TABLE: three partitions at 1, 40 and 50 MiB.
disk_of() {
    truncate -s 96M "$1"
    sfdisk -q "$1"
    dd if=esp.img of="$1" bs=1M seek=1 conv=notrunc,sparse status=none
    dd if=boot.ext4 of="$1" bs=1M seek=40 conv=notrunc,sparse status=none
    dd if=root.ext4 of="$1" bs=1M seek=50 conv=notrunc,sparse status=none
}
disk_of gpt.raw <<'T'
label: gpt
start=1MiB, size=32MiB, type=uefi
start=40MiB, size=8MiB, name=boot
start=50MiB, size=40MiB
T
same_as_tree gpt.raw
qemu-img convert -O qcow2 gpt.raw gpt.qcow2
same_as_tree gpt.qcow2
kiln diff -json tree.tar gpt.raw
[ "$(jq -c '[.kernel_arguments[] | [.name, .after]]' "$out")" = \
    '[["/boot/efi/EFI/BOOT/grub.cfg: one",["root=LABEL=kiln-root","ro"]],["/boot/loader/entries/a.conf",["quiet","isolcpus=2-3"]]]' ] ||
    fail "kernel arguments: $(jq -c .kernel_arguments "$out")"

cp gpt.raw backup.raw # the table at its end alone
dd if=/dev/zero of=backup.raw bs=512 seek=1 count=33 conv=notrunc status=none
same_as_tree backup.raw
sed -i 's/^PARTLABEL=boot/\/dev\/vda5/' tree/etc/fstab rootfs/etc/fstab
truncate -s 0 root.ext4 && truncate -s 40M root.ext4 && mke2fs -q -t ext4 -L kiln-root -d rootfs root.ext4
disk_of mbr.raw <<'T'
label: dos
start=1MiB, size=32MiB, type=c
start=39MiB, size=10MiB, type=5
start=50MiB, size=40MiB
start=40MiB, size=8MiB
T
same_as_tree mbr.raw

# Damage.
dd if=/dev/zero of=backup.raw bs=512 seek=$((96 * 2048 - 33)) count=33 conv=notrunc status=none
kiln sbom backup.raw
expect_code 1
expect_err <<'T'
error: backup.raw: its MBR announces a GPT, and neither copy of that is intact
  hint: the image is damaged or not whole; sgdisk -v tells more
T
head -c 60M gpt.raw >cut.raw
kiln sbom cut.raw
expect_code 1
expect_err <<'T'
error: cut.raw is not whole: partition 3 goes to byte 94371840, and the file has 62914560
  hint: copy or build the image again
T
for cut in tree.tar tree.tar.gzip tree.ext4.gz; do
    head -c 500000 $cut >cut
    kiln sbom cut
    expect_code 1
    expect_err_has "error: reading cut: "
    expect_no_out
done
kiln sbom boot.ext4
expect_code 1
expect_err <<'T'
error: boot.ext4 holds no file system with /etc/os-release: it has ext4
  hint: name a disk image with a system on ext4, xfs or btrfs, a tar of one, or its root folder
T
kiln sbom esp
expect_code 1
expect_err_has "esp: the folder holds no /etc/os-release"
printf x >junk && kiln sbom junk
expect_code 1
expect_err_has "junk holds no file system with /etc/os-release: it has unknown contents"
kiln sbom nowhere
expect_code 1
expect_err <<<'error: opening nowhere: No such file or directory'
cp tree.ext4 loop.ext4 # a folder that is within itself
inode=$(debugfs -R 'stat /usr' loop.ext4 2>/dev/null | sed -n 's/^Inode: \([0-9]*\).*/\1/p')
debugfs -w -R "link <$inode> /usr/lib/up" loop.ext4 2>/dev/null
kiln sbom loop.ext4
expect_code 1
expect_err_has "the folder /usr/lib/up is in two places, or within itself"
dd if=/dev/urandom of=loop.ext4 bs=1K seek=2 count=600 conv=notrunc status=none
kiln sbom loop.ext4
expect_code 1
expect_err_has "e2fsck -fn tells more"
[ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"

# XFS and Btrfs take root and a loop device.
$root || exit 0
losetup -f >/dev/null 2>&1 || exit 0
for type in xfs btrfs; do
    grep -qw $type /proc/filesystems || modprobe $type 2>/dev/null || continue
    truncate -s 320M tree.$type
    mkfs.$type -q tree.$type
    mkdir -p mnt
    mount -o loop tree.$type mnt
    cp -a tree/. mnt/
    umount mnt
    sum=$(digest tree.$type)
    same_as_tree tree.$type
    [ "$(digest tree.$type)" = "$sum" ] || fail "reading changed tree.$type"
    chmod 644 tree.$type
    code=0
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$KILN" sbom tree.$type >"$out" 2>"$err" || code=$?
    expect_code 1
    expect_err_has "reading the $type of tree.$type takes root, for a loop device"
done
expect_no_leftovers
