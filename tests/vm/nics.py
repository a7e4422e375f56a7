#!/usr/bin/env python3
"""nics.py IMAGE: NICs are given to user space, and DPDK's testpmd forwards packets between them.

Three NUMA nodes with SMT and a fourth of memory alone, an IOMMU, and behind expander bridges of their own nodes two
e1000e and three virtio NICs besides the one the node is reached by. A profile isolates a core, asks for 1 GiB pages on
its NUMA node and binds the e1000e NICs and one of the others to vfio-pci. After one reboot, through firmware and
GRUB, kiln-node's unit finds the node tuned; every check passes; the other NICs are where they were. Then frames that
the host sends into one e1000e must come out of the other, all of them and unchanged, in both directions, and the same
between two virtio NICs when the second is bound by hand. testpmd must have counted as many. Unbound, all of them are
the kernel's again.
"""

import pathlib
import re
import socket
import sys
import tempfile
import time

import quick_start
from machine import Machine
from tuned import check_tuned, check_words

ISOLATED = "4-5"
PROFILE = f"""\
cpus:
  isolated: {ISOLATED}
hugepages:
  keep_memory: 2
  pages:
    - {{size: 1G, count: 1, node: near-isolated}}
kernel_arguments:
  - intel_iommu=on
  - iommu=pt
  - isolcpus={{isolated}}
  - nohz_full={{isolated}}
  - rcu_nocbs={{isolated}}
  - irqaffinity={{housekeeping}}
  - "{{hugepages}}"
modules:
  - vfio-pci
  # Under emulation the kernel finds no timer behind remapped interrupts, so there are none.
  - {{name: vfio_iommu_type1, options: [allow_unsafe_interrupts=1]}}
nics:
  - {{device: "8086:10d3", driver: vfio-pci, resource: fast}}
  - {{pci: "0000:83:00.0", driver: vfio-pci, resource: other}}
interrupts: housekeeping
workqueues: housekeeping
services: housekeeping
"""
FRAMES = 200
# What the packets go between: NICs of the isolated core's NUMA node, by the numbers that the host gives them.
E1000E, VIRTIO = (1, 2), (3, 4)
# In microseconds since the kernel started, under emulation.
UNIT_TIMES = (
    "systemctl show -p Id -p ExecMainStartTimestampMonotonic -p ExecMainExitTimestampMonotonic"
    " kiln-node-early.service kiln-node.service"
)
TESTPMD = (
    "dpdk-testpmd -l 4,5 -n 1 --in-memory -a {0} -a {1} --"
    " -i --forward-mode=io --total-num-mbufs=4096 --nb-cores=1 --no-mlockall"
)


def hardware(folder):
    words = ["-machine", "q35,accel=tcg", "-cpu", "max,vendor=GenuineIntel"]
    words += ["-m", "8G", "-smp", "6,sockets=3,cores=1,threads=2"]
    for node, gib in enumerate([2, 2, 3]):
        words += ["-object", f"memory-backend-ram,id=m{node},size={gib}G"]
        words += ["-numa", f"node,nodeid={node},memdev=m{node},cpus={2 * node}-{2 * node + 1}"]
    words += ["-object", "memory-backend-ram,id=m3,size=1G", "-numa", "node,nodeid=3,memdev=m3"]
    words += ["-device", "intel-iommu,intremap=off"]
    words += ["-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-pci,netdev=n0,bus=pcie.0"]
    for node, bus in ((1, 0x40), (2, 0x80)):
        words += ["-device", f"pxb-pcie,id=bridge{node},bus=pcie.0,bus_nr={bus},numa_node={node}"]
    devices = [
        # number, model, NUMA node
        (1, "e1000e", 2),
        (2, "e1000e", 2),
        (3, "virtio-net-pci,disable-legacy=on,iommu_platform=on", 2),
        (4, "virtio-net-pci,disable-legacy=on,iommu_platform=on", 2),
        (5, "virtio-net-pci,disable-legacy=on,iommu_platform=on", 1),
    ]
    for number, model, node in devices:
        port = f"port{number}"
        words += ["-device", f"pcie-root-port,id={port},bus=bridge{node},chassis={number},slot={number}"]
        words += [
            "-netdev",
            f"dgram,id=n{number},local.type=unix,local.path={folder}/nic{number}"
            f",remote.type=unix,remote.path={folder}/host{number}",
        ]
        words += ["-device", f"{model},netdev=n{number},bus={port},mac=52:54:00:00:00:{0x10 + number:02x}"]
    return words


def check_asked(vm):
    check_tuned(vm)
    check_words(vm, [f"isolcpus={ISOLATED}", "hugepages=2:1", "irqaffinity=0-3", "intel_iommu=on"])
    pages = vm.answer("cat /sys/devices/system/node/node*/hugepages/hugepages-1048576kB/nr_hugepages")
    assert pages.split() == ["0", "0", "1", "0"], pages


def nics(vm):
    """{MAC of a NIC: (address, driver, NUMA node)}; a NIC that is not the kernel's has none, and its address."""
    found = {}
    text = vm.answer(
        "cd /sys/bus/pci/devices; for a in *; do case $(cat $a/class) in 0x0200*)"
        ' echo "$a $(basename $(readlink $a/driver)) $(cat $a/numa_node)'
        ' $(cat $a/net/*/address $a/virtio*/net/*/address 2>/dev/null)";; esac; done'
    )
    for line in text.splitlines():
        address, driver, node, *mac = line.split()
        found[mac[0] if mac else address] = (address, driver, int(node))
    return found


def check_drivers(before, after):
    want = {
        "52:54:00:00:00:11": "vfio-pci",
        "52:54:00:00:00:12": "vfio-pci",
        "52:54:00:00:00:13": "vfio-pci",
        "52:54:00:00:00:14": "virtio-pci",
        "52:54:00:00:00:15": "virtio-pci",
    }
    now = {address: driver for address, driver, _ in after.values()}
    for mac, (address, driver, _) in before.items():
        assert now[address] == want.get(mac, driver), (mac, before, after)


def frame(number, source):
    """A frame of a kind that nobody else sends (an ethertype for experiments)."""
    head = bytes.fromhex("0200000000aa") + bytes.fromhex("0200000000") + bytes([source]) + b"\x88\xb5"
    return head + number.to_bytes(4, "big") + bytes((number + i) % 256 for i in range(60 + number % 400))


def receive(port, seconds, wanted):
    got, end = [], time.monotonic() + seconds
    while len(got) < wanted and time.monotonic() < end:
        port.settimeout(max(0.01, end - time.monotonic()))
        try:
            data = port.recv(65536)
        except (TimeoutError, BlockingIOError):
            break
        if data[12:14] == b"\x88\xb5":
            got.append(data)
    return got


def forward(pair, ports, folder):
    """Sends into each NIC and takes from the other; slowly, for the queues are short under emulation."""
    for source, sink in (pair, pair[::-1]):
        sent = [frame(number, source) for number in range(FRAMES)]
        got = []
        for begin in range(0, FRAMES, 20):
            ports[source].settimeout(60)
            for one in sent[begin : begin + 20]:
                ports[source].sendto(one, f"{folder}/nic{source}")
            got += receive(ports[sink], 30, 20)
            came = f"from {source} to {sink}: {len(got)} of {begin + 20} came out, or not as they went in"
            assert got == sent[: begin + 20], came


def counted(text):
    """{port: (received, sent)} of testpmd's statistics."""
    found = re.findall(r"NIC statistics for port (\d+).*?RX-packets: (\d+).*?TX-packets: (\d+)", text, re.DOTALL)
    return {int(port): (int(received), int(sent)) for port, received, sent in found}


def empty(port):
    """Takes what NICs said of their own accord."""
    port.setblocking(False)
    try:
        while port.recv(65536):
            pass
    except BlockingIOError:
        port.setblocking(True)


def forward_with_testpmd(vm, pair, address, ports, folder):
    addresses = [address[number] for number in pair]
    vm.answer("rm -f /run/say /run/testpmd; : >/run/say; : >/run/testpmd")
    vm.answer(f"(tail -f /run/say | {TESTPMD.format(*addresses)}; echo gone) >/run/testpmd 2>&1 &")
    wait_for_text(vm, "testpmd>", 120)
    vm.answer("echo start >>/run/say; sleep 3")
    for number in pair:
        empty(ports[number])
    vm.answer("echo clear port stats all >>/run/say; sleep 2")
    try:
        forward(pair, ports, folder)
    finally:
        vm.answer("echo show port stats all >>/run/say; sleep 2; echo quit >>/run/say")
        wait_for_text(vm, "^gone$", 60)
        text = vm.answer("cat /run/testpmd")
        print(text)
    stats = counted(text)
    print(f"{FRAMES} frames each way between {addresses}, all unchanged; testpmd counted {stats}", flush=True)
    for port in (0, 1):
        assert min(stats[port]) >= FRAMES, text
    assert stats[0][0] == stats[1][1] and stats[1][0] == stats[0][1], text


def wait_for_text(vm, text, limit_s):
    end = time.monotonic() + limit_s
    while vm.ask(f"grep -q '{text}' /run/testpmd")[0] != 0:
        if time.monotonic() > end:
            raise AssertionError(f"testpmd: {vm.ask('cat /run/testpmd')[1]}")
        time.sleep(1)


def main():
    image = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="kiln-nics-") as name:
        folder = pathlib.Path(name)
        disk = quick_start.disk_of(image, folder, {"/profile.yaml": PROFILE})
        ports = {}
        for number in (*E1000E, *VIRTIO):
            ports[number] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ports[number].bind(f"{folder}/host{number}")

        with Machine([*hardware(folder), *quick_start.storage(disk), *quick_start.arguments(disk, folder)], folder) as vm:
            vm.wait_for_shell()
            vm.answer("modprobe e1000e && modprobe virtio_net && sleep 1")
            before = nics(vm)
            vm.answer("mkdir -p /etc/kiln-node && cp /profile.yaml /etc/kiln-node/profile.yaml")
            print(vm.answer("kiln-node apply"))
            vm.answer("sync")
            vm.say("systemctl reboot -ff")
            vm.wait_for_end(60)
        with Machine([*hardware(folder), *quick_start.storage(disk)], folder) as vm:
            vm.wait_for_shell(600)
            print(vm.answer("kiln-node facts"))
            check_asked(vm)
            print(vm.answer(UNIT_TIMES))
            check_drivers(before, nics(vm))
            address = {number: before[f"52:54:00:00:00:{0x10 + number:02x}"][0] for number in ports}
            forward_with_testpmd(vm, E1000E, address, ports, folder)
            vm.answer(f"kiln-node bind {address[VIRTIO[1]]}")
            forward_with_testpmd(vm, VIRTIO, address, ports, folder)
            vm.answer(f"kiln-node unbind {' '.join(address.values())}")
            # Interfaces have come: their unit moves interrupts, and gives nothing back to user space.
            vm.answer("udevadm settle; while systemctl list-jobs | grep -q kiln-node; do sleep 1; done")
            after = {mac: (one, driver) for mac, (one, driver, _) in nics(vm).items()}
            assert after == {mac: (one, driver) for mac, (one, driver, _) in before.items()}, after


if __name__ == "__main__":
    main()
