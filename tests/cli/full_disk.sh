#!/usr/bin/env bash
# A disk that fills up in the middle of a layer, and of an image: one error that says so, nothing left.
if [ "$(id -u)" = 0 ] && [ -z "${KILN_PRIVATE_MOUNTS-}" ]; then
    KILN_PRIVATE_MOUNTS=1 exec unshare --mount --propagation private "$0"
fi
source "$(dirname "$0")/lib.sh"
need_root
steps() {
    cat <<T
build {
  sources = ["rootfs.node"]
  provisioner "shell" { inline = ["head -c $1 /dev/urandom > /var/filler"] }
}
T
}
small_node < <(steps 400M)
# The warm cache, and room for a little more.
mkdir "$scratch/small"
size=$(du -sm "$XDG_CACHE_HOME" | cut -f1)
mount -t tmpfs -o "size=$((size + 150))m" tmpfs "$scratch/small"
cp -a "$XDG_CACHE_HOME/." "$scratch/small"
rm -rf "$XDG_CACHE_HOME"
export XDG_CACHE_HOME=$scratch/small

build
expect_code 1
expect_out_has "No space left on device"
kiln sweep -dry-run
expect_out <<<"Nothing to sweep."

# The layer fits, the image does not.
steps 1M >node.pkr.hcl
mkdir images
mount -t tmpfs -o size=20m tmpfs images
build
expect_code 1
expect_out_has "No space left on device"
[ -z "$(ls images)" ] || fail "half an image was left: $(ls images)"
umount images "$scratch/small"
