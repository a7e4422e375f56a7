#!/usr/bin/env python3
"""tunes.py BOOT_IMAGE IMAGE: kiln-node tunes a machine that its image was not made for.

The example's image starts on two NUMA nodes with SMT and an IOMMU, with another request than the one
that was baked. It must reboot once, by itself; be as asked for in the second boot, by its own checks
and by the kernel's answers; give two network devices to user space and take them back; and undo all.
"""

import argparse
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import time

REQUEST = """HUGEPAGES_GB=1
ISOLATED_CORES=2-3
HOUSEKEEPING_CORES=
HUGEPAGES_NODE=near
KERNEL_ARGUMENTS=intel_iommu=on iommu=pt
"""
NICS = ["0000:00:10.0", "0000:00:11.0"]
QUESTIONS = {
    "phase": "kiln-node status | head -1 | cut -d' ' -f3-",
    "checks": "kiln-node verify --json",
    "line": "cat /proc/cmdline",
    "pages": "cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages",
    # In microseconds since the kernel started, under emulation: only to be looked at.
    "unit_times": "systemctl show -p Id -p ExecMainStartTimestampMonotonic"
    " -p ExecMainExitTimestampMonotonic kiln-node-early.service kiln-node.service",
    "second_apply": "kiln-node apply --json",
    "bind": f"kiln-node bind --json {' '.join(NICS)}",
    "drivers": "for a in " + " ".join(NICS) + "; do"
    " basename $(readlink /sys/bus/pci/devices/$a/driver); done",
    "unbind": f"kiln-node unbind --json {' '.join(NICS)}",
    "undo": "kiln-node undo --json",
}


def load(path):
    loader = importlib.machinery.SourceFileLoader("boot_image", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("boot_image", loader))
    loader.exec_module(module)
    return module


def machine(options, folder, disk, tools):
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
        *("qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none"),
        *("-machine", "q35,accel=tcg", "-cpu", "max,vendor=GenuineIntel"),
        # Under emulation the kernel finds no timer behind remapped interrupts.
        *("-device", "intel-iommu,intremap=off"),
        *words,
        *tools.firmware_arguments(options, folder),
        *tools.disk_arguments(options, [disk]),
        *("-serial", f"file:{folder}/console", "-serial", f"file:{folder}/answers"),
        *("-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-pci,netdev=n0"),
    ]


def change_request(disk, folder, tools):
    (folder / "request").write_text(REQUEST, encoding="utf-8")
    (folder / "edit").write_text(
        f"rm /etc/kiln-node/request.env\nwrite {folder}/request /etc/kiln-node/request.env\n",
        encoding="utf-8",
    )
    tools.run_tool("debugfs", "-w", "-f", f"{folder}/edit", f"{disk}?offset={tools.root_offset(disk)}")


def wait_for_reboot(qemu, folder, tools, limit_s=420):
    try:
        qemu.wait(limit_s)
    except subprocess.TimeoutExpired:
        print(tools.console_tail(folder, 60))
        raise
    console = (folder / "console").read_text(errors="replace")
    assert "rebooting once" in console, tools.console_tail(folder, 60)


def failed(checks):
    return {one["id"]: one for one in json.loads(checks)["checks"] if one["status"] == "fail"}


def check(said):
    assert said["phase"] == "active", (said["phase"], failed(said["checks"]))
    assert failed(said["checks"]) == {}, failed(said["checks"])
    line = said["line"].split()
    for word in ("isolcpus=2-3", "hugepages=1:1", "irqaffinity=0-1", "iommu=pt"):
        assert line.count(word) == 1, (word, line)
    assert said["pages"].split() == ["0", "1"], said["pages"]
    again = json.loads(said["second_apply"])
    assert again["ok"], again
    changed = [one for one in again["results"] if one["outcome"] == "changed"]
    assert changed == [], changed

    assert json.loads(said["bind"])["ok"], said["bind"]
    assert said["drivers"].split() == ["vfio-pci", "vfio-pci"], said["drivers"]
    assert json.loads(said["unbind"])["ok"], said["unbind"]
    # The request that this test wrote is somebody else's file by now, and is left.
    undone = json.loads(said["undo"])["results"]
    left = [one["subject"] for one in undone if one["outcome"] == "failed"]
    assert left == ["/etc/kiln-node/request.env"], left
    restored = [one["subject"] for one in undone if one["outcome"] == "changed"]
    assert "/boot/grub/grub.cfg" in restored, restored


def main():
    boot_image, image = sys.argv[1:]
    tools = load(boot_image)
    options = argparse.Namespace(firmware="bios", disk="virtio")
    with tempfile.TemporaryDirectory(prefix="kiln-tunes-") as name:
        folder = pathlib.Path(name)
        disk = tools.writable_copy(pathlib.Path(image), folder)
        tools.write_questions(disk, QUESTIONS, folder)
        change_request(disk, folder, tools)

        def start():
            return subprocess.Popen(
                machine(options, folder, disk, tools), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )

        begin = time.monotonic()
        qemu = start()
        try:
            wait_for_reboot(qemu, folder, tools)
            print(f"rebooted by itself after {time.monotonic() - begin:.0f} s")
            qemu = start()
            said = tools.wait_for_answers(qemu, folder, 600)
        except tools.BootError:
            print(tools.console_tail(folder, 60))
            raise
        finally:
            qemu.kill()
            qemu.wait()
    print(json.dumps(said, indent=2))
    check(said)


if __name__ == "__main__":
    main()
