#!/usr/bin/env python3
"""one_at_a_time.py KILN_NODE: who changes a node waits for another that does, and says so.

The units of all devices start at once when a node has booted, and somebody may be logged in already.
"""

import fcntl
import subprocess
import sys
import tempfile

from node_tree import contents, make_tree

PROFILE = "base: minimal\nsysctls: {kernel.numa_balancing: 0}\n"
AT_ONCE = 8


def start(program, folder):
    return subprocess.Popen(
        [program, "apply", "--root", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        profile = root / "etc/kiln-node/profile.yaml"
        profile.parent.mkdir(parents=True, exist_ok=True)
        profile.write_text(PROFILE, encoding="utf-8")
        lock = root / "run/kiln-node/lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            untouched = contents(root)
            waiting = [start(program, folder) for _ in range(AT_ONCE)]
            for one in waiting:
                assert one.stderr.readline() == "kiln-node: waits for another one that changes this node\n"
            assert contents(root) == untouched
        ends = [(one.communicate(), one.returncode) for one in waiting]
    assert [code for _, code in ends] == [0] * AT_ONCE, ends
    changed = [text for (text, _), _ in ends if "changed  " in text]
    assert len(changed) == 1, ends


if __name__ == "__main__":
    sys.exit(main())
