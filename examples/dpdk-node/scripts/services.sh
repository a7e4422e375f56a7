#!/bin/sh
# What runs on the node, and what must not disturb its data plane.
set -eu
systemctl enable containerd ssh

# No package upgrades behind the back of a running data plane: a new node comes from a new image.
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer

printf 'isolated CPUs %s, %s hugepages of 1 GiB\n' "$ISOLATED_CPUS" "$HUGEPAGES_1G" >/etc/motd
