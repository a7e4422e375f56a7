#!/usr/bin/env bash
# kiln test finds in each broken image the one thing that is wrong with it, and nothing in a good one, be it a folder, a tar
# or a disk.
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/system_tree.sh
source "$(dirname "$0")/system_tree.sh"
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
system_tree good
kernel=6.1.0-9-amd64
modules=usr/lib/modules/$kernel
mkdir -p good/home good/{var/,}tmp good/var/log good/$modules/kernel/drivers good/etc/ssh good/etc/sudoers.d
for module in nvme ena virtio_pci virtio_blk; do printf x >good/$modules/kernel/drivers/$module.ko.xz; done
printf 'kernel/drivers/net/virtio_net.ko\nkernel/drivers/vfio/vfio-pci.ko\n' >good/$modules/modules.builtin
: >good/$modules/modules.dep
printf x | tee good/boot/vmlinuz-$kernel >good/boot/initrd.img-$kernel
printf '\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0%044d' 0 >good/usr/bin/sh
: >good/etc/machine-id
: >good/var/log/dpkg.log
printf 'root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n' >good/etc/sudoers

kiln test -platform both -module vfio_pci,nvme -max-size 1M -skip loader,fstab good
expect_code 0
expect_out <<'T'
hygiene: 21 passed
  pass  authorized-keys  no key lets anybody in
  pass  empty-passwords  no account without a password
  pass  passwords        no password that all machines share
  pass  root-accounts    root alone has uid 0
  pass  temporary-users  no account of a builder
  pass  sudoers          no rule of a builder, and none for nobody
  pass  ssh-host-keys    no SSH host keys
  pass  private-keys     no private keys in homes
  pass  histories        no histories
  pass  credentials      no credentials
  pass  cluster-state    no node that has joined a cluster
  pass  machine-id       each machine makes its own
  pass  random-seed      no random seed
  pass  hostname         no machine's name
  pass  resolver         no name servers of the build's network
  pass  dhcp-leases      no DHCP leases
  pass  network-names    no interface names by address
  pass  cloud-init       cloud-init has not run
  pass  logs             no logs with content
  pass  package-caches   no caches of packages
  pass  temporary-files  no temporary files

boot: 6 passed
  pass  kernels    6.1.0-9-amd64: /boot/vmlinuz-6.1.0-9-amd64, 6 modules
  pass  initramfs  6.1.0-9-amd64: /boot/initrd.img-6.1.0-9-amd64
  pass  nvme       every kernel has nvme
  pass  ena        every kernel has ena
  pass  virtio     every kernel has virtio_pci, virtio_blk and virtio_net
  pass  modules    every kernel has vfio_pci, nvme

size: 1 passed
  pass  size  1.1 KiB in files, and 1 MiB allowed

28 passed
T

# found WANT IMAGE FLAG...: what is not passed, as "status id subject" lines, is that and no more.
found() {
    local want=$1
    shift
    kiln test -json "$@"
    jq -r '.results[] | select(.status != "pass") | [.status, .id, .subject // ""] | join(" ")' "$out" >found
    [ "$(cat found)" = "$want" ] || fail "found: $(cat found); wanted: $want"
    if [[ $want == *fail* ]]; then expect_code 1; else expect_code 0; fi
    [ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"
}

# broken WANT COMMANDS: run in a copy of the good tree.
broken() {
    rm -rf tree && cp -a good tree
    (cd tree && eval "$2")
    found "$1" -platform both -module vfio-pci -max-size 1M -skip loader,fstab tree
}
account() { printf '%s:x:%s:%s::/home/%s:/bin/bash\n' "$1" "$2" "$2" "$1" >>etc/passwd && mkdir -p "home/$1"; }
key='-----BEGIN OPENSSH PRIVATE KEY-----'

broken 'fail authorized-keys /root/.ssh/authorized_keys' \
    'mkdir root/.ssh && echo "ssh-ed25519 AAAA kiln-temporary-key" >root/.ssh/authorized_keys'
expect_out_has 'lets in whoever has the key \"kiln-temporary-key\"'
expect_out_has '"remedy": "rm -f /root/.ssh/authorized_keys at the end of the build"'
broken 'fail authorized-keys /home/admin/.ssh/authorized_keys' \
    'account admin 1000 && mkdir home/admin/.ssh && echo "ssh-rsa AAAA me" >home/admin/.ssh/authorized_keys'
broken 'fail authorized-keys /srv/git/.ssh/authorized_keys' \
    'echo git:x:99:99::/srv/git:/bin/sh >>etc/passwd; mkdir -p srv/git/.ssh && echo "ssh-rsa A b" >srv/git/.ssh/authorized_keys'
broken '' 'mkdir root/.ssh && echo "# none" >root/.ssh/authorized_keys'
broken 'fail empty-passwords admin' 'account admin 1000 && echo admin::19000:::::: >>etc/shadow'
broken 'fail empty-passwords admin' 'echo admin::1000:1000::/home/admin:/bin/sh >>etc/passwd'
broken 'warn passwords root' "sed -i 's/root:\*/root:\$6\$x\$y/' etc/shadow"
broken 'fail root-accounts toor' 'echo toor:x:0:0::/root:/bin/sh >>etc/passwd'
broken 'fail temporary-users packer_1234' 'account packer_1234 1000'
broken 'fail temporary-users kiln-5f' 'account kiln-5f 1000'
broken 'fail sudoers /etc/sudoers.d/90-packer' 'echo "root ALL=(ALL) NOPASSWD: ALL" >etc/sudoers.d/90-packer'
broken 'fail sudoers /etc/sudoers.d/90-more' 'echo "packer_1 ALL=(ALL) NOPASSWD: ALL" >etc/sudoers.d/90-more'
broken 'warn sudoers /etc/sudoers.d/90-more' 'echo "ubuntu ALL=(ALL) NOPASSWD:ALL" >etc/sudoers.d/90-more'
broken '' 'account admin 1000; printf "User_Alias OPS = admin\nDefaults:admin !tty\nadmin ALL=NOPASSWD: ALL\nOPS ALL=ALL\n%%wheel ALL=ALL\n" >etc/sudoers.d/90-kiln'
broken 'fail ssh-host-keys /etc/ssh/ssh_host_ed25519_key' 'echo "$key" | tee etc/ssh/ssh_host_ed25519_key >etc/ssh/ssh_host_ed25519_key.pub'
broken 'fail private-keys /root/.ssh/id_ed25519' 'mkdir root/.ssh && echo "$key" >root/.ssh/id_ed25519'
broken 'fail private-keys /home/old/deploy/site.pem' 'mkdir -p home/old/deploy && echo "$key" >home/old/deploy/site.pem'
broken '' 'echo "-----BEGIN CERTIFICATE-----" >root/ca.pem'
broken 'fail histories /root/.bash_history' 'echo ls >root/.bash_history'
broken 'warn histories /root/.viminfo' 'echo x >root/.viminfo'
broken 'fail credentials /root/.aws/credentials' 'mkdir root/.aws && echo "[default]" >root/.aws/credentials'
broken 'fail credentials /etc/environment' 'echo AWS_SECRET_ACCESS_KEY=x >etc/environment'
broken 'fail credentials /root/.docker/config.json' "mkdir root/.docker && echo '{\"auths\":{\"r\":{\"auth\":\"eA==\"}}}' >root/.docker/config.json"
broken 'fail cluster-state /var/lib/kubelet/pki/kubelet-client-current.pem' \
    'mkdir -p var/lib/kubelet/pki && echo x >var/lib/kubelet/pki/kubelet-client-current.pem'
broken 'fail cluster-state /etc/kubernetes/kubelet.conf' \
    'mkdir etc/kubernetes; printf "apiVersion: v1\nkind: Config\n" >etc/kubernetes/kubelet.conf; echo "kind: KubeletConfiguration" >etc/kubernetes/config.conf'
broken 'fail cluster-state /root/.kube/config' 'mkdir root/.kube && echo x >root/.kube/config'
broken 'fail machine-id /etc/machine-id' 'echo 0123456789abcdef0123456789abcdef >etc/machine-id'
expect_out_has 'is 0123456789abcdef0123456789abcdef; expected an empty file or \"uninitialized\"'
broken '' 'echo uninitialized >etc/machine-id; mkdir var/lib/dbus; ln -s /etc/machine-id var/lib/dbus/machine-id'
broken 'fail machine-id /var/lib/dbus/machine-id' 'rm etc/machine-id; mkdir var/lib/dbus && echo 01 >var/lib/dbus/machine-id'
broken 'fail random-seed /var/lib/systemd/random-seed' 'mkdir var/lib/systemd && echo x >var/lib/systemd/random-seed'
broken 'warn hostname /etc/hostname' 'echo builder >etc/hostname'
broken 'warn resolver /etc/resolv.conf' 'echo "nameserver 10.0.0.2" >etc/resolv.conf'
broken '' 'ln -s /run/systemd/resolve/stub-resolv.conf etc/resolv.conf; echo localhost >etc/hostname'
broken 'fail dhcp-leases /var/lib/dhcp/dhclient.eth0.leases' 'mkdir var/lib/dhcp && echo x >var/lib/dhcp/dhclient.eth0.leases'
broken 'fail network-names /etc/udev/rules.d/70-persistent-net.rules' \
    "mkdir -p etc/udev/rules.d; echo 'SUBSYSTEM==\"net\", NAME=\"eth0\"' >etc/udev/rules.d/70-persistent-net.rules"
broken $'fail cloud-init /var/lib/cloud/instance\nfail cloud-init /var/lib/cloud/instances/i-1\nfail cloud-init /var/lib/cloud/sem/once' \
    'mkdir -p var/lib/cloud/{instances/i-1,sem}; ln -s instances/i-1 var/lib/cloud/instance; echo >var/lib/cloud/sem/once'
broken $'warn logs /var/log\nwarn logs /var/log/journal' \
    'mkdir -p var/log/journal/01; echo x >var/log/dpkg.log; echo x >var/log/journal/01/system.journal'
broken $'warn package-caches apt\nwarn package-caches dnf' \
    'mkdir -p var/cache/{apt/archives,dnf}; echo x >var/cache/apt/archives/a.deb; echo x >var/cache/dnf/a.solv'
broken $'warn temporary-files /tmp\nwarn temporary-files /var/tmp' 'echo >tmp/script.sh; mkdir var/tmp/work'

broken $'fail kernels /lib/modules\nskip initramfs \nskip nvme \nskip ena \nskip virtio \nskip modules ' "rm -r $modules boot/*"
broken "fail kernels $kernel"$'\nskip initramfs ' 'rm boot/vmlinuz*'
broken 'fail kernels 6.2.0' 'echo x >boot/vmlinuz-6.2.0'
broken 'warn kernels 5.0' "cp -r $modules usr/lib/modules/5.0"
broken "fail initramfs $kernel" "mv boot/initrd.img-$kernel boot/initrd.img-${kernel}1"
broken "fail nvme $kernel" "rm $modules/kernel/drivers/nvme*"
broken "fail ena $kernel" "mv $modules/kernel/drivers/ena.ko.xz $modules/kernel/drivers/ena.ko1"
broken "fail virtio $kernel" "rm $modules/kernel/drivers/virtio_blk*"
expect_out_has 'has virtio_blk neither as a module nor built in'
broken "fail virtio $kernel"$'\n'"fail modules $kernel" ": >$modules/modules.builtin"
broken 'fail size ' 'head -c 2M /dev/urandom >root/large'
expect_out_has '2.0 MiB in files, and 1 MiB allowed; most is in /root 2 MiB'

# Disks. Boot code is whatever is in the first sector.
disk_of() { # NAME TREE
    truncate -s 24M "$1" root.ext4
    truncate -s 20M root.ext4
    sfdisk -q "$1" <<<'start=1MiB, size=20MiB'
    printf code | dd of="$1" conv=notrunc status=none
    mke2fs -q -F -t ext4 -L kiln-root -d "$2" root.ext4
    dd if=root.ext4 of="$1" bs=1M seek=1 conv=notrunc,sparse status=none
}
printf 'LABEL=kiln-root / ext4 defaults 0 1\nUUID=ABCD-0123 /data ext4 nofail 0 2\n' >good/etc/fstab
disk_of good.raw good
found '' good.raw
jq -e '.good and .failed == 0 and .image == "good.raw"' "$out" >/dev/null || fail "the sum is wrong"
jq -e '.results[] | select(.id == "loader") | .detail == "BIOS" and .remedy == null' "$out" >/dev/null || fail loader
qemu-img convert -O qcow2 good.raw good.qcow2
found '' good.qcow2
tar -C good -cf good.tar .
found $'skip loader \nskip fstab ' good.tar
dd if=/dev/zero of=good.raw bs=440 count=1 conv=notrunc status=none
found 'fail loader ' good.raw
rm -rf tree && cp -a good tree
sed -i 's/,*nofail/defaults/' tree/etc/fstab
printf '\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\xb7\0%044d' 0 >tree/usr/bin/sh
echo 0123 >tree/etc/machine-id
disk_of bad.raw tree
found $'fail machine-id /etc/machine-id\nfail loader \nfail fstab /data' bad.raw
expect_out_has 'the system is of arm64, and the disk has a loader for BIOS alone'

# What is chosen, and how it is told.
kiln test -checks boot -skip loader -color=true bad.raw
expect_code 1
[ "$(sed 's/\x1b\[[0-9;]*m//g' "$out" | head -1)" = 'boot: 1 failed, 4 passed' ] || fail "the head of the table"
grep -q $'\e\\[1;31mfail' "$out" || fail "no colour"
rm -rf tree && cp -a good tree && echo builder >tree/etc/hostname
kiln test -checks hostname,machine-id -tap -junit report.xml tree
expect_code 0
expect_out <<'T'
1..2
ok 1 - hygiene: machine-id: each machine makes its own
ok 2 - hygiene: hostname: /etc/hostname: warning: calls every machine "builder"; expected none or "localhost"; remedy: truncate -s 0 /etc/hostname
T
grep -q '<testsuite name="tree" errors="0" tests="2" failures="0" skipped="0"' report.xml || fail "$(cat report.xml)"
kiln test -checks hostname,machine-id -strict -tap -junit report.xml tree
expect_code 1
expect_out_has 'not ok 2 - hygiene: hostname'
grep -q 'failures="1"' report.xml || fail "$(cat report.xml)"

# Mistakes are told before the image is read.
kiln test -checks machineid nowhere
expect_code 2
expect_err <<'T'
error: there is no check "machineid"
  hint: did you mean "machine-id"?
T
kiln test -checks size nowhere
expect_code 2
expect_err <<<'error: the check size needs -max-size'
kiln test -max-size much nowhere
expect_code 2
expect_err_has '-max-size "much" is no size'
kiln test -json -tap nowhere
expect_code 2
kiln test nowhere
expect_code 1
expect_err <<<'error: opening nowhere: No such file or directory'
kiln test
expect_code 2
[ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"
