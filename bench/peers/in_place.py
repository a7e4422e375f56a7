"""The fastest rebuild that can be had by hand: run the last script in an overlay over the finished
tree, copy the last image sparsely, mount the copy and write just the changes into it."""

from measure import call

SCRIPT = """
set -eu
work=$1 line=$2
cd "$work"
rm -rf upper overlay-work in-place.img
mkdir -p upper overlay-work merged mounted
mount -t overlay overlay -o lowerdir=default.tree,upperdir=upper,workdir=overlay-work merged
chroot merged sh -ec "echo '$line' > /etc/kiln-bench"
umount merged
cp --sparse=always default.img in-place.img
mount -o loop in-place.img mounted
cp -a upper/. mounted/
umount mounted
"""


def rebuild(work, line):
    call(["unshare", "-m", "sh", "-c", SCRIPT, "rebuild", work, line])
