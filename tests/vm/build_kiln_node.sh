#!/bin/sh
# build_kiln_node.sh REPOSITORY: the static kiln-node that goes into images, in build/release. It must
# need nothing of the node, and stay small.
set -eu
cd "$1"
cmake --preset release
cmake --build --preset release --target kiln-node
program=build/release/src/node/kiln-node
if ldd "$program" >/dev/null 2>&1; then
    echo "$program is not static" >&2
    exit 1
fi
# It prints sizes, for which it needs fmt: a library that is linked but not there shows here.
"$program" verify --host-check xrd-vrouter --host-check-only | grep -q 'host.ram.* available'
size=$(stat -c %s "$program")
echo "$program: $size bytes"
[ "$size" -lt 5242880 ]
