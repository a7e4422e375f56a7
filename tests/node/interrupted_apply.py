#!/usr/bin/env python3
"""interrupted_apply.py KILN_NODE: killed at, or refused by, each call that changes the disk.

Whatever happens in whichever call: every file is the old one or the new one, never a part; the next
apply ends where an undisturbed one does; undo puts back what was there.
"""

import collections
import re
import shutil
import sys
import tempfile

from node_tree import REQUEST, contents, make_tree, run

CALLS = "write,rename,fsync,fchmod,ftruncate,mkdir,symlink,unlink"
ERRORS = ["ENOSPC", "EROFS", "EPERM", "EBUSY"]


def apply(program, folder, prefix=()):
    return run(program, "bootstrap", "--root", folder, prefix=prefix, environment=REQUEST)


def calls_of_one_apply(program, log):
    """How often each call comes."""
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        make_tree(folder)
        done = apply(program, folder, ["strace", "-f", "-o", log, "-e", f"trace={CALLS}"])
        assert done.returncode == 0, done
    with open(log, encoding="utf-8") as file:
        return collections.Counter(re.findall(r"^\d+\s+(\w+)\(", file.read(), re.MULTILINE))


def disturbed(program, before, after, call, number, how):
    where = f"{how} at {call} number {number}"
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        inject = f"inject={call}:{how}:when={number}"
        ended = apply(
            program, folder, ["strace", "-f", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", inject]
        )
        killed = how.startswith("signal")
        assert ended.returncode in ((137, -9) if killed else (0, 1)), (where, ended)
        if not killed and ended.returncode == 1:
            text = ended.stdout + ended.stderr
            assert "failed  " in text or "error: " in text, (where, text)
        for name, text in contents(root).items():
            if ".kiln-" not in name:
                assert text in (before.get(name), after.get(name)), f"{where}: {name} is half done"
        for name, text in before.items():
            assert name in contents(root), f"{where}: {name} is gone"
        again = apply(program, folder)
        assert again.returncode == 0, (where, again)
        assert contents(root) == after, where
        assert run(program, "undo", "--root", folder).returncode == 0, where
        assert contents(root) == before, f"{where}: undo"


def main():
    program = sys.argv[1]
    if shutil.which("strace") is None:
        print("strace is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="kiln-node-") as folder:
        root = make_tree(folder)
        before = contents(root)
        assert apply(program, folder).returncode == 0
        after = contents(root)
        calls = calls_of_one_apply(program, f"{folder}/log")
    runs = 0
    for call, count in calls.items():
        for number in range(1, count + 1):
            disturbed(program, before, after, call, number, "signal=SIGKILL")
            # One error a place, each kind in turn.
            disturbed(program, before, after, call, number, f"error={ERRORS[number % 4]}")
            runs += 2
    print(f"{runs} disturbed runs over {dict(calls)}")
    assert runs > 100
    return 0


if __name__ == "__main__":
    sys.exit(main())
