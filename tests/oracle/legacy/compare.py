#!/usr/bin/env python3
"""Compares kiln with Packer 1.6.6 over legacy JSON templates: the verdict of `validate`, the
records of `inspect -machine-readable`, and of some the files that `build` leaves.

compare.py KILN: exit code 0 when all agree, 77 when there is no Packer 1.6.6 to ask.
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
    "FROM_ENVIRONMENT": "it's \"here\"",
}


def read_cases():
    """Cases of templates.txt: `== name | arguments`, then files, each after `-- path`."""
    cases = []
    for line in (HERE / "templates.txt").read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("== "):
            name, _, arguments = line[3:].strip().partition(" | ")
            path = "main.json"
            files = {path: ""}
            cases.append((name, arguments.split("  ") if arguments else [], files))
        elif line.startswith("-- "):
            path = line[3:].strip()
            files[path] = ""
        elif cases:
            files[path] += line
    return cases


def run(binary, command, arguments, files):
    """Runs in a folder of its own: exit code, what was printed, and the files named out*."""
    with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
        for path, text in files.items():
            pathlib.Path(folder, path).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [binary, *command, *arguments, "main.json"],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**ENVIRONMENT, "XDG_STATE_HOME": folder, "XDG_CACHE_HOME": folder},
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        made = {
            path.name: path.read_text(encoding="utf-8").replace(folder, "FOLDER")
            for path in sorted(pathlib.Path(folder).glob("out*"))
        }
    return done.returncode, done.stdout + done.stderr, made


def verdict(code):
    return {0: "valid", 1: "invalid"}.get(code, f"exit code {code}")


def records(binary, files):
    """The lines of `inspect` for machines, without their times."""
    _, printed, _ = run(binary, ["inspect", "-machine-readable"], [], files)
    lines = [line.split(",", 1)[1] for line in printed.splitlines() if ",template-" in line]
    return sorted(lines)


def check(kiln, packer, case):
    """A text that tells of a difference, or None. A name says what is wanted."""
    name, arguments, files = case
    wanted = "invalid" if name.startswith("no:") else "valid"
    theirs = run(packer, ["validate"], arguments, files)
    ours = run(kiln, ["validate"], arguments, files)
    found = [(verdict(theirs[0]), verdict(ours[0]))]
    agrees = found == [(wanted, wanted)]
    if agrees and wanted == "valid":
        found.append((records(packer, files), records(kiln, files)))
        if name.startswith("build:"):
            theirs = run(packer, ["build"], arguments, files)
            ours = run(kiln, ["build"], arguments, files)
            found.append((theirs[2], ours[2]))
            found.append((verdict(theirs[0]), verdict(ours[0])))
            agrees = bool(ours[2])
        agrees = agrees and all(one == other for one, other in found)
    if agrees:
        return None
    different = [pair for pair in found if pair[0] != pair[1]]
    return (
        f"{name}: wanted {wanted}, different: {different}\n--- packer\n{theirs[1].strip()}\n"
        f"--- kiln\n{ours[1].strip()}\n"
    )


def main():
    packer = find_packer(ENVIRONMENT)
    if packer is None:
        return 77
    kiln = os.path.abspath(sys.argv[1])
    cases = read_cases()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(lambda c: check(kiln, packer, c), cases) if p]
    print("\n".join(problems))
    print(f"{len(cases) - len(problems)} of {len(cases)} templates mean the same to Packer 1.6.6")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
