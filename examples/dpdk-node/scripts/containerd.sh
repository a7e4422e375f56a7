#!/bin/sh
# containerd as kubelet wants it: cgroups through systemd.
set -eu
mkdir -p /etc/containerd
containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/' >/etc/containerd/config.toml
grep -q 'SystemdCgroup = true' /etc/containerd/config.toml

# Charts look for CNI plugins here; Debian keeps them in /usr/lib/cni.
mkdir -p /opt/cni
ln -sfn /usr/lib/cni /opt/cni/bin
