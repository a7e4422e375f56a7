#!/usr/bin/env python3
"""plan_over_plan.py KILN_NODE: one profile after another leaves what the last one alone would.

Also when an apply of the second is killed at any call that changes the disk; and undo puts back what was
there before the first. A file that somebody edited meanwhile is theirs: it stays, and is named.
"""

import collections
import re
import shutil
import sys
import tempfile

from node_tree import contents, make_tree, run

CALLS = "write,rename,fsync,symlink,unlink"
PROFILES = {
    "a": """base: minimal
hugepages: [{size: 1G, count: 2}]
kernel_arguments: ["{hugepages}", isolcpus=3, mitigations=off]
sysctls: {kernel.numa_balancing: 0}
""",
    "b": """base: cpu-partitioning
cpus: {isolated: 2-3}
kernel_arguments: [isolcpus=2-3, "nohz_full={isolated}", quiet]
modules:
  - {name: vfio-pci, options: [disable_idle_d3=1]}
sysctls: {kernel.numa_balancing: 0, vm.swappiness: 1}
interrupts: housekeeping
services: housekeeping
""",
}
PROFILE = "etc/kiln-node/profile.yaml"


def apply(program, root, profile, prefix=()):
    path = root / PROFILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PROFILES[profile], encoding="utf-8")
    return run(program, "apply", "--root", str(root), prefix=prefix)


def tree_without_profile(root):
    found = contents(root)
    found.pop(PROFILE, None)
    return found


def expect(got, want, where):
    wrong = {name for name in {*got, *want} if got.get(name) != want.get(name)}
    assert not wrong, (where, {name: (got.get(name), want.get(name)) for name in sorted(wrong)})


def after(program, profiles):
    """The tree that these profiles, one after the other, end in; and what undo makes of it."""
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        for profile in profiles:
            done = apply(program, root, profile)
            assert done.returncode == 0, done
        applied = tree_without_profile(root)
        assert run(program, "undo", "--root", folder).returncode == 0
        return applied, tree_without_profile(root)


def interrupted_change(program, start, ends, call, number):
    where = f"killed at {call} number {number}"
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        assert apply(program, root, "a").returncode == 0
        inject = f"inject={call}:signal=SIGKILL:when={number}"
        strace = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", inject]
        assert apply(program, root, "b", strace).returncode in (137, -9), where
        # The way back is as good as the way on.
        last = "ab"[number % 2]
        assert apply(program, root, last).returncode == 0, where
        expect(tree_without_profile(root), ends[last], f"{where}, then {last}")
        assert run(program, "undo", "--root", folder).returncode == 0, where
        expect(tree_without_profile(root), start, f"{where}: undo")


def calls_of_a_change(program):
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        assert apply(program, root, "a").returncode == 0
        log = f"{folder}/log"
        traced = apply(program, root, "b", ["strace", "-f", "-o", log, "-e", f"trace={CALLS}"])
        assert traced.returncode == 0, traced
        with open(log, encoding="utf-8") as file:
            return collections.Counter(re.findall(r"^\d+\s+(\w+)\(", file.read(), re.MULTILINE))


def edited_files_stay(program):
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        assert apply(program, root, "b").returncode == 0
        edited = root / "etc/modprobe.d/kiln-node.conf"
        text = edited.read_text(encoding="utf-8") + "options e1000e IntMode=2\n"
        edited.write_text(text, encoding="utf-8")
        done = apply(program, root, "a")
        assert done.returncode == 0, done
        assert edited.read_text(encoding="utf-8") == text
        said = [line for line in done.stdout.splitlines() if "modprobe.d/kiln-node.conf" in line]
        assert said and "somebody has changed it since" in said[0], done.stdout


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        start = contents(make_tree(folder))
    ends = {}
    for profile in PROFILES:
        ends[profile], undone = after(program, profile)
        expect(undone, start, f"undo of {profile}")
    assert ends["a"] != ends["b"]
    for order in ("ab", "ba", "aba", "bab"):
        applied, undone = after(program, order)
        expect(applied, ends[order[-1]], order)
        expect(undone, start, f"undo of {order}")
    edited_files_stay(program)
    if shutil.which("strace") is None:
        print("strace is not installed: nothing was interrupted")
        return 77
    runs = 0
    for call, count in calls_of_a_change(program).items():
        for number in range(1, count + 1):
            interrupted_change(program, start, ends, call, number)
            runs += 1
    print(f"{runs} interrupted changes")
    assert runs > 30
    return 0


if __name__ == "__main__":
    sys.exit(main())
