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

# The same of the legacy form, with a step for each line.
{
    echo '{"builders": [{"type": "null", "communicator": "none"}], "provisioners": ['
    awk 'BEGIN { for (i = 0; i < 60000; i++)
        printf "{\"type\": \"shell-local\", \"inline\": [\"echo %06d {{build_name}}\"], \"environment_vars\": [\"LINE=%06d 0123456789012345678901234567890123456789012345678901234567890123456789\"]},\n", i, i }'
    echo '{"type": "shell-local", "inlin": ["x"]}]}'
} >node.json
[ "$(stat -c %s node.json)" -gt 9900000 ] || fail "the template is not that big"
kiln validate node.json
expect_code 1
grep -q '^node.json:60002:25: error: provisioner "shell-local" has no option "inlin"' "$err" ||
    fail "the mistake at the end was not found"
