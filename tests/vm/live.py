#!/usr/bin/env python3
"""live.py IMAGE: what kiln-node does to a machine that keeps running.

A partition of cgroup v2 isolates CPUs without a reboot: the kernel keeps every task off them and lets those in that
are put there, whatever systemd does meanwhile; undo leaves no trace of it. Then kexec starts the tuned kernel in the
same machine, which would end if it were reset. There NICs are plugged in: the one that the profile names is bound by
the udev rule, again after it was unplugged, and the other stays with the kernel.
"""

import pathlib
import sys
import tempfile
import time

import quick_start
from machine import Machine
from tuned import check_tuned, check_words

ISOLATED, HOUSEKEEPING, ALL = "2-3", "0-1", "0-3"
PROFILE = """\
cpus:
  isolated: 2-3
hugepages:
  keep_memory: 1
  pages:
    - {size: 2M, count: 16}
kernel_arguments:
  - intel_iommu=on
  - iommu=pt
  - isolcpus={isolated}
  - nohz_full={isolated}
  - rcu_nocbs={isolated}
  - irqaffinity={housekeeping}
  - "{hugepages}"
modules:
  - vfio-pci
  # Under emulation the kernel finds no timer behind remapped interrupts, so there are none.
  - {name: vfio_iommu_type1, options: [allow_unsafe_interrupts=1]}
nics:
  - {device: "8086:10d3", driver: vfio-pci, resource: fast, optional: true}
interrupts: housekeeping
workqueues: housekeeping
services: housekeeping
"""
CGROUPS = "/sys/fs/cgroup"
PARTITION = f"{CGROUPS}/kiln-dataplane"
# Of each process; a kernel thread has no VmSize.
ALLOWED = "grep -hE '^(Name|VmSize|Cpus_allowed_list):' /proc/[0-9]*/status 2>/dev/null; :"


def hardware():
    words = ["-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "4", "-m", "3G"]
    words += ["-device", "intel-iommu,intremap=off"]
    for number in (1, 2):
        words += ["-device", f"pcie-root-port,id=port{number},bus=pcie.0,chassis={number},slot={number}"]
        words += ["-netdev", f"user,id=n{number},restrict=on"]
    return words


def allowed(vm):
    """{CPUs that processes may run on: their names}."""
    found, name, is_process = {}, "", False
    for line in vm.answer(ALLOWED).splitlines():
        key, value = line.split(":", 1)
        if key == "Name":
            name, is_process = value.strip(), False
        elif key == "VmSize":
            is_process = True
        elif is_process:
            found.setdefault(value.strip(), set()).add(name)
    return found


def isolate(vm):
    """The CPUs are the scheduler's until the partition is there, and after undo."""
    print(vm.answer("kiln-node apply"))
    # One that was put on an isolated CPU.
    vm.answer("systemd-run --unit there taskset -c 2 sleep infinity")
    before = allowed(vm)
    assert "sleep" in before["2"], before
    print(vm.answer("kiln-node partition"))
    check_partition(vm)
    vm.answer("systemctl daemon-reload")
    vm.answer("systemd-run --wait -p CPUWeight=50 -p MemoryHigh=1G -p IOWeight=50 true")
    vm.answer("systemd-run --wait --slice other.slice -p CPUQuota=50% true")
    check_partition(vm)

    print(vm.answer("kiln-node undo"))
    assert vm.ask(f"ls -d {PARTITION}")[0] != 0, "undo left the partition"
    assert vm.answer(f"cat {CGROUPS}/cpuset.cpus.effective") == ALL
    after = allowed(vm)
    assert ISOLATED not in after and any(ALL == cpus for cpus in after), after
    vm.answer("systemctl stop there")


def check_partition(vm):
    assert vm.answer(f"cat {PARTITION}/cpuset.cpus.partition") == "isolated"
    assert vm.answer(f"cat {PARTITION}/cpuset.cpus.effective") == ISOLATED
    assert vm.answer(f"cat {CGROUPS}/cpuset.cpus.effective") == HOUSEKEEPING
    now = allowed(vm)
    assert set(now) <= {HOUSEKEEPING, "0", "1"}, f"processes are left on isolated CPUs: {now}"
    inside = vm.answer(f"sh -c 'echo $$ >{PARTITION}/cgroup.procs; grep Cpus_allowed_list /proc/self/status'")
    assert inside.split()[-1] == ISOLATED, inside


def restart_by_kexec(vm):
    before = vm.answer("cat /proc/sys/kernel/random/boot_id")
    vm.say("kiln-node apply --reboot kexec")
    # A reset, which goes through the firmware, would end QEMU: it runs with -no-reboot.
    said, _ = vm.wait_for(rb"@@ ready", 600)
    print(said)
    assert vm.answer("cat /proc/sys/kernel/random/boot_id") != before
    check_asked(vm)


def check_asked(vm):
    check_words(vm, [f"isolcpus={ISOLATED}", f"nohz_full={ISOLATED}", "hugepages=0:16", "intel_iommu=on"])
    assert vm.answer("cat /sys/devices/system/cpu/isolated") == ISOLATED
    assert vm.answer("cat /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") == "16"
    check_tuned(vm)


def wait_until(vm, command, wanted, limit_s=120):
    end = time.monotonic() + limit_s
    while (said := vm.ask(command)[1]) != wanted:
        if time.monotonic() > end:
            journal = vm.ask("journalctl -b -o cat -u 'kiln-node-*@*'; dmesg | tail -20")[1]
            raise AssertionError(f"{command}: {said}, not {wanted}: {journal}")
        time.sleep(1)


def behind(vm, port):
    """The address at which the device behind a root port comes."""
    buses = vm.control("query-pci")[0]["devices"]
    found = [one for one in buses if one["qdev_id"] == port]
    return f"0000:{found[0]['pci_bridge']['bus']['secondary']:02x}:00.0"


def driver_of(address):
    return f"basename $(readlink /sys/bus/pci/devices/{address}/driver)"


def check_interrupts(vm, address):
    """All that its driver asked for; virtio_net puts its queues' on every CPU by itself."""
    masks = vm.answer(
        f"for irq in $(ls /sys/bus/pci/devices/{address}/msi_irqs); do cat /proc/irq/$irq/smp_affinity_list; done"
    ).split()
    assert len(masks) > 1 and set(masks) <= {HOUSEKEEPING, "0", "1"}, f"interrupts of {address} come to CPUs {masks}"


def plug_in(vm):
    fast, other = behind(vm, "port1"), behind(vm, "port2")
    unit = f"kiln-node-bind@{fast}.service"
    for _ in range(2):
        vm.control("device_add", driver="e1000e", id="late", bus="port1", netdev="n1", mac="52:54:00:00:00:11")
        wait_until(vm, driver_of(fast), "vfio-pci")
        wait_until(vm, f"systemctl show -P ActiveState -P Result {unit}", "success\ninactive")
        vm.control("device_del", id="late")
        wait_until(vm, f"ls -d /sys/bus/pci/devices/{fast} 2>/dev/null", "")
    vm.control("device_add", driver="e1000e", id="late", bus="port1", netdev="n1", mac="52:54:00:00:00:11")
    vm.control("device_add", driver="virtio-net-pci", id="other", bus="port2", netdev="n2")
    wait_until(vm, driver_of(fast), "vfio-pci")
    wait_until(vm, driver_of(other), "virtio-pci")
    wait_until(vm, f"journalctl -b -o cat -u kiln-node-bind@{other} | grep -c 'leaves {other} as it is'", "1")
    assert vm.answer(driver_of(other)) == "virtio-pci"
    moved = f"journalctl -b -o cat -u kiln-node-interrupts@{other} | grep -q 'as they should be already' && echo it did"
    wait_until(vm, moved, "it did")
    print(vm.answer("journalctl -b -o cat -u 'kiln-node-bind@*' -u 'kiln-node-interrupts@*'"))
    check_interrupts(vm, other)
    check_asked(vm)

    print(vm.answer("kiln-node undo"))
    assert vm.answer(driver_of(fast)) == "e1000e"
    assert vm.ask("ls /etc/udev/rules.d/10-kiln-node.rules")[0] != 0, "undo left the rule"


def main():
    image = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="kiln-live-") as name:
        folder = pathlib.Path(name)
        disk = quick_start.disk_of(image, folder, {"/profile.yaml": PROFILE})
        _, line = quick_start.first_entry(disk, folder)
        with Machine([*hardware(), *quick_start.storage(disk), *quick_start.files(folder), "-append", line], folder) as vm:
            vm.wait_for_shell()
            vm.answer("mkdir -p /etc/kiln-node && cp /profile.yaml /etc/kiln-node/profile.yaml")
            isolate(vm)
            restart_by_kexec(vm)
            plug_in(vm)


if __name__ == "__main__":
    main()
