#!/usr/bin/env bash
# A template of 10 MB is read, and a mistake at its end is found on its line.
source "$(dirname "$0")/lib.sh"
{
    echo 'locals {'
    awk 'BEGIN { for (i = 0; i < 100000; i++)
        printf "  v%06d = \"%s\"\n", i, "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234" }'
    echo '}'
    echo 'source "null" "x" { communicator = "none" }'
    echo 'build { sources = ["null.x"] }'
} >node.pkr.hcl
[ "$(stat -c %s node.pkr.hcl)" -gt 9900000 ] || fail "the template is not that big"
kiln validate .
expect_code 0
expect_out <<<"The configuration is valid."

echo 'build { sources = ["null.y"] }' >>node.pkr.hcl
kiln validate .
expect_code 1
expect_err <<'MESSAGE'
./node.pkr.hcl:100005:20: error: there is no source "null.y"
100005 | build { sources = ["null.y"] }
      |                    ^^^^^^^^
  hint: did you mean "null.x"?
MESSAGE
