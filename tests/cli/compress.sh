#!/usr/bin/env bash
# The post-processor compress: each of its formats is read by the program that owns it; a full disk, an
# interrupt and a missing input leave nothing; chained with artifice, checksum and manifest.
if [ "$(id -u)" = 0 ] && [ -z "${KILN_PRIVATE_MOUNTS-}" ]; then
    KILN_PRIVATE_MOUNTS=1 exec unshare --mount --propagation private "$0"
fi
source "$(dirname "$0")/lib.sh"
need_root
# 3 MiB that compress a little, then a hole of 60 MiB, then a line.
head -c 3M <(seq 500000) >input
truncate -s 63M input
echo end >>input
touch -d '2024-02-03 04:05:06 UTC' input
want=$(digest input)

compressed() { # OUTPUT [LINE]: the template that makes OUTPUT of the file "input"
    template <<T
source "null" "x" { communicator = "none" }
build {
  sources = ["null.x"]
  post-processors {
    post-processor "artifice" {
      files               = ["input"]
      keep_input_artifact = true
    }
    post-processor "compress" {
      output              = "$1"
      keep_input_artifact = true
      ${2-}
    }
  }
}
T
}

while read -r name reader; do
    for level in 1 9; do
        compressed "out/{{.BuildName}}_{{.BuilderType}}.$name" "compression_level = $level"
        build
        expect_code 0
        file=out/x_null.$name
        expect_out_has "compressed artifacts in: $file"
        [ "$(eval "$reader" | sha256sum | cut -d' ' -f1)" = "$want" ] || fail "$reader, level $level"
        rm "$file"
    done
done <<'T'
gz gzip -dc $file
bgzf bgzip -dc $file
lz4 lz4 -dcq $file
xz xz -dc $file
bz2 bzip2 -dc $file
zst zstd -dcq $file
zip unzip -p $file input
tar tar -xOf $file input
tar.gz tar -xzOf $file input
tar.bgzf bgzip -dc $file | tar -xO input
tar.lz4 lz4 -dcq $file | tar -xO input
tar.xz tar -xJOf $file input
tar.bz2 tar -xjOf $file input
tar.zst tar --zstd -xOf $file input
T

# Blocks that bgzip can seek in, a hole that stays one in a tar, a whole zip.
compressed input.bgzf && build && bgzip -r input.bgzf
[ "$(bgzip -b 66060288 input.bgzf)" = end ] || fail "bgzip cannot seek in the file"
compressed input.tar && build && mkdir unpacked && tar -xpf input.tar -C unpacked
[ "$(du -k unpacked/input | cut -f1)" -lt 4000 ] || fail "the hole is filled"
[ "$(stat -c %Y unpacked/input)" = "$(stat -c %Y input)" ] || fail "the file's time"
compressed input.zip && build
unzip -tq input.zip || fail "unzip finds fault with the archive"
# The same bytes of a copy of the file, made later.
compressed again.tar && mv input first && cp --sparse=always --preserve=timestamps first input && build
cmp input.tar again.tar || fail "the same file gave another archive"

# A full disk, an interrupt, a file that is not there: one error, nothing left.
head -c 40M /dev/urandom >input
mkdir small
mount -t tmpfs -o size=8m tmpfs small
compressed small/x.zst
build
expect_code 1
expect_out_has "No space left on device"
[ -z "$(ls -A small)" ] || fail "half a file was left: $(ls -A small)"
umount small

head -c 150M /dev/urandom >input
compressed out/x.xz 'compression_level = 9'
interrupt_when [ -e out/x.xz.partial ]
expect_code 1
expect_out_has "Cleanly cancelled builds after being interrupted."
[ -z "$(ls -A out)" ] || fail "left of an interrupted build: $(ls -A out)"
kiln sweep -dry-run
expect_out <<<"Nothing to sweep."

rm input
compressed out/x.gz
build
expect_code 1
expect_out_has 'input'
[ -z "$(ls -A out)" ] || fail "left of a build without input: $(ls -A out)"

# What is kept of a chain, and what is not.
chain() { # KEEP
    template <<T
source "file" "x" {
  content = "content"
  target  = "x.txt"
}
build {
  sources = ["file.x"]
  post-processors {
    post-processor "compress" {
      output              = "x.gz"
      keep_input_artifact = $1
    }
    post-processor "checksum" {
      checksum_types      = ["sha256", "md5"]
      output              = "x.{{.ChecksumType}}"
      keep_input_artifact = true
    }
    post-processor "manifest" { output = "made.json" }
  }
  post-processors {
    post-processor "artifice" {
      files               = ["x.gz"]
      keep_input_artifact = $1
    }
    post-processor "compress" {
      output              = "twice.tar.xz"
      keep_input_artifact = true
    }
  }
}
T
    rm -f x.* made.json twice.tar.xz
    build
    expect_code 0
}
chain false
[ ! -e x.txt ] || fail "the input was kept"
sha256sum -c --quiet x.sha256 && md5sum -c --quiet x.md5 || fail "the checksums are not those of x.gz"
[ "$(gzip -dc x.gz)" = content ] || fail "x.gz"
[ "$(tar -xJOf twice.tar.xz x.gz | gzip -dc)" = content ] || fail "twice.tar.xz"
jq -e '.builds[0].files | map(.name) | index("x.gz") != null' made.json >/dev/null ||
    fail "the manifest: $(cat made.json)"
chain true
[ "$(cat x.txt)" = content ] || fail "the input was not kept"
