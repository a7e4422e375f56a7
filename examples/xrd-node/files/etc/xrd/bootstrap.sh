#!/bin/sh
# HUGEPAGES_GB=6 ISOLATED_CORES=16-23 /etc/xrd/bootstrap.sh; reboot
exec /usr/sbin/kiln-node bootstrap "$@"
