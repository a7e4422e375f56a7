#!/usr/bin/env bash
# examples/base-images: where kubelet and CNI plugins come from. A repository of apt, addresses and files, made here and
# served on loopback; what they hold only stands for the programs. Each that is not what was asked for is refused.
source "$(dirname "$0")/lib.sh"
source "$here/repository.sh"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
small_node </dev/null
rm -f ./*.pkr.hcl
cp -r "$repo/examples/base-images" site

# The template with the roles that fetch alone, twice, and questions in place of the tests.
cat >site/ansible/sources.yml <<'Y'
- hosts: all
  pre_tasks:
    - ansible.builtin.stat:
        path: /run/systemd/system
      register: systemd_runs
  roles: [cni, kubelet]
Y
python3 - <<'P'
import json
template = json.load(open("site/packer.json"))
[builder] = [one for one in template["builders"] if one["type"] == "rootfs"]
builder |= {"packages": ["python3", "python3-apt", "systemd"], "kernel": "none", "bootloader": "none",
            "formats": ["tar"]}
[ansible] = [one for one in template["provisioners"] if one["type"] == "ansible"]
ansible["playbook_file"] = "{{template_dir}}/ansible/sources.yml"
questions = {"type": "shell", "inline": [
    "kubelet --version", "systemctl is-enabled kubelet", "echo held: $(apt-mark showhold)",
    "echo plugins: $(ls /opt/cni/bin) of $(cat /opt/cni/archive.sha256)", "test ! -e /opt/cni/archive.tgz"]}
template |= {"builders": [builder], "provisioners": [ansible, ansible, questions]}
json.dump(template, open("site/packer.json", "w"))
P
# node [NAME=VALUE...]
node() {
    local words=() variable
    for variable in "$@"; do words+=(-var "$variable"); done
    kiln build -color=false -var-file site/distributions/debian-12.json "${words[@]}" site/packer.json
}
# refused MESSAGE [NAME=VALUE...]
refused() {
    local message=$1
    shift
    node "$@"
    expect_code 1
    expect_out_has "$message"
    [ ! -e output-debian-12 ] || fail "a failed build left an image"
}

# package NAME VERSION [FIELD]: of the tree in ./tree.
package() {
    mkdir -p tree/DEBIAN
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: stand-in\n%s' \
        "$1" "$2" "${3:+$3$'\n'}" >tree/DEBIAN/control
    dpkg-deb --build --root-owner-group tree "web/deb/$1_$2_all.deb" >/dev/null
    rm -r tree
}
# signed FOLDER KEY: its list of packages.
signed() {
    (
        cd "$1"
        for file in *.deb; do
            dpkg-deb -f "$file"
            printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(digest "$file")"
        done >Packages
        printf 'Date: %s\nSHA256:\n %s %s Packages\n' "$(LC_ALL=C date -Ru)" "$(digest Packages)" \
            "$(stat -c %s Packages)" >Release
        signing --local-user "$2@example.org" --output InRelease --clearsign Release
    )
}
mkdir web/deb web/other
signing_key right
signing_key other
for version in 1.33.0 1.34.0; do
    mkdir -p tree/usr/bin tree/lib/systemd/system
    printf '#!/bin/sh\necho Kubernetes v%s\n' $version >tree/usr/bin/kubelet
    chmod 755 tree/usr/bin/kubelet
    cp site/ansible/roles/kubelet/files/kubelet.service tree/lib/systemd/system
    package kubelet $version-1.1
    package kubeadm $version-1.1 "Depends: kubelet"
    package kubectl $version-1.1
done
cp web/deb/*.deb web/other
signed web/deb right
signed web/other other

mkdir plugins
for name in bridge host-local loopback; do printf '#!/bin/sh\n' >plugins/$name; done
chmod 755 plugins/*
tar -czf web/plugins.tgz -C plugins .
plugins=$(digest web/plugins.tgz)
printf '#!/bin/sh\necho Kubernetes v1.33.7\n' >web/kubelet
kubelet=$(digest web/kubelet)
zeros=$(printf '0%.0s' $(seq 64))

start_web
archive=(cni_archive="$web/plugins.tgz" cni_archive_sha256="$plugins")
packages=(kubernetes_repository="$web/deb/ /" kubernetes_repository_key="$web/right.asc")

# unchanged: the second run of the roles changed nothing.
unchanged() {
    grep 'changed=' "$out" >recaps
    [ "$(wc -l <recaps)" = 2 ] || fail "not two runs: $(cat recaps)"
    tail -n 1 recaps | grep -q 'changed=0 .*failed=0' || fail "the second run changes something: $(cat recaps)"
}

# A version of a repository, which is not its newest; an archive at an address.
node "${archive[@]}" "${packages[@]}" kubernetes_version=1.33.0-1.1
expect_code 0
unchanged
expect_out_has "Kubernetes v1.33.0"
expect_out_has "enabled"
expect_out_has "held: kubeadm kubectl kubelet"
expect_out_has "plugins: bridge host-local loopback of $plugins"
rm -r output-debian-12

# kubelet alone at an address; an archive here.
node cni_archive=web/plugins.tgz cni_archive_sha256="$plugins" kubelet_url="$web/kubelet" kubelet_sha256="$kubelet"
expect_code 0
unchanged
expect_out_has "Kubernetes v1.33.7"
expect_out_has "enabled"
expect_out_has "plugins: bridge host-local loopback of $plugins"
rm -r output-debian-12

# kubelet alone, here: another file of that name is seen, and refused.
node "${archive[@]}" kubelet_url=web/kubelet kubelet_sha256="$kubelet"
expect_code 0
expect_out_has "Kubernetes v1.33.7"
rm -r output-debian-12
echo '# more' >>web/kubelet
refused "$PWD/web/kubelet has the SHA-256 $(digest web/kubelet), and kubelet_sha256 is $kubelet" \
    "${archive[@]}" kubelet_url=web/kubelet kubelet_sha256="$kubelet"

refused "did not match $kubelet" "${archive[@]}" kubelet_url="$web/kubelet" kubelet_sha256="$kubelet"
refused "$PWD/web/absent is no file here" "${archive[@]}" kubelet_url=web/absent kubelet_sha256="$kubelet"
refused "$web/kubelet is taken only with its SHA-256" "${archive[@]}" kubelet_url="$web/kubelet"
refused "kubelet has one source; given are kubernetes_repository and kubelet_url" \
    "${archive[@]}" "${packages[@]}" kubelet_url="$web/kubelet"
refused "did not match $zeros" cni_archive="$web/plugins.tgz" cni_archive_sha256="$zeros"
refused "needs the address of its key" "${archive[@]}" kubernetes_repository="$web/deb/ /"
refused "NO_PUBKEY" "${archive[@]}" kubernetes_repository="$web/other/ /" kubernetes_repository_key="$web/right.asc"
refused "1.35.0-1.1" "${archive[@]}" "${packages[@]}" kubernetes_version=1.35.0-1.1
stop_web
expect_no_leftovers
