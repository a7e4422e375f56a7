#!/usr/bin/env bash
# What can be wrong with builder qemu before a machine starts: one error each, where the template says it, and
# nothing is left.
source "$(dirname "$0")/lib.sh"
for program in qemu-system-x86_64 qemu-img xorriso; do
    command -v "$program" >/dev/null || skip "there is no $program"
done
export TMPDIR=$scratch/tmp
mkdir "$TMPDIR"
qemu-img create -q -f qcow2 disk.qcow2 16M
sum=$(digest disk.qcow2)

# step LINE...: besides, or instead of, what a good template has.
step() {
    {
        printf 'source "qemu" "node" {\n'
        for line in 'disk_image = true' 'iso_url = "disk.qcow2"' "iso_checksum = \"$sum\"" 'accelerator = "tcg"' \
            'disk_size = "32M"' 'headless = true' 'communicator = "none"' 'output_directory = "out"'; do
            name=${line%% *}
            if ! printf '%s\n' "$@" | grep -q "^$name "; then printf '  %s\n' "$line"; fi
        done
        printf '  %s\n' "$@"
        printf '}\nbuild { sources = ["qemu.node"] }\n'
    } >node.pkr.hcl
}
# One error, in the build or before it, and nothing left.
refused() {
    kiln build -color=false .
    expect_code "${2-1}"
    cat "$out" "$err" >all
    [ "$(grep -cF -- "$1" all)" -ge 1 ] || fail "not told: $1"
    [ ! -e out ] || fail "the output directory is left"
    [ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"
    if pgrep -f "qemu-system.*$scratch" >/dev/null; then fail "QEMU runs"; fi
    kiln sweep -dry-run
    expect_out <<<"Nothing to sweep."
}
at() { expect_err_has "node.pkr.hcl:$1"; }

step
kiln validate .
expect_code 0

step 'boot_command = ["<entr>"]'
kiln validate .
expect_code 1
expect_err_has '<entr> is no key and no wait'
expect_err_has 'did you mean "<enter>"?'
at 10:18
refused '<entr> is no key and no wait'
step 'boot_command = ["<wait5x>"]'
refused '<wait5x> waits for no time that is known'
step 'vnc_port_min = 5950' 'vnc_port_max = 5940'
refused 'vnc_port_min'
step 'cd_files = ["no-such-file"]'
refused 'no-such-file'

step "iso_checksum = \"${sum/[0-9]/x}\""
refused 'iso_checksum'
step "iso_checksum = \"sha256:$(printf '0%.0s' $(seq 64))\""
refused 'is not the one that iso_checksum means'
step 'iso_checksum = "file:SHA256SUMS"'
refused 'SHA256SUMS'
echo "$sum  another.qcow2" >SHA256SUMS
refused 'disk.qcow2'
step 'iso_url = "absent.qcow2"'
refused 'absent.qcow2'
step 'iso_url = "http://127.0.0.1:9/disk.qcow2"'
refused '127.0.0.1:9'

none='iso_checksum = "none"'
cp disk.qcow2 disk.vmdk
step 'iso_url = "disk.vmdk"' "$none"
refused 'disk.vmdk is not what its name says: its content is qcow2'
echo 'no image' >text.qcow2
step 'iso_url = "text.qcow2"' "$none"
refused 'text.qcow2 is not what its name says: its content is no qcow2 image'
# A table of clusters that leads out of the file.
cp disk.qcow2 corrupt.qcow2
printf '\377\377\377\377' | dd of=corrupt.qcow2 bs=1 seek=42 conv=notrunc status=none
step 'iso_url = "corrupt.qcow2"' "$none"
refused 'corrupt.qcow2'
step 'disk_size = "8M"'
refused 'disk_size of 8M is smaller than disk.qcow2'

step 'accelerator = "hvf"'
refused 'accelerator "hvf" is not in this QEMU'
step 'qemu_binary = "no-such-qemu"'
refused 'no-such-qemu'
step 'efi_boot = true' 'efi_firmware_code = "no-such.fd"'
refused 'efi_firmware_code no-such.fd does not exist'
step 'vm_name = "a/b"'
refused 'vm_name "a/b" is no file name'
step 'qemuargs = [["-no-such-switch", "1"]]'
refused 'no-such-switch'
mkdir out
step
kiln build -color=false .
expect_code 1
expect_out_has 'output directory out exists already'
[ -d out ] || fail "a folder of the user's is gone"
