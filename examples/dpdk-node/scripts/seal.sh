#!/bin/sh
# Nothing that must differ from node to node stays in the image.
set -eu
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /var/lib/systemd/random-seed
cloud-init clean --logs --seed
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /root/.bash_history
