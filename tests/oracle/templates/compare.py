#!/usr/bin/env python3
"""Compares the verdicts of `kiln validate` and `packer validate` 1.6.6 over templates.

compare.py KILN: exit code 0 when all verdicts agree, 77 when there is no Packer 1.6.6 to ask.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "share"))
from oracle import find_packer  # noqa: E402

ENVIRONMENT = {
    **os.environ,
    "CHECKPOINT_DISABLE": "1",
    "PACKER_LOG": "",
    "PKR_VAR_from_environment": "yes",
}


def read_cases():
    """Cases of templates.txt: `== name | arguments`, then files, each after `-- path`."""
    cases = []
    for line in (HERE / "templates.txt").read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("== "):
            name, _, arguments = line[3:].strip().partition(" | ")
            files = {"main.pkr.hcl": ""}
            path = "main.pkr.hcl"
            cases.append((name, arguments.split("  ") if arguments else [], files))
        elif line.startswith("-- "):
            path = line[3:].strip()
            files[path] = ""
        elif cases:
            files[path] += line
    return cases


def verdict(binary, arguments, folder):
    """("valid" or "invalid", what was printed)."""
    done = subprocess.run(
        [binary, "validate", *arguments, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    if done.returncode not in (0, 1):
        return f"exit code {done.returncode}", done.stdout + done.stderr
    return "invalid" if done.returncode else "valid", done.stdout + done.stderr


def check(kiln, packer, case):
    """A text that tells of a difference, or None. A name says which verdict is wanted."""
    name, arguments, files = case
    wanted = "invalid" if name.startswith("no:") else "valid"
    with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
        for path, text in files.items():
            target = pathlib.Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        theirs = verdict(packer, arguments, folder)
        ours = verdict(kiln, arguments, folder)
    if theirs[0] == ours[0] == wanted:
        return None
    return (
        f"{name}: wanted {wanted}\n--- packer: {theirs[0]}\n{theirs[1].strip()}\n"
        f"--- kiln: {ours[0]}\n{ours[1].strip()}\n"
    )


def compare(kiln, cases):
    """Prints what differs; the exit code."""
    packer = find_packer(ENVIRONMENT)
    if packer is None:
        return 77
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(lambda c: check(kiln, packer, c), cases) if p]
    print("\n".join(problems))
    print(f"{len(cases) - len(problems)} of {len(cases)} verdicts agree with Packer 1.6.6")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(compare(sys.argv[1], read_cases()))
