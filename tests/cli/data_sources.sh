#!/usr/bin/env bash
# A build reads data sources; validate only when it is told to; inspect and console as far as they can.
source "$(dirname "$0")/lib.sh"
template <<'T'
data "null" "greeting" { input = "hello" }
locals { text = "${data.null.greeting.output}, node" }
source "file" "note" {
  content = local.text
  target  = "note.txt"
}
build { sources = ["file.note"] }
T
kiln build .
expect_code 0
[ "$(cat note.txt)" = "hello, node" ] || fail "the file holds: $(cat note.txt)"

# Nothing listens at port 1.
template <<'T'
data "http" "page" { url = "http://127.0.0.1:1/page" }
source "file" "note" {
  content = data.http.page.body
  target  = "page.txt"
}
build { sources = ["file.note"] }
T
kiln validate .
expect_code 0
kiln validate -evaluate-datasources .
expect_code 1
expect_err_has './node.pkr.hcl:1:1: error: data source "http.page": asking http://127.0.0.1:1/page: '
kiln build .
expect_code 1
expect_err_has 'data source "http.page": asking http://127.0.0.1:1/page: '
[ ! -e page.txt ] || fail "a build without its data made something"
kiln inspect .
expect_code 0
