#!/usr/bin/env bash
# kiln sbom: dpkg and rpm packages as dpkg-query and rpm list them, the files that no package owns; the same
# image gives the same bytes.
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/cli/system_tree.sh
source "$(dirname "$0")/system_tree.sh"
export TMPDIR=$scratch/temp
mkdir "$TMPDIR"
unset SOURCE_DATE_EPOCH
system_tree tree

kiln sbom tree
expect_code 0
cp "$out" bill.json
[ "$(jq -r '.creationInfo.created, .name' bill.json | xargs)" = '2023-11-14T22:13:20Z tree' ] ||
    fail "the time is not the newest file's: $(jq -c .creationInfo bill.json)"
jq -r '.packages[1:][] | [.name, .versionInfo] | join(" ")' bill.json |
    diff -u <(dpkg-query --admindir=tree/var/lib/dpkg -W -f '${Package} ${Version}\n' | sort) - ||
    fail "dpkg-query lists other packages"
[ "$(jq -r '.packages[1].externalRefs[0].referenceLocator' bill.json)" = \
    'pkg:deb/debian/hello@2.10-3%2Bb1?arch=amd64&distro=debian-12&upstream=hello-src' ] || fail "the purl is wrong"
# /bin/hello of the package is /usr/bin/hello of the merged /usr.
jq -r '.files[].fileName' bill.json >files
expect_same files <<'T'
./etc/default/grub
./etc/group
./etc/machine.key
./etc/passwd
./etc/shadow
./usr/lib/os-release
./usr/lib/sysctl.d/50-default.conf
./usr/lib/systemd/system/hello.service
./usr/lib/systemd/system/tool.service
./var/lib/dpkg/info/hello.list
./var/lib/dpkg/info/tool.list
./var/lib/dpkg/status
T
[ "$(jq -r '.files[] | select(.fileName == "./etc/machine.key") | .checksums[1].checksumValue' bill.json)" = \
    "$(digest tree/etc/machine.key)" ] || fail "the digest is wrong"

# The same bytes again, from other forms too but for the name; another file is another namespace.
kiln sbom -out again.json tree/
expect_code 0
expect_no_out
cmp bill.json again.json || fail "the bill changes from run to run"
truncate -s 16M tree.img && mke2fs -q -t ext4 -d tree tree.img
kiln sbom tree.img
sed 's/"name": "tree.img"/"name": "tree"/' "$out" | cmp bill.json - || fail "an ext4 gives another bill"
sed -i s/key/KEY/ tree/etc/machine.key
touch -d @1700000000 tree/etc/machine.key
kiln sbom tree
[ "$(jq .documentNamespace "$out")" != "$(jq .documentNamespace bill.json)" ] || fail "the namespace stays"
SOURCE_DATE_EPOCH=86400 kiln sbom -format cyclonedx tree
expect_code 0
[ "$(jq -r '.metadata.timestamp, .specVersion, .metadata.component.name, (.components | length)' "$out" | xargs)" = \
    '1970-01-02T00:00:00Z 1.6 tree 14' ] || fail "the CycloneDX bill is wrong"

# Within a build, beside the image; the report has the sizes as maps.
tar -C tree -cf image.tar .
template <<'T'
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  post-processors {
    post-processor "artifice" { files = ["image.tar"] }
    post-processor "sbom" { formats = ["cyclonedx", "spdx"] }
    post-processor "manifest" {}
  }
}
T
build -report=page.html
expect_code 0
kiln sbom image.tar
cmp "$out" image.tar.spdx.json || fail "the build's bill is another"
kiln sbom -format cyclonedx image.tar
cmp "$out" image.tar.cdx.json || fail "the build's CycloneDX bill is another"
[ "$(jq -r '.builds[0].files[].name' packer-manifest.json | xargs)" = \
    'image.tar image.tar.cdx.json image.tar.spdx.json' ] || fail "the manifest lacks the bills"
grep -q '<title>hello: 32 B</title>' page.html || fail "the report has no map of packages"
grep -q '<td>/usr/lib</td><td class="number">[0-9]* B</td>' page.html || fail "the report has no table of folders"
rm node.pkr.hcl

# Distroless: a file a package in status.d.
mkdir -p bare/etc bare/var/lib/dpkg/status.d
printf 'ID=debian\n' >bare/etc/os-release
printf 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n' >bare/var/lib/dpkg/status.d/base-files
printf '0  etc/os-release\n' >bare/var/lib/dpkg/status.d/base-files.md5sums
kiln sbom bare
[ "$(jq -r '.packages[1].name, .files[].fileName' "$out" | xargs)" = \
    'base-files ./var/lib/dpkg/status.d/base-files ./var/lib/dpkg/status.d/base-files.md5sums' ] ||
    fail "status.d is not read"

# Mistakes, before anything is read or written.
SOURCE_DATE_EPOCH=now kiln sbom nowhere
expect_code 1
expect_err <<'T'
error: SOURCE_DATE_EPOCH is "now", not a number of seconds
  hint: set it to seconds since 1970, or unset it
T
kiln sbom -format csv tree
expect_code 2
kiln sbom -out none/bill.json tree
expect_code 1
expect_err_has "none/bill.json"

# rpm: a real database, of packages that the real rpmbuild made.
command -v rpmbuild >/dev/null || exit 0
mkdir -p rpms rpmtree/etc rpmtree/usr/bin
printf 'ID="amzn"\nVERSION_ID="2023"\nNAME="Amazon Linux"\n' >rpmtree/etc/os-release
cat >tiny.spec <<'T'
Name: tiny
Epoch: 2
Version: 1.5
Release: 3.amzn2023
Summary: tests kiln
License: MIT and Apache-2.0
Vendor: Kiln Tests
URL: https://example.org/tiny
%description
Tests kiln.
%package libs
Summary: of tiny
%description libs
Tests kiln.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/lib/tiny
echo tiny >%{buildroot}/usr/bin/tiny
echo libs >%{buildroot}/usr/lib/tiny/data
%files
/usr/bin/tiny
%files libs
/usr/lib/tiny
T
rpmbuild -bb --quiet --define "_topdir $PWD/rpms" --target noarch tiny.spec >"$scratch/rpmbuild" 2>&1 ||
    fail "rpmbuild: $(cat "$scratch/rpmbuild")"
database=$PWD/rpmtree/usr/lib/sysimage/rpm
mkdir -p "$database"
rpm --dbpath "$database" --initdb
rpm --dbpath "$database" --nodeps --noscripts --justdb -i rpms/RPMS/noarch/*.rpm 2>"$scratch/rpm" ||
    fail "rpm: $(cat "$scratch/rpm")"
(cd rpmtree && for package in ../rpms/RPMS/noarch/*.rpm; do rpm2archive - <"$package" | tar xz; done)
printf x >rpmtree/usr/bin/stray
kiln sbom rpmtree
expect_code 0
jq -r '.packages[1:][] | [.name, .versionInfo] | join(" ")' "$out" |
    diff -u <(rpm --dbpath "$database" -qa --qf '%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE}\n' | sort) - ||
    fail "rpm lists other packages"
jq -r '.packages[1] | .externalRefs[0].referenceLocator, .licenseComments, .supplier, .homepage' "$out" >tiny
expect_same tiny <<'T'
pkg:rpm/amzn/tiny@1.5-3.amzn2023?arch=noarch&distro=amzn-2023&epoch=2
declared by the package: MIT and Apache-2.0
Organization: Kiln Tests
https://example.org/tiny
T
jq -r '.packages[2].externalRefs[0].referenceLocator' "$out" >libs
expect_same libs <<<'pkg:rpm/amzn/tiny-libs@1.5-3.amzn2023?arch=noarch&distro=amzn-2023&epoch=2&upstream=tiny%401.5-3.amzn2023'
[ "$(jq -r '.files[].fileName' "$out" | grep -v sysimage/rpm | xargs)" = './etc/os-release ./usr/bin/stray' ] ||
    fail "files of rpm packages count as nobody's"
dd if=/dev/urandom of="$database/rpmdb.sqlite" bs=1K count=8 conv=notrunc status=none
kiln sbom rpmtree
expect_code 1
expect_err_has "reading the rpm database /usr/lib/sysimage/rpm of rpmtree: "
mkdir none && ln -s "$(command -v env)" none/env
PATH=$PWD/none kiln sbom rpmtree
expect_code 1
expect_err_has "install the Debian package rpm"
[ -z "$(ls "$TMPDIR")" ] || fail "left in TMPDIR: $(ls "$TMPDIR")"
