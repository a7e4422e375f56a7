#!/usr/bin/env bash
# examples/base-images: Debian's image is built for real, its tests pass, and a second run of the roles changes
# nothing; a kubelet that is not what its digest says is refused.
source "$(dirname "$0")/lib.sh"
command -v ansible-playbook >/dev/null || skip "there is no ansible-playbook"
small_node </dev/null
rm -f ./*.pkr.hcl
cp -r "$repo/examples/base-images" site

# node [ARGUMENT...]
node() { kiln build -color=false -only=rootfs -var-file site/distributions/debian-12.json "$@" site/packer.json; }

node
expect_code 0
expect_out_has "so the image has no kubelet"
expect_out_has "failed=0"
expect_out_has "Failed: 0, Skipped: 0"
[ -s output-debian-12/debian-12.raw ] || fail "there is no image"
grep -q '"distribution": "debian-12"' debian-12.manifest.json || fail "the manifest does not name it"
rm -r output-debian-12
expect_no_leftovers

# What stands for kubelet, and the roles twice.
mkdir kubernetes
printf '#!/bin/sh\necho Kubernetes v1.33.0\n' >kubernetes/kubelet
(cd kubernetes && sha256sum kubelet >SHA256SUMS)
python3 - <<'P'
import json
path = "site/packer.json"
template = json.load(open(path))
steps = template["provisioners"]
[at] = [number for number, step in enumerate(steps) if step["type"] == "ansible"]
steps.insert(at, steps[at])
json.dump(template, open(path, "w"))
P
node -var kubernetes_files=kubernetes
expect_code 0
grep 'changed=' "$out" >recaps
[ "$(wc -l <recaps)" = 2 ] || fail "not two runs: $(cat recaps)"
tail -n 1 recaps | grep -q 'changed=0 .*failed=0' || fail "the second run changes something: $(cat recaps)"
expect_out_has "Failed: 0, Skipped: 0"
rm -r output-debian-12

# The step is not taken from the cache when the list has another digest, which is the program's no more.
sed -i "s/^[0-9a-f]*/$(printf '0%.0s' $(seq 64))/" kubernetes/SHA256SUMS
node -var kubernetes_files=kubernetes
expect_code 1
expect_out_has "kubelet: FAILED"
[ ! -e output-debian-12 ] || fail "a failed build left an image"
expect_no_leftovers
