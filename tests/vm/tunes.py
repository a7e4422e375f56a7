#!/usr/bin/env python3
"""tunes.py IMAGE: kiln-node tunes a machine that its image was not made for.

The example's image starts on two NUMA nodes with SMT and an IOMMU, with another request than the one
that was baked. It must reboot once, by itself; be as asked for in the second boot, by its own checks
and by the kernel's answers; give two network devices to user space and take them back; and undo all.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import machine
from machine import tools

REQUEST = """HUGEPAGES_GB=1
ISOLATED_CORES=2-3
HOUSEKEEPING_CORES=
HUGEPAGES_NODE=near
KERNEL_ARGUMENTS=intel_iommu=on iommu=pt
"""
NICS = ["0000:00:10.0", "0000:00:11.0"]
PAGES = "cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages"
DRIVERS = "for a in " + " ".join(NICS) + "; do basename $(readlink /sys/bus/pci/devices/$a/driver); done"


def hardware(options, folder, disk):
    """scripts/boot-image's machine, with SMT, an IOMMU and two network devices on one hub."""
    words = ["-m", "6G", "-smp", "4,sockets=2,cores=1,threads=2"]
    for node in range(2):
        words += ["-object", f"memory-backend-ram,id=m{node},size=3G"]
        words += ["-numa", f"node,nodeid={node},memdev=m{node},cpus={2 * node}-{2 * node + 1}"]
    for index in range(2):
        words += ["-netdev", f"hubport,id=h{index},hubid=7"]
        device = "virtio-net-pci,disable-legacy=on,iommu_platform=on"
        words += ["-device", f"{device},netdev=h{index},addr={0x10 + index:#x}"]
    return [
        *("-machine", "q35,accel=tcg", "-cpu", "max,vendor=GenuineIntel"),
        # Under emulation the kernel finds no timer behind remapped interrupts.
        *("-device", "intel-iommu,intremap=off"),
        *words,
        *tools.firmware_arguments(options, folder),
        *tools.disk_arguments(options, [disk]),
        *("-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-pci,netdev=n0"),
    ]


def reboots_by_itself(words, folder):
    with machine.Machine(words, folder) as vm:
        begin = time.monotonic()
        vm.wait_for_init()
        vm.wait_for_end(420)
        assert "rebooting once" in vm.console.read_text(errors="replace"), tools.console_tail(folder, 60)
        print(f"rebooted by itself after {time.monotonic() - begin:.0f} s", flush=True)


def failed(vm):
    """{id: check} of what kiln-node verify does not like."""
    _, checks = vm.ask("kiln-node verify --json")
    return {one["id"]: one for one in json.loads(checks)["checks"] if one["status"] == "fail"}


def check_tuned(vm):
    phase = vm.answer("kiln-node status | head -1 | cut -d' ' -f3-")
    problems = failed(vm)
    assert (phase, problems) == ("active", {}), (phase, problems)
    line = vm.answer("cat /proc/cmdline").split()
    for word in ("isolcpus=2-3", "hugepages=1:1", "irqaffinity=0-1", "iommu=pt"):
        assert line.count(word) == 1, (word, line)
    pages = vm.answer(PAGES)
    assert pages.split() == ["0", "1"], pages
    again = json.loads(vm.answer("kiln-node apply --json"))
    assert again["ok"], again
    changed = [one for one in again["results"] if one["outcome"] == "changed"]
    assert changed == [], changed


def check_binding(vm):
    bound = vm.answer(f"kiln-node bind --json {' '.join(NICS)}")
    assert json.loads(bound)["ok"], bound
    drivers = vm.answer(DRIVERS)
    assert drivers.split() == ["vfio-pci", "vfio-pci"], drivers
    unbound = vm.answer(f"kiln-node unbind --json {' '.join(NICS)}")
    assert json.loads(unbound)["ok"], unbound


def check_undo(vm):
    # The request that this test wrote is somebody else's file by now, and is left.
    _, said = vm.ask("kiln-node undo --json")
    undone = json.loads(said)["results"]
    left = [one["subject"] for one in undone if one["outcome"] == "failed"]
    assert left == ["/etc/kiln-node/request.env"], left
    restored = [one["subject"] for one in undone if one["outcome"] == "changed"]
    assert "/boot/grub/grub.cfg" in restored, restored


def main():
    image = pathlib.Path(sys.argv[1])
    options = argparse.Namespace(firmware="bios", disk="virtio")
    with tempfile.TemporaryDirectory(prefix="kiln-tunes-") as name:
        folder = pathlib.Path(name)
        disk = tools.writable_copy(image, folder)
        machine.give_shell(disk, folder)
        machine.put_files(disk, folder, {"/etc/kiln-node/request.env": REQUEST})
        words = hardware(options, folder, disk)
        reboots_by_itself(words, folder)
        with machine.Machine(words, folder) as vm:
            vm.wait_for_shell()
            # In microseconds since the kernel started, under emulation: only to be looked at.
            print(vm.answer("systemctl show -p Id -p ExecMainStartTimestampMonotonic -p ExecMainExitTimestampMonotonic"
                            " kiln-node-early.service kiln-node.service"), flush=True)
            check_tuned(vm)
            check_binding(vm)
            check_undo(vm)


if __name__ == "__main__":
    main()
