#!/usr/bin/env bash
# Files are laid out in place, or looked at, or shown; what can not be parsed stays as it is.
source "$(dirname "$0")/lib.sh"

mkdir -p sub/.git
untidy='a=1 # x
longer   =  2
'
tidy='a      = 1 # x
longer = 2
'
printf '%s' "$untidy" | tee node.pkr.hcl sub/lab.pkrvars.hcl sub/.git/x.pkr.hcl other.hcl >real.hcl
ln -s ../real.hcl sub/link.pkr.hcl
chmod 0640 node.pkr.hcl

kiln fmt -check .
expect_code 3
expect_out <<<'node.pkr.hcl'
kiln fmt -diff -write=false -recursive .
expect_code 0
expect_out_has '+longer = 2'
[ "$(cat node.pkr.hcl)" = "${untidy%$'\n'}" ] || fail "it was written"

kiln fmt -recursive .
expect_code 0
expect_out <<'NAMES'
node.pkr.hcl
sub/lab.pkrvars.hcl
sub/link.pkr.hcl
NAMES
for file in node.pkr.hcl sub/lab.pkrvars.hcl real.hcl; do
    expect_same "$file" <<<"${tidy%$'\n'}"
done
[ -L sub/link.pkr.hcl ] || fail "the link is gone"
[ "$(stat -c %a node.pkr.hcl)" = 640 ] || fail "the mode changed"
expect_same other.hcl <<<"${untidy%$'\n'}"
expect_same sub/.git/x.pkr.hcl <<<"${untidy%$'\n'}"
kiln fmt -check -recursive .
expect_code 0
expect_no_out

"$KILN" fmt - <other.hcl >"$out"
expect_out <<<"${tidy%$'\n'}"

printf 'a = \n' >node.pkr.hcl
kiln fmt node.pkr.hcl sub
expect_code 1
grep -q '^node.pkr.hcl:1:5: error: ' "$err" || fail "no mistake was reported"
[ "$(cat node.pkr.hcl)" = 'a = ' ] || fail "it was written"

kiln fmt other.hcl
expect_code 1
expect_err <<'MESSAGE'
error: kiln fmt does not know the file other.hcl
  hint: it lays out *.pkr.hcl and *.pkrvars.hcl; "-" takes any HCL
MESSAGE
kiln fmt none
expect_code 1
expect_err <<<'error: there is no file or folder none'
