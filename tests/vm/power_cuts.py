#!/usr/bin/env python3
"""power_cuts.py IMAGE: the power goes at a random moment of `kiln-node apply`, again and again.

Each time the machine starts again; each file is the one from before or the one that was to be; the next apply
ends where an undisturbed one does, leaves no temporary file, and leaves nothing to do. The last start goes
through firmware and GRUB, and there nothing is left to verify either.

KILN_POWER_CUTS says how many (6), KILN_SEED makes the moments those of an earlier run.
"""

import json
import os
import pathlib
import random
import secrets
import sys
import tempfile
import time

import power_cut
import quick_start
from machine import Machine, tools

# Two plans that differ in every kind of thing that a file holds.
PROFILES = {
    "a": """\
cpus:
  isolated: 1
hugepages:
  keep_memory: 1
  pages:
    - {size: 2M, count: 8}
kernel_arguments: ["isolcpus={isolated}", "nohz_full={isolated}", "irqaffinity={housekeeping}", "{hugepages}"]
sysctls:
  net.core.rmem_max: ">= 67108864"
  vm.swappiness: 10
modules:
  - vfio-pci
coredump:
  Storage: external
interrupts: housekeeping
workqueues: housekeeping
services: housekeeping
""",
    "b": """\
hugepages:
  keep_memory: 1
  pages:
    - {size: 2M, count: 4}
kernel_arguments: ["skew_tick=1", "nosoftlockup", "{hugepages}"]
sysctls:
  vm.swappiness: 20
  kernel.numa_balancing: 0
modules:
  - {name: vfio, options: [enable_unsafe_noiommu_mode=0], optional: true}
""",
}
WORDS = {"a": "isolcpus=1", "b": "skew_tick=1"}
# What the kernel reads when it starts.
NEEDS_REBOOT = ("cmdline.running", "cpu.isolated", "cpu.nohz", "huge.", "systemd")
FILES = "-xdev ! -path /etc/machine-id"
LISTING = (
    f"find /etc /boot/grub/grub.cfg {FILES} -type f -exec sha256sum {{}} +;"
    f" find /etc {FILES} -type l -printf '%l  %p\\n'"
)
STATE = "/var/lib/kiln-node/applied.json"


def memory(words):
    return ["-machine", "q35,accel=tcg", "-cpu", "max", "-smp", "2", "-m", "3G", *words]


def listing(vm, paths=None):
    """{path: what it holds}, of everything or of `paths`."""
    command = LISTING
    if paths is not None:
        names = " ".join(f"'{path}'" for path in sorted(paths))
        command = (
            f"for p in {names}; do if [ -L $p ]; then echo \"$(readlink $p)  $p\";"
            " elif [ -e $p ]; then sha256sum $p; fi; done"
        )
    lines = vm.answer(command).splitlines()
    return {path: what for what, _, path in (line.partition("  ") for line in lines)}


def change_to(vm, state):
    """Brings the machine to one of the states, undisturbed; returns the results."""
    command = "undo" if state == "none" else f"apply --plan /{state}.yaml"
    status, text = vm.ask(f"kiln-node {command} --json 2>/dev/null")
    assert status == 0, f"{command} ended with {status}: {text}"
    return json.loads(text)["results"]


def learn(vm, log):
    """What the files are in each state; how long an apply takes and how much it writes to the disk."""
    states = {"none": listing(vm)}
    longest_s, most_bytes = 0, 0
    for state in ("a", "none", "b", "none"):
        vm.answer("sync")
        written, begin = log.stat().st_size, time.monotonic()
        change_to(vm, state)
        if state != "none":
            longest_s = max(longest_s, time.monotonic() - begin)
            most_bytes = max(most_bytes, log.stat().st_size - written)
        found = listing(vm)
        before = states.setdefault(state, found)
        assert before == found, f"{state} is not the same again: {sorted(before.items() ^ found.items())}"
    return states, longest_s, most_bytes


def wait_for_moment(vm, log, chance, longest_s, most_bytes):
    """A moment while the apply runs: mostly one between its writes, which come in bursts. Says which."""
    begin, before = time.monotonic(), log.stat().st_size
    if chance.random() < 0.25:
        time.sleep(chance.uniform(0, longest_s))
    else:
        wanted = chance.randrange(most_bytes)
        while log.stat().st_size - before < wanted and not vm.has_printed(rb"@@ \d+"):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
    return f"{time.monotonic() - begin:.2f} s and {log.stat().st_size - before} bytes"


def check_pieces(vm, states, pair):
    """After the cut: every file is one of the two, and none of what kiln-node knows is torn."""
    differing = {
        path
        for one in states.values()
        for path in one
        if len({other.get(path) for other in states.values()}) > 1
    }
    found = listing(vm, differing)
    torn = [
        path
        for path in sorted(differing)
        if found.get(path) not in [states[state].get(path) for state in pair]
    ]
    assert not torn, f"neither as in {pair[0]} nor as in {pair[1]}: {torn}"
    status, text = vm.ask(f"cat {STATE}")
    if status == 0:
        json.loads(text)
    vm.answer("kiln-node status")


def check_converged(vm, states, state, in_force):
    differs = sorted(listing(vm).items() ^ states[state].items())
    assert differs == [], f"{state} is not as it is when nothing disturbs: {differs}"
    left = vm.answer("find / -xdev -name '.*.kiln-??????'")
    assert left == "", f"temporary files are left: {left}"
    if state == "none":
        return
    again = [one for one in change_to(vm, state) if one["outcome"] in ("changed", "failed")]
    assert again == [], f"something was left to do: {again}"
    _, text = vm.ask(f"kiln-node verify --plan /{state}.yaml --json 2>/dev/null")
    failed = {one["id"]: one for one in json.loads(text)["checks"] if one["status"] == "fail"}
    if not in_force:
        failed = {name: one for name, one in failed.items() if not name.startswith(NEEDS_REBOOT)}
    assert failed == {}, failed


def words_in_force(vm, pair):
    """Which of the two states the running kernel's command line is that of."""
    line = vm.answer("cat /proc/cmdline").split()
    here = [state for state in ("a", "b") if WORDS[state] in line]
    assert len(here) <= 1, f"the command line is of both plans: {line}"
    state = here[0] if here else "none"
    assert state in pair, f"the command line is neither of {pair[0]} nor of {pair[1]}: {line}"
    if here:
        assert line.count(WORDS[state]) == 1, line
    return state


def main():
    image = pathlib.Path(sys.argv[1])
    wanted = int(os.environ.get("KILN_POWER_CUTS") or 6)
    seed = os.environ.get("KILN_SEED") or secrets.token_hex(4)
    print(f"KILN_SEED={seed} KILN_POWER_CUTS={wanted}", flush=True)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kiln-cuts-") as name:
        folder = pathlib.Path(name)
        disk = quick_start.disk_of(image, folder, {f"/{name}.yaml": text for name, text in PROFILES.items()})

        def start():
            storage = power_cut.arguments(disk, folder, tools)
            return Machine(memory([*quick_start.arguments(disk, folder), *storage]), folder)

        pair, states, log = ("none", "none"), None, folder / "log"
        middle, late, lost_writes = 0, 0, 0
        begin = time.monotonic()
        while True:
            with start() as vm:
                vm.wait_for_shell()
                if states is None:
                    states, *limits = learn(vm, log)
                    print("an apply takes up to {:.2f} s and writes {} bytes".format(*limits), flush=True)
                    now = "none"
                else:
                    running = words_in_force(vm, pair)
                    check_pieces(vm, states, pair)
                    now = chance.choice(pair)
                    change_to(vm, now)
                    check_converged(vm, states, now, running == now)
                if middle == wanted:
                    if now == "none":
                        change_to(vm, now := "a")
                    vm.answer(f"mkdir -p /etc/kiln-node && cp /{now}.yaml /etc/kiln-node/profile.yaml && sync")
                    break
                change_to(vm, "none")
                vm.answer("sync")
                to = chance.choice(["a", "b"])
                pair = ("none", to)
                vm.say(f"echo '@@ begin'; kiln-node apply --plan /{to}.yaml >/dev/null")
                vm.wait_for(rb"@@ begin", 60)
                moment = wait_for_moment(vm, log, chance, *limits)
                vm.kill()
            done = vm.has_printed(rb"@@ \d+")
            safe, lost = power_cut.cut(disk, folder, chance)
            late, middle = late + done, middle + (not done)
            lost_writes += lost
            print(
                f"{middle:3}  {pair[0]:>4} -> {pair[1]}  cut after {moment}"
                f"{' (was done)' if done else ''}, {safe} writes kept, {lost} lost",
                flush=True,
            )
        print(
            f"{middle} cuts in the middle of an apply and {late} behind its end, {lost_writes} writes lost, "
            f"{time.monotonic() - begin:.0f} s"
        )
        power_cut.settle(disk, folder)
        through_firmware(disk, folder, now)


def through_firmware(disk, folder, state):
    """The whole system, as on a node: kiln-node's own unit applies and verifies."""
    with Machine(memory(quick_start.storage(disk)), folder) as vm:
        vm.wait_for_shell()
        assert words_in_force(vm, (state, state)) == state
        said = vm.answer("kiln-node status")
        assert said.splitlines()[0].endswith(" active"), said
        print(f"GRUB starts it too: {vm.answer('cat /proc/cmdline')}")


if __name__ == "__main__":
    main()
