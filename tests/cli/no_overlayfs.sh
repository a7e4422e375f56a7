#!/usr/bin/env bash
# A cache on a file system that overlayfs cannot write to: one clear error before any effect.
source "$(dirname "$0")/lib.sh"
if [ -z "${KILN_PRIVATE_MOUNTS-}" ]; then
    need_root
    KILN_PRIVATE_MOUNTS=1 exec unshare --mount --propagation private "$0"
fi
small_node <<'T'
build { sources = ["rootfs.node"] }
T
# An overlay cannot stand on an overlay, which is what a container's file system often is.
mkdir "$scratch/lower" "$scratch/upper" "$scratch/merged" "$scratch/workdir"
mount -t overlay -o "lowerdir=$scratch/lower,upperdir=$scratch/upper,workdir=$scratch/workdir" \
    overlay "$scratch/merged" || skip "this host has no overlayfs at all"
export XDG_CACHE_HOME=$scratch/merged
build
expect_code 1
expect_out_has "overlayfs"
umount "$scratch/merged"
