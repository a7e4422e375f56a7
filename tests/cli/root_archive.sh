#!/usr/bin/env bash
# formats = ["tar"]: the root file system as an archive, the same as on the disk, and the same again.
# Unpacked by GNU tar; a full disk and an interrupt leave nothing.
if [ "$(id -u)" = 0 ] && [ -z "${KILN_PRIVATE_MOUNTS-}" ]; then
    KILN_PRIVATE_MOUNTS=1 exec unshare --mount --propagation private "$0"
fi
source "$(dirname "$0")/lib.sh"
need_root
node() { # FORMATS STEP
    small_node <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "mkdir -p /srv/a/b && chown 1234:70000 /srv/a && chmod 2750 /srv/a/b",
      "echo text >/srv/a/b/file && ln /srv/a/b/file /srv/link && ln -s b/file /srv/a/symlink",
      "mkfifo /srv/pipe && rm -r /usr/share/doc && touch -d '1969-12-31 23:59:58 UTC' /srv/old",
      "truncate -s 3G /srv/sparse && $2",
    ]
  }
}
T
    sed -i "s/^}/  formats = [$1]\n}/" source.pkr.hcl
}

node '"raw", "tar"' true
build
expect_code 0
expect_out_has "node.tar: "
tar --numeric-owner --xattrs -tvf images/node.tar >list || fail "tar cannot list the archive"
head -1 list | grep -qE '^drwxr-xr-x +0/0 .* \./$' || fail "it does not begin with the root: $(head -1 list)"
grep -qE '^drwxr-xr-x +1234/70000 .* \./srv/a/$' list || fail "no owner of /srv/a: $(grep /srv list)"
grep -qE '^h.* \./srv/a/b/file link to \./srv/link$' list || fail "/srv/link is no hard link"
! grep -q ' ./usr/share/doc/' list || fail "what a step removed is there"
# The disk has it all too, with the same contents, owners, modes and times.
root=$(sfdisk -J images/node.raw | tr -d '\n' | grep -oE '\{[^{}]*"name": *"root"' |
    sed 's/.*"start": *\([0-9]*\).*/\1 * 512/' | xargs expr)
mkdir disk
/sbin/debugfs -R 'rdump / disk' "images/node.raw?offset=$root" >debugfs.log 2>&1
if tar --numeric-owner --compare -f images/node.tar -C disk --exclude=./srv/sparse >differs 2>&1; then
    fail "tar sees not even what debugfs leaves out"
fi
# debugfs makes hard links files of their own, no pipes, no times before 1970 (looked at below), and
# nothing with set-id and sticky bits.
awk 'substr($1, 2) ~ /[sStT]/ { sub("/$", "", $NF); print $NF ": Mode differs" }' list >special
grep -qxF './srv/a/b: Mode differs' special || fail "no set-group-id on /srv/a/b: $(grep /srv/a/b/ list)"
if grep -vE 'Not linked to|srv/pipe|srv/old: Mod time|^tar: Exiting' differs | grep -vxF -f special >other; then
    fail "the archive is not the disk: $(head -5 other)"
fi
/sbin/debugfs -R 'stat /srv/a/b' "images/node.raw?offset=$root" 2>/dev/null | grep -q 'Mode:  02750' ||
    fail "the disk has no set-group-id on /srv/a/b"
find disk -mindepth 1 -printf './%P\n' | grep -v '^./lost+found$' | sort >on_disk
tar --quoting-style=literal -tf images/node.tar | sed 's,/$,,' | grep -vx -e . -e ./srv/pipe | sort >in_archive
diff on_disk in_archive >differs || fail "names differ: $(head -5 differs)"
rm -rf disk
first=$(digest images/node.tar)

# Alone, from a cold cache: no disk is made, the same bytes. Post-processors go on from it.
node '"tar"' true
sed -i '$d' node.pkr.hcl
cat >>node.pkr.hcl <<'T'
  post-processor "compress" {
    output              = "images/node.tar.zst"
    format              = "zst"
    keep_input_artifact = true
  }
  post-processor "provenance" { output = "provenance.json" }
}
T
build -force -no-cache
expect_code 0
expect_out_lacks "Writing disk"
expect_out_has "Root file system in directory: images"
[ "$(ls images)" = "node.raw
node.tar
node.tar.zst" ] || fail "in images/: $(ls images)"
[ "$(digest images/node.tar)" = "$first" ] || fail "the same inputs gave another archive"
zstd -dc images/node.tar.zst | cmp - images/node.tar
# The statement names the archive, where its packages came from, and each of them.
jq -e --arg digest "$first" '.subject == [{name: "node.tar", digest: {sha256: $digest}}]' provenance.json >/dev/null ||
    fail "the subject: $(jq -c .subject provenance.json)"
jq -r '.predicate.buildDefinition.resolvedDependencies[].uri // empty' provenance.json >used
grep -q '/dists/bookworm$' used || fail "no repository among: $(head -5 used)"
installed=$(tar -xOf images/node.tar ./var/lib/dpkg/status | grep -c '^Status: install ok installed')
[ "$(grep -c '^pkg:deb/debian/' used)" = "$installed" ] ||
    fail "not every package is in the statement"
mkdir tree
tar --numeric-owner --xattrs --xattrs-include='*' -xpf images/node.tar -C tree
[ "$(stat -c '%u:%g %a %Y' tree/srv/a/b tree/srv/old)" = "$(stat -c '%u:%g %a %Y' tree/srv/a/b)
0:0 644 -2" ] || fail "times"
[ "$(stat -c '%s' tree/srv/sparse)" = 3221225472 ] || fail "the sparse file's size"
[ "$(du -k tree/srv/sparse | cut -f1)" -lt 100 ] || fail "the sparse file has no holes"
chroot tree /usr/bin/dpkg --audit || fail "the tree is no system"
rm -rf tree images

node '"tar"' 'head -c 200M /dev/urandom >/srv/large'
mkdir images
mount -t tmpfs -o size=20m tmpfs images
build
expect_code 1
expect_out_has "No space left on device"
[ -z "$(ls -A images)" ] || fail "half an archive was left: $(ls -A images)"
umount images

interrupt_when [ -s images/node.tar.new.partial ]
expect_code 1
expect_out_has "Cleanly cancelled builds after being interrupted."
[ ! -e images ] || [ -z "$(ls -A images)" ] || fail "left of an interrupted build: $(ls -A images)"
kiln sweep -dry-run
expect_out <<<"Nothing to sweep."
expect_no_leftovers

cat >source.pkr.hcl <<'T'
source "rootfs" "node" {
  packages = []
  formats  = ["tar"]
  extra_disk {
    name = "data"
    size = "64M"
  }
}
T
kiln validate .
expect_code 1
expect_err_has 'an extra_disk is written in the formats of disks, and there is only "tar"'
