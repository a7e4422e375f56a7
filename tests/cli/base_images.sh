#!/usr/bin/env bash
# examples/base-images: each builder of each distribution, by its name, is valid and planned with what is the
# distribution's own; Packer's own validate says the same of those that it has.
source "$(dirname "$0")/lib.sh"
command -v jq >/dev/null || skip "there is no jq"
cp -r "$repo/examples/base-images" site

kiln lint -strict -var-file site/distributions/debian-12.json site/packer.json
expect_code 0

# Packer 1.6.6 has neither the builder "rootfs" nor the provisioner "goss", and no cd_content.
jq 'del(.builders[] | select(.type == "rootfs")) | del(.provisioners[] | select(.type == "goss"))
    | del(.builders[].cd_content, .provisioners[].except)' site/packer.json >site/for-packer.json

for file in site/distributions/*.json; do
    distribution=$(basename "$file" .json)
    variables=(-var-file "$file" -var image="$file" -var image_checksum=none)
    builders=(ami qemu)
    # Those of apt have root file systems too.
    if grep -q apt_suite "$file"; then builders+=(rootfs); fi
    for builder in "${builders[@]}"; do
        kiln validate -only="$builder" "${variables[@]}" site/packer.json
        expect_code 0
        expect_out <<<'The configuration is valid.'
        kiln plan -json -only="$builder" "${variables[@]}" site/packer.json
        expect_code 0
        case $builder in
            ami) wanted=$(jq -r .source_ami_name "$file") ;;
            qemu) wanted=$distribution.qcow2 ;;
            rootfs) wanted=$(jq -r .apt_suite "$file") ;;
        esac
        jq -e --arg name "$builder" --arg wanted "$wanted" \
            '(.builds | length == 1) and .builds[0].name == $name and any(.. | strings; . == $wanted)' \
            "$out" >/dev/null ||
            fail "the plan of $builder for $distribution has no $wanted"
        if [ "$builder" != rootfs ] && packer version 2>/dev/null | grep -q 'v1.6.6'; then
            AWS_REGION=us-east-1 CHECKPOINT_DISABLE=1 \
                packer validate -only="$builder" "${variables[@]}" site/for-packer.json >packer.log 2>&1 ||
                fail "Packer refuses $builder for $distribution: $(cat packer.log)"
        fi
    done
done
