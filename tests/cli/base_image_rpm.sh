#!/usr/bin/env bash
# examples/base-images: the roles' half for rpm and dnf. There are no packages of such a distribution here, so that a
# tree of Debian's that has dnf calls itself Rocky Linux, and packages made here stand for all that is installed: names,
# repositories, keys, versions and what dnf leaves alone are tried, not the programs.
source "$(dirname "$0")/lib.sh"
source "$here/repository.sh"
for program in ansible-playbook rpmbuild rpmsign createrepo_c; do
    command -v $program >/dev/null || skip "there is no $program"
done
small_node </dev/null
rm -f ./*.pkr.hcl
cp -r "$repo/examples/base-images" site

# rpm takes what any key has signed that it knows by then: the distribution's is another.
for key in distribution right other; do signing_key $key; done
# package REPOSITORY NAME VERSION [PATH...]: with programs and units.
package() {
    local repository=$1 name=$2 version=$3 path
    shift 3
    rm -rf tree
    mkdir -p tree
    {
        printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: stand-in\n' "$name" "$version"
        printf 'License: none\nBuildArch: noarch\n%%description\nStand-in.\n%%files\n'
        for path in "$@"; do
            mkdir -p "tree$(dirname "$path")"
            case $path in
                *.service)
                    printf '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n' >"tree$path"
                    printf '%%attr(644, root, root) %s\n' "$path"
                    ;;
                *)
                    printf '#!/bin/sh\necho Kubernetes v%s\n' "$version" >"tree$path"
                    printf '%%attr(755, root, root) %s\n' "$path"
                    ;;
            esac
        done
    } >package.spec
    rpmbuild -bb --quiet --buildroot "$PWD/tree" --define "_topdir $PWD/rpmbuild" \
        --define "_rpmdir $PWD/web/$repository" --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' \
        --define '__os_install_post %{nil}' package.spec >rpmbuild.log 2>&1 ||
        fail "rpmbuild: $(cat rpmbuild.log)"
}
for name in ca-certificates conntrack-tools ethtool iproute iptables-nft socat cloud-utils-growpart; do
    package base $name 1.0
done
package base cloud-init 1.0 /etc/cloud/cloud.cfg.d/stand-in
package base containernetworking-plugins 1.0 /usr/libexec/cni/bridge
package containerd containerd.io 1.0 /usr/lib/systemd/system/containerd.service
for version in 1.33.0 1.34.0; do
    package kubernetes kubelet $version /usr/bin/kubelet /usr/lib/systemd/system/kubelet.service
    package kubernetes kubeadm $version
    package kubernetes kubectl $version
done
for repository in base containerd kubernetes; do
    key=right
    if [ $repository = base ]; then key=distribution; fi
    rpmsign --addsign --define "_gpg_name $key@example.org" --define "_gpg_path $scratch/gnupg" \
        --define "__gpg $(command -v gpg)" "web/$repository"/*.rpm \
        >rpmsign.log 2>&1 || fail "rpmsign: $(cat rpmsign.log)"
    createrepo_c --quiet "web/$repository"
done
start_web

python3 - "$web" <<'P'
import json, sys
template = json.load(open("site/packer.json"))
[builder] = [one for one in template["builders"] if one["type"] == "rootfs"]
builder |= {"packages": ["python3", "python3-dnf", "dnf", "rpm", "systemd"], "kernel": "none", "bootloader": "none",
            "formats": ["tar"], "distribution": "debian", "suite": "bookworm"}
[ansible] = [one for one in template["provisioners"] if one["type"] == "ansible"]
become_rocky = {"type": "shell", "inline": [
    "rm -f /etc/debian_version /etc/os-release",
    "echo 'Rocky Linux release 9.6 (stand-in)' >/etc/redhat-release",
    "printf 'NAME=\"Rocky Linux\"\\nID=rocky\\nID_LIKE=\"rhel fedora\"\\nVERSION_ID=9.6\\n' >/etc/os-release",
    "mkdir -p /etc/yum.repos.d",
    f"printf '[base]\\nname=base\\nbaseurl={sys.argv[1]}/base\\ngpgcheck=1\\ngpgkey={sys.argv[1]}/distribution.asc\\n' "
    ">/etc/yum.repos.d/base.repo"]}
questions = {"type": "shell", "inline": [
    "kubelet --version", "systemctl is-enabled containerd kubelet", "readlink /opt/cni/bin",
    "echo held: $(sed -n 's/^exclude = //p' /etc/yum.repos.d/kubernetes.repo)",
    # An upgrade of everything leaves the version of the node.
    "dnf -q -y upgrade", "rpm -q kubelet kubeadm kubectl"]}
template |= {"builders": [builder], "provisioners": [become_rocky, ansible, ansible, questions]}
json.dump(template, open("site/packer.json", "w"))
P
# node [NAME=VALUE...]
node() {
    local words=() variable
    for variable in "$@"; do words+=(-var "$variable"); done
    kiln build -color=false -var-file site/distributions/rocky-9.json "${words[@]}" site/packer.json
}
containerd=(package_repository="$web/containerd" package_repository_key="$web/right.asc")
kubernetes=(kubernetes_repository="$web/kubernetes" kubernetes_repository_key="$web/right.asc")

node "${containerd[@]}" "${kubernetes[@]}" kubernetes_version=1.33.0
expect_code 0
grep 'changed=' "$out" >recaps
[ "$(wc -l <recaps)" = 2 ] || fail "not two runs: $(cat recaps)"
tail -n 1 recaps | grep -q 'changed=0 .*failed=0' || fail "the second run changes something: $(cat recaps)"
expect_out_has "Kubernetes v1.33.0"
expect_out_has "/usr/libexec/cni"
expect_out_has "held: kubelet kubeadm kubectl"
for name in kubelet kubeadm kubectl; do expect_out_has "$name-1.33.0-1.noarch"; done
rm -r output-rocky-9

node
expect_code 1
expect_out_has "Rocky has no package of containerd: give a repository that does, with"
node package_repository="$web/containerd" package_repository_key="$web/other.asc"
expect_code 1
expect_out_has "containerd.io-1.0-1.noarch"
[ ! -e output-rocky-9 ] || fail "a failed build left an image"
stop_web
expect_no_leftovers
