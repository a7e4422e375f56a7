#!/usr/bin/env bash
# A post-processor that fails: one error, and nothing left but what keep_input_artifact asks for.
source "$(dirname "$0")/lib.sh"
fails() { # LINE-OF-THE-FIRST LINE-OF-THE-SECOND ARGUMENT...
    template <<T
source "file" "x" {
  content = "content"
  target  = "x.txt"
}
build {
  sources = ["file.x"]
  post-processors {
    post-processor "compress" {
      output = "x.gz"
      $1
    }
    post-processor "shell-local" {
      inline = ["exit 3"]
      $2
    }
    post-processor "manifest" { output = "made.json" }
  }
}
T
    rm -f x.txt x.gz
    build "${@:3}"
    expect_code 1
    [ "$(grep -c 'Post-processor failed' "$out")" = 2 ] || fail "not once when it fails, and once in the end"
    expect_out_has "* Post-processor failed: Script exited with non-zero exit status: 3."
    [ ! -e made.json ] || fail "the chain went on"
}
left() { # FILE...
    [ "$(ls x.* 2>/dev/null | tr '\n' ' ')" = "$*" ] || fail "left: $(ls)"
}
fails '' ''
left ''
fails '' 'keep_input_artifact = false'
left ''
fails '' 'keep_input_artifact = true'
left 'x.gz '
fails 'keep_input_artifact = true' ''
left 'x.txt '
fails 'keep_input_artifact = true' 'keep_input_artifact = true'
left 'x.gz x.txt '
fails '' '' -on-error=abort
left 'x.gz '
