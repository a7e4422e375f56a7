"""mmdebstrap and mke2fs -d: as they come, and the best that can be had of them by hand."""

import shutil

from measure import call
from peers.packages import PACKAGES, SUITE

# Both take their packages from a cache that was filled before.
SHARED_CACHE = [
    "--skip=essential/unlink,cleanup/apt/cache,check/empty",
    '--setup-hook=mkdir -p "$1/var/cache/apt/archives"; mount --bind {cache} "$1/var/cache/apt/archives"',
    '--customize-hook=umount "$1/var/cache/apt/archives"',
]

# The initramfs is made once, when all packages are there, instead of at each trigger.
INITRAMFS_ONCE = [
    "--essential-hook=printf '#!/bin/sh\\nexit 0\\n' > $1/usr/sbin/update-initramfs.once;"
    " chmod 755 $1/usr/sbin/update-initramfs.once;"
    " chroot $1 dpkg-divert --quiet --local --rename --add /usr/sbin/update-initramfs;"
    " mv $1/usr/sbin/update-initramfs.once $1/usr/sbin/update-initramfs",
    "--customize-hook=rm $1/usr/sbin/update-initramfs;"
    " chroot $1 dpkg-divert --quiet --local --rename --remove /usr/sbin/update-initramfs;"
    " chroot $1 update-initramfs -c -k all",
]


def _build(tree, image, cache, extra):
    options = [option.format(cache=cache) if "{cache}" in option else option for option in SHARED_CACHE]
    call(
        ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", *options, *extra, SUITE, tree]
    )
    image.unlink(missing_ok=True)
    call(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, image, "3G"])


def build_default(work, cache):
    tree = work / "default.tree"
    shutil.rmtree(tree, ignore_errors=True)
    _build(tree, work / "default.img", cache, [])


def build_by_hand(work, cache):
    """In a tmpfs as large as the tree, which kiln does without."""
    memory = work / "memory"
    memory.mkdir(exist_ok=True)
    call(["mount", "-t", "tmpfs", "-o", "size=4G", "tmpfs", memory])
    try:
        _build(memory / "tree", work / "by-hand.img", cache, INITRAMFS_ONCE)
    finally:
        call(["umount", memory])


def packages_of(tree):
    """Installed packages and bytes of a tree."""
    count = len(list((tree / "var/lib/dpkg/info").glob("*.list")))
    size = int(call(["du", "-sxB1", tree]).split()[0])
    return count, size
