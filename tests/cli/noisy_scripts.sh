#!/usr/bin/env bash
# A flood of output passes through without being gathered; bytes that are no text are shown as U+FFFD.
source "$(dirname "$0")/lib.sh"
small_node <<'T'
build {
  sources = ["rootfs.node"]
  provisioner "shell" {
    inline = [
      "seq 1 300000",
      "printf 'bin\\000ary \\377\\376 \\303\\244\\n'",
      "head -c 3000000 /dev/zero | tr '\\0' x",
      "echo; echo the-end",
    ]
  }
}
T
(
    ulimit -v unlimited
    kiln build -color=false .
    expect_code 0
)
expect_out_has "==> rootfs.node: 300000"
expect_out_has "the-end"
grep -q $'ary \xef\xbf\xbd\xef\xbf\xbd \xc3\xa4' "$out" || fail "the binary line is not shown"
[ "$(iconv -f utf-8 -t utf-8 "$out" | wc -c)" = "$(wc -c <"$out")" ] || fail "invalid UTF-8 was shown"
