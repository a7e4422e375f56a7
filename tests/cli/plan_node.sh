#!/usr/bin/env bash
# kiln plan-node: a plan, a picture and JSON for an instance type, and its refusals.
source "$(dirname "$0")/lib.sh"

kiln plan-node -type m5.24xlarge -threads-per-core 1 -isolated 16-23 -hugepages-gb 6 \
    xrd-vrouter-bootstrap
expect_code 0
expect_out_has 'isolcpus=16-23'
expect_out_has 'hugepages=12'

kiln plan-node -type m5.24xlarge -threads-per-core 1 -isolated 16-23 -hugepages-gb 6 \
    -json -svg plan.svg xrd-vrouter
expect_code 0
python3 - "$out" <<'EOF'
import json, sys
words = json.load(open(sys.argv[1], encoding="utf-8"))["kernel"]["set"]
assert "hugepages=0:6" in words and "irqaffinity=0-15,24-47" in words, words
EOF
python3 - plan.svg <<'EOF'
import re, sys, xml.etree.ElementTree
text = open(sys.argv[1], encoding="utf-8").read()
xml.etree.ElementTree.fromstring(text)
# One square more in the legend.
assert len(re.findall('class="isolated"', text)) == 8 + 1, text
assert "@media (prefers-color-scheme: dark)" in text
EOF

kiln plan-node -list-types
expect_code 0
expect_out_has 'm5n.16xlarge'
expect_out_has 'c6in.32xlarge'

printf 'cpus: {isolated: 40-99}\nkublet: {}\n' >bad.yaml
kiln plan-node -type m5.24xlarge bad.yaml
[ "$code" != 0 ] || fail "a profile with an unknown key is taken"
expect_no_out
expect_err_has 'bad.yaml:2:1'
expect_err_has 'kubelet'

kiln plan-node -type m5.23xlarge minimal
[ "$code" != 0 ] || fail "an unknown type is taken"
expect_no_out
expect_err_has 'did you mean "m5.2xlarge"'

kiln plan-node -type m5.24xlarge -isolated 5-3 minimal
[ "$code" != 0 ] || fail "a range that runs backwards is taken"
expect_err_has 'the range 5-3 runs backwards'

kiln plan-node minimal
expect_code 2
