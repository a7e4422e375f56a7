#!/usr/bin/env python3
"""loaders.py IMAGE: kiln-node changes the command line of the boot loaders other than GRUB, and they boot it.

The machine gets systemd-boot instead of GRUB, first with an entry and then with a unified kernel image, both made by
the system's own kernel-install. After `kiln-node apply` it starts through the UEFI firmware and the loader, which
leaves its name in EFI variables; the kernel must have each word once, and what they ask for. A second apply changes
nothing, and undo leaves the loader's files as they were. GRUB is what the other machines start with.
"""

import argparse
import pathlib
import sys
import tempfile

import quick_start
from machine import Machine, tools
from tuned import check_tuned, check_words

PROFILE = """\
cpus:
  isolated: 2-3
hugepages:
  keep_memory: 1
  pages:
    - {size: 2M, count: 16}
kernel_arguments:
  - isolcpus={isolated}
  - nohz_full={isolated}
  - rcu_nocbs={isolated}
  - irqaffinity={housekeeping}
  - "{hugepages}"
interrupts: housekeeping
workqueues: housekeeping
services: housekeeping
"""
WORDS = ["isolcpus=2-3", "nohz_full=2-3", "rcu_nocbs=2-3", "irqaffinity=0-1", "hugepages=0:16"]
# What kernel-install of systemd 252 leaves to a plugin. The addresses are those of systemd-stub(7).
BUILD_UKI = """\
#!/bin/sh
set -e
[ "$1" = add ] && [ "$KERNEL_INSTALL_LAYOUT" = uki ] || exit 0
objcopy --add-section .osrel=/usr/lib/os-release --change-section-vma .osrel=0x20000 \\
    --add-section .cmdline=/etc/kernel/cmdline --change-section-vma .cmdline=0x30000 \\
    --add-section .linux="$4" --change-section-vma .linux=0x2000000 \\
    --add-section .initrd="/boot/initrd.img-$2" --change-section-vma .initrd=0x3000000 \\
    /usr/lib/systemd/boot/efi/linuxx64.efi.stub "$KERNEL_INSTALL_STAGING_AREA/uki.efi"
mkdir -p "$KERNEL_INSTALL_BOOT_ROOT/EFI/Linux"
cp "$KERNEL_INSTALL_STAGING_AREA/uki.efi" "$KERNEL_INSTALL_BOOT_ROOT/EFI/Linux/debian-$2.efi"
"""
ESP = "/boot/efi"
ENTRY = f"cat {ESP}/loader/entries/*.conf"
UNIFIED = f"objcopy -O binary -j .cmdline {ESP}/EFI/Linux/*.efi /run/line && cat /run/line"
INSTALL = "kernel-install add $(uname -r) /boot/vmlinuz-$(uname -r)"
# What the loader, and the stub of a unified image, say of themselves: UTF-16 behind four bytes of flags.
EFI_VARIABLE = "tr -d '\\0' </sys/firmware/efi/efivars/{0}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"


def hardware(disk):
    return ["-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "4", "-m", "3G", *quick_start.storage(disk)]


def use_systemd_boot(vm, line):
    """In GRUB's place, as the firmware finds a loader that nobody told it of."""
    vm.answer(f"mkdir -p {ESP}; mountpoint -q {ESP} || mount {ESP}")
    vm.answer(f"rm -rf /boot/grub /etc/default/grub /etc/default/grub.d {ESP}/EFI/* && mkdir -p {ESP}/EFI/BOOT")
    vm.answer(f"cp /usr/lib/systemd/boot/efi/systemd-bootx64.efi {ESP}/EFI/BOOT/BOOTX64.EFI")
    vm.answer(f"mkdir -p {ESP}/loader/entries && echo timeout 0 >{ESP}/loader/loader.conf")
    vm.answer(f"echo '{line}' >/etc/kernel/cmdline")
    vm.answer(f"printf 'layout=bls\\nBOOT_ROOT={ESP}\\n' >/etc/kernel/install.conf && {INSTALL}")


def use_unified_image(vm):
    """In the place of the entry and its kernel."""
    vm.answer(f"rm -rf {ESP}/loader/entries {ESP}/*/$(uname -r) && chmod 755 /etc/kernel/install.d/90-uki.install")
    vm.answer(f"printf 'layout=uki\\nBOOT_ROOT={ESP}\\n' >/etc/kernel/install.conf && {INSTALL}")


def apply(vm, show):
    """Returns what the loader's files said before it."""
    before = vm.answer(f"{show} && cat /etc/kernel/cmdline")
    assert before.count("root=UUID=") == 2 and "isolcpus" not in before, before
    print(vm.answer("kiln-node apply"))
    after = vm.answer(f"{show} && cat /etc/kernel/cmdline")
    assert after.count(" ".join(WORDS[:3])) == 2, after
    vm.answer("sync")
    vm.say("systemctl reboot -ff")
    vm.wait_for_end(120)
    return before


def check(vm, loader, variables):
    for name, text in variables.items():
        said = vm.answer(EFI_VARIABLE.format(name))
        assert text in said, f"{name} is {said}"
    check_words(vm, WORDS)
    assert vm.answer("cat /sys/devices/system/cpu/isolated /sys/devices/system/cpu/nohz_full").split() == ["2-3"] * 2
    assert vm.answer("cat /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") == "16"
    assert loader in vm.answer("kiln-node facts")
    check_tuned(vm)


def undo(vm, show, before):
    print(vm.answer("kiln-node undo"))
    after = vm.answer(f"{show} && cat /etc/kernel/cmdline")
    assert after == before, (before, after)


def main():
    image = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="kiln-loaders-") as name:
        folder = pathlib.Path(name)
        disk = quick_start.disk_of(image, folder, {"/profile.yaml": PROFILE, "/etc/kernel/install.d/90-uki.install": BUILD_UKI})
        _, line = quick_start.first_entry(disk, folder)
        firmware = tools.firmware_arguments(argparse.Namespace(firmware="uefi"), folder)

        with Machine([*hardware(disk), *quick_start.arguments(disk, folder)], folder) as vm:
            vm.wait_for_shell()
            vm.answer("mkdir -p /etc/kiln-node && cp /profile.yaml /etc/kiln-node/profile.yaml")
            use_systemd_boot(vm, line)
            before = apply(vm, ENTRY)
        with Machine([*hardware(disk), *firmware], folder) as vm:
            vm.wait_for_shell()
            check(vm, "systemd-boot", {"LoaderInfo": "systemd-boot", "LoaderEntrySelected": ".conf"})
            undo(vm, ENTRY, before)
            use_unified_image(vm)
            before = apply(vm, UNIFIED)
        with Machine([*hardware(disk), *firmware], folder) as vm:
            vm.wait_for_shell()
            check(
                vm,
                "unified kernel images",
                {"LoaderInfo": "systemd-boot", "LoaderEntrySelected": ".efi", "StubInfo": "systemd-stub"},
            )
            undo(vm, UNIFIED, before)


if __name__ == "__main__":
    main()
