#!/usr/bin/env bash
# Several builds of one template at once, and two kilns on one cache.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
source "rootfs" "other" {
  packages         = []
  hostname         = "other"
  output_directory = "images"
  image_name       = "other"
}
build {
  sources = ["rootfs.node", "rootfs.other"]
  provisioner "shell" { inline = ["echo ${source.name} > /etc/name"] }
  post-processor "checksum" {
    checksum_types = ["sha256"]
    output         = "images/${source.name}.{{.ChecksumType}}"
  }
}
T
"$KILN" build -color=false -only='rootfs.other' . >"$scratch/second" 2>&1 </dev/null &
second=$!
build -only='rootfs.node'
expect_code 0
wait "$second" || fail "the second kiln failed: $(cat "$scratch/second")"
build -force
expect_code 0
expect_out_has "==> rootfs.node: "
expect_out_has "==> rootfs.other: "
for name in node other; do
    [ "$(tail -n 1 "images/$name.sha256" | cut -c1-64)" = "$(digest "images/$name.raw")" ] || fail "checksum of $name"
done
build -force -parallel-builds=1
expect_code 0
expect_no_leftovers
