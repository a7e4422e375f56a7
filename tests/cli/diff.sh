#!/usr/bin/env bash
# kiln diff: every kind of difference between two images, whole, in text and in JSON.
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/system_tree.sh
source "$(dirname "$0")/system_tree.sh"
system_tree a
cp -a a b

# Packages: one added, one removed, one newer with the files that come with it.
rm -r b/var/lib/dpkg b/usr/bin/hello b/usr/lib/hello b/usr/sbin/tool
mkdir -p b/var/lib/dpkg
dpkg_package b hello 2.10-3+b2 /bin/hello /usr/lib/hello/data /usr/lib/hello/more
dpkg_package b jq 1.6-2.1 /usr/bin/jq
chmod 755 b/usr/bin/hello
# Units: enabled, masked, with a drop-in.
ln -s /lib/systemd/system/hello.service b/etc/systemd/system/multi-user.target.wants/hello.service
ln -s /dev/null b/etc/systemd/system/tool.service
mkdir b/etc/systemd/system/hello.service.d
printf '[Service]\nNice=5\n' >b/etc/systemd/system/hello.service.d/10-nice.conf
# Sysctls: the last file by name wins, whatever its folder; a file of one name hides another's.
printf 'vm.swappiness=10\nnet/ipv4/ip_forward=1\n' >b/etc/sysctl.d/60-node.conf
printf 'vm.swappiness=1\n' >b/usr/lib/sysctl.d/60-node.conf
# Kernel arguments, by a drop-in.
mkdir b/etc/default/grub.d
printf 'GRUB_CMDLINE_LINUX_DEFAULT="isolcpus=2-7"\nGRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX nosmt"\n' \
    >b/etc/default/grub.d/60-node.cfg
# Users and groups.
printf 'dpdk:x:998:998::/nonexistent:/usr/sbin/nologin\n' >>b/etc/passwd
printf 'dpdk:!:19000::::::\n' >>b/etc/shadow
sed -i 's/^root:\*/root:$6$hash/' b/etc/shadow
sed -i 's/^wheel.*/wheel:x:10:dpdk/' b/etc/group
# A setuid file; one with another mode; another content of the same size; a file in a folder's place.
printf 'evil\n' >b/usr/bin/helper && chmod 4755 b/usr/bin/helper
chmod 600 b/usr/lib/sysctl.d/50-default.conf
printf 'KEY\n' >b/etc/machine.key
rmdir b/root && printf x >b/root
truncate -s 16M a.img b.img
mke2fs -q -t ext4 -d a -E root_owner=0:0 a.img
mke2fs -q -t ext4 -d b -E root_owner=0:0 b.img

kiln diff a.img b.img
expect_code 0
expect_out <<'T'
packages: 1 added, 1 removed, 1 changed
  ~ hello  2.10-3+b1 -> 2.10-3+b2
  + jq  1.6-2.1
  - tool  1:4.0~rc1-2

units: 2 changed
  ~ hello.service  disabled -> enabled, drop-ins + /etc/systemd/system/hello.service.d/10-nice.conf
  ~ tool.service  static -> masked

sysctls: 1 added, 1 changed
  + net.ipv4.ip_forward  1 (/etc/sysctl.d/60-node.conf)
  ~ vm.swappiness  60 -> 10 (/etc/sysctl.d/60-node.conf)

kernel arguments: 1 changed
  ~ /etc/default/grub  - quiet  + nosmt isolcpus=2-7

users: 1 added, 1 changed
  + dpdk  uid 998, gid 998, home /nonexistent, shell /usr/sbin/nologin, password locked
  ~ root  password locked -> set

groups: 1 changed
  ~ wheel  members + dpdk

setuid, setgid and capabilities: 1 added
  + /usr/bin/helper  mode 4755, owner 0:0

files: 12 added, 2 removed, 10 changed (9 are of packages that differ; -files shows them)
  + /etc/default/grub.d  folder, mode 0755
  + /etc/default/grub.d/60-node.cfg  89 bytes, mode 0644
  ~ /etc/group  content, 22 -> 26 bytes
  ~ /etc/machine.key  content
  ~ /etc/passwd  content, 32 -> 79 bytes
  ~ /etc/shadow  content, 26 -> 51 bytes
  + /etc/sysctl.d/60-node.conf  39 bytes, mode 0644
  + /etc/systemd/system/hello.service.d  folder, mode 0755
  + /etc/systemd/system/hello.service.d/10-nice.conf  17 bytes, mode 0644
  + /etc/systemd/system/multi-user.target.wants/hello.service  symlink to /lib/systemd/system/hello.service
  + /etc/systemd/system/tool.service  symlink to /dev/null
  ~ /root  folder -> file, mode 0755 -> 0644
  + /usr/bin/helper  5 bytes, mode 4755
  ~ /usr/lib/sysctl.d/50-default.conf  mode 0644 -> 0600
  + /usr/lib/sysctl.d/60-node.conf  16 bytes, mode 0644
T
cp "$out" plain
kiln diff -files a.img b
expect_code 0
comm -13 <(sort plain) <(sort "$out") >more
expect_same more <<'T'
  + /usr/bin/jq  11 bytes, mode 0644
  + /usr/lib/hello/more  16 bytes, mode 0644
  + /var/lib/dpkg/info/jq.list  24 bytes, mode 0644
  - /usr/sbin/tool  17 bytes, mode 0755
  - /var/lib/dpkg/info/tool.list  28 bytes, mode 0644
  ~ /usr/bin/hello  content
  ~ /usr/lib/hello/data  content
  ~ /var/lib/dpkg/info/hello.list  content, 54 -> 89 bytes
  ~ /var/lib/dpkg/status  content, 482 -> 474 bytes
files: 12 added, 2 removed, 10 changed
T
kiln diff -color=true a.img b.img
sed 's/\x1b\[[0-9;]*m//g' "$out" | cmp - plain || fail "colours change the text"
grep -q $'^\x1b\[33m  ~ hello\x1b\[0m  2.10' "$out" || fail "no colour"

kiln diff -exit-code a.img b.img
expect_code 3
kiln diff -exit-code -json a.img a
expect_code 0
[ "$(jq -c '[.differ, .packages, .files]' "$out")" = '[false,[],[]]' ] || fail "a differs from its image"
kiln diff -json a.img b.img
[ "$(jq -c '.packages, (.units[1].after), (.files[] | select(.name == "/etc/machine.key") | .before.bytes, .package)' \
    "$out" | xargs -d '\n')" = \
    '[{"name":"hello","before":"2.10-3+b1","after":"2.10-3+b2"},{"name":"jq","before":null,"after":"1.6-2.1"},{"name":"tool","before":"1:4.0~rc1-2","after":null}] {"state":"masked","drop_ins":[]} 4 null' ] ||
    fail "the JSON is wrong"
[ "$(jq -r '.files[] | select(.name == "/etc/machine.key") | .after.sha256' "$out")" = \
    "$(digest b/etc/machine.key)" ] || fail "the digest is wrong"
[ "$(jq -r '.files[] | select(.name == "/usr/sbin/tool") | .package' "$out")" = tool ] || fail "the owner is wrong"
! grep -q 'hash' "$out" plain || fail "a password's hash shows"

# systemctl has the last word on units, where it is there.
if command -v systemctl >/dev/null; then
    for tree in a b; do
        kiln diff -json /var/empty-of-kiln $tree
        expect_code 1
        mkdir -p none/usr/lib && cp a/usr/lib/os-release none/usr/lib
        kiln diff -json none $tree
        jq -r '.units[] | [.name, .after.state] | join(" ")' "$out" >units
        systemctl --root="$PWD/$tree" list-unit-files --no-legend --no-pager --plain | awk '{ print $1, $2 }' |
            sort | diff -u - <(sort units) || fail "systemctl sees other units"
    done
fi

kiln diff a.img
expect_code 2
kiln diff a.img b.img c.img
expect_code 2
kiln diff a.img c.img
expect_code 1
expect_err <<<'error: opening c.img: No such file or directory'
