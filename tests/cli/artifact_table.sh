#!/usr/bin/env bash
# kiln build -artifacts: a table of what was made, behind the run's output or in a file.
source "$(dirname "$0")/lib.sh"
template <<'T'
source "file" "a" {
  content = "x"
  target  = "a.txt"
}
build { sources = ["file.a"] }
T
build -artifacts csv
expect_code 0
tail -2 "$out" >table
diff - table <<'T' || fail "the table is not the end of the output"
build,type,region,id
file.a,file,,a.txt
T
build -force -artifacts md -artifacts-file made.md
expect_code 0
expect_out_lacks "| build"
diff - made.md <<'T' || fail "the file is not the table"
| build  | type | region | id    |
| ------ | ---- | ------ | ----- |
| file.a | file |        | a.txt |
T
build -artifacts-file made.md
expect_code 2
expect_err_has "-artifacts-file needs a form"
